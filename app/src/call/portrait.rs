//! A person's portrait: shown, and changed. What arrives is a master as the browser made it, or a file of which the server
//! makes one (C28).

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::view::PersonDetail;
use contract::{Failure, Lang};
use photo::{Crop, Judgement, Master, PhotoError, Picture, Reason, Thresholds, Verdict, check_master, make};
use registry::blobs::BlobHash;
use registry::work::certificates::bring::ARCHIVE_BYTES;
use registry::work::scan::MEGABYTES;
use registry::work::set_portrait::set_portrait;
use registry::work::show_portrait::{Shown, show_portrait};

use super::people::changeable;
use super::{Answer, done};
use crate::part::{FieldErrors, Tone};
use crate::sent::Sent;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::words::{flash, portrait as text};
use crate::{Portal, failing, page, routes};

/// Photos that are made into masters at a time: reading one takes 300 MB at worst ([`photo::MAX_PIXELS`]).
pub const AT_A_TIME: usize = 2;
/// Room for the rest of the form around the file.
const AROUND: usize = 1 << 16;
const SET: &str = "portrait-set";
const REASONS: [(Reason, &str); 5] = [
    (Reason::Blurred, "blurred"),
    (Reason::TooDark, "dark"),
    (Reason::TooBright, "bright"),
    (Reason::UnevenBackground, "background"),
    (Reason::UnevenLight, "light"),
];

/// Most bytes of a request to this path, where it takes more than others.
pub fn body_limit(path: &str) -> Option<usize> {
    if path == routes::IMPORT_PHOTOS {
        return Some(super::photos::BYTES);
    }
    if path == routes::CERTIFICATES_BRING {
        // one byte more is told beside the field
        return Some(ARCHIVE_BYTES + AROUND + 1);
    }
    if path == routes::DELEGATIONS {
        return Some(2 * MEGABYTES * 1024 * 1024 + AROUND);
    }
    let takes = |pattern: &str| {
        let (before, after) = pattern.split_once("{id}")?;
        path.strip_prefix(before)?.strip_suffix(after)?.parse::<i64>().ok()
    };
    let scan = MEGABYTES * 1024 * 1024;
    let rooms = [
        (routes::PERSON_PORTRAIT, photo::MAX_FILE_BYTES),
        (routes::ISSUE_CODE, photo::MAX_FILE_BYTES),
        // one byte more is told beside the field; much more is refused at the door
        (routes::VERIFY_ONE, 2 * scan),
        (routes::LIST_SUBMIT, 2 * scan),
        (routes::HANDOVER_MINUTES, 2 * scan),
        (routes::PERSON_LEAVE, 2 * scan),
    ];
    rooms.into_iter().find(|(pattern, _)| takes(pattern).is_some()).map(|(_, bytes)| bytes + AROUND)
}

/// Kept by the browser, and asked for again each time: the answer may be that nothing has changed (RFC 9110, §13.1.2).
pub async fn show(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    headers: HeaderMap,
) -> Answer {
    let held = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).and_then(held);
    let mut conn = portal.store.read().await?;
    let shown = show_portrait(&mut conn, &portal.blobs, visit.actor()?, id, held).await?;
    let kept = |hash| [(header::CACHE_CONTROL, "private, no-cache".to_owned()), (header::ETAG, format!("\"{hash}\""))];
    Ok(match (shown, held) {
        (Shown::Jpeg { hash, bytes }, _) => (kept(hash), [(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response(),
        (Shown::Same, Some(held)) => (StatusCode::NOT_MODIFIED, kept(held)).into_response(),
        (Shown::Same, None) => return Err(Failure::Internal.into()),
    })
}

/// The first tag that can be one of ours.
fn held(tags: &str) -> Option<BlobHash> {
    tags.split(',').find_map(|tag| BlobHash::parse(tag.trim().trim_start_matches("W/").trim_matches('"')))
}

pub async fn change_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let person = changeable(&portal, &visit, id).await?;
    Ok(page::portrait::respond(&portal, &visit, StatusCode::OK, &person, None))
}

pub async fn change(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    sent: Sent,
) -> Answer {
    let l = visit.lang;
    let person = changeable(&portal, &visit, id).await?;
    if sent.file.is_empty() {
        return Ok(refused(&portal, &visit, &person, text::missing(l)));
    }
    let Ok(area) = area(&sent.typed) else {
        return Ok(refused(&portal, &visit, &person, text::crop_unreadable(l)));
    };
    let (master, judged) = match made(&portal, sent.file, area).await? {
        Ok(made) => made,
        Err(fault) => return Ok(refused(&portal, &visit, &person, wording::photo::fault(l, &fault))),
    };
    match set_portrait(&portal.store, &portal.blobs, visit.actor()?, id, master, visit.at_ms).await {
        Ok(_) => Ok(done(&routes::with_id(routes::PERSON, id), &word(&judged))),
        Err(failure) => {
            let (status, errors) = failing::told(l, &failure)?;
            Ok(page::portrait::respond(&portal, &visit, status, &person, Some(errors)))
        }
    }
}

fn refused(portal: &Portal, visit: &Visit, person: &PersonDetail, why: impl Into<String>) -> Response {
    let errors = FieldErrors::one("photo", why);
    page::portrait::respond(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, person, Some(errors))
}

/// Left edge, top edge, width and height of what was chosen, in pixels of the upright picture.
type Area = [u32; 4];

/// Nothing where nothing was chosen.
fn area(typed: &Typed) -> Result<Option<Area>, std::num::ParseIntError> {
    let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| typed.get(name));
    if [&x, &y, &width, &height].iter().all(|value| value.trim().is_empty()) {
        return Ok(None);
    }
    let number = |value: String| value.trim().parse();
    Ok(Some([number(x)?, number(y)?, number(width)?, number(height)?]))
}

/// Makes the master where it holds up nobody, and no more of them at a time than memory has room for.
async fn made(
    portal: &Portal,
    file: Bytes,
    area: Option<Area>,
) -> Result<Result<(Master, Judgement), PhotoError>, Failure> {
    let turn = portal.photos.clone().acquire_owned().await.map_err(|_| Failure::Internal)?;
    let making = tokio::task::spawn_blocking(move || {
        // given back when the work is done, also when the browser has gone meanwhile
        let _turn = turn;
        let master = master(&file, area)?;
        let judged = master.judge(&Thresholds::default())?;
        Ok((master, judged))
    });
    making.await.map_err(|_| Failure::Internal)
}

fn master(file: &[u8], area: Option<Area>) -> Result<Master, PhotoError> {
    if let Ok(master) = check_master(file) {
        return Ok(master);
    }
    let picture = Picture::read(file)?;
    let crop = match area {
        Some([x, y, width, height]) => Crop::new(x, y, width, height, picture.frame())?,
        None => Crop::suggested(&picture),
    };
    make(&picture, crop)
}

/// What the page after it says: `portrait-set`, and what should be looked at again.
fn word(judged: &Judgement) -> String {
    let verdicts = [judged.sharpness, judged.exposure, judged.background];
    let doubts = REASONS.iter().filter(|(reason, _)| verdicts.contains(&Verdict::Doubtful(*reason)));
    [SET].into_iter().chain(doubts.map(|(_, name)| *name)).collect::<Vec<_>>().join(".")
}

/// What [`word`] stands for.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let mut parts = word.split('.');
    if parts.next() != Some(SET) {
        return None;
    }
    let reason = |part: &str| REASONS.iter().find(|(_, name)| *name == part).map(|(reason, _)| *reason);
    let doubts: Vec<&str> = parts.filter_map(reason).map(|reason| wording::photo::doubt(l, reason)).collect();
    Some(match doubts.is_empty() {
        true => (Tone::Good, flash::portrait_set(l).to_owned()),
        false => (Tone::Warn, flash::portrait_doubtful(l, doubts.join(" "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(x: &str, y: &str, width: &str, height: &str) -> Typed {
        Typed::start(
            [("x", x), ("y", y), ("width", width), ("height", height)].map(|(name, value)| (name, value.into())),
        )
    }

    #[test]
    fn an_area_is_four_numbers_or_none() {
        assert_eq!(area(&Typed::default()), Ok(None));
        assert_eq!(area(&typed("", " ", "", "")), Ok(None));
        assert_eq!(area(&typed("0", "10", "600 ", "800")), Ok(Some([0, 10, 600, 800])));
        for wrong in [typed("0", "", "600", "800"), typed("-1", "0", "600", "800"), typed("0", "0", "600.5", "800")] {
            assert!(area(&wrong).is_err());
        }
    }

    #[test]
    fn only_portraits_may_be_large() {
        assert_eq!(body_limit("/people/7/portrait"), Some(photo::MAX_FILE_BYTES + AROUND));
        for other in
            ["/people/7", "/people/x/portrait", "/people/7/portrait/change", "/people/7/8/portrait", "/sign-in"]
        {
            assert_eq!(body_limit(other), None, "{other}");
        }
    }

    #[test]
    fn tags_are_read_as_browsers_send_them() {
        let hash = BlobHash::of(b"abc");
        for tags in [format!("\"{hash}\""), format!("W/\"{hash}\""), format!("\"other\", \"{hash}\"")] {
            assert_eq!(held(&tags), Some(hash));
        }
        assert_eq!((held("*"), held("\"abc\"")), (None, None));
    }

    #[test]
    fn doubts_are_said_on_the_next_page() {
        assert_eq!(flash(Lang::En, "portrait-set").map(|(tone, _)| tone), Some(Tone::Good));
        let (tone, said) = flash(Lang::En, "portrait-set.dark.background").expect("a sentence");
        assert_eq!(tone, Tone::Warn);
        for reason in [Reason::TooDark, Reason::UnevenBackground] {
            assert!(said.contains(wording::photo::doubt(Lang::En, reason)), "{said}");
        }
        assert_eq!(flash(Lang::En, "person-added.7"), None);
    }
}
