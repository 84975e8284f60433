//! Tables of work: the head stays in sight, numbers stand under each other, a narrow screen scrolls the table alone.

use leptos::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct Column {
    label: String,
    numeric: bool,
    unseen: bool,
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
}

#[component]
pub fn Table(
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
    let region = label.clone();
    view! {
        <div class="table" role="region" tabindex="0" aria-label=region>
            <table>
                <caption class="unseen">{label}</caption>
                <thead>
                    <tr>{columns.into_iter().map(head).collect_view()}</tr>
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

fn head(column: Column) -> impl IntoView {
    let class = column.numeric.then_some("number");
    let label = match column.unseen {
        true => view! { <span class="unseen">{column.label}</span> }.into_any(),
        false => column.label.into_any(),
    };
    view! { <th scope="col" class=class>{label}</th> }
}
