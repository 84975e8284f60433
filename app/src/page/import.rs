//! Importing a table of units or people: what is sent, what the check found, and how a table has to look.

use axum::http::StatusCode;
use axum::response::Response;
use contract::import::{FileFault, ImportKind, ImportLine, ImportReport, Remark};
use contract::{Fault, Lang};
use leptos::prelude::*;
use model::person::Sex;
use model::unit::{PostKind, UnitClass};
use registry::work::import::{MAX_BYTES, MAX_ROWS, columns, template};

use crate::part::{
    Actions, Button, Check, Choice, Choices, Column, Crumb, ErrorSummary, Fact, Facts, Field, FieldErrors, Form,
    Hidden, Input, LinkButton, Notice, Rank, Table, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, import as text};
use crate::{Portal, failing, naming, routes};

/// The question what to import.
pub fn ask(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    kind: ImportKind,
    typed: &str,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let kinds = vec![
            Choice::new(ImportKind::Units.name(), text::what::units(l)),
            Choice::new(ImportKind::People.name(), text::what::people(l)),
        ];
        let (area, wrong_file) = (area(l, typed, errors.of("text"), true), errors.of("file"));
        view! {
            <ErrorSummary l errors />
            <Form action=routes::IMPORT files=true>
                <Choices l name="what" label=text::what::label(l) hint=text::what::hint(l) choices=kinds chosen=kind.name() />
                {area}
                <Field l name="file" label=text::file::label(l) hint=text::file::hint(l, megabytes(l)) input=Input::File(".csv,.txt,.tsv,text/csv,text/plain") error=wrong_file depends=true />
                <Actions>
                    <Button label=text::check(l) name="do" value="check" />
                </Actions>
            </Form>
            {ImportKind::ALL.map(|kind| how(l, kind)).into_iter().collect_view()}
        }
        .into_any()
    })
}

/// What a check found, with the table to correct it in, and the way to import it.
pub fn report(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &str,
    report: &ImportReport,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(text::title(l), with_query(routes::IMPORT, "what", report.kind.name()))];
    let page = Page::new(text::result::title(l)).crumbs(crumbs).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let kind = report.kind;
        let possible = report.new > 0 && report.codes_left.is_none();
        let good = report.faulty == 0;
        let label = match kind {
            ImportKind::Units => text::submit::units(l, words::number(l, report.new as i64)),
            ImportKind::People => text::submit::people(l, words::number(l, report.new as i64)),
        };
        let (submit, again) =
            if good && possible { (Rank::Primary, Rank::Secondary) } else { (Rank::Secondary, Rank::Primary) };
        let only_good = (possible && !good).then(|| {
            let label = text::only_good(l, words::number(l, report.faulty as i64), words::number(l, report.new as i64));
            view! { <Check l name="only_good" label checked=false error=errors.of("only_good") /> }
        });
        let area = area(l, typed, errors.of("text"), false);
        let verdict = errors.is_empty().then(|| verdict(l, report));
        let other = with_query(routes::IMPORT, "what", kind.name());
        view! {
            <ErrorSummary l errors />
            {verdict}
            {counts(l, report)}
            {lines(l, kind, text::table::faults(l), &report.faults, report.faulty)}
            {lines(l, kind, text::table::doubts(l), &report.doubts, report.doubtful)}
            <Form action=routes::IMPORT files=true>
                <Hidden name="what" value=kind.name() />
                {area}
                {only_good}
                <Actions>
                    {possible.then(|| view! { <Button label rank=submit name="do" value="import" /> })}
                    <Button label=text::check_again(l) rank=again name="do" value="check" />
                    <LinkButton label=text::other(l) href=other rank=Rank::Quiet />
                </Actions>
            </Form>
            {lines(l, kind, text::table::held(l), &report.held, report.existing)}
            {how(l, kind)}
        }
        .into_any()
    })
}

/// Why nothing was imported while some rows are faulty.
pub fn only_good_needed(l: Lang) -> &'static str {
    text::only_good_needed(l)
}

fn area(l: Lang, typed: &str, error: Option<String>, depends: bool) -> AnyView {
    let hint = text::text::hint(l, megabytes(l), words::number(l, MAX_ROWS as i64));
    view! { <Field l name="text" label=text::text::label(l) hint value=typed.to_owned() input=Input::Area width=Width::Full error autocomplete="off" depends /> }
        .into_any()
}

fn megabytes(l: Lang) -> String {
    words::number(l, (MAX_BYTES / 1_000_000) as i64)
}

fn verdict(l: Lang, report: &ImportReport) -> AnyView {
    let (tone, said) = match (report.faulty, report.codes_left, report.new) {
        (_, Some(left), _) => (Tone::Bad, text::result::codes(l, words::number(l, left))),
        (0, None, 0) => (Tone::Info, text::result::nothing(l).to_owned()),
        (0, None, _) if report.doubtful > 0 => {
            (Tone::Warn, text::result::doubtful(l, words::number(l, report.doubtful as i64)))
        }
        (0, None, _) => (Tone::Good, text::result::good(l).to_owned()),
        (_, None, _) => (Tone::Warn, text::result::faulty(l).to_owned()),
    };
    view! { <Notice l tone><p>{said}</p></Notice> }.into_any()
}

fn counts(l: Lang, report: &ImportReport) -> AnyView {
    let fact = |term: &str, count: usize| Fact::new(term, words::number(l, count as i64));
    let facts = vec![
        fact(text::result::rows(l), report.rows),
        fact(text::result::new(l), report.new),
        fact(text::result::doubts(l), report.doubtful),
        fact(text::result::existing(l), report.existing),
        fact(text::result::faults(l), report.faulty),
    ];
    view! { <Facts l facts /> }.into_any()
}

/// Rows, each remark beside its cell. `count`: how many there are in all.
fn lines(l: Lang, kind: ImportKind, title: &'static str, shown: &[ImportLine], count: usize) -> Option<AnyView> {
    if shown.is_empty() {
        return None;
    }
    let heads = vec![
        Column::number(text::table::line(l)),
        Column::text(text::table::name(l)),
        Column::text(text::table::column(l)),
        Column::text(text::table::value(l)),
        Column::text(text::table::remark(l)),
    ];
    let rows = shown
        .iter()
        .flat_map(|line| line.notes.iter().map(move |note| (line, note)))
        .map(|(line, note)| {
            let column = note.column.as_deref();
            view! {
                <tr>
                    <td class="number">{words::number(l, line.line as i64)}</td>
                    <td>{line.name.clone()}</td>
                    <td>{column.map_or(text::table::row(l), |column| heading(l, kind, column))}</td>
                    <td>{note.value.clone()}</td>
                    <td>{remark_words(l, column, &note.remark)}</td>
                </tr>
            }
        })
        .collect_view();
    let rest = count.saturating_sub(shown.len());
    let more = (rest > 0).then(|| {
        let said = text::table::more(l, words::number(l, rest as i64), words::number(l, shown.len() as i64));
        view! { <p>{said}</p> }
    });
    Some(view! { <section><h2>{title}</h2><Table label=title columns=heads>{rows}</Table>{more}</section> }.into_any())
}

/// How a table of that kind looks: something to copy, and what may stand in each column.
fn how(l: Lang, kind: ImportKind) -> AnyView {
    let (title, file) = match kind {
        ImportKind::Units => (text::template::units(l), ImportKind::Units.name()),
        ImportKind::People => (text::template::people(l), ImportKind::People.name()),
    };
    // both kinds stand on one page, so each says which it is
    let [copy, label] = [text::template::copy(l), text::template::columns(l)].map(|about| format!("{title}: {about}"));
    let download = with_query(routes::IMPORT_TEMPLATE, "what", file);
    let to_copy = template(kind, l).map(|cells| cells.join("\t")).join("\n");
    let heads = vec![
        Column::text(text::template::column(l)),
        Column::text(text::template::needed(l)),
        Column::text(text::template::how_to(l)),
        Column::text(text::template::example(l)),
    ];
    let rows = columns(kind)
        .iter()
        .map(|column| {
            let needed = if column.required { text::template::yes(l) } else { text::template::no(l) };
            view! {
                <tr>
                    <th scope="row">{column.heading(l)}</th>
                    <td>{needed}</td>
                    <td>{rule(l, kind, column.key)}</td>
                    <td>{column.example(l)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{title}</h2>
            <p>{text::template::how(l)}</p>
            <pre class="copy" role="region" tabindex="0" aria-label=copy>{to_copy}</pre>
            <p><a href=download download>{text::template::download(l)}</a></p>
            <Table label columns=heads>{rows}</Table>
        </section>
    }
    .into_any()
}

fn heading(l: Lang, kind: ImportKind, key: &str) -> &'static str {
    columns(kind).iter().find(|column| column.key == key).map_or("", |column| column.heading(l))
}

/// What may stand in a column.
fn rule(l: Lang, kind: ImportKind, key: &str) -> String {
    use text::column as rule;
    let fixed = match (kind, key) {
        (ImportKind::Units, "class") => return rule::unit_class(l, classes(l)),
        (ImportKind::People, "kind") => return rule::kind(l, kinds(l)),
        (ImportKind::Units, "name") => rule::unit_name(l),
        (ImportKind::Units, "parent_code") => rule::unit_parent(l),
        (ImportKind::Units, "code") => rule::unit_code(l),
        (ImportKind::Units, "decision") => rule::unit_decision(l),
        (ImportKind::Units, _) => rule::unit_from(l),
        (ImportKind::People, "name") => rule::person_name(l),
        (ImportKind::People, "sex") => rule::sex(l),
        (ImportKind::People, "citizen_id") => rule::citizen_id(l),
        (ImportKind::People, "email") => rule::email(l),
        (ImportKind::People, "unit_code") => rule::person_unit(l),
        (ImportKind::People, "position") => rule::position(l),
        (ImportKind::People, _) => rule::date(l),
    };
    fixed.to_owned()
}

/// The classes below the province, as they may be written.
fn classes(l: Lang) -> String {
    let below = UnitClass::ALL.into_iter().filter(|class| *class != UnitClass::Province);
    below.map(|class| naming::unit_class(l, class)).collect::<Vec<_>>().join("; ")
}

fn kinds(l: Lang) -> String {
    PostKind::ALL.map(|kind| naming::post_kind(l, kind)).join("; ")
}

fn sexes(l: Lang) -> String {
    [Sex::Male, Sex::Female].map(|sex| naming::sex(l, sex)).join("; ")
}

/// What is said about a cell, or about the whole row.
fn remark_words(l: Lang, column: Option<&str>, remark: &Remark) -> String {
    use text::remark as said;
    let fixed = match remark {
        Remark::Wrong { fault } => return wrong(l, column, fault),
        Remark::ParentBelow { line } => return said::parent_below(l, words::number(l, *line as i64)),
        Remark::ParentWrong { line } => return said::parent_wrong(l, words::number(l, *line as i64)),
        Remark::Repeated { line } => return said::repeated(l, words::number(l, *line as i64)),
        Remark::Doubtful { doubt } => naming::doubt(l, *doubt),
        Remark::UnitClosed => words::failure::refused::unit_closed(l),
        Remark::TooManyCells => said::too_many_cells(l),
        Remark::Exists => said::exists(l),
        Remark::ZeroRestored => said::zero_restored(l),
    };
    fixed.to_owned()
}

fn wrong(l: Lang, column: Option<&str>, fault: &Fault) -> String {
    use text::remark as said;
    match (fault, column) {
        (Fault::Missing, _) => said::missing(l).to_owned(),
        // a class or a kind that is not written at all is one that is none of them
        (Fault::Choice, Some("class")) => said::choice(l, classes(l)),
        (Fault::Choice, Some("kind")) => said::choice(l, kinds(l)),
        (Fault::Choice, Some("sex")) => said::choice(l, sexes(l)),
        (Fault::Unknown, _) => said::no_unit(l).to_owned(),
        _ => failing::fault_words(l, fault),
    }
}

/// What is wrong with a table as a whole, all of it.
pub fn fault_words(l: Lang, kind: ImportKind, faults: &[FileFault]) -> String {
    use text::fault as said;
    let each = faults.iter().map(|fault| match fault {
        FileFault::Empty => said::empty(l).to_owned(),
        FileFault::NoRows => said::no_rows(l).to_owned(),
        FileFault::TooLarge => said::too_large(l, megabytes(l)),
        FileFault::TooManyRows => said::too_many_rows(l, words::number(l, MAX_ROWS as i64)),
        FileFault::Workbook => said::workbook(l).to_owned(),
        FileFault::NotUnicode => said::not_unicode(l).to_owned(),
        FileFault::Quote { line } => said::quote(l, words::number(l, *line as i64)),
        FileFault::UnknownHeading { heading } => said::unknown_heading(l, heading),
        FileFault::RepeatedHeading { heading } => said::repeated_heading(l, heading),
        FileFault::MissingHeading { column } => said::missing_heading(l, heading(l, kind, column)),
    });
    each.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use registry::order::Order;
    use registry::work::import::read;

    use super::*;

    #[test]
    fn what_the_screens_call_something_can_be_imported() {
        // the words that a remark offers, and the labels of the forms as headings
        for l in [Lang::Vi, Lang::En] {
            let headings = [
                words::unit_form::class_name(l),
                words::unit_form::name(l),
                words::unit_form::code(l),
                words::unit_form::decision(l),
                words::unit_form::from(l),
            ];
            assert!(
                read(&Order::new(), ImportKind::Units, &format!("{}\nx", headings.join("\t")), 0).is_ok(),
                "{headings:?}"
            );
            let headings = [
                words::people::name(l),
                words::people::kind(l),
                words::people::position(l),
                words::person::sex(l),
                words::person::born_on(l),
                words::person::citizen_id(l),
                words::person::email(l),
                words::person::started_on(l),
                words::people::unit(l),
            ];
            assert!(
                read(&Order::new(), ImportKind::People, &format!("{}\nx", headings.join("\t")), 0).is_ok(),
                "{headings:?}"
            );
        }
    }
}
