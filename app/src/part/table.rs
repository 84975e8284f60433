//! Tables of work: the head stays in sight, numbers stand under each other, a narrow screen scrolls the table alone.

use crate::words::part::table as words;
use contract::Lang;
use leptos::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct Column {
    label: String,
    numeric: bool,
    unseen: bool,
    sort: Option<(String, Order)>,
}

/// How the rows stand with regard to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    None,
    Ascending,
    Descending,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Self {
        Column { label: label.into(), ..Column::default() }
    }

    /// Right-aligned; give the cells the class `number`.
    pub fn number(label: impl Into<String>) -> Self {
        Column { label: label.into(), numeric: true, ..Column::default() }
    }

    /// A column whose label only a screen reader needs: actions, check boxes.
    pub fn unseen(label: impl Into<String>) -> Self {
        Column { label: label.into(), unseen: true, ..Column::default() }
    }

    /// The head becomes a link that sorts.
    #[must_use]
    pub fn sorted(mut self, href: impl Into<String>, order: Order) -> Self {
        self.sort = Some((href.into(), order));
        self
    }
}

#[component]
pub fn Table(
    l: Lang,
    /// What the table lists.
    #[prop(into)]
    label: String,
    columns: Vec<Column>,
    /// The sums: cells of one last row.
    #[prop(optional, into)]
    foot: Option<ViewFnOnce>,
    /// The rows, `<tr>`.
    children: Children,
) -> impl IntoView {
    let scroll = words::scroll(l, &label);
    view! {
        <div class="table" role="region" tabindex="0" aria-label=scroll>
            <table>
                <caption class="unseen">{label}</caption>
                <thead>
                    <tr>{columns.into_iter().map(|column| head(l, column)).collect_view()}</tr>
                </thead>
                <tbody>{children()}</tbody>
                {foot.map(|foot| view! { <tfoot><tr>{foot.run()}</tr></tfoot> })}
            </table>
        </div>
    }
}

/// The first cell of a row: its link covers the row. Cells of class `code` stay selectable beside it.
#[component]
pub fn RowLink(#[prop(into)] href: String, #[prop(into)] text: String) -> impl IntoView {
    view! { <th scope="row"><a class="row" href=href>{text}</a></th> }
}

fn head(l: Lang, column: Column) -> impl IntoView {
    let class = column.numeric.then_some("number");
    let (order, word) = match column.sort {
        Some((_, Order::Ascending)) => (Some("ascending"), Some(words::ascending(l))),
        Some((_, Order::Descending)) => (Some("descending"), Some(words::descending(l))),
        _ => (None, None),
    };
    let content = match column.sort {
        Some((href, _)) => {
            let state = word.map(|word| view! { <span class="unseen">{format!(", {word}")}</span> });
            view! { <a class="sort" href=href>{column.label}{state}</a> }.into_any()
        }
        None if column.unseen => view! { <span class="unseen">{column.label}</span> }.into_any(),
        None => column.label.into_any(),
    };
    view! { <th scope="col" class=class aria-sort=order>{content}</th> }
}
