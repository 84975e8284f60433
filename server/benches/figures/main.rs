//! The figures of README, as ratios within one run: these machines are noisy, a ratio is less so.
//!
//! `cargo xtask bench [commits|verify|search|pages|import|certificates|checks] [--people N]`; PostgreSQL when CONGTHE_BENCH_POSTGRES names one.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod certificates;
mod checks;
mod commits;
mod import;
mod load;
mod pages;
mod place;
mod search;
mod verify;

use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let people = arguments.iter().position(|argument| argument == "--people");
    let people = people.and_then(|at| arguments.get(at + 1)).map_or(Ok(2_200_000), |text| text.parse())?;
    let table = arguments.iter().position(|argument| argument == "--table").and_then(|at| arguments.get(at + 1));
    let wanted = |name: &str| {
        let names = ["commits", "verify", "search", "pages", "import", "certificates", "checks"];
        !arguments.iter().any(|argument| names.contains(&argument.as_str()))
            || arguments.iter().any(|argument| argument == name)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        if wanted("verify") {
            verify::run()?;
        }
        if wanted("commits") {
            commits::run().await?;
        }
        if wanted("import") {
            import::run(people, table.map(String::as_str)).await?;
        }
        if wanted("pages") {
            pages::run().await?;
        }
        if wanted("certificates") {
            certificates::run().await?;
        }
        if wanted("checks") {
            checks::run(people).await?;
        }
        if wanted("search") {
            search::run(people).await?;
        }
        Ok(())
    })
}
