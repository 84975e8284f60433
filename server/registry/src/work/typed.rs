//! Short texts as they were typed.

use contract::Fault;
use model::text::clean;

/// A text of so many characters at most; `None` where nothing was typed.
pub(super) fn text(typed: &str, max: usize) -> Result<Option<String>, Fault> {
    let text = clean(typed);
    if text.chars().count() > max {
        return Err(Fault::TooLong { max });
    }
    Ok((!text.is_empty()).then_some(text))
}

/// One that must be there.
pub(super) fn needed(typed: &str, max: usize) -> Result<String, Fault> {
    text(typed, max)?.ok_or(Fault::Missing)
}
