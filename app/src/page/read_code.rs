//! The part of the desk's page that reads the printed QR code again. The module `scanner` reads it by the camera or in the chosen picture; without it
//! the picture is sent.

use contract::Lang;
use contract::cards::{CardRow, CodeView};
use leptos::prelude::*;

use crate::part::{Actions, Button, Fact, Field, Form, Hidden, Input, Rank, Tag, Tone};
use crate::routes;
use crate::words::{self, code as text};

/// Whether it was read, and fits.
pub(super) fn fact(l: Lang, code: Option<CodeView>) -> Fact {
    let (tone, state, at) = match code {
        Some(CodeView { fits: true, read_at }) => (Tone::Good, text::fits(l), Some(read_at)),
        Some(CodeView { fits: false, read_at }) => (Tone::Bad, text::differs(l), Some(read_at)),
        None => (Tone::Plain, text::unread(l), None),
    };
    Fact::new(text::printed(l), view! { <Tag tone text=state /> " " {at.map(|at| words::at(l, at))} })
}

pub(super) fn section(l: Lang, row: &CardRow) -> AnyView {
    let path = routes::with_id(routes::ISSUE_CODE, row.id);
    let version = row.version.to_string();
    view! {
        <section class="panel">
            <h3>{text::title(l)}</h3>
            <p>{text::lead(l)}</p>
            {camera(l)}
            <Form action=path files=true part="code">
                <Hidden name="version" value=version />
                <Hidden name="text" value="" />
                <Field l name="picture" label=text::picture(l) hint=text::picture_hint(l) input=Input::File("image/jpeg,image/png,image/webp") optional=true />
                <Actions><Button label=text::check(l) rank=Rank::Secondary /></Actions>
            </Form>
        </section>
    }
    .into_any()
}

/// What the module `scanner` looks through a camera with.
pub(super) fn camera(l: Lang) -> AnyView {
    let said = says(l).into_iter().map(|(name, sentence)| view! { <template data-say=name>{sentence}</template> });
    view! {
        <div class="actions" data-part="scan" hidden>
            <button type="button" class="button" data-do="scan" disabled>{text::camera(l)}</button>
        </div>
        <div data-part="view" hidden>
            <button type="button" class="quiet" data-do="scan-stop" disabled>{text::stop(l)}</button>
        </div>
        <video class="viewfinder" data-part="view" muted playsinline hidden aria-label=text::view(l)></video>
        <p class="said" role="status" data-show="scan" data-tone="neutral"></p>
        {said.collect_view()}
    }
    .into_any()
}

/// What the module says, by the names that it has for it.
fn says(l: Lang) -> [(&'static str, &'static str); 8] {
    [
        ("scan-busy", text::busy(l)),
        ("scan-denied", text::denied(l)),
        ("scan-found", text::found(l)),
        ("scan-looking", text::looking(l)),
        ("scan-no-camera", text::no_camera(l)),
        ("scan-none", text::none(l)),
        ("scan-reading", text::reading(l)),
        ("scan-stopped", text::stopped(l)),
    ]
}
