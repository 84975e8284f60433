//! The public page with all cards in memory, against a handler that answers a word; taps against bare commits on the same disk; and whether
//! the time of an answer tells which codes were given.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{Portal, SiteAssets};
use axum::Router;
use axum::routing::get;
use chip::content::link::Tapped;
use chip::keys::{KeyName, Keys as _, SetVersion, Uid};
use desfire::sdm::make_sun;
use jiff::Timestamp;
use model::card_code::CardCode;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::card_vault::CardVault as _;
use registry::store::Kind;
use registry::token::Token;
use registry::work::api_keys::{KeyForm, add_api_key};
use registry::work::load_demo::load_demo;
use registry::work::public::Cards;
use registry::work::public::taps::{Taps, Verdict};
use registry::{Actor, Conn, Draw, Failure, Store, demo};
use server::public::{Public, table};
use server::serve::{Edge, wrap};
use sqlx::AssertSqlSafe;
use vault::Vault;

use crate::commits::bare;
use crate::load::{measure, one_by_one, size};
use crate::place::{NOW_MS, Place, draw, places, quantile};
use crate::{Outcome, load};

const PEOPLE: usize = 30_121;
/// Cards in one statement, and statements in one transaction.
const AT_ONCE: usize = 500;
const STATEMENTS: usize = 40;
const SPAN: Duration = Duration::from_secs(4);
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 3;
/// Chips that are tapped, and taps of each.
const CHIPS: usize = 2_000;
const TAPS: usize = 100;
/// Answers of each kind whose times are compared.
const ANSWERS: usize = 100_000;

/// A card that can be asked for.
struct Known {
    code: CardCode,
    digits: String,
}

pub async fn run(cards: usize) -> Outcome {
    for place in places().await? {
        let vault = Arc::new(Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1)));
        let set = SetVersion::new(1).ok_or("set 1")?;
        let drawn = vault.draw_set(set, &Default::default(), &draw())?;
        vault.keep_set(set, drawn.set.id, &draw())?;
        load_demo(&place.store, vault.as_ref(), &draw(), (PEOPLE, 1), NOW_MS).await.map_err(|f| format!("{f:?}"))?;
        let start = Instant::now();
        let (known, unknown) = fill(&place.store, cards).await?;
        let filled = start.elapsed().as_secs_f64();
        let chips = chips(&place.store, cards).await?;
        let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap_or_default());
        let portal = Portal::new(
            (place.store.clone(), place.blobs.clone()),
            (vault.clone(), vault.clone()),
            (now, draw()),
            SiteAssets::default(),
            "http://127.0.0.1".into(),
            (None, None),
        );
        let (mut keys, drawing) = (Vec::new(), draw());
        for nth in 0..ROUNDS {
            keys.push(api_key(&place.store, nth, &drawing).await.map_err(|f| format!("{f:?}"))?);
        }
        let public = Public::new(&portal, None);
        let start = Instant::now();
        public.refresh(&portal).await.map_err(|f| format!("{f:?}"))?;
        let read = start.elapsed().as_secs_f64();
        let start = Instant::now();
        public.refresh(&portal).await.map_err(|f| format!("{f:?}"))?;
        let again = start.elapsed().as_secs_f64() * 1000.0;
        let (held, _, bytes) = public.size();
        println!(
            "checks     {}: {held} cards (written in {filled:.0} s) read in {read:.1} s into {} MB; nothing new takes {again:.1} ms",
            place.name,
            bytes / 1_000_000
        );
        let routes = app::router(&portal).merge(app::mounted(&portal, table(&public)));
        let edge = Edge {
            public_origin: "http://127.0.0.1".parse()?,
            reader_apps: Arc::new([]),
            trusted_proxies: Arc::new([]),
            body_limit: 65_536,
            request_timeout: Duration::from_secs(60),
            draw: draw(),
        };
        let ours = serve(wrap(routes, &edge)).await?;
        let bare_text = serve(Router::new().route("/", get(|| async { "active" }))).await?;
        answers(&place, (ours, bare_text), &known, &keys).await?;
        if place.store.kind() == Kind::Sqlite {
            timing(ours, &known, &unknown).await?;
        }
        taps(&place, &vault, set, &chips).await?;
    }
    Ok(())
}

async fn serve(router: Router) -> Result<SocketAddr, std::io::Error> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(
        async move { axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await },
    );
    Ok(address)
}

async fn api_key(store: &Store, nth: usize, draw: &Draw) -> Result<String, Failure> {
    let token = Token::draw(draw);
    let noted = token.clone();
    let form = KeyForm { name: format!("bench {nth}"), scopes: vec!["status".into()], quota: "60000".into() };
    store
        .write(NOW_MS, move |tx| Box::pin(async move { add_api_key(tx, &Actor::console(), &form, &noted).await }))
        .await?;
    Ok(format!("{}{}", app::KEY_PREFIX, token.as_str()))
}

/// Writes so many cards, thirty thousand of them active; those and as many codes that were not given.
async fn fill(store: &Store, cards: usize) -> Result<(Vec<Known>, Vec<CardCode>), Box<dyn std::error::Error>> {
    let province = demo::province(1, PEOPLE);
    let people: Vec<(String, String)> =
        province.people().map(|it| (it.name.replace('\'', "''"), it.citizen_id)).collect();
    let hash = match store.kind() {
        Kind::Sqlite => format!("x'{}'", "00".repeat(32)),
        Kind::Postgres => format!("'\\x{}'", "00".repeat(32)),
    };
    let (mut known, mut unknown, mut statements) = (Vec::new(), Vec::new(), Vec::new());
    // every fourth code, or as many as it takes: given and not given ones lie beside each other
    let step = (CardCode::COUNT as usize / cards).clamp(2, 4) as u32;
    for first in (0..cards).step_by(AT_ONCE) {
        let (mut codes, mut rows) = (String::new(), String::new());
        for nth in first..(first + AT_ONCE).min(cards) {
            let code = code_of(nth as u32 * step);
            let (name, citizen) = &people[nth % people.len()];
            let (person, state) = (nth % people.len() + 1, if nth < people.len() { "active" } else { "locked" });
            let comma = if nth == first { "" } else { "," };
            write!(codes, "{comma}('{}',1)", code.as_str())?;
            write!(
                rows,
                "{comma}({person},1,'H57.{citizen}.CC','{}','cc','{state}','{{\"full_name\":\"{name}\",\"using_unit\":\"Đơn vị {}\"}}',\
                 {hash},'province',1,{NOW_MS})",
                code.as_str(),
                nth % 956,
            )?;
            if nth < people.len() {
                unknown.push(code_of(nth as u32 * step + 1));
                known.push(Known { code, digits: citizen[8..].to_owned() });
            }
        }
        statements.push(format!("insert into card_code (code, given_at) values {codes}"));
        statements.push(format!(
            "insert into card (person_id, unit_id, number, code, type, state, snapshot, snapshot_sha256, source, approved_at, changed_at) values {rows}"
        ));
        if statements.len() >= STATEMENTS || first + AT_ONCE >= cards {
            write_all(store, std::mem::take(&mut statements)).await?;
        }
    }
    Ok((known, unknown))
}

async fn write_all(store: &Store, statements: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
    let written = store.write(NOW_MS, move |tx| {
        Box::pin(async move {
            for sql in statements {
                run_sql(tx.conn(), sql).await?;
            }
            Ok::<_, Failure>(())
        })
    });
    written.await.map_err(|failure| format!("{failure:?}").into())
}

async fn run_sql(conn: &mut Conn, sql: String) -> Result<(), Failure> {
    let sql = AssertSqlSafe(sql);
    let done = match conn {
        Conn::Sqlite(c) => sqlx::query(sql).persistent(false).execute(&mut *c).await.map(drop),
        Conn::Postgres(c) => sqlx::query(sql).persistent(false).execute(&mut **c).await.map(drop),
    };
    done.map_err(|error| {
        println!("{error}");
        Failure::Internal
    })
}

/// The code of that number.
fn code_of(number: u32) -> CardCode {
    let mut digits = [number / 58 / 58 / 58, number / 58 / 58 % 58, number / 58 % 58, number % 58].into_iter();
    CardCode::draw(|| digits.next().map_or(0, |digit| digit as u8))
}

/// Chips of some active cards, on the demonstration's blanks.
async fn chips(store: &Store, cards: usize) -> Result<Vec<Uid>, Box<dyn std::error::Error>> {
    let count = CHIPS.min(cards).min(PEOPLE);
    let hash = match store.kind() {
        Kind::Sqlite => format!("x'{}'", "00".repeat(32)),
        Kind::Postgres => format!("'\\x{}'", "00".repeat(32)),
    };
    let numbered = "(select id, serial, row_number() over (order by id) as nth from blank)";
    let made = match store.kind() {
        Kind::Sqlite => "printf('04%012X', k.id)",
        Kind::Postgres => "'04' || upper(lpad(to_hex(k.id), 12, '0'))",
    };
    let first = "(select min(id) from card)";
    let statements = vec![
        format!(
            "update card set blank_serial = (select serial from {numbered} b where b.nth = card.id - {first} + 1) \
             where id < {first} + {count}"
        ),
        format!(
            "insert into chip (uid, card_id, blank_id, profile, key_set, content, state, changed_at) \
             select {made}, k.id, b.id, 'C', 1, {hash}, 'issued', 1 from card k join blank b on b.serial = k.blank_serial"
        ),
    ];
    write_all(store, statements).await?;
    let cards = registry::store::public::chips_after(&mut store.read().await?, "", count as i64).await?;
    let uid = |text: &str| -> Option<Uid> {
        let byte = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok();
        (0..7).map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
    };
    Ok(cards.iter().filter_map(|row| uid(&row.uid)).collect())
}

fn post(code: &CardCode, digits: &str) -> String {
    format!(
        "POST /t/{} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 11\r\n\r\ndigits={digits}",
        code.as_str()
    )
}

/// Answers a second and the slowest at 70 % load, over all cards that are active.
async fn answers(place: &Place, (ours, bare): (SocketAddr, SocketAddr), known: &[Known], keys: &[String]) -> Outcome {
    let word: Arc<[String]> = Arc::new(["GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()]);
    let pages: Arc<[String]> = known.iter().map(|it| post(&it.code, &it.digits)).collect();
    // a key has so many cards a minute: each round has its own, and is short
    let keyed = |key: &str| -> Arc<[String]> {
        let asked = |it: &Known| {
            let code = it.code.as_str();
            format!("GET /api/v1/status/{code} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n")
        };
        known.iter().map(asked).collect()
    };
    let programs: Vec<Arc<[String]>> = keys.iter().map(|key| keyed(key)).collect();
    let pages = vec![pages; ROUNDS];
    let first = size(ours, &format!("GET /t/{} HTTP/1.1\r\nhost: x\r\n\r\n", known[0].code.as_str())).await?;
    println!("checks     {}: the first view takes {first} bytes with its head (goal ≤ 20,000)", place.name);
    for (name, requests, span) in [("page", &pages, SPAN), ("program", &programs, Duration::from_millis(500))] {
        let mut rounds = Vec::new();
        for round in requests {
            let theirs = measure(bare, &word, CONNECTIONS, span, None).await?.rate;
            let our = measure(ours, round, CONNECTIONS, span, None).await?.rate;
            rounds.push((our / theirs, our));
        }
        rounds.sort_by(|left, right| left.0.total_cmp(&right.0));
        let (ratio, rate) = rounds[1];
        print!("checks     {} {name}: {rate:.0}/s, {ratio:.2} × a bare word (goal ≥ 0.45)", place.name);
        if name == "page" {
            let mut slowest = Vec::new();
            for round in requests {
                let load::Measured { times, .. } = measure(ours, round, CONNECTIONS, span, Some(rate * 0.7)).await?;
                slowest.push(quantile(&times, 0.99));
            }
            slowest.sort_by(f64::total_cmp);
            print!("; p99 at 70 % load {:.1} ms (goal ≤ 5)", slowest[1]);
        }
        println!();
    }
    Ok(())
}

/// Welch's t of the times of unknown codes against those of wrong digits, asked in an order by chance.
async fn timing(ours: SocketAddr, known: &[Known], unknown: &[CardCode]) -> Outcome {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut kinds = Vec::with_capacity(2 * ANSWERS);
    let requests: Vec<String> = (0..2 * ANSWERS)
        .map(|_| {
            let at = rng.next_u32() as usize;
            let given: bool = rng.random();
            kinds.push(given);
            if given {
                let it = &known[at % known.len()];
                let wrong = (it.digits.parse::<u32>().unwrap_or(0) + 1) % 10_000;
                post(&it.code, &format!("{wrong:04}"))
            } else {
                post(&unknown[at % unknown.len()], "0000")
            }
        })
        .collect();
    let times = one_by_one(ours, &requests).await?;
    let mut sorted = times.clone();
    sorted.sort_by(f64::total_cmp);
    let mut told = Vec::new();
    // all, and without the slowest, which the scheduler makes
    for part in [1.0, 0.99, 0.9] {
        let most = quantile(&sorted, part);
        let of = |kind: bool| {
            let times: Vec<f64> = times
                .iter()
                .zip(&kinds)
                .filter(|(time, own)| **own == kind && **time <= most)
                .map(|(time, _)| *time)
                .collect();
            let (count, mean) = (times.len() as f64, times.iter().sum::<f64>() / times.len() as f64);
            (mean, times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0) / count)
        };
        let ((wrong, one), (unknown, other)) = (of(true), of(false));
        told.push(format!("{:.2}", (wrong - unknown) / (one + other).sqrt()));
    }
    println!(
        "checks     wrong digits against unknown codes, {ANSWERS} each: t of all, the fastest 99 %, 90 %: {} (goal < 4.5)",
        told.join(", ")
    );
    Ok(())
}

/// Taps a second, each with its counter on the disk before it is called genuine, against bare commits.
async fn taps(place: &Place, vault: &Arc<Vault>, set: SetVersion, chips: &[Uid]) -> Outcome {
    let cards = Arc::new(Cards::default());
    cards.refresh(&place.store, NOW_MS).await.map_err(|failure| format!("{failure:?}"))?;
    let taps = Taps::start(place.store.clone(), vault.clone(), cards);
    let meta = vault.card_key(set, KeyName::SdmMeta, &[0; 7])?;
    let mut rates = Vec::new();
    for round in 0..3 {
        let mut made = Vec::with_capacity(chips.len());
        for uid in chips {
            let file = vault.card_key(set, KeyName::SdmFile, uid)?;
            let own: Result<Vec<Tapped>, Box<dyn std::error::Error>> = (0..TAPS)
                .map(|nth| {
                    let counter = (round * TAPS + nth + 1) as u32;
                    let (data, mac) = make_sun(&meta, &file, (*uid, counter), "&m=")?;
                    Ok(Tapped::parse(&format!("e={data}&m={mac}")).ok_or("a tap")?)
                })
                .collect();
            made.push(own?);
        }
        let bares = bare(place).await?;
        let start = Instant::now();
        let tasks: Vec<_> = made
            .into_iter()
            .map(|own| {
                let taps = taps.clone();
                tokio::spawn(async move {
                    let mut genuine = 0;
                    for tapped in own {
                        genuine += usize::from(matches!(taps.check(tapped, NOW_MS).await, Ok(Verdict::Genuine(_))));
                    }
                    genuine
                })
            })
            .collect();
        let mut genuine = 0;
        for task in tasks {
            genuine += task.await?;
        }
        if genuine != chips.len() * TAPS {
            return Err(format!("{genuine} of {} taps were genuine", chips.len() * TAPS).into());
        }
        rates.push((genuine as f64 / start.elapsed().as_secs_f64(), bares));
    }
    rates.sort_by(|left, right| (left.0 / left.1).total_cmp(&(right.0 / right.1)));
    let (rate, bares) = rates[1];
    println!(
        "checks     {}: {} chips tapped at once: {rate:.0} taps/s, {:.2} × bare commits ({bares:.0}/s; goal ≥ 4)",
        place.name,
        chips.len(),
        rate / bares
    );
    Ok(())
}
