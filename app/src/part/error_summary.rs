//! What has to be corrected before the form can be taken, each with a link to its field.

use super::icon::{Icon, icon};
use crate::words::part::errors as words;
use contract::Lang;
use leptos::prelude::*;

/// The errors of one form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    pub fn new() -> Self {
        FieldErrors::default()
    }

    /// A field has something wrong. Only the first thing is said.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.0.push((field, message.into()));
        }
    }

    /// One error, for forms with one thing that can be wrong.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        FieldErrors(vec![(field.into(), message.into())])
    }

    pub fn of(&self, field: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, message)| message.clone())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Nothing where there are no errors.
#[component]
pub fn ErrorSummary(l: Lang, errors: FieldErrors) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let count = errors.0.len();
        let items = errors
            .0
            .into_iter()
            .map(|(field, message)| view! { <li><a href=format!("#{field}")>{message}</a></li> })
            .collect_view();
        view! {
            <div class="notice bad errors" role="alert" tabindex="-1" id="errors" autofocus>
                {icon(Icon::Stop)}
                <div>
                    <h2>{words::title(l, count)}</h2>
                    <ul>{items}</ul>
                </div>
            </div>
        }
    })
}
