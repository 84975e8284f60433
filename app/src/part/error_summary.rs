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
    stale: bool,
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
        FieldErrors { fields: vec![(field.into(), message.into())], ..FieldErrors::default() }
    }

    /// What was typed is right, and yet it cannot be done, or not now.
    pub fn whole(message: impl Into<String>) -> Self {
        FieldErrors { whole: Some(message.into()), ..FieldErrors::default() }
    }

    /// Somebody changed the same meanwhile: that has to be looked at before anything is sent again.
    pub fn stale(message: impl Into<String>) -> Self {
        FieldErrors { stale: true, ..FieldErrors::whole(message) }
    }

    pub fn is_stale(&self) -> bool {
        self.stale
    }

    pub fn of(&self, field: &str) -> Option<String> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, message)| message.clone())
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_none()
    }
}

/// The labels of the fields that have something wrong: the fields tell them while the page is put together, and the
/// summary above them, which is written last, begins each line with one.
#[derive(Clone, Copy)]
pub struct Labels(StoredValue<Vec<(String, String)>>);

impl Labels {
    /// Every page begins with none.
    pub fn provide() {
        provide_context(Labels(StoredValue::new(Vec::new())));
    }

    /// A field that has something wrong is called so.
    pub fn tell(field: &str, label: &str) {
        if let Some(Labels(told)) = use_context() {
            told.update_value(|told| told.push((field.to_owned(), label.to_owned())));
        }
    }

    fn of(field: &str) -> Option<String> {
        let Labels(told) = use_context()?;
        told.with_value(|told| told.iter().find(|(name, _)| name == field).map(|(_, label)| label.clone()))
    }
}

/// Nothing where there are no errors.
#[component]
pub fn ErrorSummary(l: Lang, errors: FieldErrors) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let FieldErrors { fields, whole, .. } = errors;
        let said = match whole {
            Some(message) => view! { <h2>{words::whole(l)}</h2> <p>{message}</p> }.into_any(),
            None => {
                let count = fields.len();
                let items = move || fields.iter().map(|(field, message)| line(field, message)).collect_view();
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

fn line(field: &str, message: &str) -> impl IntoView + use<> {
    let said = match Labels::of(field) {
        Some(label) => format!("{label}: {message}"),
        None => message.to_owned(),
    };
    view! { <li><a href=format!("#{field}")>{said}</a></li> }
}
