//! What style sheets and style attributes may contain: plain declarations for elements, classes and identifiers.
//!
//! Everything an export of a drawing program needs, and nothing that costs more than one look at each element.

use super::ArtworkError;
use super::error::quoted;

/// Calls `declared` with the name and value of each declaration of a style sheet.
///
/// # Errors
///
/// For at-rules, selectors other than of elements, classes and identifiers, escapes and references out of the file.
pub(super) fn sheet(
    text: &str,
    mut declared: impl FnMut(&str, &str) -> Result<(), ArtworkError>,
) -> Result<(), ArtworkError> {
    references(text)?;
    let text = without_comments(text)?;
    if let Some(at) = text.find('@') {
        let rule = quoted(text.get(at..).and_then(|rest| rest.split([';', '{']).next()).unwrap_or_default());
        let import = rule.to_ascii_lowercase().starts_with("@import");
        return Err(if import { ArtworkError::External(rule) } else { ArtworkError::StyleSheet(rule) });
    }
    for rule in text.split('}').map(str::trim).filter(|rule| !rule.is_empty()) {
        let (selectors, body) = rule.split_once('{').ok_or_else(|| ArtworkError::StyleSheet(quoted(rule)))?;
        if !selectors.split(',').all(|selector| is_plain(selector.trim())) {
            return Err(ArtworkError::StyleSheet(quoted(selectors)));
        }
        declarations(body, &mut declared)?;
    }
    Ok(())
}

/// Calls `declared` with the name and value of each declaration of a style attribute or of a rule's body.
///
/// # Errors
///
/// For escapes, variables and references out of the file.
pub(super) fn declarations(
    text: &str,
    mut declared: impl FnMut(&str, &str) -> Result<(), ArtworkError>,
) -> Result<(), ArtworkError> {
    references(text)?;
    let text = without_comments(text)?;
    if text.contains(['\\', '{']) || text.contains("var(") {
        return Err(ArtworkError::StyleSheet(quoted(&text)));
    }
    for (name, value) in text.split(';').filter_map(|declaration| declaration.split_once(':')) {
        declared(name.trim(), value.trim().trim_end_matches("!important").trim_end())?;
    }
    Ok(())
}

/// Refuses `url(…)` of anything but a part of the same file.
pub(super) fn references(text: &str) -> Result<(), ArtworkError> {
    let lower = text.to_ascii_lowercase();
    for (at, found) in lower.match_indices("url(") {
        let target = text.get(at + found.len()..).unwrap_or_default().trim_start().trim_start_matches(['"', '\'']);
        if !target.trim_start().starts_with('#') {
            return Err(ArtworkError::External(quoted(target.split([')', '"', '\'']).next().unwrap_or_default())));
        }
    }
    Ok(())
}

/// `path`, `.st0`, `#frame`, `path.st0` or `*`.
fn is_plain(selector: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_' | '*');
    !selector.is_empty() && selector.chars().all(plain)
}

/// Comments beside strings are refused: a comment's beginning inside a string would hide what follows it from this look.
fn without_comments(text: &str) -> Result<String, ArtworkError> {
    if text.contains("/*") && text.contains(['"', '\'']) {
        return Err(ArtworkError::StyleSheet("/*".to_owned()));
    }
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        kept.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<(String, String)>, ArtworkError> {
        let mut found = Vec::new();
        sheet(text, |name, value| {
            found.push((name.to_owned(), value.to_owned()));
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn what_drawing_programs_write_is_taken() {
        let text = "\n.st0{fill:#DA251D;}\n .cls-1, path.cls-2 { fill : none ; stroke:red !important } /* } */ *{}";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(found(text), Ok(vec![pair("fill", "#DA251D"), pair("fill", "none"), pair("stroke", "red")]));
    }

    #[test]
    fn what_costs_time_or_reaches_out_is_not() {
        assert_eq!(found("@import url(x.css);"), Err(ArtworkError::External("x.css".into())));
        assert_eq!(found("@import 'x.css';"), Err(ArtworkError::External("@import 'x.css'".into())));
        assert_eq!(found("a{b:'/*';fill:red}/*'*/"), Err(ArtworkError::StyleSheet("/*".into())));
        assert_eq!(found("@media print{a{}}"), Err(ArtworkError::StyleSheet("@media print".into())));
        assert_eq!(found("g > g{}"), Err(ArtworkError::StyleSheet("g > g".into())));
        assert_eq!(found("a[href]{}"), Err(ArtworkError::StyleSheet("a[href]".into())));
        assert_eq!(found("a{fill:url( 'http://x/y#z')}"), Err(ArtworkError::External("http://x/y#z".into())));
        assert_eq!(found(r"a{fill:u\72l(x)}"), Err(ArtworkError::StyleSheet(r"fill:u\72l(x)".into())));
        assert_eq!(found("a{fill:var(--x)}"), Err(ArtworkError::StyleSheet("fill:var(--x)".into())));
        assert_eq!(found("path"), Err(ArtworkError::StyleSheet("path".into())));
    }
}
