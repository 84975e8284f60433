//! A file of as many people as the province has: understood, compared, written with an audit entry a row; then once more, and
//! the list as a file for other programs.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use contract::import::ImportKind;
use registry::order::Order;
use registry::work::import::{check, import, read};
use registry::work::load_demo::load_demo;
use registry::{Actor, demo};

use crate::Outcome;
use crate::place::{NOW_MS, draw, places, vault};

const PEOPLE: usize = 30_121;

pub async fn run() -> Outcome {
    let province = demo::province(1, PEOPLE);
    let mut text =
        "Họ và tên,Giới tính,Ngày sinh,Số CCCD,Email,Mã đơn vị,Loại biên chế,Chức vụ,Ngày vào công tác\n".to_owned();
    for person in province.people() {
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        writeln!(
            text,
            "{},{},{},{},{},{},{},\"{}\",{}",
            person.name,
            person.sex.name(),
            day(person.birth),
            person.citizen_id,
            person.email.clone().unwrap_or_default(),
            province.units[person.unit].code,
            person.kind.name(),
            person.position.clone().unwrap_or_default(),
            day(Some(person.started)),
        )?;
    }
    for place in places().await? {
        load_demo(&place.store, vault().as_ref(), &draw(), (0, 1), NOW_MS)
            .await
            .map_err(|failure| format!("{failure:?}"))?;
        let order = Arc::new(Order::new());
        let mut took = Vec::new();
        for _ in ["new", "unchanged"] {
            let start = Instant::now();
            let sheet = read(&order, ImportKind::People, &text, NOW_MS).map_err(|faults| format!("{faults:?}"))?;
            let writing = {
                let order = order.clone();
                place.store.write(NOW_MS, move |tx| {
                    Box::pin(async move { import(tx, &Actor::console(), &order, &sheet, true).await })
                })
            };
            let report = writing.await.map_err(|failure| format!("{failure:?}"))?;
            took.push((start.elapsed().as_secs_f64(), report.new, report.existing, report.faulty));
        }
        let sheet = read(&order, ImportKind::People, &text, NOW_MS).map_err(|faults| format!("{faults:?}"))?;
        let start = Instant::now();
        let mut conn = place.store.read().await?;
        check(&mut conn, &Actor::console(), &order, &sheet, NOW_MS).await.map_err(|failure| format!("{failure:?}"))?;
        println!(
            "import     {}: {PEOPLE} rows new, existing, faulty, seconds: {:?} (goal ≤ 5), once more {:?}; a check {:.2} s; peak {} MB \
             (goal ≤ 300)",
            place.name,
            (took[0].1, took[0].2, took[0].3, took[0].0),
            (took[1].1, took[1].2, took[1].3, took[1].0),
            start.elapsed().as_secs_f64(),
            peak(),
        );
    }
    Ok(())
}

/// The most memory that the process has held, in megabytes (proc(5), VmHWM).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
