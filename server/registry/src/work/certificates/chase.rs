//! What the subscriber manager follows up and urges (R135): certificates that their authority has revoked, those that nobody is known to use, units without any, handovers and
//! returns of tokens that are overdue.

use contract::Failure;
use contract::certificate::{BareUnitPage, BareUnitRow, Chased};
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use jiff::civil::Date;
use model::certificate::SubscriberKind;
use model::lifecycle::{Lifecycle as _, Token};
use model::role::Action;
use model::unit::UnitClass;

use super::{requests, unit_path};
use crate::store::certificate::{self, BareFilter, BareUnit, Filter, TokenFilter};
use crate::store::certificate_request as asked;
use crate::{Actor, Conn, date};

/// Days without a known use by which the list may be asked for; the first is what "My work" counts. No law gives a number.
pub const UNUSED: [i32; 3] = [90, 180, 365];

/// Which units without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BareQuery {
    /// Agency code or name of a unit, with those below it.
    pub unit: String,
    /// Class by name.
    pub class: String,
    /// Without a certificate of this kind; without any where none is named.
    pub kind: String,
    /// Counted from 1.
    pub page: i64,
}

/// A page of units without a certificate in force.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit`.
pub async fn list_bare_units(conn: &mut Conn, actor: &Actor, query: &BareQuery) -> Result<BareUnitPage, Failure> {
    let filter = filter(conn, actor, query).await?;
    let rows = some(conn, &filter, (query.page, super::PAGE)).await?;
    Ok(BareUnitPage { rows, total: certificate::count_bare_units(conn, &filter).await?.0 })
}

/// As [`list_bare_units`], with so many on a page and nothing else.
///
/// # Errors
/// As [`list_bare_units`].
pub async fn some_bare_units(
    conn: &mut Conn,
    actor: &Actor,
    query: &BareQuery,
    per_page: i64,
) -> Result<Vec<BareUnitRow>, Failure> {
    let filter = filter(conn, actor, query).await?;
    some(conn, &filter, (query.page, per_page)).await
}

async fn some(conn: &mut Conn, filter: &BareFilter, (page, per_page): (i64, i64)) -> Result<Vec<BareUnitRow>, Failure> {
    let found = certificate::bare_units(conn, filter, ((page.max(1) - 1) * per_page, per_page)).await?;
    found.into_iter().map(row).collect()
}

fn row(found: BareUnit) -> Result<BareUnitRow, Failure> {
    let BareUnit { id, name, class, code, above, asked, .. } = found;
    let class = UnitClass::from_name(&class).ok_or(Failure::Internal)?;
    Ok(BareUnitRow { id, name, class, code, above, asked })
}

async fn filter(conn: &mut Conn, actor: &Actor, query: &BareQuery) -> Result<BareFilter, Failure> {
    if !actor.may_somewhere(Action::SeeCertificates) {
        return Err(Failure::Forbidden);
    }
    let mut within = actor.paths(Action::SeeCertificates);
    if !query.unit.trim().is_empty() {
        within = vec![unit_path(conn, actor, &query.unit).await?];
    }
    Ok(BareFilter {
        within,
        class: UnitClass::from_name(&query.class).map(UnitClass::name),
        kind: SubscriberKind::from_name(&query.kind).map(SubscriberKind::name),
    })
}

/// The lists, within some units on a day.
struct Lists {
    unused: Filter,
    units: BareFilter,
    handovers: asked::Filter,
    tokens: TokenFilter,
    revoked: Filter,
}

impl Lists {
    fn of(within: &[String], at_ms: i64) -> Self {
        let [days, ..] = UNUSED;
        let since = date::days_later(date::day_of(at_ms), -days).to_string();
        let within = || within.to_vec();
        Lists {
            unused: Filter { within: within(), unused_since: Some(since), ..Filter::default() },
            units: BareFilter { within: within(), ..BareFilter::default() },
            handovers: requests::overdue(within(), at_ms),
            tokens: TokenFilter {
                within: within(),
                state: Some(Token::DueBack.name()),
                due_before: Some(date::iso_day(at_ms)),
                ..TokenFilter::default()
            },
            revoked: Filter { within: within(), revoked_there: true, ..Filter::default() },
        }
    }

    /// How much there is, and since when: the first day without a known use, the first unit's entry.
    async fn counted(&self, conn: &mut Conn) -> Result<(Chased, Option<String>, Option<i64>), Failure> {
        let (unused, quiet_since) = certificate::count_quiet(conn, &self.unused).await?;
        let (units, bare_since) = certificate::count_bare_units(conn, &self.units).await?;
        let handovers = asked::count(conn, &self.handovers).await?;
        let tokens = certificate::count_tokens(conn, &self.tokens).await?;
        let revoked = certificate::count(conn, &self.revoked).await?;
        Ok((Chased { unused, units, handovers, tokens, revoked }, quiet_since, bare_since))
    }
}

/// How much there is to be chased where the actor sees certificates.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn chased(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Chased, Failure> {
    if !actor.may_somewhere(Action::SeeCertificates) {
        return Err(Failure::Forbidden);
    }
    Ok(Lists::of(&actor.paths(Action::SeeCertificates), at_ms).counted(conn).await?.0)
}

/// The lists that are not empty, each as one thing to be done.
pub(super) async fn group(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<WorkGroup, Failure> {
    let lists = Lists::of(&actor.paths(Action::KeepCertificates), at_ms);
    let (chased, quiet_since, bare_since) = lists.counted(conn).await?;
    let mut items = Vec::new();
    let mut push = |target, many: i64, since: Option<i64>, due| {
        if many > 0 {
            let since = since.unwrap_or(at_ms);
            items.push(WorkItem { subject: many.to_string(), place: String::new(), role: None, target, since, due });
        }
    };
    let start = |day: Option<String>| Some(date::start_of(day?.parse::<Date>().ok()?));
    push(Target::RevokedThere, chased.revoked, None, None);
    push(Target::UnusedCertificates, chased.unused, start(quiet_since), None);
    push(Target::BareUnits, chased.units, bare_since, None);
    let late = asked::list(conn, &lists.handovers, (0, 1)).await?.into_iter().next().and_then(|of| of.due_at);
    push(Target::OverdueHandovers, chased.handovers, late, late);
    let (tokens, _) = certificate::due_tokens(conn, Token::DueBack.name(), (&lists.tokens.within, None), 1).await?;
    let late = start(tokens.into_iter().next().and_then(|of| of.due_on));
    push(Target::OverdueTokens, chased.tokens, late, late);
    Ok(WorkGroup { kind: WorkKind::ChaseCertificates, total: items.len() as i64, items })
}
