//! A QR code as a drawing: black on white in every theme, with the quiet zone that readers need.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Light modules around the code (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// Nothing where the text is too long for any code.
#[component]
pub fn Qr(
    /// What a reader reads.
    #[prop(into)]
    text: String,
    /// What the picture is, in words.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    QrCode::with_error_correction_level(text, EcLevel::M).ok().map(|code| {
        let side = code.width() + 2 * QUIET;
        view! {
            <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
                <rect width=side height=side fill="#fff" />
                <path d=modules(&code) fill="#000" />
            </svg>
        }
    })
}

/// One rectangle per run of dark modules in a row.
fn modules(code: &QrCode) -> String {
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET).expect("a String takes everything");
            }
            x += run.max(1);
        }
    }
    path
}
