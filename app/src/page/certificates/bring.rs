//! Many certificate files at once, in an archive: looked at first, then recorded; each is told of (R119, R134).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use registry::work::certificates::bring::{ARCHIVE_BYTES, ArchiveFault, FILES, FileOutcome, FileTold};

use super::{crumbs, finding, wrong};
use crate::part::{
    Actions, Button, Column, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Input, Notice, Rank, Table, Tag,
    Tone, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificate_bring as text, number};
use crate::{Portal, routes};

/// Files that are told of one by one; those with something odd come first.
const SHOWN: usize = 1_000;

/// `told`: what became of the files, and whether they were only looked at.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    told: Option<(&[FileTold], bool)>,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let told = told.map(|(told, only_look)| report(l, told, only_look));
        let hint = text::hint(l, number(l, FILES as i64), number(l, (ARCHIVE_BYTES >> 20) as i64));
        let table = with_query(routes::IMPORT, "what", "certificates");
        view! {
            <ErrorSummary l errors=errors.clone() />
            {told}
            <Form action=routes::CERTIFICATES_BRING files=true>
                <Field l name="archive" label=text::archive(l) hint=hint input=Input::File(".zip,application/zip") error=errors.of("archive") />
                <Actions>
                    <Button label=text::look(l) name="do" value="look" />
                    <Button label=text::record(l) rank=Rank::Secondary name="do" value="record" />
                </Actions>
            </Form>
            <p><a href=table>{text::to_table(l)}</a></p>
        }
        .into_any()
    })
}

fn report(l: Lang, told: &[FileTold], only_look: bool) -> AnyView {
    let count = |which: fn(&FileOutcome) -> bool| number(l, told.iter().filter(|of| which(&of.outcome)).count() as i64);
    let wrong_ones = told.iter().filter(|of| matches!(of.outcome, FileOutcome::Wrong(_))).count();
    let facts = vec![
        Fact::new(text::files(l), number(l, told.len() as i64)),
        Fact::new(text::recorded(l), count(|of| matches!(of, FileOutcome::Recorded { .. }))),
        Fact::new(text::completed(l), count(|of| *of == FileOutcome::Completed)),
        Fact::new(text::held(l), count(|of| *of == FileOutcome::Held)),
        Fact::new(text::left_out(l), number(l, wrong_ones as i64)),
    ];
    let (tone, said) = match (only_look, wrong_ones) {
        (true, _) => (Tone::Info, text::looked(l)),
        (false, 0) => (Tone::Good, text::done(l)),
        (false, _) => (Tone::Warn, text::done_some(l)),
    };
    let mut odd: Vec<&FileTold> = told.iter().collect();
    // what was refused, what waits for a keeper or is doubtful, the rest
    odd.sort_by_key(|of| match &of.outcome {
        FileOutcome::Wrong(_) => 0,
        _ if !of.findings.is_empty() => 1,
        FileOutcome::Recorded { in_use: false } => 2,
        _ => 3,
    });
    let rest = odd.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| view! { <p>{text::more(l, number(l, rest as i64), number(l, SHOWN as i64))}</p> });
    let columns = vec![
        Column::text(text::file(l)),
        Column::text(text::subject(l)),
        Column::text(text::outcome(l)),
        Column::text(text::remark(l)),
    ];
    let rows = odd
        .into_iter()
        .take(SHOWN)
        .map(|of| {
            let (tone, outcome) = outcome(l, &of.outcome);
            let said = self::said(l, of);
            view! {
                <tr>
                    <th scope="row">{of.file.clone()}</th>
                    <td>{of.subject.clone()}</td>
                    <td><Tag tone text=outcome /></td>
                    <td>{said}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Notice l tone><p>{said}</p></Notice>
        <Facts l facts />
        <Table label=text::files(l) columns>{rows}</Table>
        {more}
    }
    .into_any()
}

/// What is odd about a file.
pub fn said(l: Lang, of: &FileTold) -> Option<String> {
    let said: Vec<String> = match &of.outcome {
        FileOutcome::Wrong(why) => vec![wrong(l, *why)],
        other => {
            let keeper = (*other == FileOutcome::Recorded { in_use: false }).then(|| text::no_keeper(l).to_owned());
            keeper.into_iter().chain(of.findings.iter().map(|of| finding(l, of).1)).collect()
        }
    };
    (!said.is_empty()).then(|| said.join(" "))
}

fn outcome(l: Lang, outcome: &FileOutcome) -> (Tone, &'static str) {
    match outcome {
        FileOutcome::Recorded { .. } => (Tone::Good, text::one_recorded(l)),
        FileOutcome::Completed => (Tone::Good, text::one_completed(l)),
        FileOutcome::Held => (Tone::Plain, text::one_held(l)),
        FileOutcome::Wrong(_) => (Tone::Bad, text::one_left_out(l)),
    }
}

/// Why an archive is not read.
pub fn fault(l: Lang, fault: ArchiveFault) -> String {
    match fault {
        ArchiveFault::Unreadable => text::unreadable(l).to_owned(),
        ArchiveFault::Empty => text::empty(l).to_owned(),
        ArchiveFault::TooMany => text::too_many(l, number(l, FILES as i64)),
        ArchiveFault::TooLarge => text::too_large(l).to_owned(),
    }
}
