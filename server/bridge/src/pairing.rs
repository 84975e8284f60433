//! Pairing: page and terminal show one code, and the person who sees both lets the page in. One question at a time.
use crate::asks::Asks;
use crate::chance::{Chance, draw};
use crate::limits::Limits;
use crate::origin::Origin;
use crate::tokens::Tokens;
use relay::{PairingCode, Refusal, Token};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// No pause gets longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Who is let in, and how others come to be.
pub struct Pairing {
    asks: Arc<dyn Asks>,
    tokens: Tokens,
    chance: Chance,
    limits: Limits,
    state: Mutex<State>,
}

struct State {
    open: bool,
    /// Questions in a row that did not end with yes.
    in_vain: u32,
    next: Option<Instant>,
}

impl Pairing {
    /// Nobody is being asked.
    pub fn new(asks: Arc<dyn Asks>, tokens: Tokens, chance: Chance, limits: Limits) -> Self {
        Pairing { asks, tokens, chance, limits, state: Mutex::new(State { open: false, in_vain: 0, next: None }) }
    }

    /// Whether this page was let in before.
    pub fn knows(&self, origin: &Origin, token: &Token) -> Result<bool, Refusal> {
        self.tokens.knows(origin, token).map_err(|error| failed(&error))
    }

    /// A code for the page to show, when nobody else is being asked about.
    pub fn begin(&self, origin: Origin) -> Result<Question<'_>, Refusal> {
        let code = PairingCode::of(self.below_a_million().map_err(|error| failed(&error))?);
        let mut state = self.state();
        if state.open {
            return Err(Refusal::Busy);
        }
        if state.next.is_some_and(|next| Instant::now() < next) {
            return Err(Refusal::TooMany);
        }
        state.open = true;
        Ok(Question { pairing: self, origin, code, answered: false })
    }

    /// Each number is as likely as any other.
    fn below_a_million(&self) -> Result<u32, crate::chance::NoChance> {
        loop {
            let number = u32::from_le_bytes(draw(&self.chance)?);
            if number < u32::MAX / 1_000_000 * 1_000_000 {
                return Ok(number % 1_000_000);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A pause, after which the next question may come; longer the more of them were in vain.
    fn over(&self, yes: bool) {
        let mut state = self.state();
        state.open = false;
        state.in_vain = if yes { 0 } else { state.in_vain.saturating_add(1) };
        let pause = self.limits.between_questions.saturating_mul(1 << state.in_vain.saturating_sub(1).min(10));
        state.next = Some(Instant::now() + pause.min(LONGEST_PAUSE));
    }
}

/// An open question. Dropped without an answer, it is withdrawn.
pub struct Question<'a> {
    pairing: &'a Pairing,
    origin: Origin,
    code: PairingCode,
    answered: bool,
}

impl Question<'_> {
    /// What the page shows.
    pub fn code(&self) -> PairingCode {
        self.code.clone()
    }

    /// Asks the person; a new token when they say yes.
    pub async fn answer(mut self) -> Result<Token, Refusal> {
        let pairing = self.pairing;
        let asked = timeout(pairing.limits.question, pairing.asks.may_come_in(&self.origin, &self.code)).await;
        let yes = asked.map_err(|_| Refusal::Expired)?;
        self.answered = true;
        pairing.over(yes);
        if !yes {
            return Err(Refusal::No);
        }
        let token = Token(draw(&pairing.chance).map_err(|error| failed(&error))?);
        pairing.tokens.keep(&self.origin, &token).map_err(|error| failed(&error))?;
        Ok(token)
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.pairing.over(false);
            self.pairing.asks.withdrawn();
        }
    }
}

fn failed(error: &dyn std::error::Error) -> Refusal {
    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    tracing::error!("pairing failed: {error}{source}");
    Refusal::Failed
}
