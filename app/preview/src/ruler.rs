//! A ruler in millimetres along an edge of the card.

use face::layout::PAGE;
use maud::{PreEscaped, html};

/// As an SVG document: 1 unit is a millimetre, across the card or down it; a long line every ten, with its number.
pub fn ruler(across: bool) -> String {
    let length = if across { PAGE.width } else { PAGE.height };
    let (mm, whole) = (format!("{:.3}", length.to_mm()), length.to_mm() as u32);
    let mut lines = String::new();
    for at in 0..=whole {
        let reach = match at {
            _ if at.is_multiple_of(10) => 3,
            _ if at.is_multiple_of(5) => 2,
            _ => 1,
        };
        let line = if across { format!("M{at} 5v-{reach}") } else { format!("M5 {at}h-{reach}") };
        lines.push_str(&line);
    }
    let view = if across { format!("0 0 {mm} 5") } else { format!("0 0 5 {mm}") };
    let tens = (10..=whole).step_by(10);
    let markup = html! {
        svg class=(if across { "ruler across" } else { "ruler down" }) viewBox=(view) aria-hidden="true" {
            path d=(PreEscaped(lines)) {}
            @for at in tens {
                @if across { text x=(at) y="1.8" { (at) } } @else { text x="1.9" y=(at) dy="0.6" { (at) } }
            }
        }
    };
    markup.into_string()
}
