//! A key ceremony as browsers go through it: the share is shown once, to its custodian, in the answer to a form that nothing keeps.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, Mutex};

use app::{Portal, SiteAssets};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use model::role::Role;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::card_vault::CardVault as _;
use registry::order::Order;
use registry::token::Token;
use registry::work::change_unit::{UnitForm, add_unit};
use registry::work::key_sets::demonstrate;
use registry::{Actor, Blobs, Draw, Store};
use signed_in::{cookie, sign_in};
use tower::ServiceExt as _;
use vault::Vault;

#[path = "../sample/signed_in.rs"]
mod signed_in;

const NOW_MS: i64 = 1_795_305_600_000;
const COMPONENT: &str = "4 1 6 2 5 3 3 1 6 4 2 2 5 1";
const FORM: &str = "application/x-www-form-urlencoded";

struct Hall {
    router: Router,
    vault: Arc<Vault>,
    portal: Portal,
    /// Who is there: cookies by login.
    cookies: Vec<(&'static str, i64, String)>,
    _folder: tempfile::TempDir,
}

struct Answered {
    status: StatusCode,
    to: String,
    kept: String,
    html: String,
}

async fn hall() -> Hall {
    let folder = tempfile::tempdir().unwrap();
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(1));
    let draw: Draw = Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
    let url = format!("sqlite:{}", folder.path().join("keys.sqlite").display());
    let store = Store::open(&url, 4, draw.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let made = store.write(NOW_MS, |tx| {
        Box::pin(async move {
            let form = UnitForm {
                class: "province".into(),
                name: "UBND tỉnh".into(),
                code: "H57".into(),
                ..UnitForm::default()
            };
            add_unit(tx, &Actor::console(), &Order::new(), form).await
        })
    });
    let unit = made.await.unwrap();
    let mut cookies = Vec::new();
    for (login, role) in [
        ("operator", Role::SystemOperator),
        ("approver", Role::Approver),
        ("one", Role::KeyCustodian),
        ("two", Role::KeyCustodian),
        ("three", Role::KeyCustodian),
        ("four", Role::KeyCustodian),
        ("auditor", Role::Auditor),
    ] {
        let token = Token::draw(&draw);
        let hash = token.hash();
        let signed_in = store
            .write(NOW_MS, move |tx| Box::pin(async move { sign_in(tx, login, None, Some((role, unit)), hash).await }));
        cookies.push((login, signed_in.await.unwrap(), format!("{}; congthe-lang=en", cookie(&token))));
    }
    let vault = Arc::new(Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(2)));
    let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap());
    let portal = Portal::new(
        (store, Blobs::open(folder.path()).unwrap()),
        (vault.clone(), vault.clone()),
        (now, draw),
        SiteAssets::default(),
        "http://127.0.0.1:8080".to_owned(),
        (None, None),
    );
    Hall { router: app::router(&portal), vault, portal, cookies, _folder: folder }
}

impl Hall {
    async fn ask(&self, who: &str, request: axum::http::request::Builder, body: String) -> Answered {
        let cookie = self.cookies.iter().find(|(login, ..)| *login == who).map_or("", |(.., cookie)| cookie);
        let request = request.header("cookie", cookie).header("content-type", FORM).body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let of =
            |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let (status, to, kept) = (response.status(), of(header::LOCATION), of(header::CACHE_CONTROL));
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answered { status, to, kept, html: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    async fn get(&self, who: &str, path: &str) -> Answered {
        self.ask(who, Request::get(path), String::new()).await
    }

    async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answered {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.ask(who, Request::post(path), body.join("&")).await
    }

    fn account(&self, who: &str) -> String {
        self.cookies.iter().find(|(login, ..)| *login == who).unwrap().1.to_string()
    }

    /// Proposed and agreed to; its address.
    async fn begun(&self) -> String {
        let [one, two, three] = ["one", "two", "three"].map(|who| self.account(who));
        let fields = [("custodian1", one.as_str()), ("custodian2", &two), ("custodian3", &three), ("decision", "7/QĐ")];
        let begun = self.post("operator", "/keys/ceremony/add", &fields).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.html);
        let agreed = self.post("approver", &format!("{}/decide", begun.to), &[("decision", "agree")]).await;
        assert_eq!(agreed.to, begun.to, "{}", agreed.html);
        begun.to
    }
}

/// The share on its page.
fn share(html: &str) -> String {
    let (_, rest) = html.split_once("id=\"share\"").unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_ceremony_in_the_browser() {
    let hall = hall().await;
    let twice = hall.account("one");
    let fields = [("custodian1", twice.as_str()), ("custodian2", &twice), ("decision", "7/QĐ-SNV")];
    let wrong = hall.post("operator", "/keys/ceremony/add", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("Choose three different people") && wrong.html.contains("7/QĐ-SNV"), "{}", wrong.html);

    let ceremony = hall.begun().await;
    let at = |step: &str| format!("{ceremony}/{step}");
    let short = hall.post("one", &at("component"), &[("component", "1 2 3")]).await;
    assert!(short.html.contains("At least 20 characters") && short.html.contains("1 2 3"), "{}", short.html);
    for who in ["one", "two", "three"] {
        let given = hall.post(who, &at("component"), &[("component", COMPONENT)]).await;
        assert_eq!(given.to, ceremony, "{}", given.html);
    }
    for who in ["one", "operator", "approver", "auditor"] {
        let page = hall.get(who, &ceremony).await;
        assert!(page.status == StatusCode::OK && !page.html.contains(COMPONENT), "{who}");
    }
    assert_eq!(hall.post("four", &at("draw"), &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(hall.post("two", &at("draw"), &[]).await.to, ceremony);
    assert!(hall.vault.key_sets().unwrap()[0].draft);

    let mut shares = Vec::new();
    for who in ["one", "two", "three"] {
        assert_eq!(hall.get(who, &at("share")).await.status, StatusCode::METHOD_NOT_ALLOWED, "no address of its own");
        let page = hall.post(who, &at("share"), &[]).await;
        assert_eq!((page.status, page.kept.as_str()), (StatusCode::OK, "no-store"));
        let value = hall.vault.key_sets().unwrap()[0].check_values[0].1.to_string();
        assert!(page.html.contains(&value) && page.html.contains("Key set 1"), "{}", page.html);
        shares.push(share(&page.html));
        let again = hall.post(who, &at("share"), &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let copied = hall.get(who, &ceremony).await;
        for (nth, line) in shares.iter().flat_map(|share| share.lines()).enumerate() {
            assert!(!again.html.contains(line) && !copied.html.contains(line), "{nth}");
        }
    }
    let lines: Vec<&str> = shares[0].lines().collect();
    assert_eq!(lines.len(), 4);
    let mistyped = [lines[0], lines[1], lines[3], lines[3]].join("\r\n");
    let wrong = hall.post("one", &at("confirm"), &[("share", &mistyped)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("Line 3 is mistyped") && wrong.html.contains(lines[0]), "{}", wrong.html);
    for (who, share) in ["one", "two", "three"].into_iter().zip(&shares) {
        let confirmed = hall.post(who, &at("confirm"), &[("share", &share.replace('\n', "\r\n"))]).await;
        assert_eq!(confirmed.to, ceremony, "{}", confirmed.html);
    }
    assert!(!hall.vault.key_sets().unwrap()[0].draft);
    let keys = hall.get("", "/.well-known/congthe-keys.json").await;
    assert_eq!((keys.status, keys.html.as_str()), (StatusCode::OK, r#"{"keys":[]}"#));
    let chosen = hall.post("approver", "/keys", &[("what", "use-1")]).await;
    assert_eq!(chosen.to, "/keys", "{}", chosen.html);
    let keys: serde_json::Value =
        serde_json::from_str(&hall.get("", "/.well-known/congthe-keys.json").await.html).unwrap();
    let key = &hall.vault.public_keys().unwrap()[0];
    assert_eq!(keys["keys"][0]["state"], "in_use");
    assert_eq!(keys["keys"][0]["set_version"], 1);
    let id: String = key.id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(keys["keys"][0]["key_id"], id.as_str());
    let page = hall.get("auditor", "/keys").await.html;
    for (_, value) in &hall.vault.key_sets().unwrap()[0].check_values {
        assert!(page.contains(&value.to_string()));
    }

    // the shares are tried, one after the other
    let first = hall.post("four", "/keys/restore", &[("share", &shares[1])]).await;
    assert_eq!(first.to, "/keys/restore", "{}", first.html);
    let waits = hall.get("three", "/keys/restore").await.html;
    assert!(waits.contains("Key set 1 waits for the second share") && !waits.contains(lines[1]));
    let tried = hall.post("three", "/keys/restore", &[("share", &shares[2])]).await;
    assert_eq!(tried.to, "/keys", "{}", tried.html);
}

#[tokio::test]
async fn what_is_broken_off_leaves_no_draft() {
    let hall = hall().await;
    let ceremony = hall.begun().await;
    for who in ["one", "two", "three"] {
        hall.post(who, &format!("{ceremony}/component"), &[("component", COMPONENT)]).await;
    }
    hall.post("one", &format!("{ceremony}/draw"), &[]).await;
    assert_eq!(hall.vault.key_sets().unwrap().len(), 1);
    let path = format!("{ceremony}/break-off");
    let wrong = hall.post("one", &path, &[("do", "break_off"), ("why", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.html);
    assert!(wrong.html.contains("id=\"why-error\""), "{}", wrong.html);
    assert_eq!(hall.post("auditor", &path, &[("why", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hall.post("one", &path, &[("why", "Máy in hỏng")]).await.to, ceremony);
    assert!(hall.vault.key_sets().unwrap().is_empty());
    assert!(hall.get("auditor", &ceremony).await.html.contains("Máy in hỏng"));
}

#[tokio::test]
async fn a_demonstration_has_a_set_in_use_and_says_that_nobody_has_shares_of_it() {
    let hall = hall().await;
    demonstrate(&hall.portal.store, &hall.portal.safe(), NOW_MS).await.unwrap();
    assert!(!hall.vault.key_sets().unwrap()[0].draft);
    let page = hall.get("approver", "/keys").await;
    assert!(
        page.html.contains("A demonstration&#x27;s set") || page.html.contains("A demonstration's set"),
        "{}",
        page.html
    );
    let begin = hall.begun().await;
    assert!(hall.get("one", &begin).await.html.contains("Key ceremony: set 2"));
}
