//! Who asks for something, and what they may do.

use contract::Failure;
use model::role::{Action, Grant};

/// How long a confirmation of the second factor counts as fresh.
pub const FRESH_MS: i64 = 5 * 60 * 1000;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Actor {
    /// As it stands in the audit log: `account:12`, `console`, `system`. Never a name.
    pub reference: String,
    /// The account, when there is one.
    pub account_id: Option<i64>,
    /// The person whose account it is.
    pub person_id: Option<i64>,
    /// Name shown to the actor.
    pub display_name: String,
    /// Roles in force today.
    pub grants: Vec<Grant>,
    /// When the second factor was last shown.
    pub confirmed_at: Option<i64>,
    /// Whoever has the machine may do what the roles do not cover: the first account.
    machine: bool,
}

impl Actor {
    /// Somebody who signed in.
    pub fn account(
        account_id: i64,
        person_id: Option<i64>,
        display_name: String,
        grants: Vec<Grant>,
        confirmed_at: Option<i64>,
    ) -> Self {
        Actor {
            reference: format!("account:{account_id}"),
            account_id: Some(account_id),
            person_id,
            display_name,
            grants,
            confirmed_at,
            machine: false,
        }
    }

    /// Whoever runs `congthe` on the server itself.
    pub fn console() -> Self {
        Actor {
            reference: "console".to_owned(),
            account_id: None,
            person_id: None,
            display_name: "console".to_owned(),
            grants: Vec::new(),
            confirmed_at: None,
            machine: true,
        }
    }

    /// The program itself, for what it does by the clock.
    pub fn system() -> Self {
        Actor { reference: "system".to_owned(), display_name: "system".to_owned(), ..Actor::console() }
    }

    /// Whether the action is allowed on the unit with that path.
    pub fn may(&self, action: Action, path: &str) -> bool {
        self.machine || self.grants.iter().any(|grant| grant.allows(action, path))
    }

    /// Whether the action is allowed on at least one unit.
    pub fn may_somewhere(&self, action: Action) -> bool {
        self.machine || self.grants.iter().any(|grant| grant.allows_somewhere(action))
    }

    /// Refuses what is not allowed, or needs the second factor shown again.
    ///
    /// # Errors
    /// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`].
    pub fn require(&self, action: Action, path: &str, at_ms: i64) -> Result<(), Failure> {
        if !self.may(action, path) {
            return Err(Failure::Forbidden);
        }
        self.require_fresh(action, at_ms)
    }

    /// As [`Actor::require`], for whatever concerns no unit.
    ///
    /// # Errors
    /// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`].
    pub fn require_somewhere(&self, action: Action, at_ms: i64) -> Result<(), Failure> {
        if !self.may_somewhere(action) {
            return Err(Failure::Forbidden);
        }
        self.require_fresh(action, at_ms)
    }

    /// Whether the second factor was shown a short while ago.
    pub fn is_fresh(&self, at_ms: i64) -> bool {
        self.confirmed_at.is_some_and(|confirmed| at_ms - confirmed <= FRESH_MS)
    }

    fn require_fresh(&self, action: Action, at_ms: i64) -> Result<(), Failure> {
        if action.permission().fresh && !self.is_fresh(at_ms) && !self.machine {
            return Err(Failure::ConfirmationNeeded);
        }
        Ok(())
    }

    /// Paths of the units below which the action is allowed; none contains another.
    pub fn paths(&self, action: Action) -> Vec<String> {
        let mut paths: Vec<String> =
            self.grants.iter().filter(|grant| grant.allows_somewhere(action)).map(|grant| grant.path.clone()).collect();
        paths.sort();
        paths.dedup_by(|next, kept| next.starts_with(kept.as_str()));
        paths
    }

    /// Who this is for the separation of duties: the person, whatever the account.
    pub fn duty_key(&self) -> String {
        match self.person_id {
            Some(person) => format!("person:{person}"),
            None => self.reference.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::role::Role;

    use super::*;

    #[test]
    fn paths_do_not_repeat_what_another_contains() {
        let grants =
            ["/1/5/", "/1/5/9/", "/1/50/"].map(|path| Grant { role: Role::UnitHr, path: path.to_owned() }).to_vec();
        let actor = Actor::account(1, None, String::new(), grants, None);
        assert_eq!(actor.paths(Action::SeePeople), ["/1/5/", "/1/50/"]);
    }

    #[test]
    fn a_confirmation_grows_old() {
        let grants = vec![Grant { role: Role::Approver, path: "/1/".to_owned() }];
        let actor = Actor::account(1, None, String::new(), grants, Some(1_000));
        assert_eq!(actor.require(Action::DecideGrant, "/1/", 1_000 + FRESH_MS), Ok(()));
        assert_eq!(actor.require(Action::DecideGrant, "/1/", 1_001 + FRESH_MS), Err(Failure::ConfirmationNeeded));
        assert_eq!(actor.require(Action::SeePeople, "/1/", 1_001 + FRESH_MS), Ok(()));
    }
}
