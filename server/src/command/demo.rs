//! `congthe demo`: the demonstration province.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use registry::Store;
use registry::work::key_sets::demonstrate;
use registry::work::load_demo::{DemoAccount, PASSWORD, load_demo};
use registry::work::safe::Safe;
use serde::{Deserialize, Serialize};

use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// As many posts as the province has (../shared/oracles.json).
pub const PEOPLE: u32 = 30_121;
/// The seed, unless another is asked for.
pub const SEED: u64 = 57;

/// `congthe demo`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many people to make up
    #[arg(long, value_name = "N", default_value_t = PEOPLE)]
    pub people: u32,
    /// The same seed gives the same province
    #[arg(long, value_name = "S", default_value_t = SEED)]
    pub seed: u64,
    /// Write the demonstration accounts with their passwords to this file (JSON)
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
}

/// One demonstration account, as the file lists it. The secrets are the demonstration's own and protect nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    /// What to sign in with.
    pub login: String,
    /// The password.
    pub password: String,
    /// The secret of the second factor, in Base32; none if the role needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
    /// The role's name in the model.
    pub role: String,
}

/// Where `serve --demo` leaves the accounts' file, in the data folder.
const ACCOUNTS_FILE: &str = "demo-accounts.json";

/// The province could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is something in the database.
    #[error("the database is not empty; the demonstration goes into an empty one")]
    NotEmpty,
    /// The registry refused.
    #[error("the demonstration province could not be loaded: {0:?}")]
    Refused(contract::Failure),
    /// The accounts' file.
    #[error("the accounts' file {} cannot be used", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is no such account.
    #[error("there is no demonstration account «{0}» with a second factor")]
    NoAccount(String),
}

/// `congthe demo`: fills the database and lists the accounts.
///
/// # Errors
/// [`DemoError`], or whatever hinders opening.
pub async fn run(config: &Config, args: Args, now: &Now, draw: &Draw) -> Result<(), Box<dyn std::error::Error>> {
    let store = open::migrated(config, draw).await?;
    let vault = open::vault(config, &store, draw).await?;
    let safe = Safe { secrets: vault.clone(), cards: open::card_vault(config, &vault)?, draw: draw.clone() };
    let file = args.accounts.unwrap_or_else(|| config.data.join(ACCOUNTS_FILE));
    let accounts = load(&store, &safe, (args.people, args.seed), &file, now).await?;
    print(config, &accounts, &file);
    store.close().await;
    Ok(())
}

/// `congthe serve --demo`: fills an empty database; lists the accounts in any case.
pub(super) async fn at_serve(
    config: &Config,
    store: &Store,
    safe: &Safe,
    people: u32,
    now: &Now,
) -> Result<(), DemoError> {
    let file = config.data.join(ACCOUNTS_FILE);
    let accounts = match load(store, safe, (people, SEED), &file, now).await {
        Err(DemoError::NotEmpty) if file.exists() => {
            // loaded by a program that did not draw one yet, or cut off before it did
            demonstrate(store, safe, now().as_millisecond()).await.map_err(DemoError::Refused)?;
            read_accounts(&file)?
        }
        Err(DemoError::NotEmpty) => return Ok(()),
        other => other?,
    };
    print(config, &accounts, &file);
    Ok(())
}

async fn load(
    store: &Store,
    safe: &Safe,
    (people, seed): (u32, u64),
    file: &Path,
    now: &Now,
) -> Result<Vec<Account>, DemoError> {
    let at_ms = now().as_millisecond();
    let loaded = load_demo(store, safe.secrets.as_ref(), &safe.draw, (people as usize, seed), at_ms).await;
    let accounts: Vec<Account> = match loaded {
        Ok(accounts) => accounts.into_iter().map(account).collect(),
        Err(contract::Failure::Refused { why: contract::Refusal::AlreadySetUp }) => return Err(DemoError::NotEmpty),
        Err(failure) => return Err(DemoError::Refused(failure)),
    };
    demonstrate(store, safe, at_ms).await.map_err(DemoError::Refused)?;
    write_accounts(file, &accounts).map_err(|source| DemoError::File { file: file.to_owned(), source })?;
    Ok(accounts)
}

fn account(demo: DemoAccount) -> Account {
    Account {
        login: demo.login,
        password: PASSWORD.to_owned(),
        totp_secret: demo.totp_secret,
        role: demo.role.name().to_owned(),
    }
}

fn read_accounts(file: &Path) -> Result<Vec<Account>, DemoError> {
    let failed = |source| DemoError::File { file: file.to_owned(), source };
    let bytes = fs::read(file).map_err(failed)?;
    serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))
}

fn print(config: &Config, accounts: &[Account], file: &Path) {
    println!("\nDemonstration accounts (password for all: {PASSWORD}):");
    for account in accounts {
        let code = if account.totp_secret.is_some() { "with a code" } else { "" };
        println!("  {:<12} {:<20} {code}", account.login, account.role);
    }
    let program = std::env::args().next().unwrap_or_else(|| "congthe".to_owned());
    println!("The present code of an account: {program} demo-code LOGIN --data {}", config.data.display());
    println!("Or an authenticator with its secret, which stands in {}\n", file.display());
}

/// `congthe demo-code LOGIN`: the present code of a demonstration account.
///
/// # Errors
/// [`DemoError`].
pub fn code(config: &Config, login: &str, now: &Now) -> Result<String, DemoError> {
    let accounts = read_accounts(&config.data.join(ACCOUNTS_FILE))?;
    let account = accounts.into_iter().find(|account| account.login == login);
    let secret =
        account.and_then(|account| account.totp_secret).ok_or_else(|| DemoError::NoAccount(login.to_owned()))?;
    let secret =
        registry::second_factor::secret_from_typed(&secret).ok_or_else(|| DemoError::NoAccount(login.to_owned()))?;
    Ok(registry::second_factor::code_at(&secret, now().as_millisecond()))
}

/// Writes the accounts' file, readable to its owner only, whole or not at all.
pub fn write_accounts(file: &Path, accounts: &[Account]) -> io::Result<()> {
    let mut name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(".new");
    let new = file.with_file_name(name);
    let mut text = serde_json::to_vec_pretty(accounts)?;
    text.push(b'\n');
    let mut opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    opened.write_all(&text)?;
    opened.sync_all()?;
    fs::rename(&new, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_file_is_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("accounts.json");
        let account = Account { login: "an.nv".into(), password: "x".into(), totp_secret: None, role: "holder".into() };
        write_accounts(&file, &[account]).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(json[0]["login"], "an.nv");
        assert!(json[0].get("totp_secret").is_none());
    }
}
