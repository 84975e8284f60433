//! Finding people among millions: by the tokens of a name, and by any code.

use std::time::Instant;

use model::role::{Grant, Role};
use registry::work::list_people::{PeopleQuery, list_people};
use registry::work::load_demo::load_demo;
use registry::{Actor, demo};

use crate::Outcome;
use crate::place::{NOW_MS, draw, places, quantile, vault};

const QUERIES: usize = 400;

pub async fn run(people: usize) -> Outcome {
    let province = demo::province(1, people);
    let sample: Vec<_> = province.people().step_by((people / QUERIES).max(1)).take(QUERIES).collect();
    for place in places().await? {
        let start = Instant::now();
        load_demo(&place.store, vault().as_ref(), &draw(), (people, 1), NOW_MS)
            .await
            .map_err(|failure| format!("{failure:?}"))?;
        let loaded = start.elapsed().as_secs_f64();
        let mut conn = place.store.read().await?;
        let actor =
            Actor::account(1, None, String::new(), vec![Grant { role: Role::Checker, path: "/1/".into() }], None);
        let mut names = Vec::new();
        let mut codes = Vec::new();
        for person in &sample {
            for (text, times) in
                [(model::text::fold(&person.name), &mut names), (person.citizen_id.clone(), &mut codes)]
            {
                let query = PeopleQuery { text, ..PeopleQuery::default() };
                let start = Instant::now();
                let found = list_people(&mut conn, &actor, &query).await.map_err(|failure| format!("{failure:?}"))?;
                times.push(start.elapsed().as_secs_f64() * 1000.0);
                if found.rows.is_empty() {
                    return Err("a search found nobody".into());
                }
            }
        }
        names.sort_by(f64::total_cmp);
        codes.sort_by(f64::total_cmp);
        println!(
            "search     {}: {people} people (loaded in {loaded:.1} s); names p50 {:.2} ms, p95 {:.2} ms (goal ≤ 25); codes p50 \
             {:.3} ms, p95 {:.3} ms (goal ≤ 1)",
            place.name,
            quantile(&names, 0.5),
            quantile(&names, 0.95),
            quantile(&codes, 0.5),
            quantile(&codes, 0.95),
        );
    }
    Ok(())
}
