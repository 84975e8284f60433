//! The first import as a browser does it: the page, the check, the import, the file to fill in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, Mutex};

use app::{Portal, SiteAssets};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use contract::import::ImportKind;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use model::role::{Grant, Role};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::order::Order;
use registry::store::unit;
use registry::token::Token;
use registry::work::change_unit::{UnitForm, add_unit};
use registry::work::import::{begin, read};
use registry::{Actor, Blobs, Draw, Store};
use signed_in::{cookie, sign_in};
use tower::ServiceExt as _;
use vault::Vault;

#[path = "../sample/signed_in.rs"]
mod signed_in;

const NOW_MS: i64 = 1_795_305_600_000;

struct Desk {
    store: Store,
    router: Router,
    cookie: String,
    _folder: tempfile::TempDir,
}

/// An empty province, and its checker signed in.
async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(1));
    let draw: Draw = Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
    let url = format!("sqlite:{}", folder.path().join("import.sqlite").display());
    let store = Store::open(&url, 4, draw.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let token = Token::draw(&draw);
    let id_hash = token.hash();
    let made = store.write(NOW_MS, move |tx| {
        Box::pin(async move {
            let form = UnitForm {
                class: "province".into(),
                name: "UBND tỉnh".into(),
                code: "H57".into(),
                ..UnitForm::default()
            };
            let unit_id = add_unit(tx, &Actor::console(), &Order::new(), form).await?;
            sign_in(tx, "kiemtra", None, Some((Role::Checker, unit_id)), id_hash).await
        })
    });
    made.await.unwrap();
    let vault = Arc::new(Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1)));
    let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap());
    let origin = "http://127.0.0.1:8080".to_owned();
    let portal = Portal::new(
        (store.clone(), Blobs::open(folder.path()).unwrap()),
        (vault.clone(), vault),
        (now, draw),
        SiteAssets::default(),
        origin,
        (None, None),
    );
    let cookie = format!("{}; congthe-lang=en", cookie(&token));
    Desk { store, router: app::router(&portal), cookie, _folder: folder }
}

impl Desk {
    async fn get(&self, path: &str, more: &str) -> Response<Body> {
        let cookie = format!("{}; {more}", self.cookie);
        let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends the form as a browser does; a field called `file` as the bytes of a file.
    async fn send(&self, fields: &[(&str, &[u8])]) -> Response<Body> {
        let mut body = Vec::new();
        for (name, value) in fields {
            let file = if *name == "file" { "; filename=\"x.csv\"\r\nContent-Type: text/csv" } else { "" };
            body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
            body.extend(*value);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = Request::post("/import")
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn units(&self) -> i64 {
        unit::count(&mut self.store.read().await.unwrap()).await.unwrap()
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

const GOOD: &[u8] = "\u{FEFF}Class,Name,Code\r\nSở,Sở Nội vụ,H57.10\r\n".as_bytes();
const MIXED: &[u8] = b"Class,Name,Code\nS\xe1\xbb\x9f,One,H57.11\nDept,Two,H57.12\n";

#[tokio::test]
async fn a_file_is_checked_then_imported() {
    let desk = desk().await;
    let start = text(desk.get("/start", "").await).await;
    assert!(start.contains("href=\"/import?what=units\""), "{start}");
    let page = text(desk.get("/import", "").await).await;
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("Agency code\t"), "{page}");

    let checked = desk.send(&[("what", b"units"), ("text", b""), ("file", GOOD), ("do", b"check")]).await;
    assert_eq!(checked.status(), StatusCode::OK);
    let page = text(checked).await;
    assert!(page.contains(">Class,Name,Code") && page.contains("Import 1 unit<"), "{page}");
    assert_eq!(desk.units().await, 0);

    // the second step sends what stands in the page's text field
    let done = desk.send(&[("what", b"units"), ("text", GOOD), ("do", b"import")]).await;
    assert_eq!(
        (done.status(), &done.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/import?what=people&run=1".parse().unwrap())
    );
    assert_eq!(desk.units().await, 1);
    let cookie = done.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(cookie, "congthe-flash=units-imported.1.0.0.0");
    let page = text(desk.get("/import?what=people", &cookie).await).await;
    assert!(page.contains("1 unit was imported") && page.contains("<a href=\"/units\">See the units</a>"), "{page}");
    assert!(text(desk.get("/start", "").await).await.contains("href=\"/import?what=people\""));
}

#[tokio::test]
async fn faults_stand_beside_their_rows() {
    let desk = desk().await;
    let page = text(desk.send(&[("what", b"units"), ("text", MIXED), ("do", b"check")]).await).await;
    assert!(page.contains("<td>Dept</td>") && page.contains("Write one of: Specialised agency;"), "{page}");
    let refused = desk.send(&[("what", b"units"), ("text", MIXED), ("do", b"import")]).await;
    assert_eq!((refused.status(), desk.units().await), (StatusCode::UNPROCESSABLE_ENTITY, 0));
    assert!(text(refused).await.contains("href=\"#only_good\""));
    let done = desk.send(&[("what", b"units"), ("text", MIXED), ("only_good", b"yes"), ("do", b"import")]).await;
    assert_eq!((done.status(), desk.units().await), (StatusCode::SEE_OTHER, 1));
}

#[tokio::test]
async fn what_is_no_table_is_said_in_words() {
    let desk = desk().await;
    for (sent, said) in [
        (&b""[..], "There is nothing to read"),
        (b"PK\x03\x04", "This XLSX file cannot be read"),
        (b"\xD0\xCF\x11\xE0", "spreadsheet program"),
        (b"\xFFx\xFEy\xFDz", "The encoding of the file is not known"),
        (b"Class,Colour\nx,y", "The column \u{201c}Colour\u{201d} is not known"),
        (b"Class,Name\nx,y", "The column \u{201c}Agency code\u{201d} is missing"),
    ] {
        let answer = desk.send(&[("what", b"units"), ("file", sent), ("do", b"check")]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(answer).await.contains(said), "{said}");
    }
    let large = desk.send(&[("what", b"people"), ("file", &vec![b'x'; 1_900_000]), ("do", b"check")]).await;
    assert_eq!(large.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_file_to_fill_in_opens_as_utf_8() {
    let desk = desk().await;
    let file = desk.get("/import/template?what=people", "").await;
    assert_eq!(file.headers()["content-disposition"], "attachment; filename=\"congthe-people.csv\"");
    let file = text(file).await;
    assert!(file.starts_with("\u{FEFF}Full name,Sex,Birth date,Citizen number,"), "{file}");
    assert_eq!(file.matches("\r\n").count(), 2);
}

#[tokio::test]
async fn columns_that_are_not_known_are_matched_and_remembered() {
    let desk = desk().await;
    let odd = "Cấp,Gọi là,Số hiệu,Ghi chú\nSở,Sở Lạ,H57.12,x\n".as_bytes();
    let refused = desk.send(&[("what", b"units"), ("file", odd), ("do", b"check")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(refused).await;
    assert!(page.contains("name=\"map-0\"") && page.contains("name=\"column-3\"") && page.contains("Sở Lạ"), "{page}");
    let matched: [(&str, &[u8]); 8] = [
        ("column-0", b"cap"),
        ("map-0", b"class"),
        ("column-1", b"goi la"),
        ("map-1", b"name"),
        ("column-2", b"so hieu"),
        ("map-2", b"code"),
        ("column-3", b"ghi chu"),
        ("map-3", b"-"),
    ];
    let source = "Phần mềm".as_bytes();
    let mut fields = vec![("what", &b"units"[..]), ("text", odd), ("source", source), ("do", b"check")];
    fields.extend(matched);
    let checked = desk.send(&fields).await;
    assert_eq!(checked.status(), StatusCode::OK);
    assert!(text(checked).await.contains("Import 1 unit<"));
    let page = text(desk.get("/import", "").await).await;
    assert!(page.contains("<option value=\"Phần mềm\""), "{page}");
    let recalled = [("what", &b"units"[..]), ("from", source), ("text", odd), ("do", b"import")];
    assert_eq!(desk.send(&recalled).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(desk.units().await, 1);
}

#[tokio::test]
async fn a_workbook_is_read_like_pasted_rows() {
    let desk = desk().await;
    desk.send(&[("what", b"units"), ("text", GOOD), ("do", b"import")]).await;
    let export = desk.get("/units?as=xlsx", "").await;
    assert_eq!(export.headers()["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let book = export.into_body().collect().await.unwrap().to_bytes();
    let checked = text(desk.send(&[("what", b"units"), ("file", &book), ("do", b"check")]).await).await;
    assert!(checked.contains("The sheet “Units” was read."), "{checked}");
    let report = desk.send(&[("what", b"units"), ("text", GOOD), ("do", b"report_csv")]).await;
    let report = text(report).await;
    assert!(report.starts_with("\u{FEFF}Line,Name,Personnel code,Result,"), "{report}");
    assert!(report.contains("2,Sở Nội vụ,,Unchanged,"), "{report}");
    let run = text(desk.get("/import/runs/1?as=csv", "").await).await;
    assert!(run.contains("\r\n2,,,New,,,\r\n"), "{run}");
    assert!(text(desk.get("/import?what=people&run=1", "").await).await.contains("href=\"/import/runs/1?as=xlsx\""));
}

#[tokio::test]
async fn an_import_that_waits_says_so_goes_on_and_can_be_cancelled() {
    let desk = desk().await;
    let order = Order::new();
    let grants = vec![Grant { role: Role::Checker, path: "/1/".into() }];
    let actor = Actor::account(1, None, String::new(), grants, Some(NOW_MS));
    for (what, said) in [("go", "The import has ended."), ("cancel", "Cancelled. What was imported before stays")] {
        let table = format!("Class,Name,Code\nSở,Sở {what},H57.{}\n", what.len());
        let sheet = read(&order, ImportKind::Units, &table, NOW_MS).unwrap();
        let id = begin((&desk.store, &order), &actor, sheet, false, String::new(), NOW_MS).await.unwrap().ok().unwrap();
        let path = format!("/import/runs/{id}");
        let page = text(desk.get(&path, "").await).await;
        assert!(page.contains("The import has paused") && page.contains("0 of 1 rows"), "{page}");
        assert!(page.contains(">Go on<") && page.contains(">Cancel the import<"), "{page}");
        let asked = text(desk.get("/import", "").await).await;
        assert!(asked.contains(&format!("href=\"{path}\"")), "{asked}");
        let request = Request::post(&path)
            .header("cookie", &desk.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("do={what}")))
            .unwrap();
        let answer = desk.router.clone().oneshot(request).await.unwrap();
        assert_eq!((answer.status(), &answer.headers()["location"]), (StatusCode::SEE_OTHER, &path.parse().unwrap()));
        let mut page = String::new();
        for _ in 0..500 {
            page = text(desk.get(&path, "").await).await;
            if page.contains(said) {
                break;
            }
            assert!(page.contains("http-equiv=\"refresh\""), "it shows anew how far it is: {page}");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(page.contains(said) && !page.contains(">Cancel the import<"), "{page}");
    }
    assert_eq!(desk.units().await, 1, "the one that went on");
    let told = text(desk.get("/import/runs/2?as=csv", "").await).await;
    assert!(told.contains("2,,,Not imported,"), "{told}");
}

const PEOPLE: &str = "name,sex,born,cccd,unit,kind,position\n\
     Nguyễn Văn An,nam,05/03/1988,046088000001,H57.10,cc,=Trưởng phòng\n\
     Lê Thị Bé,nữ,31/12/1990,046190000002,H57.10,vc,Chuyên viên\n";

#[tokio::test]
async fn lists_are_exported_as_they_are_filtered_and_noted() {
    let desk = desk().await;
    desk.send(&[("what", b"units"), ("text", GOOD), ("do", b"import")]).await;
    desk.send(&[("what", b"people"), ("text", PEOPLE.as_bytes()), ("do", b"import")]).await;
    let page = text(desk.get("/people?q=an&page=1", "").await).await;
    assert!(page.contains("href=\"/people?q=an&amp;as=xlsx\""), "{page}");
    let answer = desk.get("/people?as=csv", "").await;
    let file = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(file.starts_with("attachment; filename=\"congthe-people-"), "{file}");
    let csv = text(answer).await;
    assert!(csv.starts_with("\u{FEFF}Full name,Personnel code,"), "{csv}");
    assert!(csv.contains("046088000001") && csv.contains(",'=Trưởng phòng,") && csv.contains(",05/03/1988,"), "{csv}");
    assert_eq!(csv.lines().count(), 3);
    let found = text(desk.get("/people?q=be&as=csv", "").await).await;
    assert_eq!((found.lines().count(), found.contains("Lê Thị Bé")), (2, true));
    // what was exported can be imported, and changes nothing
    let checked = text(desk.send(&[("what", b"people"), ("file", csv.as_bytes()), ("do", b"check")]).await).await;
    assert!(checked.contains("Every row exists already and is unchanged"), "{checked}");
    for list in ["/units?q=so&as=xlsx", "/units?unit=1&as=xlsx", "/cards?as=xlsx", "/lists?as=xlsx", "/ledger?as=xlsx"]
    {
        let answer = desk.get(list, "").await;
        assert_eq!(answer.status(), StatusCode::OK, "{list}");
        assert!(answer.into_body().collect().await.unwrap().to_bytes().starts_with(b"PK"), "{list}");
    }
    let mut conn = desk.store.read().await.unwrap();
    let log = registry::store::audit::list(&mut conn, &registry::store::audit::Filter::default(), 100).await.unwrap();
    let exports: Vec<_> = log.iter().filter(|stored| stored.entry.action.starts_with("export.")).collect();
    assert_eq!(exports.len(), 7);
    let facts = exports.iter().map(|stored| stored.entry.facts.to_string());
    let searched: Vec<String> = facts.filter(|facts| facts.contains("\"searched\":true")).collect();
    // the text that was searched for may be a name: it does not stand in the facts
    assert!(searched.iter().any(|facts| facts.contains("\"rows\":1")), "{searched:?}");
    assert!(searched.iter().all(|facts| !facts.contains("\"be\"") && !facts.contains("\"so\"")), "{searched:?}");
}

#[tokio::test]
async fn photos_are_given_by_their_names() {
    let desk = desk().await;
    let page = text(desk.get("/import/photos", "").await).await;
    assert!(page.contains("multiple") && page.contains("action=\"/import/photos\""), "{page}");
    desk.send(&[("what", b"units"), ("text", GOOD), ("do", b"import")]).await;
    desk.send(&[("what", b"people"), ("text", PEOPLE.as_bytes()), ("do", b"import")]).await;
    let (width, height) = (600u32, 800u32);
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let pixels: Vec<u8> = (0..width * height).flat_map(|at| [(at % 251) as u8, (at / 997 % 241) as u8, 90]).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    for (said, count) in [("Set", 1), ("held already", 2)] {
        let mut body = Vec::new();
        let files: [(&str, &[u8]); 3] = [("57.00001.PNG", &png), ("57.00002.jpg", b"none"), ("nobody.jpg", &png)];
        for (name, bytes) in files {
            let head =
                format!("--edge\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = Request::post("/import/photos")
            .header("cookie", &desk.cookie)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .unwrap();
        let answer = desk.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let page = text(answer).await;
        assert!(page.contains(said) && page.contains("Nobody has this code"), "{count}: {page}");
    }
}
