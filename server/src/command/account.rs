//! `congthe account`: the first accounts, and the way back in. No password is taken or printed; an activation link is.

use std::error::Error;

use registry::store::{account as accounts, grant as grants};
use registry::token::Token;
use registry::work::grants::{ProposeGrant, propose_grant};
use registry::work::invite_account::{InviteAccount, LINK_MS, invite_account, reset_account};
use registry::{Actor, Failure, Store};

use super::Refused;
use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// For the whole province, instead of an agency code.
const PROVINCE: &str = "province";

/// Does what was asked.
///
/// # Errors
/// What the registry refuses, in words.
pub async fn run(config: &Config, command: Account, now: &Now, draw: &Draw) -> Result<(), Box<dyn Error>> {
    let store = open::migrated(config, draw).await?;
    let at_ms = now().as_millisecond();
    match command {
        Account::Add(add) => {
            let link = Token::draw(draw);
            let login = add.login.clone();
            self::add(&store, add, link.clone(), at_ms).await?;
            print_link(config, &login, &link);
        }
        Account::Reset { login } => {
            let link = Token::draw(draw);
            reset(&store, &login, link.clone(), at_ms).await?;
            print_link(config, &login, &link);
        }
        Account::List => list(&store).await?,
    }
    store.close().await;
    Ok(())
}

async fn add(store: &Store, add: Add, link: Token, at_ms: i64) -> Result<(), Box<dyn Error>> {
    let roles = add.grants()?;
    let added = store.write(at_ms, move |tx| {
        Box::pin(async move {
            let console = Actor::console();
            let typed = InviteAccount { login: add.login, display_name: add.name, personnel_code: String::new() };
            let id = invite_account(tx, &console, typed, &link).await?;
            for role in roles {
                let unit_code = if role.unit == PROVINCE { String::new() } else { role.unit };
                let grant = ProposeGrant {
                    account_id: id,
                    role: role.role.replace('-', "_"),
                    unit_code,
                    decision: role.decision,
                    ..ProposeGrant::default()
                };
                propose_grant(tx, &console, grant).await?;
            }
            Ok::<_, Failure>(())
        })
    });
    added.await.map_err(Refused)?;
    Ok(())
}

async fn reset(store: &Store, login: &str, link: Token, at_ms: i64) -> Result<(), Box<dyn Error>> {
    let mut conn = store.read().await?;
    let account = accounts::by_login(&mut conn, login).await?.ok_or(Refused(Failure::NotFound))?;
    drop(conn);
    let reset = store
        .write(at_ms, move |tx| Box::pin(async move { reset_account(tx, &Actor::console(), account.id, &link).await }));
    reset.await.map_err(Refused)?;
    Ok(())
}

async fn list(store: &Store) -> Result<(), Box<dyn Error>> {
    let mut conn = store.read().await?;
    let mut offset = 0;
    loop {
        let page = accounts::list(&mut conn, ("", ""), offset, 500).await?;
        if page.is_empty() {
            return Ok(());
        }
        offset += 500;
        for account in page {
            let held = grants::of_account(&mut conn, account.id).await?;
            let roles: Vec<String> = held
                .iter()
                .filter(|grant| grant.state == "in_force")
                .map(|grant| format!("{} ({})", grant.role, grant.unit))
                .collect();
            println!("{:<24} {:<9} {}", account.login, account.state, roles.join(", "));
        }
    }
}

fn print_link(config: &Config, login: &str, link: &Token) {
    let days = LINK_MS / (24 * 60 * 60 * 1000);
    println!("Activation link of {login}, good once and for {days} days:");
    println!("{}/activate/{}", config.public_origin.as_str(), link.as_str());
}

/// `congthe account …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Account {
    /// Add an account and print its one-time activation link
    Add(Add),
    /// End an account's sessions, drop its password and second factor, and print a new activation link
    Reset {
        /// The account
        login: String,
    },
    /// List accounts with their roles
    List,
}

/// `congthe account add`
#[derive(Clone, Debug, clap::Args)]
pub struct Add {
    /// What the person signs in with
    pub login: String,
    /// The person's name
    #[arg(long)]
    pub name: String,
    /// A role; each is followed by its --unit and its --decision
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,
    /// The agency code of the unit on which the role holds, and with it its subtree; «province» for the whole province
    #[arg(long, value_name = "CODE")]
    unit: Vec<String>,
    /// The number of the decision that grants the role
    #[arg(long, value_name = "NO")]
    decision: Vec<String>,
}

/// A role on a unit, by a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role, as written.
    pub role: String,
    /// The unit's code, as written.
    pub unit: String,
    /// The decision's number.
    pub decision: String,
}

/// A role without unit or decision, or one of these too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("each --role needs one --unit and one --decision; there are {roles}, {units} and {decisions} of them")]
pub struct UnevenGrants {
    roles: usize,
    units: usize,
    decisions: usize,
}

impl Add {
    /// The grants, in the order they were given.
    pub fn grants(&self) -> Result<Vec<Grant>, UnevenGrants> {
        let (roles, units, decisions) = (self.role.len(), self.unit.len(), self.decision.len());
        if roles != units || roles != decisions {
            return Err(UnevenGrants { roles, units, decisions });
        }
        let grants = self.role.iter().zip(&self.unit).zip(&self.decision);
        Ok(grants
            .map(|((role, unit), decision)| Grant {
                role: role.clone(),
                unit: unit.clone(),
                decision: decision.clone(),
            })
            .collect())
    }
}
