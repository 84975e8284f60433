//! The public page as a browser sees it: the same for every code until somebody proves to have the card, whatever the address holds.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

mod log;
mod scan;
mod webhooks;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use app::{Portal, SiteAssets};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use chip::keys::{Key, KeyName, Keys as _, SetVersion};
use desfire::sdm::make_sun;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use model::card_code::CardCode;
use rand::SeedableRng as _;
use registry::card_vault::CardVault as _;
use registry::order::Order;
use registry::store::{Conn, card, card_code};
use registry::token::Token;
use registry::work::api_keys::{KeyForm, add_api_key, withdraw_api_key};
use registry::work::change_person::{PersonForm, add_person};
use registry::work::change_unit::{UnitForm, add_unit};
use registry::{Actor, Blobs, Failure, Store};
use server::entropy::Entropy;
use server::public::limits::{Rate, Rates};
use server::public::{Public, table};
use server::serve::{Edge, wrap};
use sqlx::Executor as _;
use tower::ServiceExt as _;
use vault::Vault;

const NOW_MS: i64 = 1_795_305_600_000;
/// The card of the province; and one that was never given.
const GIVEN: &str = "7hKq";
const NOT_GIVEN: &str = "7hKr";
const CITIZEN: &str = "046190001234";

struct Province {
    router: Router,
    portal: Portal,
    public: Arc<Public>,
    clock: Arc<AtomicI64>,
    vault: Arc<Vault>,
    _folder: tempfile::TempDir,
}

impl Province {
    async fn new(rates: Option<Rates>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let draw = Entropy::fixed(1).closure();
        let url = format!("sqlite:{}", folder.path().join("public.sqlite").display());
        let store = Store::open(&url, 4, draw.clone()).await.unwrap();
        store.migrate().await.unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        fill(&store, &blobs).await;
        let vault = Arc::new(Vault::ephemeral(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)));
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        let told = clock.clone();
        let now: app::Now = Arc::new(move || Timestamp::from_millisecond(told.load(Ordering::Relaxed)).unwrap());
        let portal = Portal::new(
            (store, blobs),
            (vault.clone(), vault.clone()),
            (now, draw.clone()),
            SiteAssets::default(),
            "https://the.gov.vn".into(),
            (None, None),
        );
        let public = Public::new(&portal, rates);
        let routes = app::router(&portal).merge(app::mounted(&portal, table(&public)));
        let edge = Edge {
            public_origin: "https://the.gov.vn".parse().unwrap(),
            reader_apps: Arc::new([]),
            trusted_proxies: Arc::new([]),
            body_limit: 65_536,
            request_timeout: Duration::from_secs(10),
            draw,
        };
        Province { router: wrap(routes, &edge), portal, public, clock, vault, _folder: folder }
    }

    /// With the cards read.
    async fn open() -> Self {
        let province = Province::new(None).await;
        assert_eq!(province.public.refresh(&province.portal).await, Ok(1));
        province
    }

    async fn ask(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(from("203.0.113.9", Request::get(path)).body(Body::empty()).unwrap()).await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        text(answer).await
    }

    async fn post(&self, path: &str, form: &str) -> Response {
        self.post_from("203.0.113.9", path, form).await
    }

    async fn post_from(&self, peer: &str, path: &str, form: &str) -> Response {
        let request = from(peer, Request::post(path))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    async fn answer(&self, path: &str, form: &str) -> String {
        text(self.post(path, form).await).await
    }
}

fn from(peer: &str, request: axum::http::request::Builder) -> axum::http::request::Builder {
    let peer: SocketAddr = SocketAddr::new(peer.parse().unwrap(), 4711);
    request.extension(ConnectInfo(peer))
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// A unit, a person, and an active card with a portrait.
async fn fill(store: &Store, blobs: &Blobs) {
    let portrait = blobs.put(b"\xFF\xD8 a portrait".to_vec()).await.unwrap();
    let hash = portrait.hash();
    let written = store.write(NOW_MS - 60_000, move |tx| {
        Box::pin(async move {
            let (order, console, at_ms) = (Order::new(), Actor::console(), tx.at_ms());
            let unit =
                UnitForm { class: "province".into(), name: "Tỉnh".into(), code: "H57".into(), ..UnitForm::default() };
            let unit = add_unit(tx, &console, &order, unit).await?;
            let person =
                PersonForm { name: "Lê Thị Bình".into(), kind: "civil_servant".into(), ..PersonForm::default() };
            let person_id = add_person(tx, &console, &order, unit, person).await?;
            card_code::give(tx.conn(), CardCode::parse(GIVEN).unwrap(), at_ms).await?;
            let snapshot = format!(
                r#"{{"full_name":"Lê Thị Bình","using_unit":"Sở Nội vụ","citizen_id":"{CITIZEN}","sex":"female"}}"#
            );
            let new = card::NewCard {
                person_id,
                request_id: None,
                unit_id: unit,
                number: &format!("H57.{CITIZEN}.CC"),
                code: GIVEN,
                card_type: "cc",
                snapshot: &snapshot,
                sha256: &[0; 32],
                source: "province",
                portrait: Some(hash),
                replaces: None,
            };
            let id = card::insert(tx.conn(), &new, at_ms).await?;
            card::put_state(tx.conn(), (id, 1), ("approved", "active"), at_ms).await?;
            Ok::<_, Failure>(())
        })
    });
    written.await.unwrap();
}

#[tokio::test]
async fn the_code_alone_tells_nothing() {
    let province = Province::open().await;
    let given = province.page(&format!("/t/{GIVEN}")).await;
    let other = province.page(&format!("/t/{NOT_GIVEN}")).await;
    assert_eq!(given.replace(GIVEN, "CODE"), other.replace(NOT_GIVEN, "CODE"));
    assert!(given.contains(r#"name="digits""#) && !given.contains("Bình"));
    // what has no form of a code asks for one, as the page without a code does
    let none = province.page("/t").await;
    for malformed in
        ["7hK", "7hK0", "7hKqq", "%37hKq", "%FF", "%00", "..", "7hK%20", "<script>", "%3Cscript%3E", "ễ", "+"]
    {
        let path = format!("/t/{}", malformed.replace('<', "%3C").replace('>', "%3E").replace('ễ', "%E1%BB%85"));
        assert_eq!(province.page(&path).await, none, "{malformed}");
    }
    let headers = |response: &Response| {
        let mut names: Vec<String> =
            response.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        names.retain(|line| !line.starts_with("x-request-id"));
        names
    };
    let (one, two) = (province.get(&format!("/t/{GIVEN}")).await, province.get(&format!("/t/{NOT_GIVEN}")).await);
    assert_eq!(headers(&one), headers(&two));
}

#[tokio::test]
async fn wrong_digits_and_unknown_codes_get_the_same_answer() {
    let province = Province::open().await;
    let wrong = province.answer(&format!("/t/{GIVEN}"), "digits=1235").await;
    assert!(wrong.contains("Không có thẻ nào khớp"));
    for form in ["digits=1234", "digits=", "", "digits=12345", "digits=abcd", "digits[]=1", "digits=%FF", "x"] {
        let unknown = province.answer(&format!("/t/{NOT_GIVEN}"), form).await;
        assert_eq!(unknown.replace(NOT_GIVEN, GIVEN), wrong, "{form}");
    }
    // longer than a form is
    let long = format!("digits=1234&x={}", "y".repeat(300));
    assert_eq!(province.answer(&format!("/t/{GIVEN}"), &long).await, wrong);
    let malformed = province.answer("/t/7hK0", "digits=1234").await;
    assert!(malformed.contains("Không có thẻ nào khớp") && malformed.contains(r#"name="code""#));
}

#[tokio::test]
async fn who_has_the_card_sees_what_is_needed_to_compare_it() {
    let province = Province::open().await;
    for (path, form) in [(format!("/t/{GIVEN}"), "digits=1234"), ("/t".to_owned(), "code=+7hKq&digits=1234")] {
        let shown = province.answer(&path, form).await;
        for text in [
            "Đang hoạt động",
            "L. T. Bình",
            "Sở Nội vụ",
            "Công chức (CC)",
            "/t/portrait/",
            "<details lang=\"en\">",
            "Active",
        ] {
            assert!(shown.contains(text), "{text} in {shown}");
        }
        assert!(!shown.contains("Lê Thị") && !shown.contains(CITIZEN) && !shown.contains("0461"), "R177");
        assert!(shown.len() < 14_000, "{}", shown.len());
    }
    let english = province.answer(&format!("/t/{GIVEN}?lang=en"), "digits=1234").await;
    assert!(english.starts_with("<!DOCTYPE html><html lang=\"en\">") && english.contains("Active"));
}

#[tokio::test]
async fn a_portrait_is_shown_for_minutes_and_to_nobody_else() {
    let province = Province::open().await;
    let shown = province.answer(&format!("/t/{GIVEN}"), "digits=1234").await;
    let link = shown.split_once("src=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let picture = province.get(&link).await;
    assert_eq!((picture.status(), picture.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "image/jpeg"));
    assert_eq!(picture.headers()["cache-control"], "no-store");
    assert_ne!(province.answer(&format!("/t/{GIVEN}"), "digits=1234").await, shown, "the name is another each time");
    province.clock.fetch_add(6 * 60 * 1000, Ordering::Relaxed);
    assert_eq!(province.get(&link).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(province.get("/t/portrait/x").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_is_closed_to_everything_but_itself() {
    let province = Province::open().await;
    for path in ["/t", "/t/7hKq", "/t/7hKr?s=x", "/t?e=00&m=00"] {
        let answer = province.get(path).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-robots-tag"), "noindex, nofollow, noarchive");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script"), "{policy}");
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    assert_eq!(province.page("/robots.txt").await, "User-agent: *\nDisallow: /\n");
    // a form of another site
    let foreign = from("203.0.113.9", Request::post("/t/7hKq")).header("sec-fetch-site", "cross-site");
    let foreign = province.ask(foreign.body(Body::from("digits=1234")).unwrap()).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn links_that_no_chip_of_ours_made_prove_nothing() {
    let province = Province::open().await;
    let signature = "A".repeat(86);
    for query in [signature.as_str(), "", "%00", &"A".repeat(85), &"A".repeat(5000)] {
        for code in [GIVEN, NOT_GIVEN] {
            let page = province.page(&format!("/t/{code}?s={query}")).await;
            assert!(page.contains("không đúng với thẻ nào") && !page.contains("Bình"), "{query}");
        }
    }
    for query in ["e=", "e=&m=", "e=00&m=00", "e=%00&m=%00", &format!("e={}&m={}", "0".repeat(32), "0".repeat(16))] {
        let page = province.page(&format!("/t?{query}")).await;
        assert!(page.contains("Không phải thẻ của tỉnh") && page.contains(r#"name="code""#), "{query}");
    }
}

impl Province {
    /// The card gets a chip with keys of the first set; the two keys that make its taps.
    async fn with_chip(&self) -> [Key; 2] {
        const ROWS: [&str; 6] = [
            "insert into blank_type (id, code, name, supplier, chip, interface, chip_model, memory_kb, material, surface, length_um, \
             width_um, thickness_um, created_at) values (1, 'EV3', 'EV3', 'x', 'embedded', 'contactless', 'EV3', 8, 'PVC', 'matt', \
             85725, 53975, 760, 1)",
            "insert into stock_place (id, name, unit_id, kind, quota, minimum, created_at) values (1, 'Kho', 1, 'store', null, 1, 1)",
            "insert into blank_lot (id, number, supplier, supplier_folded, type_id, place_id, document, received_on, stated, counted, \
             state, entered_at) values (1, 'L1', 'x', 'x', 1, 1, 'x', '2026-01-01', 1, 1, 'received', 1)",
            "insert into blank (id, serial, type_id, lot_id, place_id, state) values (1, 'A1', 1, 1, 1, 'received')",
            "update card set blank_serial = 'A1'",
            "insert into chip (uid, card_id, blank_id, profile, key_set, content, state, changed_at) \
             select '04000000000007', id, 1, 'C', 1, zeroblob(32), 'issued', 1 from card",
        ];
        let set = SetVersion::new(1).unwrap();
        let drawn = self.vault.draw_set(set, &Default::default(), &self.portal.draw).unwrap();
        self.vault.keep_set(set, drawn.set.id, &self.portal.draw).unwrap();
        let written = self.portal.store.write(NOW_MS, |tx| {
            Box::pin(async move {
                let Conn::Sqlite(conn) = tx.conn() else { unreachable!("these tests run on SQLite") };
                for sql in ROWS {
                    conn.execute(sql).await.unwrap();
                }
                Ok::<_, Failure>(())
            })
        });
        written.await.unwrap();
        self.public.refresh(&self.portal).await.unwrap();
        let key = |name, uid: &[u8; 7]| self.vault.card_key(set, name, uid).unwrap();
        [key(KeyName::SdmMeta, &[0; 7]), key(KeyName::SdmFile, &CHIP)]
    }
}

impl Province {
    /// The set of the vault signs from now on.
    async fn puts_its_set_in_use(&self) {
        let signer = self.vault.public_keys().unwrap()[0];
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let sql = format!(
            "insert into key_set (set_version, set_id, state, check_values, public_key, key_id, demonstration, prepared_at, used_at) \
             values (1, x'0102030405', 'in_use', '[]', x'{}', x'{}', 1, 1, 1)",
            hex(&signer.key),
            hex(&signer.id)
        );
        let written = self.portal.store.write(NOW_MS, move |tx| {
            let sql = sqlx::AssertSqlSafe(sql);
            Box::pin(async move {
                let Conn::Sqlite(conn) = tx.conn() else { unreachable!("these tests run on SQLite") };
                conn.execute(sql).await.unwrap();
                Ok::<_, Failure>(())
            })
        });
        written.await.unwrap();
    }
}

const CHIP: [u8; 7] = [0x04, 0, 0, 0, 0, 0, 7];

#[tokio::test]
async fn a_tap_is_genuine_once() {
    let province = Province::open().await;
    let [meta, file] = province.with_chip().await;
    let tap = |counter| {
        let (data, mac) = make_sun(&meta, &file, (CHIP, counter), "&m=").unwrap();
        format!("/t?e={data}&m={mac}")
    };
    let (first, skipped, last) = (tap(7), tap(8), tap(9));
    // what was changed by anybody is nobody's, and does not use the tap up
    for at in [6, 30, first.len() - 1] {
        let mut tampered = first.clone().into_bytes();
        tampered[at] = if tampered[at] == b'0' { b'1' } else { b'0' };
        let page = province.page(&String::from_utf8(tampered).unwrap()).await;
        assert!(page.contains("Không phải thẻ của tỉnh") && !page.contains("Bình"));
    }
    let genuine = province.page(&first).await;
    assert!(genuine.contains("Đang hoạt động") && genuine.contains("Chip thật") && genuine.contains("L. T. Bình"));
    assert!(!genuine.contains(CITIZEN), "R177");
    let copied = province.page(&first).await;
    assert!(copied.contains(r#"name="code""#) && !copied.contains("Chip thật") && !copied.contains("Bình"));
    assert!(province.page(&last).await.contains("Chip thật"));
    let old = province.page(&skipped).await;
    assert!(!old.contains("Chip thật") && !old.contains("Bình") && old != copied);
}

#[tokio::test]
async fn both_languages_are_there() {
    let province = Province::open().await;
    let vi = province.page("/t/7hKq").await;
    assert!(vi.contains("<html lang=\"vi\">") && vi.contains(r#"href="/t/7hKq?lang=en""#));
    let en = province.page("/t/7hKq?lang=en").await;
    assert!(en.contains("<html lang=\"en\">") && en.contains(r#"href="/t/7hKq?lang=vi""#));
    let request = from("203.0.113.9", Request::get("/t/7hKq")).header("accept-language", "en-GB,en;q=0.9");
    assert_eq!(text(province.ask(request.body(Body::empty()).unwrap()).await).await, en);
}

#[tokio::test]
async fn whoever_tries_too_often_waits() {
    let slow = Rate { burst: 3, pause_ms: 120_000 };
    let rates = Rates { address: Rate { burst: 1_000, ..slow }, code: slow, overall: Rate { burst: 9, ..slow } };
    let province = Province::new(Some(rates)).await;
    province.public.refresh(&province.portal).await.unwrap();
    for _ in 0..20 {
        let right = province.answer("/t/7hKq", "digits=1234").await;
        assert!(right.contains("Đang hoạt động"), "what is right does not count");
    }
    // the same for a code that was given and one that was not
    for code in [GIVEN, NOT_GIVEN] {
        for _ in 0..3 {
            assert_eq!(province.post(&format!("/t/{code}"), "digits=9999").await.status(), StatusCode::OK);
        }
        let limited = province.post(&format!("/t/{code}"), "digits=1234").await;
        assert_eq!(
            (limited.status(), &limited.headers()["retry-after"]),
            (StatusCode::TOO_MANY_REQUESTS, &"120".parse().unwrap())
        );
        assert!(text(limited).await.contains("sau 2 phút"));
    }
    // all codes together
    for code in ["zzzz", "zzzy", "zzzx"] {
        assert_eq!(province.post(&format!("/t/{code}"), "digits=9999").await.status(), StatusCode::OK);
    }
    assert_eq!(province.post("/t/zzzw", "digits=9999").await.status(), StatusCode::TOO_MANY_REQUESTS);

    let rates = Rates { address: slow, ..Rates::default() };
    let province = Province::new(Some(rates)).await;
    province.public.refresh(&province.portal).await.unwrap();
    for path in ["/t?e=00&m=00", "/t/7hKq?s=x"] {
        province.page(path).await;
    }
    assert_eq!(province.post("/t/7hKq", "digits=1234").await.status(), StatusCode::OK);
    for path in ["/t?e=00&m=00", "/t/7hKq?s=x"] {
        assert_eq!(province.get(path).await.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    assert_eq!(province.get("/t/7hKq").await.status(), StatusCode::OK, "a form costs nothing");
    let other = province.post_from("203.0.113.10", "/t/7hKq", "digits=1234").await;
    assert_eq!(other.status(), StatusCode::OK);
}

impl Province {
    /// A key for a program.
    async fn key(&self, scopes: &[&str], quota: &str) -> (i64, String) {
        let token = Token::draw(&self.portal.draw);
        let noted = token.clone();
        let scopes = scopes.iter().map(ToString::to_string).collect();
        let form = KeyForm { name: "Cửa trụ sở".into(), scopes, quota: quota.into() };
        let written = self
            .portal
            .store
            .write(NOW_MS, move |tx| Box::pin(async move { add_api_key(tx, &Actor::console(), &form, &noted).await }));
        let id = written.await.unwrap();
        self.public.refresh(&self.portal).await.unwrap();
        (id, format!("{}{}", app::KEY_PREFIX, token.as_str()))
    }

    async fn status(&self, code: &str, key: &str) -> Response {
        let request = from("203.0.113.9", Request::get(format!("/api/v1/status/{code}")));
        self.ask(request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap()).await
    }

    async fn statuses(&self, body: &str, key: &str) -> Response {
        let request = from("203.0.113.9", Request::post("/api/v1/status")).header("content-type", "application/json");
        self.ask(request.header("authorization", format!("Bearer {key}")).body(Body::from(body.to_owned())).unwrap())
            .await
    }
}

#[tokio::test]
async fn a_program_with_a_key_is_told_states_and_nothing_else() {
    let province = Province::open().await;
    let (id, key) = province.key(&["status", "list"], "1000").await;
    let answer = province.status(GIVEN, &key).await;
    assert_eq!((answer.status(), &answer.headers()["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    assert_eq!(text(answer).await, r#"{"code":"7hKq","state":"active","since":"2026-11-21T23:59:00Z"}"#);
    assert_eq!(text(province.status(NOT_GIVEN, &key).await).await, r#"{"code":"7hKr","state":"unknown","since":null}"#);
    let many = text(province.statuses(r#"{"codes":["7hKq","x","7hKr"]}"#, &key).await).await;
    let states: Vec<&str> = many.split("\"state\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(states, ["active", "unknown", "unknown"]);
    let too_many = format!(r#"{{"codes":[{}"7hKq"]}}"#, r#""7hKq","#.repeat(1_000));
    for body in ["", "{}", "[]", r#"{"codes":"7hKq"}"#, too_many.as_str()] {
        assert_eq!(province.statuses(body, &key).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{}", body.len());
    }
    for wrong in ["", "x", &key[1..], &format!("{key}A"), &key.replace("congthe_", "")] {
        let refused = province.status(GIVEN, wrong).await;
        assert_eq!(
            (refused.status(), &refused.headers()["www-authenticate"]),
            (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
        );
    }
    let withdrawn = province
        .portal
        .store
        .write(NOW_MS, move |tx| Box::pin(async move { withdraw_api_key(tx, &Actor::console(), id).await }));
    withdrawn.await.unwrap();
    province.public.refresh(&province.portal).await.unwrap();
    assert_eq!(province.status(GIVEN, &key).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn certificates_are_told_to_a_key_of_that_scope_and_within_its_quota() {
    let province = Province::open().await;
    let ask = async |query: &str, key: &str| {
        let request = from("203.0.113.9", Request::get(format!("/api/v1/certificates{query}")));
        province.ask(request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap()).await
    };
    let (_, other) = province.key(&["status", "list"], "1000").await;
    assert_eq!(ask("", &other).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(ask("", "x").await.status(), StatusCode::UNAUTHORIZED);
    let (_, key) = province.key(&["certificates"], "150").await;
    assert_eq!(province.status(GIVEN, &key).await.status(), StatusCode::FORBIDDEN, "and for nothing else");
    let answer = ask("", &key).await;
    assert_eq!((answer.status(), &answer.headers()["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    assert_eq!(text(answer).await, r#"{"certificates":[],"next":null}"#);
    let wrong = ask("?limit=0", &key).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(wrong).await.contains("\"limit\""));
    let limited = ask("", &key).await;
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS, "a hundred more than the fifty that are left");
    assert!(limited.headers().contains_key("retry-after"));
    assert_eq!(ask("?limit=10", &key).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_key_is_for_what_it_was_made_for_and_for_so_many_cards() {
    let province = Province::open().await;
    let (_, key) = province.key(&["status"], "3").await;
    assert_eq!(province.statuses(r#"{"codes":[]}"#, &key).await.status(), StatusCode::FORBIDDEN);
    for _ in 0..3 {
        assert_eq!(province.status(GIVEN, &key).await.status(), StatusCode::OK);
    }
    let refused = province.status(GIVEN, &key).await;
    assert_eq!(
        (refused.status(), &refused.headers()["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"20".parse().unwrap())
    );
    let (_, other) = province.key(&["list"], "3").await;
    assert_eq!(province.statuses(r#"{"codes":["7hKq","7hKr"]}"#, &other).await.status(), StatusCode::OK);
    assert_eq!(province.statuses(r#"{"codes":["7hKq","7hKr"]}"#, &other).await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn nothing_is_told_before_the_cards_are_read() {
    let province = Province::new(None).await;
    for (path, form) in [("/t/7hKq", "digits=1234"), ("/t/7hKr", "digits=1234")] {
        let answer = province.post(path, form).await;
        assert_eq!(
            (answer.status(), &answer.headers()["retry-after"]),
            (StatusCode::SERVICE_UNAVAILABLE, &"5".parse().unwrap())
        );
    }
    province.public.refresh(&province.portal).await.unwrap();
    assert!(province.answer("/t/7hKq", "digits=1234").await.contains("Đang hoạt động"));
    province.clock.fetch_add(60_000, Ordering::Relaxed);
    let stale = province.post("/t/7hKq", "digits=1234").await;
    assert_eq!(stale.status(), StatusCode::SERVICE_UNAVAILABLE, "a card may have been locked meanwhile");
}
