//! Importing a table of units or people: what is sent, what the check found, and how a table has to look.

use axum::http::StatusCode;
use axum::response::Response;
use contract::import::{FileFault, ImportKind, ImportLine, ImportReport, ImportView, Remark};
use contract::{Fault, Lang};
use leptos::prelude::*;
use model::certificate::SubscriberKind;
use model::person::Sex;
use model::unit::{PostKind, UnitClass};
use registry::work::import::{Encoding, FileColumn, MAX_BYTES, MAX_ROWS, columns, template};

use super::certificates;
use crate::part::{
    Actions, Button, Check, Choice, Choices, Column, Crumb, ErrorSummary, Fact, Facts, Field, FieldErrors, Form,
    Hidden, Input, LinkButton, Notice, Rank, Table, Tone, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, import as text};
use crate::{Portal, failing, naming, routes};

/// What was read, and how: it stays on the page from step to step.
#[derive(Default)]
pub struct Shown {
    pub kind: ImportKind,
    /// The table as text.
    pub text: String,
    /// Its columns, as far as it could be read.
    pub columns: Vec<FileColumn>,
    /// Name under which the columns are remembered.
    pub source: String,
    /// What is said about the reading.
    pub told: Vec<Told>,
}

/// What is said about how a file was read.
pub enum Told {
    /// One sheet of a workbook.
    Sheet { sheet: String, others: Vec<String> },
    /// Not in Unicode.
    Encoding(Encoding),
}

/// What the question offers besides.
#[derive(Default)]
pub struct Ask {
    /// What the reader may import.
    pub kinds: Vec<ImportKind>,
    /// Sources whose columns are remembered.
    pub sources: Vec<String>,
    /// The import that was just done.
    pub run: Option<i64>,
    /// Imports of which rows wait.
    pub open: Vec<ImportView>,
}

/// The question what to import.
pub fn ask(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    shown: &Shown,
    Ask { kinds, sources, run, open }: Ask,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let offered: Vec<Choice> = kinds.iter().map(|kind| Choice::new(kind.name(), what(l, *kind))).collect();
        let (area, wrong_file) = (area(l, &shown.text, errors.of("text"), true), errors.of("file"));
        let encodings = Encoding::ALL.map(|encoding| Choice::new(encoding.name(), encoding.title())).to_vec();
        let from = (!sources.is_empty()).then(|| {
            let choices = sources.iter().map(|source| Choice::new(source, source)).collect();
            view! { <Field l name="from" label=text::from::label(l) hint=text::from::hint(l) input=Input::Select(choices) empty=text::from::none(l) depends=true /> }
        });
        let report = run.map(|run| view! { <p>{text::report::done(l)} " " {files(l, run)}</p> });
        let open = open.into_iter().map(|view| {
            let href = routes::with_id(routes::IMPORT_RUN, view.id);
            view! { <p><a href=href>{what(l, view.kind)}</a> " · " {how_far(l, &view)}</p> }
        });
        let open: Vec<_> = open.collect();
        let open =
            (!open.is_empty()).then(|| view! { <Notice l tone=Tone::Info><p>{text::run::open(l)}</p>{open}</Notice> });
        let columns = (!shown.columns.is_empty()).then(|| columns_form(l, shown, &errors, true));
        let chosen = shown.kind.name();
        view! {
            {open}
            {report}
            <ErrorSummary l errors=errors.clone() />
            {told(l, &shown.told)}
            <Form action=routes::IMPORT files=true>
                <Choices l name="what" label=text::what::label(l) hint=text::what::hint(l) choices=offered chosen />
                {columns}
                {area}
                <Field l name="file" label=text::file::label(l) hint=text::file::hint(l, megabytes(l)) input=Input::File(FILES) error=wrong_file depends=true />
                <Field l name="sheet" label=text::sheet::label(l) hint=text::sheet::hint(l) autocomplete="off" depends=true />
                <Field l name="encoding" label=text::encoding::label(l) hint=text::encoding::hint(l) input=Input::Select(encodings) empty=text::encoding::auto(l) depends=true />
                {from}
                <Actions>
                    <Button label=text::check(l) name="do" value="check" />
                </Actions>
            </Form>
            {kinds.contains(&ImportKind::People).then(|| view! { <p><a href=routes::IMPORT_PHOTOS>{text::to_photos(l)}</a></p> })}
            {kinds.contains(&ImportKind::Certificates).then(|| view! { <p><a href=routes::CERTIFICATES_BRING>{text::to_certificate_files(l)}</a></p> })}
            {kinds.iter().map(|kind| how(l, *kind)).collect_view()}
        }
        .into_any()
    })
}

const FILES: &str = ".xlsx,.csv,.txt,.tsv,text/csv,text/plain,\
                     application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn told(l: Lang, told: &[Told]) -> Option<AnyView> {
    let each = told.iter().map(|told| match told {
        Told::Sheet { sheet, others } if others.is_empty() => text::told::sheet(l, sheet),
        Told::Sheet { sheet, others } => text::told::sheets(l, others.join(", "), sheet),
        Told::Encoding(encoding) => text::told::encoding(l, encoding.title()),
    });
    let each: Vec<_> = each.map(|said| view! { <p>{said}</p> }).collect();
    (!each.is_empty()).then(|| view! { <Notice l tone=Tone::Info>{each}</Notice> }.into_any())
}

/// For each column of the file the field that it is; and the name to remember that under.
fn columns_form(l: Lang, shown: &Shown, errors: &FieldErrors, open: bool) -> AnyView {
    let fields: Vec<Choice> = std::iter::once(Choice::new("-", text::columns::skip(l)))
        .chain(columns(shown.kind).iter().map(|column| Choice::new(column.key, column.heading(l))))
        .collect();
    let rows = shown
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let value = match (column.key, column.clear) {
                (Some(key), _) => key,
                (None, true) => "-",
                (None, false) => "",
            };
            let hint = text::columns::samples(l, column.samples.join("; "));
            let hint = if column.samples.is_empty() { String::new() } else { hint };
            view! {
                <Hidden name=format!("column-{at}") value=column.id.clone() />
                <Field l name=format!("map-{at}") label=column.heading.clone() hint value input=Input::Select(fields.clone()) depends=true />
            }
        })
        .collect_view();
    let (source, wrong) = (shown.source.clone(), errors.of("source"));
    view! {
        <details open=open>
            <summary>{text::columns::title(l)}</summary>
            <p>{text::columns::lead(l)}</p>
            {rows}
            <Field l name="source" label=text::source::label(l) hint=text::source::hint(l) value=source error=wrong autocomplete="off" optional=true />
        </details>
    }
    .into_any()
}

/// What a check found, with the table to correct it in, and the way to import it.
pub fn report(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    shown: &Shown,
    report: &ImportReport,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(text::title(l), with_query(routes::IMPORT, "what", report.kind.name()))];
    let page = Page::new(text::result::title(l)).crumbs(crumbs).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let kind = report.kind;
        let possible = report.good() > 0 && report.codes_left.is_none();
        let good = report.faulty == 0;
        let count = words::number(l, report.good() as i64);
        let label = match kind {
            ImportKind::Units => text::submit::units(l, &count),
            ImportKind::People => text::submit::people(l, &count),
            ImportKind::National => text::submit::national(l, &count),
            ImportKind::Certificates => text::submit::certificates(l, &count),
        };
        let (submit, again) =
            if good && possible { (Rank::Primary, Rank::Secondary) } else { (Rank::Secondary, Rank::Primary) };
        let only_good = (possible && !good).then(|| {
            let label = text::only_good(l, words::number(l, report.faulty as i64), &count);
            view! { <Check l name="only_good" label checked=false error=errors.of("only_good") /> }
        });
        let area = area(l, &shown.text, errors.of("text"), false);
        let verdict = errors.is_empty().then(|| verdict(l, report));
        let other = with_query(routes::IMPORT, "what", kind.name());
        let columns = columns_form(l, shown, &errors, errors.of("source").is_some());
        let key = super::key(portal, &Typed::default());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {verdict}
            {told(l, &shown.told)}
            {counts(l, report)}
            {lines(l, kind, text::table::faults(l), &report.faults, report.faulty)}
            {lines(l, kind, text::table::doubts(l), &report.doubts, report.doubtful)}
            {lines(l, kind, text::table::changes(l), &report.changes, report.changed)}
            <Form action=routes::IMPORT files=true>
                {key}
                <Hidden name="what" value=kind.name() />
                {columns}
                {area}
                {only_good}
                <Actions>
                    {possible.then(|| view! { <Button label rank=submit name="do" value="import" /> })}
                    <Button label=text::check_again(l) rank=again name="do" value="check" />
                    <Button label=text::report::xlsx(l) rank=Rank::Quiet name="do" value="report_xlsx" />
                    <Button label=text::report::csv(l) rank=Rank::Quiet name="do" value="report_csv" />
                    <LinkButton label=text::other(l) href=other rank=Rank::Quiet />
                </Actions>
            </Form>
            {lines(l, kind, text::table::held(l), &report.held, report.existing)}
            {how(l, kind)}
        }
        .into_any()
    })
}

/// The report of an import as files.
pub fn files(l: Lang, run: i64) -> AnyView {
    let to = |format| with_query(&routes::with_id(routes::IMPORT_RUN, run), "as", format);
    view! {
        <a href=to("xlsx") download>{text::report::xlsx(l)}</a> " "
        <a href=to("csv") download>{text::report::csv(l)}</a>
    }
    .into_any()
}

/// What rows of that kind are.
pub fn what(l: Lang, kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Units => text::what::units(l),
        ImportKind::People => text::what::people(l),
        ImportKind::National => text::what::national(l),
        ImportKind::Certificates => text::what::certificates(l),
    }
}

/// Rows that are done, of all.
pub fn how_far(l: Lang, view: &ImportView) -> String {
    text::run::progress(l, words::number(l, view.done), words::number(l, view.total))
}

/// What an import has done: new, changed, existing and faulty rows.
pub fn imported(l: Lang, kind: ImportKind, counts: [i64; 4]) -> String {
    let [new, changed, existing, faulty] = counts.map(|count| words::number(l, count));
    match kind {
        ImportKind::Units => words::flash::units_imported(l, existing, faulty, new),
        ImportKind::People => words::flash::people_imported(l, changed, existing, faulty, new),
        ImportKind::National => words::flash::national_imported(l, changed, existing, faulty, new),
        ImportKind::Certificates => words::flash::certificates_imported(l, changed, existing, faulty, new),
    }
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
    let (tone, said) = match (report.faulty, report.codes_left, report.good()) {
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
        fact(text::result::changed(l), report.changed),
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
        ImportKind::National => (text::template::national(l), ImportKind::National.name()),
        ImportKind::Certificates => (text::template::certificates(l), ImportKind::Certificates.name()),
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

/// The heading of a field.
pub fn heading(l: Lang, kind: ImportKind, key: &str) -> &'static str {
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
        (ImportKind::People, "personnel_code" | "identification_code") => rule::allotted(l),
        (ImportKind::People, _) => rule::date(l),
        (ImportKind::National, "citizen_id" | "personnel_code" | "identification_code") => rule::naming(l),
        (ImportKind::National, _) => rule::compared(l),
        (ImportKind::Certificates, "serial") => rule::serial(l),
        (ImportKind::Certificates, "subscriber") => return rule::kind(l, subscribers(l)),
        (ImportKind::Certificates, "name") => rule::subject(l),
        (ImportKind::Certificates, "citizen_id" | "personnel_code") => rule::of_person(l),
        (ImportKind::Certificates, "unit_code") => rule::of_unit(l),
        (ImportKind::Certificates, "issuer") => rule::issuer(l),
        (ImportKind::Certificates, "keeper_code") => rule::keeper(l),
        (ImportKind::Certificates, "token_serial") => rule::token(l),
        (ImportKind::Certificates, "used_on") => rule::used_on(l),
        (ImportKind::Certificates, _) => rule::term(l),
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

fn subscribers(l: Lang) -> String {
    SubscriberKind::ALL.iter().map(|kind| certificates::kind(l, *kind)).collect::<Vec<_>>().join("; ")
}

fn sexes(l: Lang) -> String {
    [Sex::Male, Sex::Female].map(|sex| naming::sex(l, sex)).join("; ")
}

/// What is said about a cell, or about the whole row.
pub fn remark_words(l: Lang, column: Option<&str>, remark: &Remark) -> String {
    use text::remark as said;
    let fixed = match remark {
        Remark::Wrong { fault } => return wrong(l, column, fault),
        Remark::ParentBelow { line } => return said::parent_below(l, words::number(l, *line as i64)),
        Remark::ParentWrong { line } => return said::parent_wrong(l, words::number(l, *line as i64)),
        Remark::Repeated { line } => return said::repeated(l, words::number(l, *line as i64)),
        Remark::Doubtful { doubt } => naming::doubt(l, *doubt),
        Remark::UnitClosed => words::failure::refused::unit_closed(l),
        Remark::TooManyCells => said::too_many_cells(l),
        Remark::Changed { before } if before.is_empty() => said::filled(l),
        Remark::Changed { before } => return said::changed(l, before_words(l, column, before)),
        Remark::Differs { held } if held.is_empty() => said::differs_empty(l),
        Remark::Differs { held } => return said::differs(l, before_words(l, column, held)),
        Remark::OtherUnit { unit } => return said::other_unit(l, unit),
        Remark::Several => said::several(l),
        Remark::Erased => words::failure::refused::erased(l),
        Remark::Exists => said::exists(l),
        Remark::ZeroRestored => said::zero_restored(l),
    };
    fixed.to_owned()
}

/// A value that is held, as a screen shows it.
fn before_words(l: Lang, column: Option<&str>, before: &str) -> String {
    let words = match column {
        Some("sex") => Sex::from_name(before).map(|sex| naming::sex(l, sex).to_owned()),
        Some("kind") => PostKind::from_name(before).map(|kind| naming::post_kind(l, kind).to_owned()),
        Some("born_on" | "started_on" | "used_on") => Some(naming::day(l, before)),
        _ => None,
    };
    words.unwrap_or_else(|| before.to_owned())
}

fn wrong(l: Lang, column: Option<&str>, fault: &Fault) -> String {
    use text::remark as said;
    match (fault, column) {
        (Fault::Missing, _) => said::missing(l).to_owned(),
        // a class or a kind that is not written at all is one that is none of them
        (Fault::Choice, Some("class")) => said::choice(l, classes(l)),
        (Fault::Choice, Some("kind")) => said::choice(l, kinds(l)),
        (Fault::Choice, Some("subscriber")) => said::choice(l, subscribers(l)),
        (Fault::Choice, Some("sex")) => said::choice(l, sexes(l)),
        (Fault::Unknown, Some("citizen_id" | "personnel_code" | "identification_code")) => {
            said::no_person(l).to_owned()
        }
        (_, Some(field @ ("keeper_code" | "token_serial"))) if certificates::fault(l, field, fault).is_some() => {
            certificates::fault(l, field, fault).unwrap_or_default()
        }
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
        FileFault::Damaged => said::damaged(l).to_owned(),
        FileFault::NoSheet { sheet, sheets } => said::no_sheet(l, sheet, sheets.join(", ")),
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
