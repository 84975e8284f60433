//! What has to be mended before there is a card.

use contract::Lang;
use face::layout::{Abbreviated, Fault};
use face::record;
use maud::html;

use crate::form::{key_of_element, key_of_field, label};
use crate::words::faults as text;

/// Of values that have not their form.
pub fn of_values(l: Lang, faults: &[record::Fault]) -> String {
    let lines = faults.iter().map(|fault| {
        let said = wording::record::reason(l, &fault.reason);
        (Some(fault.key), text::line(l, label(l, fault.key), said))
    });
    list(l, &lines.collect::<Vec<_>>(), &[])
}

/// Of a layout, and what was abbreviated in it.
pub fn of_layout(l: Lang, faults: &[Fault], abbreviated: &[Abbreviated]) -> String {
    let mut lines = Vec::new();
    for fault in faults {
        let said = wording::face::fault(l, fault);
        let keys = keys(std::slice::from_ref(fault));
        // of a QR code one sentence a fault, and the proposal, which belongs to no field
        let mut keys = keys.into_iter();
        lines.extend(said.into_iter().map(|sentence| (keys.next(), sentence)));
    }
    let notes: Vec<String> = abbreviated.iter().map(|it| wording::face::abbreviated(l, it)).collect();
    list(l, &lines, &notes)
}

/// Keys of the fields to be mended, in the order of the faults.
pub fn keys(faults: &[Fault]) -> Vec<&'static str> {
    let of = |fault: &Fault| match fault {
        Fault::TooLong { element } | Fault::Letter { element, .. } => key_of_element(*element).into_iter().collect(),
        Fault::NoPortrait | Fault::PortraitShape { .. } => Vec::new(),
        Fault::Qr(refusal) => {
            refusal.faults.iter().filter_map(|fault| fault.field()).map(key_of_field).collect::<Vec<_>>()
        }
    };
    faults.iter().flat_map(of).collect()
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
