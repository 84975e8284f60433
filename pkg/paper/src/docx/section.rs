//! Pages of a section: their size, margins and numbers.

use maud::{Markup, html};

use super::twentieths;
use crate::document::Orientation;
use crate::form::{BOTTOM, LEFT, NUMBER, RIGHT, TOP, mm, page};

/// Numbers begin anew and are not shown on the first page.
pub(super) fn properties(orientation: Orientation) -> Markup {
    let (width, height) = page(orientation);
    let landscape = (orientation == Orientation::Landscape).then_some("landscape");
    let margin = |length: f32| twentieths(mm(length));
    html! {
        w:sectPr {
            w:headerReference w:type="default" r:id="number" {}
            w:footerReference w:type="default" r:id="foot" {}
            w:footerReference w:type="first" r:id="foot" {}
            w:type w:val="nextPage" {}
            w:pgSz w:w=(twentieths(width)) w:h=(twentieths(height)) w:orient=[landscape] {}
            w:pgMar w:top=(margin(TOP)) w:right=(margin(RIGHT)) w:bottom=(margin(BOTTOM)) w:left=(margin(LEFT))
                w:header=(margin(NUMBER - 4.0)) w:footer=(margin(8.0)) w:gutter="0" {}
            w:pgNumType w:start="1" {}
            w:titlePg {}
        }
    }
}
