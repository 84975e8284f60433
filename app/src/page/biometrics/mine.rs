//! What stands about entry systems on "My profile": what each would get and what for, yes and no, and what was sent where (R113).
//!
//! Giving and withdrawing are one button each, and nothing is chosen beforehand.

use contract::Lang;
use contract::biometric::MySystem;
use leptos::prelude::*;
use model::biometric::ConsentAnswer;

use super::{answer, terms};
use crate::part::{Actions, Facts, PostButton, Rank, Tag};
use crate::routes;
use crate::words::{self, biometrics as text};

/// Nothing where no system concerns the visitor.
pub fn section(l: Lang, systems: &[MySystem]) -> Option<AnyView> {
    (!systems.is_empty()).then(|| {
        let each = systems.iter().map(|of| system(l, of)).collect_view();
        view! {
            <section id="entry-systems">
                <h2>{text::mine::title(l)}</h2>
                <p class="aside">{text::mine::lead(l)}</p>
                {each}
            </section>
        }
        .into_any()
    })
}

fn system(l: Lang, of: &MySystem) -> AnyView {
    let said = match of.answer {
        Some((given, at)) => {
            let (tone, words) = answer(l, given);
            view! { <p><Tag tone text=words /> " " <span class="aside">{words::at(l, at)}</span></p> }.into_any()
        }
        None => view! { <p>{text::mine::unanswered(l)}</p> }.into_any(),
    };
    let hidden = |value: ConsentAnswer| vec![("system", of.id.to_string()), ("answer", value.name().to_owned())];
    let given = of.answer.is_some_and(|(given, _)| given == ConsentAnswer::Given);
    let yes = (of.open && !given).then(|| {
        let hidden = hidden(ConsentAnswer::Given);
        view! { <PostButton label=text::mine::yes(l, &of.name) action=routes::ME_CONSENT hidden rank=Rank::Secondary /> }
    });
    let no = (of.open && of.answer.is_none()).then(|| {
        let hidden = hidden(ConsentAnswer::Refused);
        view! { <PostButton label=text::mine::no(l, &of.name) action=routes::ME_CONSENT hidden rank=Rank::Secondary /> }
    });
    let withdraw = given.then(|| {
        let hidden = hidden(ConsentAnswer::Withdrawn);
        view! { <PostButton label=text::mine::withdraw(l, &of.name) action=routes::ME_CONSENT hidden rank=Rank::Secondary /> }
    });
    let sent = if of.sent.is_empty() {
        view! { <p class="aside">{text::mine::nothing_sent(l)}</p> }.into_any()
    } else {
        let times = of.sent.iter().map(|at| view! { <li>{words::at(l, *at)}</li> }).collect_view();
        view! { <p>{text::mine::sent(l)}</p> <ul>{times}</ul> }.into_any()
    };
    let told = of.deletion_told.map(|at| view! { <p>{text::mine::deletion_told(l, words::at(l, at))}</p> });
    // what was sent is still there until the next file says so
    let waits = (!of.sent.is_empty() && !given && of.deletion_told.is_none())
        .then(|| view! { <p class="aside">{text::mine::deletion_waits(l)}</p> });
    view! {
        <h3>{format!("{}, {}", of.name, of.unit)}</h3>
        <Facts l facts=terms(l, &of.terms) />
        {said}
        <Actions>{yes} {no} {withdraw}</Actions>
        {sent}
        {told}
        {waits}
    }
    .into_any()
}
