//! A table of as many people as the province has: understood, compared, written with an audit entry a row; then once more. And one as long
//! as a province's people and twenty changes of each, by the command.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::Failure;
use contract::import::ImportKind;
use model::role::{Grant, Role};
use registry::order::Order;
use registry::store::{account, grant, unit};
use registry::work::import::{begin, check, read, show_import, step};
use registry::work::load_demo::load_demo;
use registry::{Actor, Store, demo};

use crate::Outcome;
use crate::place::{NOW_MS, draw, places, vault};

const PEOPLE: usize = 30_121;
/// As many as a province has codes for (R11), but for those of the demonstration.
const MOST_PEOPLE: usize = 99_000;

/// Tables are made by this process, and imported by others, whose memory is counted: `table` is what such a process was given.
pub async fn run(rows: usize, table: Option<&str>) -> Outcome {
    if let Some(table) = table {
        return page(&std::fs::read_to_string(table)?).await;
    }
    let folder = tempfile::tempdir_in(".")?;
    let table = folder.path().join("people.csv");
    write_table(&table, PEOPLE, 1)?;
    let done = Command::new(std::env::current_exe()?).arg("import").arg("--table").arg(&table).status()?;
    if !done.success() {
        return Err("the table was not imported".into());
    }
    let long = folder.path().join("long.csv");
    let people = MOST_PEOPLE.min(rows);
    let times = rows.div_ceil(people);
    write_table(&long, people, times)?;
    let file = long.display().to_string();
    for place in places().await? {
        place.store.close().await;
        let data = tempfile::tempdir_in(folder.path())?;
        let command = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_congthe"));
            command.args(arguments).args(["--database", &place.url, "--data"]).arg(data.path());
            // the program takes every variable of that beginning for its configuration
            command.env_remove("CONGTHE_BENCH_POSTGRES").stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let demo = command(&["demo", "--people", "1"]).status()?;
        let start = Instant::now();
        let mut importing = command(&["import", "--kind", "people", "--file", &file]).spawn()?;
        let mut most = 0;
        let done = loop {
            most = most.max(peak(&importing.id().to_string()));
            if let Some(done) = importing.try_wait()? {
                break done;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        if !(demo.success() && done.success()) {
            return Err(format!("the long table was not imported: {demo}, {done}").into());
        }
        println!(
            "import     {}: {} rows, each an entry of the log, {people} people new and changed {} times, by `congthe import`: {:.1} s (goal ≤ 120), \
             at most {most} MB (goal ≤ 300)",
            place.name,
            people * times,
            times - 1,
            start.elapsed().as_secs_f64(),
        );
    }
    Ok(())
}

/// So many people, so many times, each time with another post.
fn write_table(path: &Path, people: usize, times: usize) -> Outcome {
    let province = demo::province(1, people);
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "Họ và tên,Giới tính,Ngày sinh,Số CCCD,Email,Mã đơn vị,Loại biên chế,Chức vụ,Ngày vào công tác")?;
    for time in 0..times {
        let post = if time == 0 { String::new() } else { format!(" {time}") };
        for person in province.people() {
            let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            writeln!(
                file,
                "{},{},{},{},{},{},{},\"{}{post}\",{}",
                person.name,
                person.sex.name(),
                day(person.birth),
                person.citizen_id,
                person.email.clone().unwrap_or_default(),
                province.units[person.unit].code,
                person.kind.name(),
                person.position.clone().unwrap_or_else(|| "Chuyên viên".to_owned()),
                day(Some(person.started)),
            )?;
        }
    }
    Ok(file.flush()?)
}

/// As the page does it, in batches.
async fn page(text: &str) -> Outcome {
    for place in places().await? {
        load_demo(&place.store, vault().as_ref(), &draw(), (0, 1), NOW_MS)
            .await
            .map_err(|failure| format!("{failure:?}"))?;
        let order = Arc::new(Order::new());
        let actor = importer(&place.store).await?;
        let before = forget_peak();
        let mut took = Vec::new();
        for key in ["new", "unchanged"] {
            let start = Instant::now();
            let sheet = read(&order, ImportKind::People, text, NOW_MS).map_err(|faults| format!("{faults:?}"))?;
            let beginning = begin((&place.store, &order), &actor, sheet, true, key.to_owned(), NOW_MS).await;
            let id = beginning.map_err(|failure| format!("{failure:?}"))?.map_err(|_| "the table is refused")?;
            while step(&place.store, &order, id, NOW_MS).await.map_err(|failure| format!("{failure:?}"))? {}
            let view = show_import(&mut place.store.read().await?, &actor, id).await.map_err(|it| format!("{it:?}"))?;
            took.push((start.elapsed().as_secs_f64(), view.new, view.existing, view.faulty));
        }
        let most = peak("self");
        let sheet = read(&order, ImportKind::People, text, NOW_MS).map_err(|faults| format!("{faults:?}"))?;
        let start = Instant::now();
        let mut conn = place.store.read().await?;
        check(&mut conn, &actor, &order, &sheet, NOW_MS).await.map_err(|failure| format!("{failure:?}"))?;
        println!(
            "import     {}: {PEOPLE} rows new, existing, faulty, seconds: {:?} (goal ≤ 5), once more {:?}; a check {:.2} s; at most {most} MB \
             (goal ≤ 300), {before} of them before",
            place.name,
            (took[0].1, took[0].2, took[0].3, took[0].0),
            (took[1].1, took[1].2, took[1].3, took[1].0),
            start.elapsed().as_secs_f64(),
        );
    }
    Ok(())
}

/// Somebody with an account, who may import.
async fn importer(store: &Store) -> Result<Actor, Box<dyn std::error::Error>> {
    let adding = store.write(NOW_MS, |tx| {
        Box::pin(async move {
            let root = unit::root(tx.conn()).await?.ok_or(Failure::NotFound)?;
            let account_id = account::insert(tx.conn(), "bench.import", "Bench", None, NOW_MS).await?;
            account::set_password(tx.conn(), account_id, "x", NOW_MS).await?;
            let held = grant::NewGrant {
                account_id,
                role: Role::Checker.name(),
                unit_id: root.id,
                valid_from: "2020-01-01".into(),
                valid_to: None,
                decision: "1".into(),
                state: "in_force",
                proposed_by: None,
            };
            grant::insert(tx.conn(), &held, NOW_MS).await?;
            Ok::<_, Failure>((account_id, root.path))
        })
    });
    let (account_id, path) = adding.await.map_err(|failure| format!("{failure:?}"))?;
    Ok(Actor::account(account_id, None, String::new(), vec![Grant { role: Role::Checker, path }], None))
}

/// Lets the most memory of this process be counted anew (proc(5), clear_refs); what it holds now.
fn forget_peak() -> u64 {
    // where that is not allowed, the peak is the whole process's
    drop(std::fs::write("/proc/self/clear_refs", "5"));
    peak("self")
}

/// The most memory that a process has held, in megabytes (proc(5), VmHWM).
fn peak(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
