//! A person's card as it would look. The module `drawing` draws what is typed at once; without it the button does.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::CardDraft;
use face::record::Form as Record;
use leptos::prelude::*;
use preview::{Sides, choices, label, ruler};

use super::person::{crumbs, head, portrait_button};
use crate::part::{Actions, Button, Check, Choice, Field, Form, Input, LinkButton, Notice, Rank, Tone, Width};
use crate::render::{Module, Page};
use crate::visit::Visit;
use crate::words::card as text;
use crate::{Cards, Portal, routes};

/// Type for measuring in the browser: what the program has of its own, whose advances are those of Times New Roman.
const FACES: [&str; 2] = ["/assets/fonts/liberation-serif-regular.ttf", "/assets/fonts/liberation-serif-bold.ttf"];

/// What was drawn of what was typed.
pub struct Shown {
    pub form: Record,
    pub sides: Option<Sides>,
    pub faults: String,
    pub budget: String,
    /// Keys of the fields that have something wrong.
    pub wrong: Vec<&'static str>,
    pub report: String,
}

pub fn respond(portal: &Portal, visit: &Visit, cards: &Cards, draft: &CardDraft, shown: &Shown) -> Response {
    let l = visit.lang;
    let detail = &draft.person;
    let page = Page::new(text::title(l))
        .crumbs(crumbs(l, detail))
        .paper(detail.person.unit.clone(), None)
        .module(Module::Drawing)
        .own_heading();
    super::respond(portal, visit, StatusCode::OK, page, || {
        view! {
            {head(l, detail, Some(portrait_button(l, detail)))}
            <h2>{text::title(l)}</h2>
            <Notice l tone=Tone::Info><p>{text::lead(l)}</p></Notice>
            {easel(l, cards, draft, shown)}
            <div class="columns card-columns">
                <section>
                    <h2>{text::fields(l)}</h2>
                    {form(l, draft, shown)}
                </section>
                <section>
                    <h2>{text::code(l)}</h2>
                    <div data-show="budget" inner_html=shown.budget.clone()></div>
                </section>
            </div>
            <section class="report">
                <h2>{text::report(l)}</h2>
                <p class="aside">{text::report_lead(l)}</p>
                <div data-show="report" inner_html=shown.report.clone()></div>
            </section>
        }
        .into_any()
    })
}

/// Both sides under their rulers, and what they are looked at with.
fn easel(l: Lang, cards: &Cards, draft: &CardDraft, shown: &Shown) -> AnyView {
    let address = |name: &str| cards.picture(name).map(|picture| picture.address.clone());
    let layers = |of: fn(&Sides) -> &String| shown.sides.as_ref().map(of).cloned().unwrap_or_default();
    view! {
        <section
            class="easel"
            data-part="easel"
            data-view="both"
            data-regular=FACES[0]
            data-bold=FACES[1]
            data-settings=cards.settings.clone()
            data-emblem=address("emblem")
            data-portrait=draft.portrait.map(|_| routes::with_id(routes::PERSON_PORTRAIT, draft.person.person.id))
            data-portrait-width=draft.portrait.map(|(width, _)| width)
            data-portrait-height=draft.portrait.map(|(_, height)| height)
        >
            <div class="easel-tools" data-part="tools" hidden>
                <button type="button" class="button" data-do="both" aria-pressed="true" disabled>{text::both(l)}</button>
                <button type="button" class="button" data-do="turn" disabled>{text::turn(l)}</button>
                <button type="button" class="button" data-do="rulers" aria-pressed="true" disabled>{text::rulers(l)}</button>
                <label class="easel-zoom">
                    <span>{text::zoom(l)}</span>
                    <input type="range" data-do="zoom" min="50" max="400" step="10" value="100" disabled />
                    <output data-show="zoom">"100 %"</output>
                </label>
            </div>
            <div class="easel-sides" role="region" tabindex="0" aria-label=text::title(l)>
                <figure class="front">
                    <figcaption>{text::front(l)}</figcaption>
                    <div class="ruled">
                        <div inner_html=ruler(true)></div>
                        <div inner_html=ruler(false)></div>
                        <div class="card-face">
                            <img src=address("front") alt="" />
                            <div data-show="portrait" inner_html=layers(|it| &it.portrait)></div>
                            <div data-show="front" inner_html=layers(|it| &it.front)></div>
                        </div>
                    </div>
                </figure>
                <figure class="back">
                    <figcaption>{text::back(l)}</figcaption>
                    <div class="ruled">
                        <div inner_html=ruler(true)></div>
                        <div inner_html=ruler(false)></div>
                        <div class="card-face">
                            <img src=address("back") alt="" />
                            <div data-show="back" inner_html=layers(|it| &it.back)></div>
                        </div>
                    </div>
                </figure>
            </div>
            <div data-show="faults" role="status" inner_html=shown.faults.clone()></div>
            <div data-part="no-type" hidden>
                <Notice l tone=Tone::Warn><p>{text::no_type(l)}</p></Notice>
            </div>
        </section>
    }
    .into_any()
}

fn form(l: Lang, draft: &CardDraft, shown: &Shown) -> AnyView {
    let values = serde_json::to_value(&shown.form).unwrap_or_default();
    let value = |key: &str| values[key].as_str().unwrap_or_default().to_owned();
    let of_text = |key: &'static str, width: Width, hint: Option<&'static str>| {
        let (label, hint, invalid) = (label(l, key), hint.unwrap_or_default(), shown.wrong.contains(&key));
        view! { <Field l name=key label value=value(key) width hint invalid autocomplete="off" /> }
    };
    let of_choice = |key: &'static str| {
        let all = choices(l, key).into_iter().map(|(value, name)| Choice::new(value, name)).collect();
        let (label, invalid) = (label(l, key), shown.wrong.contains(&key));
        view! { <Field l name=key label value=value(key) input=Input::Select(all) invalid /> }
    };
    let check = |key: &'static str| {
        view! { <Check l name=key label=label(l, key) checked=values[key].as_bool().unwrap_or_default() /> }
    };
    let questions = view! {
        {of_text("full_name", Width::Medium, None)}
        {of_text("position", Width::Medium, Some(text::position_hint(l)))}
        {of_text("managing_agency", Width::Full, Some(text::agency_hint(l)))}
        {of_text("using_unit", Width::Full, None)}
        <div class="pairs">
            {of_text("birth_date", Width::Short, None)}
            {of_choice("sex")}
            {of_text("citizen_id", Width::Short, None)}
            {of_text("unit_code", Width::Short, None)}
            {of_choice("type")}
            {of_choice("rank")}
            {of_choice("variant")}
            {of_text("card_code", Width::Short, Some(text::card_code_hint(l)))}
            {of_text("host", Width::Medium, None)}
            {of_text("back_name", Width::Medium, None)}
        </div>
        {check("chip")}
        {check("administrative")}
    }
    .into_any();
    let path = routes::with_id(routes::PERSON_CARD, draft.person.person.id);
    view! {
        <Form action=path.clone() part="card">
            {questions}
            <Actions>
                <div data-part="by-hand"><Button label=text::draw(l) /></div>
                <LinkButton label=text::reset(l) href=path rank=Rank::Secondary />
            </Actions>
        </Form>
    }
    .into_any()
}
