//! The real server binary in a real browser, on both databases.
use super::foreign::Daemon;
use crate::beside::Beside;
use crate::bridge;
use crate::cargo::plain;
use crate::group::Signal;
use crate::iwa;
use crate::postgres::{Commits, Postgres};
use crate::run;
use crate::serve::portal_of_tests;
use crate::setup;
use crate::step::step;
use crate::tree;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;
use tempfile::TempDir;

/// The demonstration province that the journeys walk through.
const PROVINCE: [&str; 4] = ["--people", "2000", "--seed", "1"];

pub fn on_sqlite(arguments: &[String]) -> Result<()> {
    journeys("SQLITE", None, arguments, false)
}

/// What is measured in the browser, printed.
pub fn figures(names: &[String]) -> Result<()> {
    let files = names.iter().map(|name| format!("tests/{name}_figures"));
    let arguments: Vec<String> = files.chain(["--workers=1".to_owned()]).collect();
    journeys("SQLITE", None, &arguments, true)
}

pub fn on_postgres(arguments: &[String]) -> Result<()> {
    let postgres = Postgres::start(Commits::InMemory)?;
    journeys("POSTGRES", Some(&postgres), arguments, false)
}

/// Starts a portal and runs Playwright's projects of that database.
fn journeys(name: &str, postgres: Option<&Postgres>, arguments: &[String], figures: bool) -> Result<()> {
    setup::card_face_tests()?; // a journey looks at the file for the printer
    let congthe = portal_of_tests()?;
    fs::create_dir_all(artefacts())?;
    let portal = Portal::start(&congthe, &name.to_lowercase(), postgres.map(Postgres::url).as_deref())?;
    // a reader of the system, for the bridge; the journey lays cards on it
    let bridge = bridge::for_tests()?;
    let daemon = Daemon::start()?;
    let mut playwright = plain("node");
    playwright.current_dir(tree::e2e()).arg(tree::node_modules().join("@playwright/test/cli.js"));
    playwright.arg("test").args(arguments).env("CONGTHE_E2E_ACCOUNTS", &portal.accounts);
    playwright.env("CONGTHE_E2E_PROGRAM", &congthe); // for journeys with a portal of their own
    playwright.env("CONGTHE_E2E_BRIDGE", &bridge).env("CONGTHE_E2E_VPCD", format!("127.0.0.1:{}", daemon.port));
    playwright.env("CONGTHE_E2E_XTASK", format!("/proc/{}/exe", process::id()));
    if let Some(postgres) = postgres {
        playwright.env("CONGTHE_E2E_SPARE", postgres.spare()); // for a journey that begins with nothing
    }
    if figures {
        playwright.env("CONGTHE_E2E_FIGURES", "1");
    }
    playwright.env("CONGTHE_E2E_SITE", tree::site()).env("CONGTHE_E2E_APP", iwa::folder()); // and with the Isolated Web App
    run::run(playwright.env(format!("CONGTHE_E2E_{name}_URL"), &portal.url))
}

/// A portal with the demonstration province, its log among the artefacts.
struct Portal {
    _server: Beside, // declared first: it ends before its data are removed
    url: String,
    accounts: PathBuf,
    _data: TempDir,
}

impl Portal {
    fn start(congthe: &Path, name: &str, database: Option<&str>) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let accounts = data.path().join("accounts.json");
        let on_data = |task: &str| {
            let mut command = plain(&congthe.to_string_lossy());
            command.arg(task).arg("--data").arg(data.path().join("data"));
            command.args(database.into_iter().flat_map(|url| ["--database", url]));
            command
        };
        step(&format!("the demonstration province on {name}"), || {
            run::run_quietly(on_data("demo").args(PROVINCE).arg("--accounts").arg(&accounts))
        })?;

        let url = format!("http://127.0.0.1:{}", free_port()?);
        let port = url.rsplit(':').next().unwrap_or_default();
        let log = artefacts().join(format!("congthe-{name}.log"));
        let mut serve = on_data("serve");
        let settings = data.path().join("card-settings.toml");
        fs::write(&settings, "signed_codes = true\n")?;
        serve.env("CONGTHE_WEBHOOK_HOSTS", "127.0.0.1").env("CONGTHE_CARD_SETTINGS", &settings); // a journey listens there
        serve.args(["--port", port]).stdout(File::create(&log)?).stderr(File::options().append(true).open(&log)?);
        let mut server = Beside::start("the portal", &mut serve, Signal::Term)?;
        let readiness = format!("{url}/readyz");
        let patience = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build();
        let client = ureq::Agent::new_with_config(patience);
        server
            .wait_until(60, || client.get(&readiness).call().is_ok())
            .with_context(|| format!("the portal on {name}: see {}", log.display()))?;
        Ok(Self { _server: server, url, accounts, _data: data })
    }
}

fn artefacts() -> PathBuf {
    tree::e2e().join("artefacts")
}

/// A port that nobody listened on a moment ago.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
