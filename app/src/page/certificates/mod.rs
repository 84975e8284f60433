//! The pages of certificates and tokens, one a file; what they share (R118, R154).

pub mod bring;
pub mod chased;
pub mod delegations;
pub mod form;
pub mod item;
pub mod letter;
pub mod letters;
pub mod list;
pub mod mine;
pub mod request;
pub mod request_form;
pub mod request_list;
pub mod token;
pub mod token_form;
pub mod token_list;
pub mod units_without;

use contract::certificate::{FileWrong, Named};
use contract::equipment::EquipmentLine;
use contract::{Fault, Lang};
use leptos::prelude::*;
use model::certificate::regime::ManagerOffice;
use model::certificate::{Operation, SubscriberKind, TokenKind};
use model::lifecycle::{
    Certificate, CertificateEvent, CertificateList, CertificateRequest, CertificateRequestEvent, Token, TokenEvent,
};
use model::stock::SerialFault;
use registry::date;
use registry::work::certificates::{Finding, Reason};

use crate::part::{Choice, Crumb, Event, Tone};
use crate::words::{self, certificate_finding, certificate_wrong, certificates as text, number, tokens};
use crate::{naming, page, routes};

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::CERTIFICATES)]
}

fn chase_crumbs(l: Lang) -> Vec<Crumb> {
    let chased = Crumb::new(words::certificate_chase::title(l), routes::CERTIFICATES_CHASED);
    vec![Crumb::new(text::title(l), routes::CERTIFICATES), chased]
}

fn token_crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::CERTIFICATES), Crumb::new(tokens::title(l), routes::TOKENS)]
}

fn request_crumbs(l: Lang) -> Vec<Crumb> {
    let requests = Crumb::new(words::certificate_requests::title(l), routes::CERTIFICATE_REQUESTS);
    vec![Crumb::new(text::title(l), routes::CERTIFICATES), requests]
}

fn list_crumbs(l: Lang) -> Vec<Crumb> {
    let lists = Crumb::new(words::certificate_lists::title(l), routes::CERTIFICATE_LISTS);
    vec![Crumb::new(text::title(l), routes::CERTIFICATES), lists]
}

pub fn operation(l: Lang, operation: Operation) -> &'static str {
    use words::certificate_operation as own;
    match operation {
        Operation::New => own::new(l),
        Operation::Renew => own::renew(l),
        Operation::Change => own::change(l),
        Operation::Revoke => own::revoke(l),
        Operation::Restore => own::restore(l),
    }
}

fn operations(l: Lang, some: &[Operation]) -> Vec<Choice> {
    some.iter().map(|of| Choice::new(of.name(), operation(l, *of))).collect()
}

pub fn request_state(l: Lang, state: CertificateRequest) -> (Tone, &'static str) {
    use words::certificate_request_state as own;
    match state {
        CertificateRequest::Asked => (Tone::Info, own::asked(l)),
        CertificateRequest::Endorsed => (Tone::Info, own::endorsed(l)),
        CertificateRequest::SentBack => (Tone::Warn, own::sent_back(l)),
        CertificateRequest::Accepted => (Tone::Info, own::accepted(l)),
        CertificateRequest::Listed => (Tone::Info, own::listed(l)),
        CertificateRequest::Sent => (Tone::Info, own::sent(l)),
        CertificateRequest::Granted => (Tone::Info, own::granted(l)),
        CertificateRequest::Received => (Tone::Warn, own::received(l)),
        CertificateRequest::Done => (Tone::Good, own::done(l)),
        CertificateRequest::Refused => (Tone::Bad, own::refused(l)),
        CertificateRequest::Withdrawn => (Tone::Plain, own::withdrawn(l)),
    }
}

fn request_event(l: Lang, event: CertificateRequestEvent) -> &'static str {
    use words::certificate_request_event as own;
    match event {
        CertificateRequestEvent::Endorse => own::endorse(l),
        CertificateRequestEvent::Accept => own::accept(l),
        CertificateRequestEvent::SendBack => own::send_back(l),
        CertificateRequestEvent::AskAgain => own::ask_again(l),
        CertificateRequestEvent::List => own::list(l),
        CertificateRequestEvent::Unlist => own::unlist(l),
        CertificateRequestEvent::Send => own::send(l),
        CertificateRequestEvent::Grant => own::grant(l),
        CertificateRequestEvent::Refuse => own::refuse(l),
        CertificateRequestEvent::Receive => own::receive(l),
        CertificateRequestEvent::HandOver => own::hand_over(l),
        CertificateRequestEvent::Close => own::close(l),
        CertificateRequestEvent::Withdraw => own::withdraw(l),
    }
}

pub fn list_state(l: Lang, state: CertificateList) -> (Tone, &'static str) {
    use words::certificate_list_state as own;
    match state {
        CertificateList::Draft => (Tone::Plain, own::draft(l)),
        CertificateList::Sent => (Tone::Info, own::sent(l)),
        CertificateList::Answered => (Tone::Good, own::answered(l)),
        CertificateList::Dissolved => (Tone::Plain, own::dissolved(l)),
    }
}

/// When something should be done.
fn due(l: Lang, due: Option<i64>) -> Option<String> {
    due.map(|due| day(l, due))
}

pub fn kind(l: Lang, kind: SubscriberKind) -> &'static str {
    use words::subscriber_kind as own;
    match kind {
        SubscriberKind::Organisation => own::organisation(l),
        SubscriberKind::Person => own::person(l),
        SubscriberKind::Device => own::device(l),
    }
}

fn kinds(l: Lang) -> Vec<Choice> {
    SubscriberKind::ALL.iter().map(|of| Choice::new(of.name(), kind(l, *of))).collect()
}

pub fn office(l: Lang, office: ManagerOffice) -> &'static str {
    use words::manager_office as own;
    match office {
        ManagerOffice::HomeAffairs => own::home_affairs(l),
        ManagerOffice::Office => own::office(l),
        ManagerOffice::Information => own::information(l),
    }
}

pub fn token_kind(l: Lang, kind: TokenKind) -> &'static str {
    use words::token_kind as own;
    match kind {
        TokenKind::Usb => own::usb(l),
        TokenKind::Sim => own::sim(l),
        TokenKind::Hsm => own::hsm(l),
    }
}

fn token_kinds(l: Lang) -> Vec<Choice> {
    TokenKind::ALL.iter().map(|of| Choice::new(of.name(), token_kind(l, *of))).collect()
}

pub fn state(l: Lang, state: Certificate) -> (Tone, &'static str) {
    use words::certificate_state as own;
    match state {
        Certificate::Received => (Tone::Info, own::received(l)),
        Certificate::InUse => (Tone::Good, own::in_use(l)),
        Certificate::Replaced => (Tone::Plain, own::replaced(l)),
        Certificate::Expired => (Tone::Warn, own::expired(l)),
        Certificate::Revoked => (Tone::Bad, own::revoked(l)),
    }
}

fn event(l: Lang, event: CertificateEvent) -> &'static str {
    use words::certificate_event as own;
    match event {
        CertificateEvent::HandOver => own::hand_over(l),
        CertificateEvent::Replace => own::replace(l),
        CertificateEvent::Expire => own::expire(l),
        CertificateEvent::Revoke => own::revoke(l),
    }
}

pub fn token_state(l: Lang, state: Token) -> (Tone, &'static str) {
    use words::token_state as own;
    match state {
        Token::InStore => (Tone::Info, own::in_store(l)),
        Token::Held => (Tone::Good, own::held(l)),
        Token::Locked => (Tone::Warn, own::locked(l)),
        Token::DueBack => (Tone::Warn, own::due_back(l)),
        Token::Lost => (Tone::Bad, own::lost(l)),
        Token::Collected => (Tone::Plain, own::collected(l)),
        Token::GivenBack => (Tone::Plain, own::given_back(l)),
    }
}

fn token_event(l: Lang, event: TokenEvent) -> &'static str {
    use words::token_event as own;
    match event {
        TokenEvent::HandOver => own::hand_over(l),
        TokenEvent::PassOn => own::pass_on(l),
        TokenEvent::Lock => own::lock(l),
        TokenEvent::Restore => own::restore(l),
        TokenEvent::Lose => own::lose(l),
        TokenEvent::Find => own::find(l),
        TokenEvent::AskBack => own::ask_back(l),
        TokenEvent::Collect => own::collect(l),
        TokenEvent::GiveBack => own::give_back(l),
    }
}

/// The day of an instant.
pub fn day(l: Lang, at_ms: i64) -> String {
    naming::day(l, &date::iso_day(at_ms))
}

fn person(of: &Named) -> AnyView {
    let href = routes::with_id(routes::PERSON, of.id);
    view! { <a href=href>{of.name.clone()}</a> }.into_any()
}

pub fn happened(l: Lang, line: &EquipmentLine) -> Event {
    let what = page::audit_entry::action(l, &line.action);
    let when = words::at(l, line.at);
    let when = match &line.actor {
        Some(actor) => format!("{when} · {actor}"),
        None => when,
    };
    Event { what, when, ..Event::default() }
}

/// What speaks against a certificate, as a sentence; and how much.
pub fn finding(l: Lang, finding: &Finding) -> (Tone, String) {
    use certificate_finding as own;
    let on = |seconds: i64| day(l, seconds.saturating_mul(1000));
    let said = match finding {
        Finding::NotYetValid { from } => own::not_yet_valid(l, on(*from)),
        Finding::Expired { until } => own::expired(l, on(*until)),
        Finding::Revoked { since, reason } => own::revoked(l, on(*since), revocation(l, *reason)),
        Finding::OldList { next } => own::old_list(l, on(*next)),
        Finding::WeakKey { bits } => own::weak_key(l, bits),
        Finding::UnknownCritical { oid } => own::unknown_critical(l, oid),
        Finding::Reversed => own::reversed(l).to_owned(),
        Finding::NoList => own::no_list(l).to_owned(),
        Finding::NoRoots => own::no_roots(l).to_owned(),
        Finding::IssuerUnknown => own::issuer_unknown(l).to_owned(),
        Finding::BadSignature => own::bad_signature(l).to_owned(),
        Finding::UnknownSignature => own::unknown_signature(l).to_owned(),
        Finding::SelfSigned => own::self_signed(l).to_owned(),
        Finding::UntrustedRoot => own::untrusted_root(l).to_owned(),
        Finding::NotAnAuthority => own::not_an_authority(l).to_owned(),
        Finding::IssuerOver => own::issuer_over(l).to_owned(),
        Finding::WeakSignature => own::weak_signature(l).to_owned(),
        Finding::UnknownKey => own::unknown_key(l).to_owned(),
        Finding::NotForSigning => own::not_for_signing(l).to_owned(),
        Finding::Authority => own::authority(l).to_owned(),
        Finding::DamagedExtension => own::damaged(l).to_owned(),
        Finding::NameDiffers => own::name_differs(l).to_owned(),
        Finding::NameWithoutMarks => own::name_without_marks(l).to_owned(),
        Finding::CitizenNumberDiffers => own::citizen_number_differs(l).to_owned(),
        Finding::NoCitizenNumber => own::no_citizen_number(l).to_owned(),
        Finding::EmailDiffers => own::email_differs(l).to_owned(),
        Finding::UnitDiffers => own::unit_differs(l).to_owned(),
    };
    let tone = match finding {
        Finding::Revoked { .. } => Tone::Bad,
        of if of.refuses() => Tone::Bad,
        Finding::NoList | Finding::NoRoots | Finding::NameWithoutMarks | Finding::NoCitizenNumber => Tone::Info,
        _ => Tone::Warn,
    };
    (tone, said)
}

fn revocation(l: Lang, reason: Reason) -> &'static str {
    use words::revocation_reason as own;
    match reason {
        Reason::Unspecified => own::unspecified(l),
        Reason::KeyCompromise => own::key_compromise(l),
        Reason::AffiliationChanged => own::affiliation_changed(l),
        Reason::Superseded => own::superseded(l),
        Reason::Cessation => own::cessation(l),
        Reason::Hold => own::hold(l),
        Reason::Other => own::other(l),
    }
}

/// Why a file is not taken.
pub fn wrong(l: Lang, why: FileWrong) -> String {
    use certificate_wrong as own;
    let fixed = match why {
        FileWrong::Several { count } => return own::several(l, count),
        FileWrong::SecretKey { password: true } => own::secret_key_password(l),
        FileWrong::SecretKey { password: false } => own::secret_key(l),
        FileWrong::TooLong => own::too_long(l),
        FileWrong::Request => own::request(l),
        FileWrong::PublicKey => own::public_key(l),
        FileWrong::Damaged => own::damaged(l),
        FileWrong::Other => own::other(l),
        FileWrong::TooMany => own::too_many(l),
        FileWrong::Authorities => own::authorities(l),
        FileWrong::Held => own::held(l),
        FileWrong::Reversed => own::reversed(l),
        FileWrong::BadSignature => own::bad_signature(l),
        FileWrong::SelfSigned => own::self_signed(l),
        FileWrong::NotAnAuthority => own::not_an_authority(l),
        FileWrong::NotForSigning => own::not_for_signing(l),
        FileWrong::NameDiffers => own::name_differs(l),
        FileWrong::CitizenNumberDiffers => own::citizen_number_differs(l),
        FileWrong::OtherHolder => own::other_holder(l),
        FileWrong::Nobody => own::nobody(l),
        FileWrong::SeveralMeant => own::several_meant(l),
        FileWrong::Locked => own::locked(l),
    };
    fixed.to_owned()
}

/// What is wrong with what was typed about certificates and tokens; `None` for faults of other pages.
pub fn fault(l: Lang, field: &str, fault: &Fault) -> Option<String> {
    use text::fault as own;
    Some(match (field, fault) {
        ("certificate", Fault::Missing) => own::no_file(l).to_owned(),
        ("requests", Fault::Missing) => own::no_requests(l).to_owned(),
        ("minutes", Fault::Missing) => own::no_minutes(l).to_owned(),
        ("delegated_from", Fault::Taken) => own::delegated(l).to_owned(),
        ("keeper_code", Fault::Unknown) => words::fault::no_person(l).to_owned(),
        ("keeper_code", Fault::Missing) => own::no_keeper(l).to_owned(),
        ("keeper_code", Fault::Taken) => own::same_keeper(l).to_owned(),
        ("token_serial", Fault::Unknown) => own::no_token(l).to_owned(),
        ("token_serial", Fault::Several) => own::several_tokens(l).to_owned(),
        ("token_serial", Fault::Unchecked) => own::token_gone(l).to_owned(),
        ("token_serials", Fault::Taken) => own::token_taken(l).to_owned(),
        ("token_serials", Fault::Number) => own::too_many(l, number(l, model::equipment::MAX_ITEMS as i64)),
        ("token_serials", Fault::Serial { why: SerialFault::Exists, text: first, .. }) => own::token_exists(l, first),
        ("token_serials", fault @ Fault::Serial { .. }) => page::stock::naming::fault(l, fault)?,
        _ => return None,
    })
}
