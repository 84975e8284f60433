//! The page of a request that was refused: the frame says what and why, this says how to go on.

use contract::Lang;
use leptos::prelude::*;

use crate::part::{Actions, LinkButton, Rank};
use crate::routes;
use crate::words::failure as words;

pub fn body(l: Lang, reference: &str) -> AnyView {
    let reference = (!reference.is_empty()).then(|| view! { <p class="aside">{words::reference(l, reference)}</p> });
    view! {
        {reference}
        <Actions>
            <LinkButton label=words::back(l) href=routes::HOME rank=Rank::Secondary />
        </Actions>
    }
    .into_any()
}
