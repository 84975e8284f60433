//! Activating an account: its owner chooses the password.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::password::{MIN_ALONE, MIN_WITH_SECOND_FACTOR};
use registry::work::activate_account::Invitation;

use crate::Portal;
use crate::part::{Button, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Input};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::activate as words;

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    invitation: &Invitation,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l)).lead(words::lead(l, &invitation.display_name)).narrow().failed(failed);
    let min = if invitation.second_factor { MIN_WITH_SECOND_FACTOR } else { MIN_ALONE };
    super::respond(portal, visit, status, page, || {
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Facts l facts=vec![Fact::code(words::login(l), invitation.login.clone())] />
            <Form action=visit.path.clone()>
                <Field
                    l
                    name="password"
                    label=words::password(l)
                    hint=words::hint(l, min)
                    input=Input::Password
                    error=errors.of("password")
                    autocomplete="new-password"
                    autofocus=!failed
                />
                <Field l name="repeat" label=words::repeat(l) input=Input::Password error=errors.of("repeat") autocomplete="new-password" />
                <Button label=words::submit(l) />
            </Form>
        }
        .into_any()
    })
}
