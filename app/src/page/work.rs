//! My work: what waits, how long, what is overdue.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{WorkGroup, WorkItem, WorkKind};
use jiff::Timestamp;
use leptos::prelude::*;
use model::role::Role;
use registry::date::day_of;
use registry::work::work_queue::overdue;

use crate::part::{Empty, Group, Item, Queue};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, work as text};
use crate::{Portal, naming, routes};

/// `begins`: nothing waits because the province is still to be entered.
pub fn respond(portal: &Portal, visit: &Visit, groups: Vec<WorkGroup>, begins: bool) -> Response {
    let l = visit.lang;
    let mut roles: Vec<Role> =
        visit.session.iter().flat_map(|who| who.actor.grants.iter().map(|grant| grant.role)).collect();
    roles.sort_unstable();
    roles.dedup();
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)), || {
        let names = roles.iter().map(|role| naming::role(l, *role)).collect::<Vec<_>>().join(", ");
        let roles =
            if names.is_empty() { text::no_roles(l).to_owned() } else { format!("{}: {names}", text::roles(l)) };
        let queue = if begins {
            let begin = (text::start(l).to_owned(), routes::START.to_owned());
            view! { <Empty title=text::start_title(l) text=text::start_text(l) begin=Some(begin) /> }.into_any()
        } else if groups.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            let groups = groups.into_iter().map(|of| group(l, visit.at(), of)).collect::<Vec<_>>();
            view! { <Queue l groups /> }.into_any()
        };
        view! {
            {queue}
            <p class="aside">{roles}</p>
        }
        .into_any()
    })
}

fn group(l: Lang, now: Timestamp, group: WorkGroup) -> Group {
    let more = group.total > group.items.len() as i64;
    let all = match group.kind {
        WorkKind::CorrectPeople => Some((text::all_people(l), format!("{}?doubtful=1", routes::PEOPLE))),
        WorkKind::Verify => Some((text::all(l), routes::VERIFY.to_owned())),
        WorkKind::Submit | WorkKind::Check | WorkKind::Decide => Some((text::all(l), routes::LISTS.to_owned())),
        WorkKind::Issue => Some((text::all(l), routes::ISSUE.to_owned())),
        WorkKind::WitnessCards => Some((text::all(l), routes::WITNESS.to_owned())),
        WorkKind::ConfirmLoss => Some((text::all(l), format!("{}?unconfirmed=1", routes::CARDS))),
        WorkKind::Invalidate => Some((text::all(l), format!("{}?state=locked", routes::CARDS))),
        WorkKind::Recover => Some((text::all(l), format!("{}?state=invalidated", routes::CARDS))),
        WorkKind::Give | WorkKind::Receive | WorkKind::Settle | WorkKind::Deliver => {
            Some((text::all(l), routes::HANDOVERS.to_owned()))
        }
        WorkKind::EndorseCertificates => Some((text::all(l), format!("{}?state=asked", routes::CERTIFICATE_REQUESTS))),
        WorkKind::ReviewCertificates => {
            Some((text::all(l), format!("{}?state=endorsed", routes::CERTIFICATE_REQUESTS)))
        }
        WorkKind::HandOverCertificates => {
            Some((text::all(l), format!("{}?state=received", routes::CERTIFICATE_REQUESTS)))
        }
        WorkKind::SendCertificates | WorkKind::AnswerCertificates => {
            Some((text::all(l), routes::CERTIFICATE_LISTS.to_owned()))
        }
        _ => None,
    };
    let all = all.filter(|_| more).map(|(label, href)| (label.to_owned(), href));
    Group {
        title: kind_name(l, group.kind).to_owned(),
        total: u64::try_from(group.total).unwrap_or(0),
        items: group.items.into_iter().map(|of| item(l, now, group.kind, of)).collect(),
        all,
    }
}

fn item(l: Lang, now: Timestamp, kind: WorkKind, item: WorkItem) -> Item {
    use words::part::queue;
    let overdue = overdue(&item, now.as_millisecond());
    // what ends has not waited; it is due when its last day is over
    let ends = matches!(kind, WorkKind::EndingGrants | WorkKind::RenewCertificates);
    Item {
        what: match (kind, item.subject.is_empty()) {
            (WorkKind::SignHead, _) => text::sign_head(l).to_owned(),
            (WorkKind::Receipts, _) => text::receipts_waiting(l, item.subject),
            (WorkKind::TellMinistry, _) => text::events_waiting(l, item.subject),
            (WorkKind::EraseLeavers, _) => text::leavers_waiting(l, item.subject),
            (WorkKind::KeyCeremony | WorkKind::UseKeySet, _) => text::key_set(l, item.subject),
            (WorkKind::SettleNational, _) => text::national_waiting(l, item.subject),
            (WorkKind::ListCertificates, _) => text::requests_waiting(l, item.subject),
            (WorkKind::ChaseCertificates, _) => super::certificates::chased::sentence(l, &item.target, &item.subject),
            (WorkKind::Compose, _) => text::verified_waiting(l, item.subject),
            (WorkKind::HandOver, _) => text::cards_waiting(l, item.subject),
            (_, true) => naming::person(l, ""),
            (_, false) => item.subject,
        },
        about: match item.role {
            Some(role) => words::accounts::role_on(l, naming::role(l, role), item.place),
            None => item.place,
        },
        href: routes::to(item.target),
        age: (!ends).then(|| words::age(l, Timestamp::from_millisecond(item.since).unwrap_or(now), now)),
        due: item.due.map(|due| match ends {
            true => queue::ends(l, words::date(l, day_of(due - 1))),
            false => queue::due(l, words::date(l, day_of(due))),
        }),
        overdue,
    }
}

fn kind_name(l: Lang, kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::DecideGrants => text::decide_grants(l),
        WorkKind::EndingGrants => text::ending_grants(l),
        WorkKind::Activations => text::activations(l),
        WorkKind::CorrectPeople => text::correct_people(l),
        WorkKind::UnitCodes => text::unit_codes(l),
        WorkKind::SignHead => text::sign_head(l),
        WorkKind::Returned => text::returned(l),
        WorkKind::Verify => text::verify(l),
        WorkKind::Compose => text::compose(l),
        WorkKind::Submit => text::submit(l),
        WorkKind::Check => text::check(l),
        WorkKind::Decide => text::decide(l),
        WorkKind::Issue => text::issue(l),
        WorkKind::WitnessCards => text::witness_cards(l),
        WorkKind::ConfirmLoss => text::confirm_loss(l),
        WorkKind::Invalidate => text::invalidate(l),
        WorkKind::Recover => text::recover(l),
        WorkKind::TellMinistry => text::tell_ministry(l),
        WorkKind::EraseLeavers => text::erase_leavers(l),
        WorkKind::KeyCeremony => text::key_ceremony(l),
        WorkKind::UseKeySet => text::use_key_set(l),
        WorkKind::SettleNational => text::settle_national(l),
        WorkKind::Receipts => text::receipts(l),
        WorkKind::AcceptLots => words::stock::work::accept_lots(l),
        WorkKind::TakeInBlanks => words::stock::work::take_in(l),
        WorkKind::WitnessDestruction => words::stock::work::witness(l),
        WorkKind::FillUp => words::stock::work::fill_up(l),
        WorkKind::HandOver => text::hand_over(l),
        WorkKind::Give => text::give(l),
        WorkKind::Receive => text::receive(l),
        WorkKind::Settle => text::settle(l),
        WorkKind::Deliver => text::deliver(l),
        WorkKind::ConfirmCard => text::confirm_card(l),
        WorkKind::LockLeavers => text::lock_leavers(l),
        WorkKind::Exchange => text::exchange(l),
        WorkKind::DecideSystems => text::decide_systems(l),
        WorkKind::CorrectCertificates => text::correct_certificates(l),
        WorkKind::EndorseCertificates => text::endorse_certificates(l),
        WorkKind::ReviewCertificates => text::review_certificates(l),
        WorkKind::ListCertificates => text::list_certificates(l),
        WorkKind::SendCertificates => text::send_certificates(l),
        WorkKind::AnswerCertificates => text::answer_certificates(l),
        WorkKind::HandOverCertificates => text::hand_over_certificates(l),
        WorkKind::RevokeLeavers => text::revoke_leavers(l),
        WorkKind::ChangeMoved => text::change_moved(l),
        WorkKind::ChangeKeepers => text::change_keepers(l),
        WorkKind::RenewCertificates => text::renew_certificates(l),
        WorkKind::ReturnTokens => text::return_tokens(l),
        WorkKind::ChaseCertificates => text::chase_certificates(l),
        WorkKind::FixPlans => text::fix_plans(l),
        WorkKind::CloseClasses => text::close_classes(l),
    }
}
