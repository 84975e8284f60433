//! Every route × every role × {own unit, child unit, other unit}: who may come through, by HTTP, against the one table
//! in `model::role`. A route that names no access cannot be mounted; one that names too wide an access fails here.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use app::{Access, Cards, Entry, Portal, SiteAssets, Usual};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use face::font::Fonts;
use face::layout::Settings;
use jiff::Timestamp;
use model::card_code::CardCode;
use model::role::{Action, Grant, Role};
use model::stock::LotCheck;
use rand::SeedableRng as _;
use registry::order::Order;
use registry::store::national::National;
use registry::store::stock::blank;
use registry::store::{
    account, card, card_code, certificate, certificate_request, dossier, handover, import, key, national, outbox, plan,
    request, training_class, unit,
};
use registry::token::Token;
use registry::work::biometrics::systems::{SystemForm, ask_system};
use registry::work::change_person::{PersonForm, add_person};
use registry::work::change_unit::{UnitForm, add_unit};
use registry::work::equipment::keep::{EquipmentForm, NewEquipment, add_equipment};
use registry::work::grants::{ProposeGrant, propose_grant};
use registry::work::stock::accept_lot::{AcceptForm, accept_lot};
use registry::work::stock::count::{CountForm, count};
use registry::work::stock::destroy::{DestroyForm, draw_up};
use registry::work::stock::move_blanks::{SendForm, send_blanks};
use registry::work::stock::places::{PlaceForm, add_place};
use registry::work::stock::receive_lot::{LotForm, receive_lot};
use registry::work::stock::spoil::{SpoilForm, spoil};
use registry::work::stock::types::{TypeForm, add_type};
use registry::{Actor, Blobs, Draw, Failure, Store, Tx};
use server::public::Public;
use server::relay::{Hub, Limits};
use signed_in::{cookie, sign_in};
use tower::ServiceExt as _;
use vault::Vault;

#[path = "../../../pkg/face/tests/sample/liberation.rs"]
mod liberation;
#[path = "../sample/signed_in.rs"]
mod signed_in;

const NOW_MS: i64 = 1_795_305_600_000;

/// A unit of the test's province, with a person in it.
#[derive(Clone, Debug)]
struct Place {
    unit: i64,
    path: String,
    person: i64,
    request: i64,
    list: i64,
    card: i64,
    handover: i64,
    equipment: i64,
    certificate: i64,
    certificate_request: i64,
    certificate_list: i64,
    plan: i64,
    class: i64,
    token: i64,
    system: i64,
    stock: Stock,
}

/// One of each thing of the stock, at a place of that unit.
#[derive(Clone, Debug, Default)]
struct Stock {
    place: i64,
    lot: i64,
    blank: i64,
    transfer: i64,
    destruction: i64,
    count: i64,
}

struct Province {
    portal: Portal,
    draw: Draw,
    root: Place,
    own: Place,
    child: Place,
    other: Place,
    /// An account and a proposed role that are nobody's in the test.
    account: i64,
    grant: i64,
    run: i64,
    /// A key ceremony in which nobody of the test has a part.
    ceremony: i64,
    _folder: tempfile::TempDir,
}

/// Pages, the two ends of the relay, and what anybody may check.
fn table(portal: &Portal) -> Vec<Entry> {
    let mut table = app::table();
    table.extend(others(portal));
    table
}

fn others(portal: &Portal) -> Vec<Entry> {
    let mut others = server::relay::table(&Hub::new(counting(), Limits::default()));
    others.extend(server::public::table(&Public::new(portal, None)));
    others
}

fn router(portal: &Portal) -> Router {
    app::router(portal).merge(app::mounted(portal, others(portal)))
}

fn counting() -> Draw {
    let state = std::sync::atomic::AtomicU64::new(1);
    Arc::new(move |bytes| {
        for byte in bytes {
            let next = state.fetch_add(0x9E37_79B9_7F4A_7C15, std::sync::atomic::Ordering::Relaxed);
            *byte = (next >> 32) as u8;
        }
    })
}

impl Province {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let draw = counting();
        let url = format!("sqlite:{}", folder.path().join("matrix.sqlite").display());
        let store = Store::open(&url, 4, draw.clone()).await.unwrap();
        store.migrate().await.unwrap();
        let root = place(&store, None, "province", "Tỉnh", "H57").await;
        let own = place(&store, Some(&root), "specialised_agency", "Sở A", "H57.10").await;
        let child = place(&store, Some(&own), "attached_unit", "Trung tâm A1", "H57.10.01").await;
        let other = place(&store, Some(&root), "specialised_agency", "Sở B", "H57.11").await;
        let (account, grant, run, ceremony) = store
            .write(NOW_MS, |tx| {
                Box::pin(async move {
                    let id = account::insert(tx.conn(), "ai.do", "Ai Đó", None, NOW_MS).await?;
                    account::set_password(tx.conn(), id, "x", NOW_MS).await?;
                    let typed = ProposeGrant {
                        account_id: id,
                        role: "auditor".into(),
                        decision: "1/QĐ".into(),
                        ..ProposeGrant::default()
                    };
                    let grant = propose_grant(tx, &Actor::console(), typed).await?;
                    let run = {
                        let run = import::NewRun {
                            kind: "people",
                            told: "[]",
                            existing: 0,
                            faulty: 0,
                            by: "console",
                            account_id: None,
                        };
                        import::put_run(tx.conn(), &run, NOW_MS).await?
                    };
                    let ceremony = key::ceremony::insert(tx.conn(), 1, "1/QĐ", (None, NOW_MS)).await?;
                    Ok::<_, Failure>((id, grant, run, ceremony))
                })
            })
            .await
            .unwrap();
        let vault = Arc::new(Vault::ephemeral(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)));
        let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap());
        let [regular, bold] = ["Regular", "Bold"].map(|face| std::fs::read(liberation::path(face)).unwrap());
        let fonts = Fonts::new(regular.into(), bold.into()).unwrap();
        let faces =
            ["Regular", "Bold", "Italic", "BoldItalic"].map(|face| std::fs::read(liberation::path(face)).unwrap());
        let [upright, strong, slanted, both] = faces.map(Into::into);
        let papers = paper::Fonts::new(upright, strong, slanted, both).unwrap();
        let cards = Cards::new(fonts, Settings::default(), Usual::default(), None);
        let portal = Portal::new(
            (store, Blobs::open(folder.path()).unwrap()),
            (vault.clone(), vault.clone()),
            (now, draw.clone()),
            SiteAssets::default(),
            "http://127.0.0.1:8080".into(),
            (Some(cards), Some(papers)),
        );
        portal.trains_with(vault);
        Province { portal, draw, root, own, child, other, account, grant, run, ceremony, _folder: folder }
    }

    /// The cookie of somebody with this role on the unit, or of somebody without any role.
    async fn cookie(&self, held: Option<(Role, &Place)>, nth: usize) -> String {
        let token = Token::draw(&self.draw);
        let hash = token.hash();
        let held = held.map(|(role, place)| (role, place.unit));
        let login = format!("nguoi{nth}");
        let signed_in = self
            .portal
            .store
            .write(NOW_MS, move |tx| Box::pin(async move { sign_in(tx, &login, None, held, hash).await }));
        signed_in.await.unwrap();
        cookie(&token)
    }
}

async fn place(store: &Store, parent: Option<&Place>, class: &str, name: &str, code: &str) -> Place {
    let code = code.to_owned();
    let form = UnitForm {
        class: class.into(),
        name: name.into(),
        parent_id: parent.map(|place| place.unit),
        code: code.clone(),
        ..UnitForm::default()
    };
    store
        .write(NOW_MS, |tx| {
            Box::pin(async move {
                let order = Order::new();
                let unit = add_unit(tx, &Actor::console(), &order, form).await?;
                let person =
                    PersonForm {
                        name: "Nguyễn Văn Thử".into(), kind: "civil_servant".into(), ..PersonForm::default()
                    };
                let person = add_person(tx, &Actor::console(), &order, unit, person).await?;
                let path = unit::by_id(tx.conn(), unit).await?.unwrap().path;
                let new = request::NewRequest {
                    person_id: person,
                    unit_id: unit,
                    case_name: "first_issue",
                    reason: "new_recruit",
                    note: None,
                    created_by: None,
                };
                let request = request::insert(tx.conn(), &new, NOW_MS).await?;
                let list = dossier::insert(tx.conn(), unit, "Đợt 1", None, NOW_MS).await?;
                let mut next = 0;
                let card_code = CardCode::draw(|| {
                    next += 1;
                    unit as u8 + next
                });
                card_code::give(tx.conn(), card_code, NOW_MS).await?;
                let new = card::NewCard {
                    person_id: person,
                    request_id: Some(request),
                    unit_id: unit,
                    number: "H57.046190001234.CC",
                    code: card_code.as_str(),
                    card_type: "cc",
                    snapshot: "{}",
                    sha256: &[0; 32],
                    source: "province",
                    portrait: None,
                    replaces: None,
                };
                let card = card::insert(tx.conn(), &new, NOW_MS).await?;
                // the first of them is the file that is asked for
                outbox::add(tx.conn(), "register", card, NOW_MS, "2026-11-30").await?;
                let (events, _) = outbox::waiting(tx.conn(), 10).await?;
                outbox::insert_batch(tx.conn(), &events, &[0; 32], None, NOW_MS).await?;
                // what stood on it was erased: nobody needs a portrait for this test
                card::erase(tx.conn(), person).await?;
                let stock = stock(tx, &code).await?;
                let handover =
                    handover::insert(tx.conn(), &format!("{unit}/BBBG-2026"), (unit, None), None, NOW_MS).await?;
                let said =
                    National { person_id: person, position: Some("Chuyên viên".into()), ..National::default() };
                national::put(tx.conn(), &said, "console", NOW_MS).await?;
                let (equipment, system) = (device(tx, &code).await?, entry_system(tx, &code).await?);
                let (certificate, token) = certificate_of(tx, unit, person).await?;
                let (certificate_request, certificate_list) = request_of(tx, unit, certificate, person).await?;
                let head = plan::Head {
                    unit_id: unit,
                    title: "Kế hoạch",
                    years: (2027, 2027),
                    words: "plain",
                    goal: None,
                    state: "proposed",
                };
                let plan = plan::insert(tx.conn(), &head, NOW_MS).await?;
                let values = training_class::ClassValues {
                    unit_id: unit,
                    plan_id: None,
                    title: "Lớp",
                    topic: "both",
                    audience: "users",
                    days: "2026-12-03",
                    place: "Hội trường",
                    content: None,
                    capacity: 30,
                };
                let class = training_class::insert(tx.conn(), &values, NOW_MS).await?;
                Ok::<_, Failure>(Place {
                    unit,
                    path,
                    plan,
                    class,
                    person,
                    request,
                    list,
                    card,
                    handover,
                    equipment,
                    certificate,
                    certificate_request,
                    certificate_list,
                    token,
                    system,
                    stock,
                })
            })
        })
        .await
        .unwrap()
}

/// Two places of the unit with that code, and a lot of which blanks are sent, spoiled and counted.
async fn stock(tx: &mut Tx, code: &str) -> Result<Stock, Failure> {
    let console = Actor::console();
    let kind = TypeForm {
        code: code.into(),
        name: format!("Phôi {code}"),
        supplier: "Nhà cung cấp".into(),
        chip: "none".into(),
        interface: "none".into(),
        material: "PVC".into(),
        surface: "matt".into(),
        length: "85.725".into(),
        width: "53.975".into(),
        thickness: "0.76".into(),
        appraisal: "1/BNV".into(),
        ..TypeForm::default()
    };
    let kind = add_type(tx, &console, kind).await?;
    let form = |name: String| PlaceForm { name, kind: "store".into(), unit_code: code.into(), ..PlaceForm::default() };
    let place = add_place(tx, &console, form(format!("Kho {code}"))).await?;
    let other = add_place(tx, &console, form(format!("Kho hai {code}"))).await?;
    let serial = |nth: u8| format!("{code}-{nth}");
    let lot = LotForm {
        type_id: Some(kind),
        place_id: Some(place),
        number: code.into(),
        document: "1".into(),
        stated: "4".into(),
        serials: (1..=4).map(serial).collect::<Vec<_>>().join("\n"),
        ..LotForm::default()
    };
    let lot = receive_lot(tx, &console, lot).await?;
    let good = AcceptForm { checks: LotCheck::ALL.to_vec(), ..AcceptForm::default() };
    accept_lot(tx, &console, (lot, 1), good).await?;
    let send = SendForm { from: Some(place), to: Some(other), serials: serial(1), ..SendForm::default() };
    let transfer = send_blanks(tx, &console, send).await?;
    let spoiled =
        SpoilForm { place_id: Some(place), serials: serial(2), reason: "damaged".into(), ..SpoilForm::default() };
    spoil(tx, &console, spoiled).await?;
    let minutes = DestroyForm { place_id: Some(place), method: "Cắt".into(), ..DestroyForm::default() };
    let destruction = draw_up(tx, &console, minutes).await?;
    let found = CountForm { place_id: Some(place), serials: [3, 4].map(serial).join("\n"), ..CountForm::default() };
    let count = count(tx, &console, found).await?;
    let blank = blank::by_serials(tx.conn(), &[serial(1)]).await?.first().unwrap().id;
    Ok(Stock { place, lot, blank, transfer, destruction, count })
}

/// A device of the unit with that code.
async fn device(tx: &mut Tx, code: &str) -> Result<i64, Failure> {
    let form = EquipmentForm { kind: "reader".into(), model: "ACR1252U".into(), ..EquipmentForm::default() };
    let new = NewEquipment { unit_code: code.into(), ..NewEquipment::default() };
    add_equipment(tx, &Actor::console(), &form, &new).await
}

/// A person's certificate on a token; its bytes matter to nobody here.
async fn certificate_of(tx: &mut Tx, unit: i64, person: i64) -> Result<(i64, i64), Failure> {
    let serial = format!("GCA-{unit}");
    let token = certificate::insert_token(tx.conn(), ("usb", &serial), None, (unit, "in_store"), NOW_MS).await?;
    let new = certificate::NewCertificate {
        kind: "person",
        serial: "7A01",
        subject: "Nguyễn Văn An",
        subject_folded: "nguyen van an",
        issuer: "CA",
        algorithm: "EC P-256",
        fingerprint: &[unit as u8; 32],
        der: Some(&[0x30, 0]),
        valid_from: NOW_MS,
        valid_until: NOW_MS + 1,
        unit_id: unit,
        person_id: Some(person),
        holder_id: Some(person),
        token_id: Some(token),
        state: "in_use",
        in_use_since: Some("2026-11-02"),
    };
    Ok((certificate::insert(tx.conn(), &new, NOW_MS).await?, token))
}

/// A request about that certificate, and a list that is being composed.
async fn request_of(tx: &mut Tx, unit: i64, certificate: i64, person: i64) -> Result<(i64, i64), Failure> {
    let new = certificate_request::NewRequest {
        operation: "renew",
        kind: "person",
        unit_id: unit,
        person_id: Some(person),
        device: None,
        keeper_id: Some(person),
        certificate_id: Some(certificate),
        regime: "68-2024",
        reason: None,
        state: "endorsed",
        due_at: None,
        asked_by: None,
    };
    let request = certificate_request::insert(tx.conn(), &new, NOW_MS).await?;
    let list = certificate_request::insert_list(tx.conn(), (unit, "Đợt 1"), NOW_MS, None, NOW_MS).await?;
    Ok((request, list))
}

/// A system at the doors of that unit.
async fn entry_system(tx: &mut Tx, code: &str) -> Result<i64, Failure> {
    let form = SystemForm {
        unit_code: code.into(),
        name: format!("Cổng {code}"),
        purpose: "Ra vào trụ sở".into(),
        operator: "Văn phòng".into(),
        contact: "Văn phòng".into(),
        fields: vec!["name".into()],
    };
    ask_system(tx, &Actor::console(), &form).await
}

async fn ask(router: &Router, method: &Method, path: &str, cookie: &str) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::empty())
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status(), to)
}

fn refused(answer: &(StatusCode, String)) -> bool {
    matches!(answer.0.as_u16(), 401 | 403 | 404) || answer.1.starts_with("/sign-in")
}

/// A route's path for one place, and the path of the unit that it concerns; `None` where it concerns none.
fn concrete(pattern: &str, place: &Place, province: &Province) -> (String, Option<String>) {
    let pattern = pattern.replace("{name}", "front").replace("{code}", "7hKq");
    let fill = |id: i64| pattern.replace("{id}", &id.to_string());
    if !pattern.contains("{id}") {
        (pattern.clone(), None)
    } else if pattern.starts_with("/units") {
        (fill(place.unit), Some(place.path.clone()))
    } else if pattern.starts_with("/people") || pattern.starts_with("/national") {
        (fill(place.person), Some(place.path.clone()))
    } else if pattern.starts_with("/verify") || pattern.starts_with("/requests") {
        (fill(place.request), Some(place.path.clone()))
    } else if pattern.starts_with("/lists") {
        (fill(place.list), Some(place.path.clone()))
    } else if ["/cards", "/issue", "/witness"].iter().any(|of| pattern.starts_with(of)) {
        (fill(place.card), Some(place.path.clone()))
    } else if pattern.starts_with("/certificate-requests") {
        (fill(place.certificate_request), Some(place.path.clone()))
    } else if pattern.starts_with("/certificate-lists") {
        (fill(place.certificate_list), Some(place.path.clone()))
    } else if pattern.starts_with("/training-classes") {
        (fill(place.class), Some(place.path.clone()))
    } else if pattern.starts_with("/certificate-plans") {
        (fill(place.plan), Some(place.path.clone()))
    } else if pattern.starts_with("/certificates") {
        (fill(place.certificate), Some(place.path.clone()))
    } else if pattern.starts_with("/tokens") {
        (fill(place.token), Some(place.path.clone()))
    } else if pattern.starts_with("/equipment") {
        (fill(place.equipment), Some(place.path.clone()))
    } else if pattern.starts_with("/entry-systems") {
        (fill(place.system), Some(place.path.clone()))
    } else if pattern.starts_with("/handovers") {
        (fill(place.handover), Some(place.path.clone()))
    } else if ["/files", "/ministry", "/bulk"].iter().any(|of| pattern.starts_with(of)) {
        // there is none: whoever asks is told so
        (fill(1), None)
    } else if pattern.starts_with("/keys/ceremony") {
        (fill(province.ceremony), None)
    } else if pattern.starts_with("/import") {
        (fill(province.run), None)
    } else if pattern.starts_with("/settings/accounts") {
        (fill(province.account), None)
    } else if pattern.starts_with("/settings/grants") {
        (fill(province.grant), None)
    } else if pattern.starts_with("/stock/types") {
        (fill(1), None)
    } else if pattern.starts_with("/stock/places/{id}/keys") {
        (fill(place.stock.place), Some(place.path.clone()))
    } else if pattern.starts_with("/stock/places") {
        (fill(place.stock.place), None)
    } else if let Some(id) = stock_id(&pattern, &place.stock) {
        (fill(id), Some(place.path.clone()))
    } else {
        panic!("{pattern}: the matrix does not know what this concerns; teach it");
    }
}

fn stock_id(pattern: &str, of: &Stock) -> Option<i64> {
    Some(match pattern.strip_prefix("/stock/")?.split('/').next()? {
        "lots" => of.lot,
        "blanks" => of.blank,
        "moves" => of.transfer,
        "destructions" => of.destruction,
        "counts" => of.count,
        _ => return None,
    })
}

#[tokio::test]
async fn every_role_at_every_route_and_place() {
    let province = Province::new().await;
    let router = router(&province.portal);
    let mut asked = 0;
    for (nth, (role, on_root)) in Role::ALL.into_iter().flat_map(|role| [(role, false), (role, true)]).enumerate() {
        let held = if on_root { &province.root } else { &province.own };
        let cookie = province.cookie(Some((role, held)), nth).await;
        let grant = Grant { role, path: held.path.clone() };
        for entry in table(&province.portal) {
            let Access::May(action) = entry.access else { continue };
            for (name, place) in [("own", &province.own), ("child", &province.child), ("other", &province.other)] {
                let (path, concerns) = concrete(entry.path, place, &province);
                let allowed = match &concerns {
                    Some(unit) => grant.allows(action, unit),
                    None => grant.allows_somewhere(action),
                };
                // the run is one of units: to who imports something else it is none
                let others = entry.path.starts_with("/import/runs/{id}");
                let allowed = allowed && (!others || grant.allows_somewhere(Action::ChangeUnits));
                let answer = ask(&router, &entry.method, &path, &cookie).await;
                let line = format!("{role:?} (root: {on_root}) {} {path} {action:?} {name}: {answer:?}", entry.method);
                assert_eq!(refused(&answer), !allowed, "{line}");
                assert!(answer.0 != StatusCode::INTERNAL_SERVER_ERROR, "{line}");
                asked += 1;
            }
        }
    }
    assert!(asked > 1000, "only {asked} requests");
}

#[tokio::test]
async fn without_a_session_only_public_routes_answer() {
    let province = Province::new().await;
    let router = router(&province.portal);
    let nobody = province.cookie(None, 0).await;
    for entry in table(&province.portal) {
        let (path, _) = concrete(&entry.path.replace("{link}", "x"), &province.own, &province);
        let stranger = ask(&router, &entry.method, &path, "").await;
        let line = format!("{} {path}: {stranger:?}", entry.method);
        match entry.access {
            Access::Public => assert!(stranger.0 != StatusCode::INTERNAL_SERVER_ERROR, "{line}"),
            _ => assert!(refused(&stranger), "{line}"),
        }
        if matches!(entry.access, Access::May(_)) {
            let answer = ask(&router, &entry.method, &path, &nobody).await;
            assert!(refused(&answer), "without a role: {} {path}: {answer:?}", entry.method);
        }
    }
}

/// What other programs may call stands in the OpenAPI document, and nothing else does.
#[tokio::test]
async fn the_document_of_the_interfaces_has_every_route_of_them() {
    let document = serde_json::to_value(server::openapi::document()).unwrap();
    let mut written: Vec<String> = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let methods = operations.as_object().unwrap().keys();
        written.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    written.retain(|line| line.contains(" /api/"));
    written.sort();
    let mut routes: Vec<String> = table(&Province::new().await.portal)
        .iter()
        .filter(|entry| entry.path.starts_with("/api/"))
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect();
    routes.sort();
    assert_eq!(written, routes);
}

/// What anybody may ask is written down here: a new public route needs a second look.
#[tokio::test]
async fn the_public_routes_are_these() {
    let mut public: Vec<String> = table(&Province::new().await.portal)
        .iter()
        .filter(|entry| entry.access == Access::Public)
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect();
    public.sort();
    assert_eq!(
        public,
        [
            "GET /",
            "GET /.well-known/congthe-keys.json",
            "GET /activate/{link}",
            "GET /api/v1/audit/consistency",
            "GET /api/v1/audit/head",
            "GET /api/v1/audit/inclusion",
            "GET /api/v1/certificates",
            "GET /api/v1/status/{code}",
            "GET /information",
            "GET /log",
            "GET /reader/app",
            "GET /robots.txt",
            "GET /scan/",
            "GET /scan/list",
            "GET /scan/manifest.webmanifest",
            "GET /scan/sw.js",
            "GET /sign-in",
            "GET /start",
            "GET /t",
            "GET /t/portrait/{name}",
            "GET /t/{code}",
            "POST /activate/{link}",
            "POST /api/v1/status",
            "POST /log",
            "POST /preferences",
            "POST /scan/",
            "POST /sign-in",
            "POST /t",
            "POST /t/{code}",
        ]
    );
}

#[test]
fn every_action_has_a_route() {
    for action in Action::ALL {
        let used = app::table().iter().any(|entry| entry.access == Access::May(action));
        assert!(used, "{action:?} is in the table of permissions, but nothing does it");
    }
}
