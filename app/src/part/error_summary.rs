//! What has to be corrected before the form can be taken, each with a link to its field.

use super::icon::{Icon, icon};
use crate::words::part::errors as words;
use contract::Lang;
use leptos::prelude::*;

/// The errors of one form: of its fields, in their order, or one that no field is to blame for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors {
    fields: Vec<(String, String)>,
    whole: Option<String>,
}

impl FieldErrors {
    pub fn new() -> Self {
        FieldErrors::default()
    }

    /// A field has something wrong. Only the first thing is said.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.fields.push((field, message.into()));
        }
    }

    /// One error, for forms with one thing that can be wrong.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        FieldErrors { fields: vec![(field.into(), message.into())], whole: None }
    }

    /// What was typed is right, and yet it cannot be done, or not now.
    pub fn whole(message: impl Into<String>) -> Self {
        FieldErrors { fields: Vec::new(), whole: Some(message.into()) }
    }

    pub fn of(&self, field: &str) -> Option<String> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, message)| message.clone())
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_none()
    }
}

/// Nothing where there are no errors.
#[component]
pub fn ErrorSummary(l: Lang, errors: FieldErrors) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let FieldErrors { fields, whole } = errors;
        let said = match whole {
            Some(message) => view! { <h2>{words::whole(l)}</h2> <p>{message}</p> }.into_any(),
            None => {
                let count = fields.len();
                let items = fields
                    .into_iter()
                    .map(|(field, message)| view! { <li><a href=format!("#{field}")>{message}</a></li> })
                    .collect_view();
                view! { <h2>{words::title(l, count)}</h2> <ul>{items}</ul> }.into_any()
            }
        };
        view! {
            <div class="notice bad errors" role="alert" tabindex="-1" id="errors" autofocus>
                {icon(Icon::Stop)}
                <div>{said}</div>
            </div>
        }
    })
}
