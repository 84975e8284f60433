//! A database that is locked, full, gone or of a newer schema: the right status, a sentence, what was typed still there,
//! nothing half-written; and when it is over, work goes on.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::PathBuf;
use std::sync::Arc;

use app::{Portal, SiteAssets};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use rand::SeedableRng as _;
use registry::store::Conn;
use registry::{Blobs, Store, StoreError};
use server::entropy::Entropy;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tower::ServiceExt as _;
use vault::Vault;

const NOW_MS: i64 = 1_795_305_600_000;

struct Place {
    store: Store,
    router: Router,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("outage.sqlite");
        let draw = Entropy::fixed(1).closure();
        let store = Store::open(&format!("sqlite:{}", file.display()), 2, draw.clone()).await.unwrap();
        store.migrate().await.unwrap();
        let vault = Arc::new(Vault::ephemeral(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)));
        let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap());
        let site = SiteAssets::default();
        let portal = Portal::new(
            (store.clone(), Blobs::open(folder.path()).unwrap()),
            (vault.clone(), vault),
            (now, draw),
            site,
            "http://127.0.0.1:8080".into(),
            (None, None),
        );
        Place { store, router: app::router(&portal), file, _folder: folder }
    }

    /// Somebody signs in whom nobody knows: a use case that writes.
    async fn sign_in(&self) -> (StatusCode, String) {
        let request = Request::post("/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", "congthe-lang=en")
            .body(Body::from("login=lan.nt&password=khong-phai-mat-khau"))
            .unwrap();
        self.ask(request).await
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Failures to sign in that the database keeps.
    async fn failures(&self) -> i64 {
        let mut other = self.other().await;
        sqlx::query_scalar("select count(*) from attempt").fetch_one(&mut other).await.unwrap()
    }

    /// Another program at the same file.
    async fn other(&self) -> SqliteConnection {
        SqliteConnection::connect(&format!("sqlite:{}", self.file.display())).await.unwrap()
    }

    /// A statement in a use case of its own.
    async fn write(&self, sql: String) -> Result<(), StoreError> {
        self.store
            .write(NOW_MS, |tx| {
                Box::pin(async move {
                    let Conn::Sqlite(conn) = tx.conn() else { unreachable!("these tests run on SQLite") };
                    conn.execute(sqlx::AssertSqlSafe(sql)).await?;
                    Ok(())
                })
            })
            .await
    }
}

fn assert_kept_and_told((status, page): &(StatusCode, String), sentence: &str) {
    assert_eq!(*status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains(sentence), "{page}");
    assert!(page.contains("value=\"lan.nt\""), "what was typed is lost: {page}");
    assert!(!page.contains("khong-phai-mat-khau"), "a password never comes back");
    for inner in ["sqlx", "SQLITE", "panicked", "database is locked", "attempt to write"] {
        assert!(!page.contains(inner), "{inner} in {page}");
    }
}

#[tokio::test]
async fn a_locked_database_is_said_to_be_busy_and_reading_goes_on() {
    let place = Place::new().await;
    let mut other = place.other().await;
    other.execute("begin immediate").await.unwrap();
    assert_kept_and_told(&place.sign_in().await, "database is busy");
    let start = place.ask(Request::get("/start").body(Body::empty()).unwrap()).await;
    assert_eq!(start.0, StatusCode::OK);
    other.execute("rollback").await.unwrap();
    assert_eq!(place.failures().await, 0);
    assert_eq!(place.sign_in().await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(place.failures().await > 0);
}

#[tokio::test]
async fn a_full_database_keeps_nothing_by_halves() {
    let place = Place::new().await;
    // no page more than there are: what needs one fails as on a full disk
    place.write("pragma max_page_count = 1".to_owned()).await.unwrap();
    let mut refused = 0;
    for nth in 0..10_000 {
        let row = format!("insert into attempt values (randomblob(32), 'filler', {nth}, 0)");
        match place.write(row).await {
            Ok(()) => {}
            Err(StoreError::Full) => refused += 1,
            Err(other) => panic!("{other}"),
        }
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20);
    let before = place.failures().await;
    assert_kept_and_told(&place.sign_in().await, "no space");
    assert_eq!(place.failures().await, before);
    place.write("pragma max_page_count = 1000000".to_owned()).await.unwrap();
    assert_eq!(place.sign_in().await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(place.failures().await > before);
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_to_be_gone() {
    let place = Place::new().await;
    place.store.close().await;
    assert_kept_and_told(&place.sign_in().await, "does not answer");
    let (status, page) = place.ask(Request::get("/start").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("<h1"), "{page}");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let place = Place::new().await;
    let mut other = place.other().await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 values (9999, 'of tomorrow', 1, x'00', 0)";
    other.execute(newer).await.unwrap();
    let refused = place.store.migrate().await.unwrap_err();
    assert!(matches!(refused, StoreError::NewerSchema(9999)), "{refused}");
    assert!(refused.to_string().contains("newer than this program"));
}
