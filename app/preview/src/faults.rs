//! What has to be mended before there is a card.

use contract::Lang;
use face::layout::{Abbreviated, Fault};
use face::record;
use maud::html;
use wording::face::About;

use crate::form::{key_of_element, key_of_field, label};
use crate::words::faults as text;

/// Faults of one card.
pub struct Faults {
    /// In words.
    pub html: String,
    /// The same, a sentence each.
    pub said: Vec<String>,
    /// Keys of the fields to be mended, in the order of the faults.
    pub wrong: Vec<&'static str>,
}

/// Of values that have not their form.
pub fn of_values(l: Lang, faults: &[record::Fault]) -> Faults {
    let lines = faults.iter().map(|fault| {
        let said = wording::record::reason(l, &fault.reason);
        (Some(fault.key), text::line(l, label(l, fault.key), said))
    });
    told(l, &lines.collect::<Vec<_>>(), &[])
}

/// Of a layout, and what was abbreviated in it.
pub fn of_layout(l: Lang, faults: &[Fault], abbreviated: &[Abbreviated]) -> Faults {
    let key = |about| match about {
        About::Element(element) => key_of_element(element),
        About::Field(field) => Some(key_of_field(field)),
    };
    let said = faults.iter().flat_map(|fault| wording::face::fault(l, fault));
    let lines: Vec<_> = said.map(|(about, sentence)| (key(about), sentence)).collect();
    let notes: Vec<String> = abbreviated.iter().map(|it| wording::face::abbreviated(l, it)).collect();
    told(l, &lines, &notes)
}

fn told(l: Lang, lines: &[(Option<&'static str>, String)], notes: &[String]) -> Faults {
    Faults {
        html: list(l, lines, notes),
        said: lines.iter().map(|(_, sentence)| sentence.clone()).collect(),
        wrong: lines.iter().filter_map(|(key, _)| *key).collect(),
    }
}

fn list(l: Lang, faults: &[(Option<&str>, String)], notes: &[String]) -> String {
    let tone = if faults.is_empty() { "good" } else { "warn" };
    let markup = html! {
        div class="said" data-tone=(tone) {
            div {
                p { @if faults.is_empty() { (text::none(l)) } @else { (text::some(l)) } }
                @if !faults.is_empty() {
                    ul {
                        @for (key, sentence) in faults {
                            li { @match key { Some(key) => a href=(format!("#{key}")) { (sentence) }, None => (sentence) } }
                        }
                    }
                }
                @for note in notes { p class="aside" { (note) } }
            }
        }
    };
    markup.into_string()
}
