//! A device that holds a secret key: in store, with its keeper, locked, lost, due back, given back (R154).

use super::Lifecycle;

/// State of a token or SIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    /// With the subscriber manager.
    InStore,
    /// With its keeper.
    Held,
    /// With its keeper, and locked: too many wrong passwords.
    Locked,
    /// Its certificate is revoked, or its keeper left: to be handed back within five working days.
    DueBack,
    /// Nobody knows where it is; minutes were drawn up (Mẫu 09).
    Lost,
    /// Back with the subscriber manager after its certificate ended.
    Collected,
    /// Back with the certification authority.
    GivenBack,
}

/// What happens to a token or SIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenEvent {
    /// A keeper gets it, with minutes (Mẫu 08).
    HandOver,
    /// Another keeper gets it from the one before: a unit has a new head or clerk (R168).
    PassOn,
    /// It locked itself.
    Lock,
    /// It was restored.
    Restore,
    /// It is lost.
    Lose,
    /// It was found, and is not used again.
    Find,
    /// It has to come back.
    AskBack,
    /// It came back.
    Collect,
    /// It went to the certification authority.
    GiveBack,
}

impl Token {
    /// Whether somebody other than the subscriber manager answers for it.
    pub fn is_out(self) -> bool {
        matches!(self, Token::Held | Token::Locked | Token::DueBack | Token::Lost)
    }
}

impl TokenEvent {
    /// Whether it has to be said how or why.
    pub fn needs_reason(self) -> bool {
        matches!(self, TokenEvent::Lose | TokenEvent::Find | TokenEvent::AskBack)
    }

    /// Whether somebody gets it.
    pub fn names_keeper(self) -> bool {
        matches!(self, TokenEvent::HandOver | TokenEvent::PassOn)
    }

    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Token::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        super::event_name::<Token>(self)
    }
}

impl Lifecycle for Token {
    type Event = TokenEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Token::InStore, "in_store"),
        (Token::Held, "held"),
        (Token::Locked, "locked"),
        (Token::DueBack, "due_back"),
        (Token::Lost, "lost"),
        (Token::Collected, "collected"),
        (Token::GivenBack, "given_back"),
    ];
    const EVENTS: &'static [(TokenEvent, &'static str)] = &[
        (TokenEvent::HandOver, "hand_over"),
        (TokenEvent::PassOn, "pass_on"),
        (TokenEvent::Lock, "lock"),
        (TokenEvent::Restore, "restore"),
        (TokenEvent::Lose, "lose"),
        (TokenEvent::Find, "find"),
        (TokenEvent::AskBack, "ask_back"),
        (TokenEvent::Collect, "collect"),
        (TokenEvent::GiveBack, "give_back"),
    ];
    const TRANSITIONS: &'static [(Self, TokenEvent, Self)] = &[
        (Token::InStore, TokenEvent::HandOver, Token::Held),
        (Token::InStore, TokenEvent::GiveBack, Token::GivenBack),
        (Token::Held, TokenEvent::PassOn, Token::Held),
        (Token::Held, TokenEvent::Lock, Token::Locked),
        (Token::Held, TokenEvent::Lose, Token::Lost),
        (Token::Held, TokenEvent::AskBack, Token::DueBack),
        (Token::Locked, TokenEvent::Restore, Token::Held),
        (Token::Locked, TokenEvent::Lose, Token::Lost),
        (Token::Locked, TokenEvent::AskBack, Token::DueBack),
        (Token::DueBack, TokenEvent::Collect, Token::Collected),
        (Token::DueBack, TokenEvent::Lose, Token::Lost),
        (Token::Lost, TokenEvent::Find, Token::DueBack),
        (Token::Collected, TokenEvent::GiveBack, Token::GivenBack),
    ];
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_had_to_come_back_or_was_lost_is_held_by_nobody_again(events in prop::collection::vec(0..Token::EVENTS.len(), 0..60)) {
            let mut state = Token::InStore;
            let (mut tainted, mut out) = (false, false);
            for event in events.into_iter().map(|at| Token::EVENTS[at].0) {
                if let Ok(next) = state.after(event) {
                    tainted |= matches!(event, TokenEvent::Lose | TokenEvent::AskBack);
                    out |= event == TokenEvent::HandOver;
                    state = next;
                }
            }
            prop_assert!(!tainted || !matches!(state, Token::InStore | Token::Held | Token::Locked));
            // what is out was handed over, and comes back only by being collected
            prop_assert!(out || !state.is_out());
            prop_assert!(!out || state != Token::InStore);
        }
    }
}
