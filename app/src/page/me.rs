//! My profile: what the portal holds about me, my roles, how I sign in.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::after::DepartureDetail;
use contract::biometric::MySystem;
use contract::cards::{CardRow, RequestDetail};
use contract::view::{GrantLine, PersonDetail, SessionLine};
use leptos::prelude::*;
use model::lifecycle::Card;
use model::role::Action;
use registry::work::classes::AttendedLine;
use registry::work::my_account::MyAccount;
use registry::work::resume_session::Resumed;

use super::account::factor_tag;
use super::cards::table as table_of_cards;
use super::grant::table;
use super::{biometrics, departure};
use crate::part::{Actions, Column, Crumb, Fact, Facts, LinkButton, Notice, PostButton, Rank, Table, Tag, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, me as text, people, person as own};
use crate::{Portal, naming, routes};

/// With so few recovery codes left it is time for new ones.
const FEW_CODES: i64 = 3;

/// The way to every page about oneself.
pub fn crumbs(l: Lang, within: bool) -> Vec<Crumb> {
    let work = Crumb::new(words::work::title(l), routes::WORK);
    let me = within.then(|| Crumb::new(text::title(l), routes::ME));
    std::iter::once(work).chain(me).collect()
}

/// What is held about the person whose account it is.
pub struct Own {
    pub person: PersonDetail,
    pub cards: Vec<CardRow>,
    pub request: Option<RequestDetail>,
    /// Cards that wait with the unit.
    pub waiting: Vec<i64>,
    pub departure: Option<DepartureDetail>,
    /// Entry systems that get data about the person, or would.
    pub systems: Vec<MySystem>,
    /// Training classes that the person is, or was, in.
    pub classes: Vec<AttendedLine>,
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    who: &Resumed,
    own: Option<Own>,
    account: MyAccount,
    sessions: Vec<SessionLine>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, false));
    super::respond(portal, visit, StatusCode::OK, page, || {
        let codes = account.recovery_codes_left;
        let (person, card, systems, classes) = match own {
            Some(own) => {
                let systems = biometrics::mine::section(l, &own.systems);
                let leaving = own.departure.as_ref().map(|of| departure::section(visit, of, None, false));
                let card = card(l, own.cards, own.request.as_ref(), &own.waiting);
                let classes = super::classes::attended(l, &own.classes, false);
                (Some(own.person), Some(view! { {card} {leaving} }), systems, classes)
            }
            None => (None, None, None, None),
        };
        view! {
            {card}
            <section>
                <h2>{text::data(l)}</h2>
                {data(l, person)}
            </section>
            {classes}
            {systems}
            <section>
                <h2>{text::roles(l)}</h2>
                {roles(visit, who, account.grants)}
            </section>
            <section>
                <h2>{text::signing_in(l)}</h2>
                {signing_in(l, who, codes)}
            </section>
            <section>
                <h2>{text::sessions(l)}</h2>
                <p class="aside">{text::sessions_lead(l)}</p>
                {session_table(l, sessions)}
            </section>
        }
        .into_any()
    })
}

/// The card, how far its request has come, and what may be done.
fn card(l: Lang, cards: Vec<CardRow>, request: Option<&RequestDetail>, waiting: &[i64]) -> AnyView {
    let lock = cards.iter().find(|card| matches!(card.state, Card::Active | Card::Suspended)).map(|card| {
        view! { <LinkButton label=text::lock(l) href=routes::with_id(routes::CARD, card.id) rank=Rank::Danger /> }
    });
    let got = (!waiting.is_empty()).then(|| {
        let buttons = waiting
            .iter()
            .map(|card| view! { <PostButton label=text::got(l) action=routes::with_id(routes::CARD_GOT, *card) /> })
            .collect_view();
        view! { <Notice l tone=Tone::Info><p>{text::got_lead(l)}</p> <Actions>{buttons}</Actions></Notice> }
    });
    let way = match request {
        Some(open) => {
            let (tone, state) = naming::request_state(l, open.request.state);
            let href = if open.may_write {
                routes::ME_REQUEST.to_owned()
            } else {
                routes::with_id(routes::REQUEST, open.request.id)
            };
            view! { <p><a href=href>{text::request(l)}</a> " " <Tag tone text=state /></p> }.into_any()
        }
        None => ().into_any(),
    };
    let ask = request
        .is_none()
        .then(|| view! { <LinkButton label=text::ask(l) href=routes::ME_REQUEST rank=Rank::Secondary /> });
    let shown =
        if cards.is_empty() { view! { <p>{text::no_card(l)}</p> }.into_any() } else { table_of_cards(l, cards, false) };
    view! {
        <section>
            <h2>{text::card(l)}</h2>
            {got}
            {shown}
            {way}
            <Actions>{ask} {lock}</Actions>
            <p><a href=routes::ME_CERTIFICATES>{words::my_certificates::title(l)}</a></p>
        </section>
    }
    .into_any()
}

fn data(l: Lang, person: Option<PersonDetail>) -> AnyView {
    let Some(detail) = person else {
        return view! { <Notice l tone=Tone::Info><p>{text::no_person(l)}</p></Notice> }.into_any();
    };
    let code = |code: String| view! { <span class="code">{code}</span> };
    let day = |day: Option<String>| day.map(|day| naming::day(l, &day));
    let person = detail.person;
    let facts = vec![
        Fact::new(people::name(l), naming::person(l, &person.name)),
        Fact::maybe(people::personnel_code(l), person.personnel_code.map(code)),
        Fact::maybe(own::identification_code(l), detail.identification_code.map(code)),
        Fact::new(people::unit(l), person.unit),
        Fact::maybe(people::position(l), person.position),
        Fact::new(people::kind(l), naming::post_kind(l, person.kind)),
        Fact::maybe(own::born_on(l), day(detail.born_on)),
        Fact::maybe(own::sex(l), detail.sex.map(|sex| naming::sex(l, sex))),
        Fact::maybe(own::citizen_id(l), detail.citizen_id.map(code)),
        Fact::maybe(own::email(l), detail.email),
        Fact::maybe(own::started_on(l), day(detail.started_on)),
    ];
    view! { <Facts l facts /> <p class="aside">{text::wrong(l)}</p> }.into_any()
}

fn roles(visit: &Visit, who: &Resumed, grants: Vec<GrantLine>) -> AnyView {
    let l = visit.lang;
    if grants.is_empty() {
        return view! { <p>{text::no_roles(l)}</p> }.into_any();
    }
    table(visit, text::roles(l), grants, (who.actor.may_somewhere(Action::SeeAccounts), false))
}

fn signing_in(l: Lang, who: &Resumed, codes: i64) -> impl IntoView + use<> {
    let mut facts = vec![
        Fact::code(text::login(l), who.login.clone()),
        Fact::new(text::second_factor(l), factor_tag(l, who.second_factor)),
    ];
    if who.second_factor {
        facts.push(Fact::new(text::codes(l), words::number(l, codes)));
    }
    let few = (who.second_factor && codes <= FEW_CODES).then(|| {
        let few = if codes == 0 { text::codes_none(l).to_owned() } else { text::codes_few(l, words::number(l, codes)) };
        view! { <Notice l tone=Tone::Warn><p>{few}</p></Notice> }
    });
    let factor = if who.second_factor { text::second_factor_replace(l) } else { text::second_factor_set_up(l) };
    view! {
        {few}
        <Facts l facts />
        <Actions>
            <LinkButton label=text::password(l) href=routes::ME_PASSWORD rank=Rank::Secondary />
            <LinkButton label=factor href=routes::ENROL rank=Rank::Secondary />
        </Actions>
    }
}

fn session_table(l: Lang, sessions: Vec<SessionLine>) -> impl IntoView + use<> {
    let columns = vec![
        Column::text(text::session_agent(l)),
        Column::text(text::session_began(l)),
        Column::text(text::session_seen(l)),
        Column::unseen(text::session_action(l)),
    ];
    let time = move |at: i64| words::at(l, at);
    let rows = sessions
        .into_iter()
        .map(|session| {
            let agent = if session.agent == "?" { text::session_unknown(l).to_owned() } else { session.agent };
            let action = if session.current {
                view! { <Tag tone=Tone::Good text=text::session_current(l) /> }.into_any()
            } else {
                let hidden = vec![("name", session.name)];
                let label = text::session_end(l);
                view! { <PostButton label action=routes::ME_SESSION_END hidden rank=Rank::Quiet /> }.into_any()
            };
            view! {
                <tr>
                    <th scope="row">{agent}</th>
                    <td>{time(session.created_at)}</td>
                    <td>{time(session.seen_at)}</td>
                    <td>{action}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::sessions(l) columns>{rows}</Table> }
}
