//! Portraits by the files' names: each file is named by one of its person's codes. One result a file; a portrait that is held
//! already is left as it is, so that an import that broke off is simply begun again.

use contract::Failure;
use model::role::Action;
use photo::{Crop, Master, PhotoError, Picture, Reason, Thresholds, Verdict, check_master, make};

use super::set_portrait::set_portrait;
use crate::blobs::Blobs;
use crate::store::{person, unit};
use crate::{Actor, Conn, Store};

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum PhotoOutcome {
    /// It is the person's portrait now; what a person should look at again.
    Set(Vec<Reason>),
    /// It was the portrait before.
    Same,
    /// Nobody whom the actor may change has such a code.
    Nobody,
    /// Several people have it.
    Several,
    /// It cannot become a portrait.
    Unfit(PhotoError),
    /// Refused: the person's data are erased, the disk is full …
    Refused(Failure),
}

/// A picture made into what is kept, and what should be looked at again.
pub struct Made {
    master: Master,
    doubts: Vec<Reason>,
}

/// Crops a picture as suggested and makes the portrait. Takes a while and asks nobody: run it where waiting does no harm.
///
/// # Errors
/// Why it cannot become a portrait.
pub fn made(bytes: &[u8]) -> Result<Made, PhotoError> {
    let master = match check_master(bytes) {
        Ok(master) => master,
        Err(_) => {
            let picture = Picture::read(bytes)?;
            make(&picture, Crop::suggested(&picture))?
        }
    };
    let judged = master.judge(&Thresholds::default())?;
    let doubts =
        [judged.sharpness, judged.exposure, judged.background].into_iter().filter_map(|verdict| match verdict {
            Verdict::Doubtful(reason) => Some(reason),
            Verdict::Good => None,
        });
    Ok(Made { doubts: doubts.collect(), master })
}

/// The code that a file is named by, without folders and ending; nothing for what systems put into archives of their own.
pub fn code_of(name: &str) -> Option<String> {
    const ENDING_CHARS: usize = 5;
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let hidden = file.is_empty() || file.starts_with('.') || name.starts_with("__MACOSX/");
    if hidden || file.eq_ignore_ascii_case("thumbs.db") || file.eq_ignore_ascii_case("desktop.ini") {
        return None;
    }
    let stem = match file.rsplit_once('.') {
        // 57.00015 has no ending, 57.00015.JPG has one
        Some((stem, ending))
            if ending.chars().count() <= ENDING_CHARS
                && ending.starts_with(|c: char| c.is_alphabetic())
                && !ending.contains('-') =>
        {
            stem
        }
        _ => file,
    };
    let code: String = stem.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    (!code.is_empty()).then_some(code)
}

/// Gives the portrait to the person whom the code names.
///
/// # Errors
/// What the database says of itself; whatever concerns this one file is an outcome.
pub async fn import_photo(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    code: &str,
    made: Result<Made, PhotoError>,
    at_ms: i64,
) -> Result<PhotoOutcome, Failure> {
    let mut conn = store.read().await?;
    let people = whom(&mut conn, actor, code).await?;
    drop(conn);
    let id = match people.as_slice() {
        [] => return Ok(PhotoOutcome::Nobody),
        [id] => *id,
        _ => return Ok(PhotoOutcome::Several),
    };
    let Made { master, doubts } = match made {
        Ok(made) => made,
        Err(error) => return Ok(PhotoOutcome::Unfit(error)),
    };
    Ok(match set_portrait(store, blobs, actor, id, master, at_ms).await {
        Ok(true) => PhotoOutcome::Set(doubts),
        Ok(false) => PhotoOutcome::Same,
        Err(failure @ (Failure::Unavailable { .. } | Failure::Internal)) => return Err(failure),
        Err(failure) => PhotoOutcome::Refused(failure),
    })
}

/// Everybody with that code whom the actor may change.
async fn whom(conn: &mut Conn, actor: &Actor, code: &str) -> Result<Vec<i64>, Failure> {
    let mut found = Vec::new();
    for id in person::ids_by_code(conn, code).await? {
        let Some(person) = person::by_id(conn, id).await? else { continue };
        let Some(unit) = unit::by_id(conn, person.unit_id).await? else { continue };
        if actor.may(Action::ChangePeople, &unit.path) {
            found.push(id);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_codes() {
        for (name, code) in [
            ("57.00015.jpg", Some("57.00015")),
            ("57.00015", Some("57.00015")),
            ("ảnh/00.10.h57-15.JPEG", Some("00.10.H57-15")),
            ("a\\00.10.H57-15", Some("00.10.H57-15")),
            (" 046188000001 .png", Some("046188000001")),
            ("__MACOSX/._57.00015.jpg", None),
            (".DS_Store", None),
            ("x/Thumbs.db", None),
            ("folder/", None),
            ("", None),
        ] {
            assert_eq!(code_of(name).as_deref(), code, "{name}");
        }
    }

    #[test]
    fn what_is_no_picture_is_unfit() {
        assert!(made(b"").is_err() && made(b"PK\x03\x04").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_name_panics(name in "\\PC*") {
            let _ = code_of(&name);
        }
    }
}
