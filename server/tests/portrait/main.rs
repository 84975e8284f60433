//! A portrait as a browser sends and sees it: the page, the form, the picture, what is refused in words.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, Mutex};

use app::{Portal, SiteAssets};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use model::role::Role;
use photo::{Crop, Picture, check_master, make};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::order::Order;
use registry::token::Token;
use registry::work::change_person::{PersonForm, add_person};
use registry::work::change_unit::{UnitForm, add_unit};
use registry::{Actor, Blobs, Draw, Failure, Store};
use server::serve::{Edge, wrap};
use signed_in::{cookie, sign_in};
use tower::ServiceExt as _;
use vault::Vault;

#[path = "../sample/signed_in.rs"]
mod signed_in;

const NOW_MS: i64 = 1_795_305_600_000;
const ORIGIN: &str = "http://127.0.0.1:8080";

struct Desk {
    router: Router,
    /// Of the unit's officer, of the person, and of the other unit's officer.
    officer: String,
    person: String,
    stranger: String,
    id: i64,
    _folder: tempfile::TempDir,
}

/// Two units, a person in the first, and who is to do with them, signed in.
async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(1));
    let draw: Draw = Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
    let url = format!("sqlite:{}", folder.path().join("portrait.sqlite").display());
    let store = Store::open(&url, 4, draw.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let tokens = [Token::draw(&draw), Token::draw(&draw), Token::draw(&draw)];
    let hashes = tokens.each_ref().map(Token::hash);
    let made = store.write(NOW_MS, move |tx| {
        Box::pin(async move {
            let order = Order::new();
            let unit = |class: &str, name: &str, parent_id, code: &str| UnitForm {
                class: class.into(),
                name: name.into(),
                parent_id,
                code: code.into(),
                ..UnitForm::default()
            };
            let console = Actor::console();
            let root = add_unit(tx, &console, &order, unit("province", "UBND tỉnh", None, "H57")).await?;
            let own = unit("specialised_agency", "Sở Một", Some(root), "H57.10");
            let own = add_unit(tx, &console, &order, own).await?;
            let other = unit("specialised_agency", "Sở Hai", Some(root), "H57.11");
            let other = add_unit(tx, &console, &order, other).await?;
            let form =
                PersonForm {
                    name: "Nguyễn Văn Thử".into(), kind: "civil_servant".into(), ..PersonForm::default()
                };
            let id = add_person(tx, &console, &order, own, form).await?;
            let people = [("mot", None, Some(own)), ("thu", Some(id), None), ("hai", None, Some(other))];
            for ((login, person, unit), id_hash) in people.into_iter().zip(hashes) {
                sign_in(tx, login, person, unit.map(|unit| (Role::UnitHr, unit)), id_hash).await?;
            }
            Ok::<_, Failure>(id)
        })
    });
    let id = made.await.unwrap();
    let vault = Arc::new(Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1)));
    let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap());
    let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
    let portal = Portal::new(
        (store, blobs),
        (vault.clone(), vault),
        (now, draw.clone()),
        SiteAssets::default(),
        ORIGIN.into(),
        (None, None),
    );
    let edge = Edge {
        public_origin: ORIGIN.parse().unwrap(),
        reader_apps: Arc::new([]),
        trusted_proxies: Arc::new([]),
        body_limit: 1 << 16,
        request_timeout: std::time::Duration::from_secs(60),
        draw,
    };
    let [officer, person, stranger] = tokens.map(|token| format!("{}; congthe-lang=en", cookie(&token)));
    Desk { router: wrap(app::router(&portal), &edge), officer, person, stranger, id, _folder: folder }
}

impl Desk {
    fn path(&self, after: &str) -> String {
        format!("/people/{}{after}", self.id)
    }

    async fn get(&self, path: &str, cookie: &str, held: Option<&str>) -> Response<Body> {
        let mut request = Request::get(path).header("cookie", cookie);
        if let Some(held) = held {
            request = request.header("if-none-match", held);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    /// Sends the form as a browser does.
    async fn send(&self, cookie: &str, photo: &[u8], area: [&str; 4]) -> Response<Body> {
        let mut body = Vec::new();
        for (name, value) in ["x", "y", "width", "height"].into_iter().zip(area) {
            body.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        body.extend(b"--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n");
        body.extend(b"Content-Type: image/jpeg\r\n\r\n");
        body.extend(photo);
        body.extend(b"\r\n--edge--\r\n");
        let request = Request::post(self.path("/portrait"))
            .header("cookie", cookie)
            .header("origin", ORIGIN)
            .header("content-type", "multipart/form-data; boundary=edge")
            .header("content-length", body.len())
            .body(Body::from(body))
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn portrait(&self) -> Vec<u8> {
        let response = self.get(&self.path("/portrait"), &self.officer, None).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

const WHOLE: [&str; 4] = ["", "", "", ""];

/// A picture whose left half is dark and whose right half is bright.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let row: Vec<u8> = (0..width).map(|x| if x < width / 2 { 40 } else { 220 }).collect();
    encoder.write_header().unwrap().write_image_data(&row.repeat(height as usize)).unwrap();
    file
}

/// The master that the browser makes of the picture.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = Picture::read(&png(width, height)).unwrap();
    make(&picture, Crop::suggested(&picture)).unwrap().into_jpeg()
}

/// The same picture with an Exif segment, as a camera writes it (JEITA CP-3451, §4.5.4).
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0GPS 12.66 N";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, exif, &jpeg[2..]].concat()
}

#[tokio::test]
async fn a_picture_becomes_the_portrait() {
    let desk = desk().await;
    let page = text(desk.get(&desk.path(""), &desk.officer, None).await).await;
    assert!(page.contains("Add a portrait") && !page.contains("<img"), "{page}");
    let page = text(desk.get(&desk.path("/portrait/change"), &desk.officer, None).await).await;
    assert!(page.contains("data-part=\"portrait\"") && page.contains("accept=\"image/jpeg,image/png,image/webp\""));
    assert!(page.contains("at least 600 × 800 pixels") && page.contains("at most 33 MB"), "{page}");

    let done = desk.send(&desk.officer, &png(1500, 1200), WHOLE).await;
    assert_eq!((done.status(), done.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, &*desk.path("")));
    let cookie = done.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(cookie, "congthe-flash=portrait-set.light");
    let page = text(desk.get(&desk.path(""), &format!("{}; {cookie}", desk.officer), None).await).await;
    assert!(page.contains("look at it again") && page.contains("background differs from side to side"), "{page}");
    assert!(page.contains(&format!("src=\"{}\" alt=\"Portrait of Nguyễn Văn Thử\"", desk.path("/portrait"))), "{page}");
    assert!(page.contains("Change portrait"));
    let kept = check_master(&desk.portrait().await).unwrap();
    assert_eq!((kept.width(), kept.height()), (900, 1200));
}

#[tokio::test]
async fn a_master_is_kept_as_it_is_and_asked_for_by_its_hash() {
    let desk = desk().await;
    let master = jpeg(600, 800);
    assert_eq!(desk.send(&desk.officer, &master, WHOLE).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(desk.portrait().await, master);
    let first = desk.get(&desk.path("/portrait"), &desk.officer, None).await;
    let headers = first.headers();
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(headers["cache-control"], "private, no-cache");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let same = desk.get(&desk.path("/portrait"), &desk.officer, Some(&tag)).await;
    assert_eq!((same.status(), &same.headers()["etag"]), (StatusCode::NOT_MODIFIED, &tag.parse().unwrap()));
    assert!(text(same).await.is_empty());
    assert_eq!(desk.send(&desk.officer, &jpeg(900, 1200), WHOLE).await.status(), StatusCode::SEE_OTHER);
    let changed = desk.get(&desk.path("/portrait"), &desk.officer, Some(&tag)).await;
    assert_eq!(changed.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_a_camera_says_besides_the_picture_is_not_kept() {
    let desk = desk().await;
    let sent = with_exif(&jpeg(900, 1200));
    assert!(check_master(&sent).is_err());
    assert_eq!(desk.send(&desk.officer, &sent, WHOLE).await.status(), StatusCode::SEE_OTHER);
    let kept = desk.portrait().await;
    assert!(check_master(&kept).is_ok() && !kept.windows(4).any(|four| four == b"Exif" || four == b"12.6"));
}

#[tokio::test]
async fn the_part_that_was_chosen_is_kept() {
    let desk = desk().await;
    let sent = png(1500, 1200);
    assert_eq!(desk.send(&desk.officer, &sent, ["10", "20", "600", "800"]).await.status(), StatusCode::SEE_OTHER);
    let picture = Picture::read(&sent).unwrap();
    let expected = make(&picture, Crop::new(10, 20, 600, 800, picture.frame()).unwrap()).unwrap();
    assert_eq!(desk.portrait().await, expected.jpeg());
    for (area, said) in [
        (["0", "0", "600", "700"], "not 3 : 4"),
        (["0", "0", "300", "400"], "at least 600 × 800 are needed"),
        (["1000", "0", "600", "800"], "reaches beyond"),
        (["0", "0", "6e2", "800"], "cannot be read"),
        (["0", "0", "", ""], "cannot be read"),
    ] {
        let answer = desk.send(&desk.officer, &sent, area).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{area:?}");
        assert!(text(answer).await.contains(said), "{said}");
    }
    assert_eq!(desk.portrait().await, expected.jpeg());
}

#[tokio::test]
async fn what_is_no_portrait_is_refused_beside_the_field() {
    let desk = desk().await;
    let claims = [&[0xFF, 0xD8, 0xFF, 0xE0][..], b"<script>alert(1)</script>"].concat();
    let mut cut = jpeg(600, 800);
    cut.truncate(5000);
    let too_large = vec![0; photo::MAX_FILE_BYTES + 1];
    for (sent, said) in [
        (&b""[..], "Choose a picture."),
        (b"<html>", "This file is not a picture."),
        (&claims, "JPEG file"),
        (&cut, "JPEG file breaks off"),
        (b"%PDF-1.7", "PDF files are not taken"),
        (&png(1, 1), "The picture has 1 × 1 pixels; at least 600 × 800 are needed"),
        (&png(5200, 5100), "at most 26 million are taken"),
        (&too_large, "at most 34 MB are taken"),
    ] {
        let answer = desk.send(&desk.officer, sent, WHOLE).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        let page = text(answer).await;
        assert!(page.contains(said) && page.contains("id=\"photo-error\""), "{said}: {page}");
    }
    let more = vec![0; photo::MAX_FILE_BYTES + (1 << 16)];
    assert_eq!(desk.send(&desk.officer, &more, WHOLE).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let none = desk.get(&desk.path("/portrait"), &desk.officer, None).await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_portrait_is_for_who_may_see_the_person_and_for_the_person() {
    let desk = desk().await;
    let master = jpeg(600, 800);
    assert_eq!(desk.send(&desk.stranger, &master, WHOLE).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(desk.send(&desk.person, &master, WHOLE).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(desk.send(&desk.officer, &master, WHOLE).await.status(), StatusCode::SEE_OTHER);
    let seen = async |cookie: &str| desk.get(&desk.path("/portrait"), cookie, None).await.status();
    assert_eq!(seen(&desk.officer).await, StatusCode::OK);
    assert_eq!(seen(&desk.person).await, StatusCode::OK);
    assert_eq!(seen(&desk.stranger).await, StatusCode::NOT_FOUND);
    assert_eq!(seen("").await, StatusCode::SEE_OTHER, "to sign in");
    let page = desk.get(&desk.path("/portrait/change"), &desk.stranger, None).await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
}
