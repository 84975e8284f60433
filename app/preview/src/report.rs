//! The conformance report for a person: what is wrong first.

use contract::Lang;
use face::conformance::{Finding, Report, Verdict};
use face::raster::RasterError;
use maud::{Markup, html};

use crate::words::report as text;

/// Before there is a whole face.
pub fn waits(l: Lang) -> String {
    html! { p class="aside" { (text::waits(l)) } }.into_string()
}

/// A face that does not become pixels.
pub fn unreadable(l: Lang, error: &RasterError) -> String {
    html! { div class="said" data-tone="bad" { p { (wording::face::unreadable(l, error)) } } }.into_string()
}

/// The verdict in one sentence, then clause by clause.
pub fn html(l: Lang, report: &Report) -> String {
    let of = |wanted: &str| report.findings.iter().filter(|it| it.verdict.name() == wanted).collect::<Vec<_>>();
    let (wrong, equivalent, met) = (of("not_met"), of("equivalent"), of("met"));
    let blocks = report.blocks_printing();
    let said = if blocks {
        text::bad(l, equivalent.len(), met.len(), wrong.len())
    } else {
        text::good(l, equivalent.len(), met.len())
    };
    let markup = html! {
        div class="said" data-tone=(if blocks { "bad" } else { "good" }) { p { (said) } }
        @if !wrong.is_empty() { h3 { (text::wrong(l)) } (table(l, text::wrong(l), &wrong)) }
        @if !equivalent.is_empty() { h3 { (text::equivalent(l)) } (table(l, text::equivalent(l), &equivalent)) }
        details {
            summary { (text::met_all(l, met.len())) }
            (table(l, text::met(l), &met))
        }
    };
    markup.into_string()
}

fn table(l: Lang, label: &str, findings: &[&Finding]) -> Markup {
    html! {
        div class="table" role="region" tabindex="0" aria-label=(label) {
            table class="report" {
                caption class="unseen" { (label) }
                thead { tr {
                    th scope="col" { (text::clause(l)) }
                    th scope="col" { (text::asked(l)) }
                    th scope="col" { (text::found(l)) }
                    @if findings.iter().any(|it| it.verdict != Verdict::Met) { th scope="col" { (text::remark(l)) } }
                } }
                tbody { @for finding in findings { (row(l, finding)) } }
            }
        }
    }
}

fn row(l: Lang, finding: &Finding) -> Markup {
    let clause = finding.clause;
    let source = [Some(clause.source()), Some(clause.requirement()), clause.decision()];
    html! {
        tr {
            th scope="row" {
                (wording::report::clause(l, clause))
                span class="aside" { (source.into_iter().flatten().collect::<Vec<_>>().join(" · ")) }
            }
            td { (finding.expected) }
            td { (finding.found) }
            @if let Some(reason) = finding.verdict.reason() { td { (wording::report::reason(l, reason)) } }
        }
    }
}
