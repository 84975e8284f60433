//! Ten thousand certificate files brought in at once, each with a signature of an authority that is believed; then the lists of a province with
//! a hundred thousand certificates, and the pages of a plan that is held against the requests that were done for them.

use std::io::{Cursor, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{Portal, SiteAssets};
use jiff::Timestamp;
use model::role::{Grant, Role};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use registry::store::certificate::{self, NewCertificate};
use registry::store::certificate_request::{self, NewRequest};
use registry::work::certificates::Trust;
use registry::work::certificates::bring::{FileOutcome, bring, read_files, unpack};
use registry::work::load_demo::load_demo;
use registry::work::plans::begin::{BeginForm, begin_plan};
use registry::{Actor, Failure, Store, demo};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::Outcome;
use crate::load::{Measured, measure};
use crate::pages::{serve, sign_in};
use crate::place::{NOW_MS, Place, draw, places, quantile, vault};

const PEOPLE: usize = 30_121;
const FILES: usize = 10_000;
const CERTIFICATES: usize = 100_000;
const DAY_MS: i64 = 86_400_000;
const SPAN: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 8;

pub async fn run() -> Outcome {
    let authority = Authority::new();
    let province = demo::province(1, PEOPLE);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (nth, person) in province.people().enumerate().take(FILES) {
        archive.start_file(format!("{nth}.cer"), SimpleFileOptions::default())?;
        let number = format!("CCCD:{}", person.citizen_id);
        archive.write_all(&authority.subscriber(nth, &person.name.to_string(), &number))?;
    }
    let archive = archive.finish()?.into_inner();
    let mut trust = Trust::default();
    assert!(trust.take(authority.root.clone()), "the authority's own certificate is read");
    for place in places().await? {
        load_demo(&place.store, vault().as_ref(), &draw(), (PEOPLE, 1), NOW_MS).await.map_err(told)?;
        let actor = manager();
        let start = Instant::now();
        let files = unpack(&archive).map_err(|fault| format!("{fault:?}"))?;
        let read = read_files(files);
        let all = bring((&place.store, NOW_MS), &actor, &trust, read, false).await.map_err(told)?;
        let seconds = start.elapsed().as_secs_f64();
        let recorded = all.iter().filter(|of| of.outcome == FileOutcome::Recorded { in_use: true }).count();
        if recorded != FILES {
            return Err(format!("only {recorded} of {FILES} were recorded: {:?}", all.first()).into());
        }
        let start = Instant::now();
        let read = read_files(unpack(&archive).map_err(|fault| format!("{fault:?}"))?);
        let again = bring((&place.store, NOW_MS), &actor, &trust, read, false).await.map_err(told)?;
        assert!(again.iter().all(|of| of.outcome == FileOutcome::Held), "the same files change nothing");
        println!(
            "certificates {}: {FILES} files ({} kB) recorded in {seconds:.1} s (goal ≤ 30), once more {:.1} s",
            place.name,
            archive.len() / 1000,
            start.elapsed().as_secs_f64(),
        );
        fill(&place.store, CERTIFICATES - FILES).await.map_err(told)?;
        place.analyze().await?;
        lists(&place).await?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn told(failure: Failure) -> String {
    format!("{failure:?}")
}

fn manager() -> Actor {
    Actor::account(1, None, String::new(), vec![Grant { role: Role::SubscriberManager, path: "/1/".into() }], None)
}

/// Certificates of people and units, some unused, some over.
async fn fill(store: &Store, many: usize) -> Result<(), Failure> {
    for part in 0..many.div_ceil(5_000) {
        let range = part * 5_000..many.min((part + 1) * 5_000);
        store
            .write(NOW_MS, move |tx| {
                Box::pin(async move {
                    for nth in range {
                        one(tx, nth).await?;
                    }
                    Ok::<_, Failure>(())
                })
            })
            .await?;
    }
    Ok(())
}

async fn one(tx: &mut registry::Tx, nth: usize) -> Result<(), Failure> {
    let id = nth as i64;
    let (kind, person) =
        if nth.is_multiple_of(20) { ("organisation", None) } else { ("person", Some(1 + id % 30_000)) };
    let serial = format!("7B{nth:010X}");
    let mut fingerprint = [0xBE; 32];
    fingerprint[..8].copy_from_slice(&id.to_be_bytes());
    let state = if nth.is_multiple_of(5) { "expired" } else { "in_use" };
    let until = if state == "expired" { NOW_MS - DAY_MS * (1 + id % 900) } else { NOW_MS + DAY_MS * (1 + id % 1800) };
    let new = NewCertificate {
        kind,
        serial: &serial,
        subject: "Nguyễn Văn Thử",
        subject_folded: "nguyen van thu",
        issuer: "CA",
        algorithm: "EC P-256",
        fingerprint: &fingerprint,
        der: None,
        valid_from: until - 1800 * DAY_MS,
        valid_until: until,
        unit_id: 2 + id % 900,
        person_id: person,
        holder_id: Some(1 + id % 30_000),
        token_id: None,
        state,
        in_use_since: Some(if nth.is_multiple_of(3) { "2026-01-01" } else { "2026-11-01" }),
    };
    certificate::insert(tx.conn(), &new, NOW_MS).await?;
    let done = NewRequest {
        operation: "new",
        kind,
        unit_id: new.unit_id,
        person_id: person,
        device: None,
        keeper_id: None,
        certificate_id: None,
        regime: "68-2024",
        reason: None,
        state: "done",
        due_at: None,
        asked_by: None,
    };
    certificate_request::insert(tx.conn(), &done, NOW_MS).await?;
    Ok(())
}

/// A plan of ten years, drafted from what the province has.
async fn plan(store: &Store) -> Result<i64, Failure> {
    let form = BeginForm {
        unit_code: "H57".into(),
        title: "Kế hoạch".into(),
        first_year: "2024".into(),
        last_year: "2033".into(),
        words: "plain".into(),
        seed: true,
        positions: vec!["unit".into(), "head".into(), "deputy".into()],
        ..BeginForm::default()
    };
    store.write(NOW_MS, move |tx| Box::pin(async move { begin_plan(tx, &manager(), &form).await })).await
}

async fn lists(place: &Place) -> Outcome {
    let token = sign_in(&place.store, "thuebao").await.map_err(told)?;
    let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap_or_default());
    let portal = Portal::new(
        (place.store.clone(), place.blobs.clone()),
        (vault(), vault()),
        (now, draw()),
        SiteAssets::default(),
        "http://127.0.0.1".into(),
        (None, None),
    );
    let ours = serve(app::router(&portal)).await?;
    let plan = plan(&place.store).await.map_err(told)?;
    let (table, progress) = (format!("/certificate-plans/{plan}"), format!("/certificate-plans/{plan}/progress"));
    for path in [
        "/certificates",
        "/certificates?page=1900",
        "/certificates?text=nguyen",
        "/certificates?unused=90",
        "/certificates?ends=90",
        "/certificates/units",
        "/certificates/chased",
        "/work",
        "/training-classes",
        table.as_str(),
        progress.as_str(),
    ] {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\ncookie: __Host-congthe-session={}\r\n\r\n", token.as_str());
        let request: Arc<[String]> = Arc::new([request]);
        let rate = measure(ours, &request, CONNECTIONS, SPAN, None).await?.rate;
        let mut slowest = Vec::new();
        for _ in 0..3 {
            let Measured { times, .. } = measure(ours, &request, CONNECTIONS, SPAN, Some(rate * 0.5)).await?;
            slowest.push(quantile(&times, 0.99));
        }
        slowest.sort_by(f64::total_cmp);
        println!(
            "certificates {} {path}: {CERTIFICATES} certificates, {rate:.0}/s; p99 at half load {:.1} ms (goal ≤ 100)",
            place.name, slowest[1]
        );
    }
    Ok(())
}

/// A certification authority of one key, which it also gives to everybody: only its signatures matter here.
struct Authority {
    key: SigningKey,
    root: Vec<u8>,
}

const ECDSA_SHA256: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
const EC_P256: &[u8] =
    &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];
const USER_ID: &[u8] = &[0x06, 0x0A, 0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x01];
const BASIC: &[u8] = &[0x06, 0x03, 0x55, 0x1D, 0x13];
const USAGE: &[u8] = &[0x06, 0x03, 0x55, 0x1D, 0x0F];
const CRITICAL: &[u8] = &[0x01, 0x01, 0xFF];

/// ITU-T X.690 §8.1: tag, length, content.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut all = vec![tag];
    let length = content.len();
    match length {
        0..=0x7F => all.push(length as u8),
        0x80..=0xFF => all.extend([0x81, length as u8]),
        _ => all.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    all.extend(content);
    all
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

fn name(parts: &[(&[u8], &str)]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> =
        parts.iter().map(|(oid, text)| tlv(0x31, &[&sequence(&[oid, &tlv(0x0C, &[text.as_bytes()])])])).collect();
    sequence(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

impl Authority {
    fn new() -> Self {
        let key = SigningKey::from_slice(&[7; 32]).unwrap_or_else(|_| unreachable!("a number below the order"));
        let mut authority = Authority { key, root: Vec::new() };
        let extensions = sequence(&[
            &sequence(&[BASIC, CRITICAL, &tlv(0x04, &[&[0x30, 0x03, 0x01, 0x01, 0xFF]])]),
            &sequence(&[USAGE, CRITICAL, &tlv(0x04, &[&[0x03, 0x02, 0x01, 0x06]])]),
        ]);
        authority.root = authority.signed(0, &name(&[(COMMON_NAME, "Bench Root")]), &extensions);
        authority
    }

    fn subscriber(&self, nth: usize, common: &str, number: &str) -> Vec<u8> {
        let extensions = sequence(&[&sequence(&[USAGE, CRITICAL, &tlv(0x04, &[&[0x03, 0x02, 0x06, 0xC0]])])]);
        self.signed(nth + 1, &name(&[(USER_ID, number), (COMMON_NAME, common)]), &extensions)
    }

    /// RFC 5280 §4.1.
    fn signed(&self, nth: usize, subject: &[u8], extensions: &[u8]) -> Vec<u8> {
        let algorithm = sequence(&[ECDSA_SHA256]);
        let serial = tlv(0x02, &[&[0x40], &(nth as u64).to_be_bytes()]);
        let validity = sequence(&[&tlv(0x17, &[b"260101000000Z"]), &tlv(0x17, &[b"301231000000Z"])]);
        let point = self.key.verifying_key().to_sec1_point(false);
        let key = sequence(&[&sequence(&[EC_P256]), &tlv(0x03, &[&[0], point.as_bytes()])]);
        let issuer = name(&[(COMMON_NAME, "Bench Root")]);
        let version = tlv(0xA0, &[&[0x02, 0x01, 0x02]]);
        let told =
            sequence(&[&version, &serial, &algorithm, &issuer, &validity, subject, &key, &tlv(0xA3, &[extensions])]);
        let signature: Signature = self.key.sign(&told);
        sequence(&[&told, &algorithm, &tlv(0x03, &[&[0], signature.to_der().as_bytes()])])
    }
}
