//! Signing in: the password first, then the second factor.
//!
//! A wrong guess delays the next one from the same place against the same login, never the account itself: nobody can
//! lock a colleague out. A browser that signed in before has a count of its own.

use std::net::{IpAddr, Ipv6Addr};

use contract::{Failure, Fault};
use model::text::clean;
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::secrets::{Purpose, Secrets};
use crate::store::{Record, account, session};
use crate::token::Token;
use crate::{Actor, Conn, Draw, Store, Tx, date, password, second_factor};

/// Failures against one login that cost nothing but themselves.
const FREE_FAILURES: i64 = 3;
/// Failures of one address, whatever the login: who tries a password on a thousand accounts is delayed, too.
const FREE_OF_ADDRESS: i64 = 100;
/// The longest delay, seconds.
const MAX_DELAY: i64 = 300;
/// Failures are forgotten after a day.
pub const FORGET_MS: i64 = 24 * 60 * 60 * 1000;

/// What a browser sends with the password.
pub struct SignIn {
    /// As typed.
    pub login: String,
    /// As typed.
    pub password: String,
    /// Address of the client.
    pub address: String,
    /// Token of a browser that signed in before.
    pub device: Option<Token>,
    /// What the browser calls itself.
    pub agent: String,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The second factor is to be shown.
    SecondFactor,
    /// A second factor must be set up before anything else.
    Enrol,
    /// All is well.
    Done,
}

/// A session that has begun.
pub struct SignedIn {
    /// For the session cookie.
    pub token: Token,
    /// For the device cookie.
    pub device: Token,
    /// What follows.
    pub next: Next,
}

/// The form in which logins are kept.
pub fn login_form(typed: &str) -> String {
    clean(typed).to_lowercase()
}

/// Checks login and password and begins a session.
///
/// # Errors
/// [`Failure::TooManyAttempts`]; [`Fault::Credentials`] beside `password` for whatever does not match.
pub async fn sign_in(store: &Store, draw: &Draw, request: SignIn, at_ms: i64) -> Result<SignedIn, Failure> {
    let login = login_form(&request.login);
    let mut conn = store.read().await?;
    let found = account::by_login(&mut conn, &login).await?;
    let guesses = guesses(&mut conn, &login, found.as_ref(), &request).await?;
    drop(conn);
    guesses.reserve(store, at_ms).await?;

    let kept =
        found.as_ref().filter(|account| account.state == "active").and_then(|account| account.password_hash.clone());
    let right = password::verify(request.password, kept).await;
    let (Some(account), true) = (found, right) else {
        return Err(Failure::field("password", Fault::Credentials));
    };

    let token = Token::draw(draw);
    let device = request.device.unwrap_or_else(|| Token::draw(draw));
    let (id_hash, device_hash) = (token.hash(), device.hash());
    let agent = short_agent(&request.agent);
    let next = store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                let next = next_step(tx.conn(), &account, at_ms).await?;
                let factor = match next {
                    Next::SecondFactor => "password",
                    Next::Enrol => "enrol",
                    Next::Done => "full",
                };
                let row = session::Session {
                    id_hash,
                    account_id: account.id,
                    factor: factor.to_owned(),
                    pending_totp: None,
                    created_at: at_ms,
                    seen_at: at_ms,
                    confirmed_at: None,
                    agent,
                };
                session::insert(tx.conn(), &row).await?;
                guesses.forget(tx).await?;
                if next == Next::Done {
                    account::remember_device(tx.conn(), account.id, &device_hash, at_ms).await?;
                    record(tx, account.id, "session.begin", "password");
                }
                Ok::<_, Failure>(next)
            })
        })
        .await?;
    Ok(SignedIn { token, device, next })
}

/// Shows the second factor, a code or a recovery code, and goes on with the session under a new token.
///
/// # Errors
/// [`Failure::SignInNeeded`], [`Failure::TooManyAttempts`], [`Fault::Code`] beside `code`.
pub async fn show_second_factor(
    store: &Store,
    secrets: &dyn Secrets,
    draw: &Draw,
    (session_token, device): (&Token, &Token),
    code: &str,
    at_ms: i64,
) -> Result<Token, Failure> {
    let old = session_token.hash();
    let mut conn = store.read().await?;
    let session = session::by_hash(&mut conn, &old).await?.filter(|session| session.factor == "password");
    let session = session.ok_or(Failure::SignInNeeded)?;
    drop(conn);
    check_code(store, secrets, session.account_id, code, at_ms).await?;

    let token = Token::draw(draw);
    let (new, device_hash) = (token.hash(), device.hash());
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                session::promote(tx.conn(), &old, &new, at_ms).await?;
                account::remember_device(tx.conn(), session.account_id, &device_hash, at_ms).await?;
                record(tx, session.account_id, "session.begin", "second factor");
                Ok::<_, Failure>(())
            })
        })
        .await?;
    Ok(token)
}

/// Shows the second factor again before a decision.
///
/// # Errors
/// As [`show_second_factor`].
pub async fn confirm(
    store: &Store,
    secrets: &dyn Secrets,
    session_token: &Token,
    code: &str,
    at_ms: i64,
) -> Result<(), Failure> {
    let id_hash = session_token.hash();
    let mut conn = store.read().await?;
    let session = session::by_hash(&mut conn, &id_hash).await?.ok_or(Failure::SignInNeeded)?;
    drop(conn);
    check_code(store, secrets, session.account_id, code, at_ms).await?;
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                session::confirm(tx.conn(), &id_hash, at_ms).await?;
                record(tx, session.account_id, "session.confirm", "second factor");
                Ok::<_, Failure>(())
            })
        })
        .await
}

/// Accepts a code once, or a recovery code once.
async fn check_code(
    store: &Store,
    secrets: &dyn Secrets,
    account_id: i64,
    code: &str,
    at_ms: i64,
) -> Result<(), Failure> {
    let mut conn = store.read().await?;
    let account = account::by_id(&mut conn, account_id).await?.filter(|account| account.state == "active");
    let account = account.ok_or(Failure::SignInNeeded)?;
    let guesses = Guesses::new(&format!("second factor {account_id}"), "second factor");
    drop(conn);
    let sealed = account.totp_sealed.ok_or(Failure::Forbidden)?;
    let secret =
        secrets.open(Purpose::Totp, &format!("account:{account_id}"), &sealed).map_err(|_| Failure::Internal)?;
    let step = second_factor::matching_step(&secret, code, at_ms);
    let recovery = second_factor::recovery_hash(account_id, code);
    let right = store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                guesses.count(tx).await?;
                let right = match (step, recovery) {
                    (Some(step), _) => account::advance_totp(tx.conn(), account_id, step).await?,
                    (None, Some(hash)) => {
                        let right = account::use_recovery_code(tx.conn(), account_id, &hash, at_ms).await?;
                        if right {
                            record(tx, account_id, "account.use_recovery_code", "recovery code");
                        }
                        right
                    }
                    (None, None) => false,
                };
                if right {
                    guesses.forget(tx).await?;
                }
                Ok::<_, Failure>(right)
            })
        })
        .await?;
    if right { Ok(()) } else { Err(Failure::field("code", Fault::Code)) }
}

/// Whether a second factor is there, needed, or neither.
async fn next_step(conn: &mut Conn, account: &account::Account, at_ms: i64) -> Result<Next, Failure> {
    if account.totp_sealed.is_some() {
        return Ok(Next::SecondFactor);
    }
    let grants = super::resume_session::grants(conn, account.id, &date::iso_day(at_ms)).await?;
    let needed = grants.iter().any(|grant| grant.role.needs_second_factor());
    Ok(if needed { Next::Enrol } else { Next::Done })
}

/// What delays this attempt: the failures of a browser that signed in to the account before, or those of the address.
async fn guesses(
    conn: &mut Conn,
    login: &str,
    account: Option<&account::Account>,
    request: &SignIn,
) -> Result<Guesses, Failure> {
    if let (Some(account), Some(device)) = (account, &request.device)
        && account::knows_device(conn, account.id, &device.hash()).await?
    {
        return Ok(Guesses::new(login, &format!("device {}", short_hash(&device.hash()))));
    }
    // an address is personal data: only its hash is kept, and for a day
    let source = format!("address {}", short_hash(&Sha256::digest(network(&request.address))));
    let of_address =
        Counter { what: Sha256::digest("any login").to_vec(), source: source.clone(), free: FREE_OF_ADDRESS };
    Ok(Guesses { of_address: Some(of_address), ..Guesses::new(login, &source) })
}

/// What one client has for itself: an IPv4 address, or the first 64 bits of an IPv6 address (RFC 4291 §2.5.4).
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
        _ => address.to_owned(),
    }
}

fn short_hash(hash: &[u8]) -> String {
    hex(&hash[..hash.len().min(12)])
}

/// The failures of one source against one secret, and of its address against all.
#[derive(Clone)]
pub(super) struct Guesses {
    own: Counter,
    of_address: Option<Counter>,
}

/// Failures of one source; only the hash of what is guessed at is kept.
#[derive(Clone)]
struct Counter {
    what: Vec<u8>,
    source: String,
    /// So many cost nothing but themselves.
    free: i64,
}

impl Guesses {
    /// `what` is guessed at, from `source`.
    pub(super) fn new(what: &str, source: &str) -> Self {
        let what = Sha256::digest(what.as_bytes()).to_vec();
        Guesses { own: Counter { what, source: source.to_owned(), free: FREE_FAILURES }, of_address: None }
    }

    /// Counts an attempt as failed before it is known whether it is right, so that many at once count as many; refuses
    /// one that comes too soon after failures: 2, 4, 8 … seconds, at most five minutes.
    ///
    /// # Errors
    /// [`Failure::TooManyAttempts`].
    pub(super) async fn count(&self, tx: &mut Tx) -> Result<(), Failure> {
        for counter in [Some(&self.own), self.of_address.as_ref()].into_iter().flatten() {
            counter.count(tx).await?;
        }
        Ok(())
    }

    /// As [`Guesses::count`], in a transaction of its own: before a password is hashed.
    pub(super) async fn reserve(&self, store: &Store, at_ms: i64) -> Result<(), Failure> {
        let copy = self.clone();
        store.write(at_ms, move |tx| Box::pin(async move { copy.count(tx).await })).await
    }

    /// It was right: the source begins anew; its address has one failure less.
    pub(super) async fn forget(&self, tx: &mut Tx) -> Result<(), Failure> {
        account::forget_failures(tx.conn(), &self.own.what, &self.own.source).await?;
        if let Some(counter) = &self.of_address {
            account::take_back_failure(tx.conn(), &counter.what, &counter.source).await?;
        }
        Ok(())
    }
}

impl Counter {
    async fn count(&self, tx: &mut Tx) -> Result<(), Failure> {
        let at_ms = tx.at_ms();
        let (failures, last_at) = account::failures(tx.conn(), &self.what, &self.source, at_ms).await?;
        let failures = if at_ms - last_at > FORGET_MS { 0 } else { failures };
        if failures >= self.free {
            let exponent = u32::try_from(failures - self.free + 1).unwrap_or(u32::MAX).min(16);
            let delay = 2_i64.saturating_pow(exponent).min(MAX_DELAY);
            let left = last_at + delay * 1000 - at_ms;
            if left > 0 {
                return Err(Failure::TooManyAttempts { seconds: u64::try_from((left + 999) / 1000).unwrap_or(1) });
            }
        }
        Ok(account::put_failures(tx.conn(), &self.what, &self.source, failures + 1, at_ms).await?)
    }
}

/// Browser and system, in a few words: enough to know one's own session again.
fn short_agent(agent: &str) -> String {
    let browser = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("CocCoc", "Cốc Cốc"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let system = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |table: &[(&str, &str)]| {
        table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| (*name).to_owned())
    };
    match (find(&browser), find(&system)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name,
        (None, None) => "?".to_owned(),
    }
}

fn record(tx: &mut Tx, account_id: i64, action: &'static str, how: &str) {
    let reference = format!("account:{account_id}");
    tx.record(Record {
        actor: &reference,
        action,
        object: reference.clone(),
        facts: serde_json::json!({ "how": how }),
        personal: None,
    });
}

/// Ends the session.
///
/// # Errors
/// As the database says.
pub async fn sign_out(tx: &mut Tx, actor: &Actor, id_hash: &[u8]) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let account_id = actor.account_id.ok_or(Failure::SignInNeeded)?;
    if session::end(tx.conn(), account_id, id_hash, at_ms).await? {
        record(tx, account_id, "session.end", "sign-out");
    }
    Ok(())
}
