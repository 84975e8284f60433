//! What the QR code uses of its budget, in view of who writes.

use contract::Lang;
use face::qr::{Budget, MAX_CHARS, Proposal, Share};
use maud::{Markup, html};

use crate::form::key_of_field;
use crate::words::budget as text;

/// Field by field, the whole, and the symbol that it takes; with the abbreviations that would make it fit.
pub fn html(l: Lang, budget: &Budget, proposal: Option<&Proposal>) -> String {
    let applied = proposal.into_iter().flat_map(|proposal| {
        let mut fields: Vec<_> = proposal.applied.iter().map(|it| it.field).collect();
        fields.dedup();
        fields.into_iter().map(|field| (key_of_field(field), proposal.fields.get(field).to_owned()))
    });
    let markup = html! {
        div class="table" role="region" tabindex="0" aria-label=(text::title(l)) {
            table class="budget" {
                caption class="unseen" { (text::title(l)) }
                thead { tr {
                    th scope="col" { (text::field(l)) }
                    th scope="col" class="number" { (text::used(l)) }
                    th scope="col" class="number" { (text::most(l)) }
                    th scope="col" class="number" { (text::room(l)) }
                } }
                tbody { @for share in &budget.fields { (row(l, share)) } }
                tfoot { (line(l, text::total(l), budget.chars, MAX_CHARS)) }
            }
        }
        @let applied: Vec<_> = applied.collect();
        @if !applied.is_empty() {
            div class="actions" data-part="apply" hidden {
                @for (key, short) in &applied {
                    button type="button" class="button" data-do="apply" data-key=(key) data-text=(short) { (text::apply(l, short)) }
                }
            }
        }
        (symbol(l, budget))
    };
    markup.into_string()
}

fn row(l: Lang, share: &Share) -> Markup {
    line(l, wording::qr::field(l, share.field), share.chars, share.maximum)
}

fn line(l: Lang, name: &str, chars: usize, most: usize) -> Markup {
    let over = chars.saturating_sub(most);
    html! {
        tr class=[(over > 0).then_some("over")] {
            th scope="row" { (name) " " meter min="0" max=(most) value=(chars.min(most)) aria-hidden="true" {} }
            td class="number" { (chars) }
            td class="number" { (most) }
            td class="number" { @if over > 0 { strong { (text::over(l, over)) } } @else { (most - chars) } }
        }
    }
}

fn symbol(l: Lang, budget: &Budget) -> Markup {
    let fact = |term: &str, value: &str| html! { div { dt { (term) } dd { (value) } } };
    html! {
        dl class="facts" {
            (fact(text::bytes(l), &budget.bytes.to_string()))
            @match budget.print {
                None => (fact(text::version(l), text::none(l))),
                Some(print) => {
                    (fact(text::version(l), &text::version_text(l, print.modules, print.version)))
                    (fact(text::level(l), &format!("{:?}", print.level)))
                    (fact(text::dots(l), &text::dots_text(l, print.dots, print.resolution.dpi(), print.resolution.least_dots())))
                    (fact(text::side(l), &millimetres(l, print.side.to_mm())))
                }
            }
        }
    }
}

/// Two decimals, after a comma in Vietnamese.
fn millimetres(l: Lang, mm: f64) -> String {
    let written = format!("{mm:.2} mm");
    if l == Lang::Vi { written.replace('.', ",") } else { written }
}
