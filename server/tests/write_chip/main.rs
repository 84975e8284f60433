//! Writing chips over HTTP, as the page's module does it, with a simulated card: keyed at a store, written, torn away, written by a server
//! that was started anew; and whatever is sent that is no answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, Mutex};

use app::{Cards, Portal, SiteAssets, Usual};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use chip::batch::{Answers, Do, End, Ended, Relay, Told};
use chip::keys::SetVersion;
use face::font::Fonts;
use face::layout::Settings;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use model::role::Role;
use picc::{Card, Memory, Model, State, Tear};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::card_vault::{CardVault as _, Component};
use registry::order::Order;
use registry::store::card;
use registry::token::Token;
use registry::work::change_unit::{UnitForm, add_unit};
use registry::{Actor, Blobs, Draw, Failure, Store};
use server::serve::{Edge, wrap};
use signed_in::{cookie, sign_in};
use tower::ServiceExt as _;
use vault::Vault;

#[path = "../../../pkg/face/tests/sample/liberation.rs"]
mod liberation;
#[path = "../sample/printed.rs"]
mod printed;
#[path = "../sample/signed_in.rs"]
mod signed_in;

const NOW_MS: i64 = 1_795_305_600_000;
const ORIGIN: &str = "http://127.0.0.1:8080";

struct Desk {
    store: Store,
    vault: Arc<Vault>,
    /// Keys that are nobody's.
    practice: Arc<Vault>,
    draw: Draw,
    folder: tempfile::TempDir,
    /// Of who issues and of who keeps the stock.
    operator: String,
    keeper: String,
    /// The card that was printed, and the store.
    id: i64,
    place: i64,
}

async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(1));
    let draw: Draw = Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
    let url = format!("sqlite:{}", folder.path().join("chip.sqlite").display());
    let store = Store::open(&url, 4, draw.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let tokens = [Token::draw(&draw), Token::draw(&draw)];
    let [operator, keeper] = tokens.each_ref().map(Token::hash);
    let made = store.write(NOW_MS, move |tx| {
        Box::pin(async move {
            let (console, order) = (Actor::console(), Order::new());
            let form =
                UnitForm { class: "province".into(), name: "Tỉnh".into(), code: "H57".into(), ..UnitForm::default() };
            let root = add_unit(tx, &console, &order, form).await?;
            sign_in(tx, "mot", None, Some((Role::IssuingOperator, root)), operator).await?;
            sign_in(tx, "hai", None, Some((Role::StockKeeper, root)), keeper).await?;
            let place = printed::blanks(tx, "store", &["A-1".into()]).await?;
            let id = printed::approved(tx, root, 1, "").await?;
            card::put_state(tx.conn(), (id, 1), ("approved", "printed"), NOW_MS).await?;
            card::note_printed(tx.conn(), id, Some("Kho"), Some("A-1")).await?;
            Ok::<_, Failure>((id, place))
        })
    });
    let (id, place) = made.await.unwrap();
    let [vault, practice] = [1, 2].map(|seed| {
        let vault = Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(seed));
        let version = SetVersion::new(1).unwrap();
        let components = [Component::default(), Component::default(), Component::default()];
        let drawn = vault.draw_set(version, &components, &draw).unwrap();
        vault.keep_set(version, drawn.set.id, &draw).unwrap();
        Arc::new(vault)
    });
    let [operator, keeper] = tokens.map(|token| format!("{}; congthe-lang=en", cookie(&token)));
    Desk { store, vault, practice, draw, folder, operator, keeper, id, place }
}

impl Desk {
    /// A server that was just started.
    fn router(&self) -> Router {
        let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap());
        let [regular, bold] = ["Regular", "Bold"].map(|face| std::fs::read(liberation::path(face)).unwrap());
        let fonts = Fonts::new(regular.into(), bold.into()).unwrap();
        let usual = Usual { host: "the.example.gov.vn".into(), ..Usual::default() };
        let cards = Cards::new(fonts, Settings::default(), usual, None);
        let portal = Portal::new(
            (self.store.clone(), Blobs::open(&self.folder.path().join("blobs")).unwrap()),
            (self.vault.clone(), self.vault.clone()),
            (now, self.draw.clone()),
            SiteAssets::default(),
            ORIGIN.into(),
            (Some(cards), None),
        );
        portal.trains_with(self.practice.clone());
        let edge = Edge {
            public_origin: ORIGIN.parse().unwrap(),
            reader_apps: Arc::new([]),
            trusted_proxies: Arc::new([]),
            body_limit: 1 << 20,
            request_timeout: std::time::Duration::from_secs(60),
            draw: self.draw.clone(),
        };
        wrap(app::router(&portal), &edge)
    }

    fn chip(&self) -> String {
        format!("/issue/{}/chip", self.id)
    }

    fn keys(&self) -> String {
        format!("/stock/places/{}/keys/chip", self.place)
    }
}

async fn post(router: &Router, cookie: &str, path: &str, body: String) -> (StatusCode, String) {
    let request = Request::post(path)
        .header("cookie", cookie)
        .header("origin", ORIGIN)
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    (status, String::from_utf8(bytes).unwrap())
}

fn blank() -> Card {
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(7));
    let uid = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, 0x80];
    let factory = State::factory(Model::Ev1, Memory::K2, uid);
    let mut card = Card::from_state(factory, Box::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes)));
    card.power_on();
    card
}

/// One batch, carried to the card.
fn carry(card: &mut Card, told: Told) -> Answers {
    let Told::Batch(batch) = told else { panic!("it is over: {told:?}") };
    let mut relay = Relay::default();
    let mut next = relay.batch(batch);
    loop {
        next = match next {
            Do::Send(command) => {
                let back = card.transmit(&command);
                relay.answer(&back)
            }
            Do::Report(answers) => return answers,
            Do::Nothing => panic!("nothing to do"),
        };
    }
}

/// As the page's module does, for so many batches; how it ended.
async fn write(router: &Router, cookie: &str, path: &str, card: &mut Card, tear: Option<(usize, Tear)>) -> Ended {
    card.power_off();
    card.power_on();
    let (mut status, mut text) = post(router, cookie, path, String::new()).await;
    for nth in 1.. {
        assert_eq!(status, StatusCode::OK, "{text}");
        let told: Told = serde_json::from_str(&text).unwrap();
        if let Told::Over(ended) = told {
            return ended;
        }
        if let Some((_, tear)) = tear.filter(|(at, _)| *at == nth) {
            card.tear(tear);
        }
        let answers = serde_json::to_string(&carry(card, told)).unwrap();
        (status, text) = post(router, cookie, &format!("{path}/turn"), answers).await;
    }
    unreachable!("counted without end")
}

#[tokio::test]
async fn a_card_is_written_by_one_server_and_finished_by_the_next() {
    let desk = desk().await;
    let (first, mut card) = (desk.router(), blank());
    let unkeyed = write(&first, &desk.operator, &desk.chip(), &mut card, None).await;
    assert_eq!((unkeyed.said.as_str(), unkeyed.reached), ("chip-unkeyed", false));
    let keyed = write(&first, &desk.keeper, &desk.keys(), &mut card, None).await;
    assert_eq!((keyed.said.as_str(), keyed.reached), ("chip-keyed", true));
    let torn = write(&first, &desk.operator, &desk.chip(), &mut card, Some((4, Tear::BeforeAnswer))).await;
    assert_eq!((torn.said.as_str(), torn.reached), ("chip-gone-underway", false), "{torn:?}");

    // the server goes away in the middle, and the page begins again with the next one
    card.power_off();
    card.power_on();
    let (_, text) = post(&first, &desk.operator, &desk.chip(), String::new()).await;
    let answers = carry(&mut card, serde_json::from_str(&text).unwrap());
    let second = desk.router();
    let turn = format!("{}/turn", desk.chip());
    let lost = post(&second, &desk.operator, &turn, serde_json::to_string(&answers).unwrap()).await;
    assert_eq!((lost.0, lost.1.as_str()), (StatusCode::CONFLICT, r#"{"failure":"stale"}"#));
    let anew = write(&second, &desk.operator, &desk.chip(), &mut card, None).await;
    assert_eq!((anew.said.as_str(), anew.reached), ("chip-anew", true));
    let again = write(&second, &desk.operator, &desk.chip(), &mut card, None).await;
    assert_eq!((again.said.as_str(), again.reached), ("chip-was-issued", true));
}

#[tokio::test]
async fn what_is_no_answer_is_refused_and_what_comes_twice_changes_nothing() {
    let desk = desk().await;
    let (router, mut card) = (desk.router(), blank());
    write(&router, &desk.keeper, &desk.keys(), &mut card, None).await;
    let turn = format!("{}/turn", desk.chip());
    let none = post(&router, &desk.operator, &turn, r#"{"run":1,"number":1,"answers":[],"end":"Gone"}"#.into()).await;
    assert_eq!(none.0, StatusCode::CONFLICT, "nothing was begun");
    card.power_off();
    card.power_on();
    let (_, begun) = post(&router, &desk.operator, &desk.chip(), String::new()).await;
    for hostile in ["", "null", "{", "[[]]", r#"{"run":-1,"number":1,"answers":[],"end":"Gone"}"#, &"[".repeat(200_000)]
    {
        let refused = post(&router, &desk.operator, &turn, hostile.to_owned()).await;
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.1);
    }
    // of another run: whoever sends them begins anew, and this run goes on
    let strange = Answers { run: 1, number: 1, answers: vec![vec![0x91, 0x00]], end: End::Through };
    let refused = post(&router, &desk.operator, &turn, serde_json::to_string(&strange).unwrap()).await;
    assert_eq!((refused.0, refused.1.as_str()), (StatusCode::CONFLICT, r#"{"failure":"stale"}"#));
    let answers = serde_json::to_string(&carry(&mut card, serde_json::from_str(&begun).unwrap())).unwrap();
    let (_, next) = post(&router, &desk.operator, &turn, answers.clone()).await;
    let (_, late) = post(&router, &desk.operator, &turn, answers).await;
    assert_eq!(late, next);
    // nobody else's, and nobody's
    let (status, _) = post(&router, &desk.keeper, &turn, "{}".into()).await;
    assert!(matches!(status.as_u16(), 403 | 404), "{status}");
    let (status, said) = post(&router, "", &turn, "{}".into()).await;
    assert_eq!((status, said.as_str()), (StatusCode::UNAUTHORIZED, r#"{"failure":"sign_in_needed"}"#));
    // signed out, it is given up
    let (status, _) = post(&router, &desk.operator, "/sign-out", String::new()).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_page_has_every_sentence_that_it_may_show() {
    let desk = desk().await;
    let router = desk.router();
    let page = desk.keys().replace("/chip", "");
    let request = Request::get(&page).header("cookie", &desk.keeper).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let html = String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
    for said in ["chip-keyed", "chip-gone-underway", "chip-others", "refused-no_key_set", "waiting"] {
        assert!(html.contains(&format!("data-say=\"{said}\"")), "{said}");
    }
    assert!(html.contains(&format!("data-write=\"{}\"", desk.keys())) && html.contains("data-writes=\"many\""));
}

#[tokio::test]
async fn practice_writes_simulated_cards_and_nothing_else() {
    let desk = desk().await;
    let (router, mut card) = (desk.router(), blank());
    let before = digest(&desk).await;
    let torn = write(&router, &desk.operator, "/training/chip", &mut card, Some((8, Tear::BeforeAnswer))).await;
    assert!(torn.said.starts_with("chip-gone"), "{torn:?}");
    let anew = write(&router, &desk.operator, "/training/chip", &mut card, None).await;
    assert_eq!((anew.said.as_str(), anew.reached), ("chip-anew", true));
    assert_eq!(digest(&desk).await, before, "neither chips nor cards nor blanks nor the log");
    // the province's keys do not open it, and practice's do not open the province's
    let strange = write(&router, &desk.operator, &desk.chip(), &mut card, None).await;
    assert!(!strange.reached, "{strange:?}");
}

/// Every row of what practice must not touch.
async fn digest(desk: &Desk) -> Vec<String> {
    use futures_util::StreamExt as _;
    use registry::store::dump;
    let mut conn = desk.store.read().await.unwrap();
    let mut rows = Vec::new();
    for table in dump::TABLES.iter().filter(|table| table.name != "session") {
        let columns = dump::columns(&mut conn, table).await.unwrap();
        let lines = dump::lines(&mut conn, table, &columns);
        rows.extend(lines.map(|line| line.unwrap()).collect::<Vec<_>>().await);
    }
    rows
}
