//! What a run leaves in the registry: the chip's journal, what the journal says that the chip is, and the audit entry where that changed, in
//! one transaction.

use chip::content::Hash;
use chip::keys::Uid;
use chip::plan::{Entry, Intent, Outcome, Reached, Standing, sets};
use chip::profile::Profile;
use contract::Failure;
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;

use super::{Aim, Sheet, wipe};
use crate::hex::{from_hex, hex};
use crate::store::chip::{self as stored, Chip};
use crate::store::stock::blank;
use crate::store::{Record, card, public};
use crate::{Actor, Conn, Store, Tx};

/// Name of [`Standing::Issued`].
pub(super) const ISSUED: &str = "issued";
/// Name of [`Standing::Blank`].
pub(super) const BLANK: &str = "blank";
const MADE: &str = "made";
/// A pause longer than that is not counted as writing.
const LONGEST_PAUSE_MS: i64 = 60_000;

/// Whether a chip has, or may have, its card's own master key.
pub(super) fn is_taken(chip: &Chip) -> bool {
    [ISSUED, MADE].contains(&chip.state.as_str())
}

/// An identifier as the registry writes it.
pub(super) fn uid_text(uid: &Uid) -> String {
    hex(uid).to_uppercase()
}

/// The same the other way round.
pub(super) fn uid_of(text: &str) -> Option<Uid> {
    from_hex(text)?.try_into().ok()
}

/// A chip that showed who it is.
#[derive(Clone)]
pub(super) struct Known {
    uid: String,
    journal: Vec<Entry>,
    row: Option<Chip>,
    /// The blank that it sits in was spoiled.
    spoiled: bool,
}

impl Known {
    pub(super) async fn read(conn: &mut Conn, uid: Uid) -> Result<Self, Failure> {
        let uid = uid_text(&uid);
        let row = stored::by_uid(conn, &uid).await?;
        let lines = stored::journal(conn, &uid).await?;
        let journal = lines.iter().map(|line| serde_json::from_str(line)).collect::<Result<_, _>>();
        let blank = match row.as_ref().and_then(|row| row.blank_id) {
            Some(id) => blank::by_id(conn, id).await?,
            None => None,
        };
        let state = blank.and_then(|blank| lifecycle::Blank::from_name(&blank.state));
        let spoiled = matches!(state, Some(lifecycle::Blank::Spoiled | lifecycle::Blank::Destroyed));
        Ok(Known { uid, journal: journal.map_err(|_| Failure::Internal)?, row, spoiled })
    }

    pub(super) fn journal(&self) -> &[Entry] {
        &self.journal
    }

    pub(super) fn row(&self) -> Option<&Chip> {
        self.row.as_ref()
    }

    /// What is said where it is not to be touched: it was wiped, and no card is made of it again; the blank in which it sits was spoiled since
    /// (R39); it was written for another card, or for the same one on another blank (a blank of the stock is for none).
    pub(super) fn unfit_for(&self, aim: &Aim) -> Option<&'static str> {
        let row = self.row.as_ref()?;
        if row.wiped_at.is_some() {
            return Some("chip-was-wiped");
        }
        let mine = match aim {
            Aim::Card(of) => (row.card_id, row.blank_id) == (Some(of.card_id), Some(of.blank_id)),
            _ => false,
        };
        if self.spoiled && !mine {
            return Some("chip-spoiled");
        }
        (is_taken(row) && !mine).then_some("chip-others")
    }
}

impl Sheet {
    /// Notes what a turn brought. With an outcome it is noted whatever became of the card meanwhile: it has happened.
    pub(super) async fn noted(
        self,
        store: &Store,
        actor: &Actor,
        entries: Vec<Entry>,
        outcome: Option<Outcome>,
        at_ms: i64,
    ) -> Result<Self, Failure> {
        if entries.is_empty() {
            return Ok(Sheet { heard_ms: at_ms, ..self });
        }
        let actor = actor.clone();
        let noted = store.write(at_ms, move |tx| {
            Box::pin(async move {
                if outcome.is_none() {
                    self.still_meant(tx, &actor).await?;
                }
                self.note(tx, &actor, entries, outcome.and_then(|outcome| outcome.profile)).await
            })
        });
        noted.await
    }

    /// The card is still what it was when the run began: printed on that blank, live, or void.
    async fn still_meant(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Failure> {
        let (of, live) = match &self.aim {
            Aim::Card(of) => (&**of, false),
            Aim::Field(_, Some(here)) => (&here.card, true),
            Aim::Wipe(_, Some(back)) => return wipe::still_back(tx.conn(), actor, back).await,
            Aim::Blank(_) | Aim::Field(_, None) | Aim::Wipe(_, None) => return Ok(()),
        };
        let found = card::by_id(tx.conn(), of.card_id).await?.ok_or(Failure::Stale)?;
        let blank = super::chip_blank(tx.conn(), &found).await?;
        let state = lifecycle::Card::from_name(&found.state).ok_or(Failure::Internal)?;
        let fits = if live { state.is_rewritten() } else { state == lifecycle::Card::Printed };
        if fits && blank == Some(of.blank_id) && (!live || actor.may(Action::IssueCards, &found.path)) {
            Ok(())
        } else {
            Err(Failure::Stale)
        }
    }

    async fn note(
        mut self,
        tx: &mut Tx,
        actor: &Actor,
        entries: Vec<Entry>,
        profile: Option<Profile>,
    ) -> Result<Self, Failure> {
        let at_ms = tx.at_ms();
        let mut known = self.known.take().ok_or(Failure::Internal)?;
        let (from, before) = (known.journal.len(), Standing::of(&known.journal));
        let before_sets = sets(&known.journal);
        let lines: Vec<String> = entries
            .iter()
            .map(|entry| serde_json::to_string(entry).map_err(|_| Failure::Internal))
            .collect::<Result<_, _>>()?;
        let done = entries.iter().rev().find_map(|entry| match entry {
            Entry::Reached(reached) => Some(*reached),
            _ => None,
        });
        // the file that counts its readings is made anew
        let begins_anew = entries.iter().any(|entry| matches!(entry, Entry::Meant(Intent::Issue { .. })));
        known.journal.extend(entries);
        let (after, after_sets) = (Standing::of(&known.journal), sets(&known.journal));

        let mut row = known.row.take().unwrap_or_else(|| Chip { uid: known.uid.clone(), ..Chip::default() });
        self.describe(&mut row, after, &known.journal);
        self.describe_signature(&mut row, &known.journal[from..]);
        if matches!(self.aim, Aim::Wipe(..)) {
            row.wiped_at = row.wiped_at.or(Some(at_ms));
        }
        if let Some(profile) = profile {
            row.profile = Some(profile_name(profile).to_owned());
        }
        if !self.counted {
            row.tries += 1;
        }
        row.milliseconds += (at_ms - self.heard_ms).clamp(0, LONGEST_PAUSE_MS);
        row.changed_at = at_ms;
        stored::put(tx.conn(), &row).await?;
        if before_sets != after_sets {
            stored::put_sets(tx.conn(), &known.uid, after_sets.iter().copied().map(i64::from)).await?;
        }
        if begins_anew {
            public::forget_tap(tx.conn(), &known.uid).await?;
        }
        stored::add_entries(tx.conn(), (&known.uid, from), &lines, actor.account_id, at_ms).await?;
        let anew = match done {
            Some(Reached::Rekeyed { .. }) if before_sets.len() > 1 || before_sets != after_sets => Some("chip.rekey"),
            Some(Reached::Updated { .. }) => Some("chip.update"),
            _ => None,
        };
        let changed = (name(before) != name(after)).then(|| action_of(&self.aim, &row));
        if let Some(action) = anew.or(changed) {
            record(tx, actor, &self.aim, action, &row);
        }
        known.row = Some(row);
        (self.known, self.counted, self.heard_ms) = (Some(known), true, at_ms);
        Ok(self)
    }

    /// What the chip is now. As long as it may be active with what an earlier run gave it, it is that run's.
    fn describe(&self, row: &mut Chip, after: Standing, journal: &[Entry]) {
        name(after).clone_into(&mut row.state);
        let intended = journal.iter().rev().find_map(|entry| match entry {
            Entry::Meant(Intent::Issue { content, set, profile }) => Some((*content, *set, *profile)),
            _ => None,
        });
        if let Some((_, _, profile)) = intended {
            row.profile = Some(profile_name(profile).to_owned());
        }
        let (content, set): (Option<Hash>, Option<u8>) = match after {
            Standing::Made { content, set } | Standing::Issued { content, set } => (Some(content), Some(set)),
            Standing::Making => intended.map(|(content, set, _)| (content, set)).unzip(),
            Standing::Blank | Standing::Unknown | Standing::Blanking => (None, None),
        };
        match &self.aim {
            Aim::Card(of) if content == Some(of.hash) => {
                (row.card_id, row.blank_id) = (Some(of.card_id), Some(of.blank_id));
                row.host = Some(of.host.clone());
            }
            Aim::Field(_, Some(here)) if content == Some(here.card.hash) => row.host = Some(here.card.host.clone()),
            Aim::Blank(_) if content.is_none() => (row.card_id, row.blank_id, row.host) = (None, None, None),
            // whose it was stays known when it is wiped
            Aim::Card(_) | Aim::Blank(_) | Aim::Field(..) | Aim::Wipe(..) => {}
        }
        row.content = content.map(Vec::from);
        let blank = match &self.aim {
            Aim::Blank(set) | Aim::Wipe(set, _) if after == Standing::Blank => Some(set.get()),
            _ => None,
        };
        row.key_set = set.or(blank).map(i64::from).or(row.key_set);
    }

    /// Whose signer signed what is on it: nobody says while that is written anew, so that it is known as due.
    fn describe_signature(&self, row: &mut Chip, entries: &[Entry]) {
        for entry in entries {
            match entry {
                Entry::Meant(Intent::Update { .. } | Intent::Format) => row.signed_set = None,
                Entry::Reached(Reached::Issued { set, .. }) => row.signed_set = Some(i64::from(*set)),
                Entry::Reached(Reached::Updated { .. }) => row.signed_set = row.key_set,
                Entry::Reached(Reached::Rekeyed { .. } | Reached::Blank { .. }) | Entry::Meant(_) | Entry::Held(_) => {}
            }
        }
    }
}

fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "unknown",
        Standing::Blank => BLANK,
        Standing::Making => "making",
        Standing::Made { .. } => MADE,
        Standing::Issued { .. } => ISSUED,
        Standing::Blanking => "blanking",
    }
}

fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::A => "A",
        Profile::B => "B",
        Profile::C => "C",
    }
}

/// What has become of it.
fn action_of(aim: &Aim, row: &Chip) -> &'static str {
    match row.state.as_str() {
        ISSUED => "chip.issue",
        MADE => "chip.make",
        "making" => "chip.begin",
        "blanking" => "chip.wipe",
        _ if matches!(aim, Aim::Wipe(..)) => "chip.wiped",
        _ => "chip.key",
    }
}

/// The chip is something else than it was. Neither keys nor content: which chip, and the hash of what it holds.
fn record(tx: &mut Tx, actor: &Actor, aim: &Aim, action: &'static str, row: &Chip) {
    let object = aim.card_id().map_or_else(|| format!("chip:{}", row.uid), |id| format!("card:{id}"));
    tx.record(Record {
        actor: &actor.reference,
        action,
        object,
        facts: serde_json::json!({
            "uid": row.uid, "profile": row.profile, "key_set": row.key_set, "content": row.content.as_deref().map(hex),
        }),
        personal: None,
    });
}

#[cfg(test)]
mod tests {
    use super::{uid_of, uid_text};

    #[test]
    fn an_identifier_comes_back() {
        let uid = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, 0x80];
        assert_eq!(uid_text(&uid), "045A115A346180");
        assert_eq!(uid_of("045A115A346180"), Some(uid));
        assert_eq!((uid_of("045A"), uid_of("04x")), (None, None));
    }
}
