//! Fills an empty database with the demonstration province: units, posts, people, one account for each role, and a stock of blanks.

use contract::{Failure, Refusal};
use jiff::civil::Date;
use model::role::Role;
use model::text::fold;

use super::change_person::{PERSONNEL_CODE, doubts, identification_code, personal, personnel_code};
use super::grants::{ProposeGrant, propose_grant};
use super::invite_account::LINK_MS;
use crate::demo::{self, DemoPerson, DemoUnit, Province};
use crate::order::Order;
use crate::secrets::{Purpose, Secrets};
use crate::store::person::{NewPerson, PersonValues};
use crate::store::unit::{Unit, UnitValues, Version};
use crate::store::{Record, account, person, unit};
use crate::token::Token;
use crate::{Actor, Draw, Store, Tx, date, password, second_factor};

/// Every demonstration account has this password; it protects nothing.
pub const PASSWORD: &str = "trinh-dien-cong-the";
/// People in one transaction: bounds memory when there are millions.
const BATCH: usize = 50_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// One account of the demonstration.
pub struct DemoAccount {
    /// Login.
    pub login: String,
    /// Role.
    pub role: Role,
    /// TOTP secret in base 32, where the role needs one.
    pub totp_secret: Option<String>,
}

const ACCOUNTS: [(&str, Role, Place); 17] = [
    ("canbo", Role::Holder, Place::Agency),
    ("tochuc", Role::UnitHr, Place::Agency),
    ("thutruong", Role::UnitHead, Place::Agency),
    ("kiemtra", Role::Checker, Place::Province),
    ("pheduyet", Role::Approver, Place::Province),
    ("thukho", Role::StockKeeper, Place::Province),
    ("capthe", Role::IssuingOperator, Place::Province),
    ("chungkien", Role::Witness, Place::Province),
    ("giukhoa", Role::KeyCustodian, Place::Province),
    ("thuebao", Role::SubscriberManager, Place::Province),
    ("taichinh", Role::FinanceReader, Place::Province),
    ("baocao", Role::ReportReader, Place::Province),
    ("thanhtra", Role::Inspector, Place::Province),
    ("nhatky", Role::Auditor, Place::Province),
    ("quantri", Role::SystemOperator, Place::Province),
    // a key ceremony needs three
    ("giukhoa2", Role::KeyCustodian, Place::Province),
    ("giukhoa3", Role::KeyCustodian, Place::Province),
];

/// Where an account's role holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Province,
    /// The agency with the most units below it.
    Agency,
}

/// Loads it.
///
/// # Errors
/// [`Refusal::AlreadySetUp`] when there is a province already.
pub async fn load_demo(
    store: &Store,
    secrets: &dyn Secrets,
    draw: &Draw,
    (people, seed): (usize, u64),
    at_ms: i64,
) -> Result<Vec<DemoAccount>, Failure> {
    let mut conn = store.read().await?;
    if unit::root(&mut conn).await?.is_some() || account::count(&mut conn).await? > 0 {
        return Err(Failure::Refused { why: Refusal::AlreadySetUp });
    }
    drop(conn);
    let province = demo::province(seed, people);
    let units = store
        .write(at_ms, {
            let units = province.units.clone();
            move |tx| Box::pin(async move { add_units(tx, &units).await })
        })
        .await?;
    add_people(store, &province, &units, at_ms).await?;
    let accounts = add_accounts(store, secrets, draw, &units, at_ms).await?;
    store.write(at_ms, move |tx| Box::pin(async move { super::stock::demo::fill(tx, &units).await })).await?;
    Ok(accounts)
}

async fn add_units(tx: &mut Tx, units: &[DemoUnit]) -> Result<Vec<Unit>, Failure> {
    let (order, at_ms) = (Order::new(), tx.at_ms());
    let actor = Actor::console();
    let mut added: Vec<Unit> = Vec::with_capacity(units.len());
    for demo in units {
        let parent = demo.parent.and_then(|index| added.get(index));
        let parent_path = parent.map_or_else(|| "/".to_owned(), |unit| unit.path.clone());
        let values = UnitValues {
            parent_id: parent.map(|unit| unit.id),
            class: demo.class.name().to_owned(),
            name: demo.name.clone(),
            name_folded: fold(&demo.name),
            sort_key: order.key(&demo.name),
            // the newly founded boards wait for theirs
            code: (!demo.posts.is_empty() || demo.parent.is_none() || !is_new(demo)).then(|| demo.code.clone()),
            code_issued: (!demo.posts.is_empty() || demo.parent.is_none() || !is_new(demo))
                .then(|| demo.code_issued.clone()),
            code_decision: Some("201/QĐ-UBND".to_owned()),
        };
        let id = unit::insert(tx.conn(), &values, &parent_path, at_ms).await?;
        let from = demo.created.to_string();
        let version = Version {
            unit_id: id,
            valid_from: from.clone(),
            valid_to: None,
            parent_id: values.parent_id,
            class: values.class.clone(),
            name: values.name.clone(),
            code: values.code.clone(),
            code_issued: values.code_issued.clone(),
            decision: values.code_decision.clone(),
        };
        unit::put_version(tx.conn(), &version).await?;
        for (kind, number) in &demo.posts {
            unit::put_posts(tx.conn(), id, kind.name(), &from, i64::from(*number), None).await?;
        }
        tx.record(Record {
            actor: &actor.reference,
            action: "unit.add",
            object: format!("unit:{id}"),
            facts: serde_json::json!({ "class": values.class, "name": values.name, "parent": values.parent_id, "code": values.code }),
            personal: None,
        });
        added.push(Unit {
            id,
            parent_id: values.parent_id,
            path: format!("{parent_path}{id}/"),
            class: values.class,
            name: values.name,
            code: values.code,
            code_issued: values.code_issued,
            code_decision: values.code_decision,
            version: 1,
            created_at: at_ms,
            closed_on: None,
        });
    }
    Ok(added)
}

/// A unit that has no posts yet, communes apart: they never have (C20).
fn is_new(demo: &DemoUnit) -> bool {
    demo.posts.is_empty() && demo.class != model::unit::UnitClass::Commune
}

async fn add_people(store: &Store, province: &Province, units: &[Unit], at_ms: i64) -> Result<(), Failure> {
    let order = Order::new();
    let mut ordinals = vec![0_i64; units.len()];
    let mut next_id = 1;
    let mut people = province.people();
    loop {
        let mut batch = Vec::with_capacity(BATCH.min(people.len()));
        let mut days = Vec::with_capacity(batch.capacity());
        for demo in people.by_ref().take(BATCH) {
            ordinals[demo.unit] += 1;
            days.push(demo.started.to_string());
            batch.push(new_person(&order, demo, units, &ordinals, next_id, at_ms));
            next_id += 1;
        }
        if batch.is_empty() {
            return Ok(());
        }
        let lasts: Vec<(i64, i64)> = units.iter().map(|unit| unit.id).zip(ordinals.iter().copied()).collect();
        store.write(at_ms, move |tx| Box::pin(async move { add_batch(tx, batch, &days, &lasts).await })).await?;
    }
}

fn new_person(order: &Order, demo: DemoPerson, units: &[Unit], ordinals: &[i64], id: i64, at_ms: i64) -> NewPerson {
    let (unit, ordinal) = (&units[demo.unit], ordinals[demo.unit]);
    let mut values = PersonValues {
        name_folded: fold(&demo.name),
        sort_key: order.name_key(&demo.name),
        name: demo.name,
        sex: Some(demo.sex.name().to_owned()),
        born_on: demo.birth.map(|day: Date| day.to_string()),
        citizen_id: Some(demo.citizen_id),
        citizen_id_reason: None,
        email: demo.email,
        kind: demo.kind.name().to_owned(),
        position: demo.position,
        employment: None,
        rank: "ordinary".to_owned(),
        started_on: Some(demo.started.to_string()),
        doubtful: false,
    };
    values.doubtful = !doubts(&values).is_empty();
    NewPerson {
        id,
        personnel_code: None,
        identification_code: identification_code(unit, ordinal),
        unit_id: unit.id,
        ordinal,
        // entered over the last weeks, so that some work is overdue
        created_at: at_ms - (id * 7919 % 45) * DAY_MS,
        values,
    }
}

async fn add_batch(
    tx: &mut Tx,
    mut batch: Vec<NewPerson>,
    days: &[String],
    lasts: &[(i64, i64)],
) -> Result<(), Failure> {
    let (given, ceiling) = unit::counter(tx.conn(), PERSONNEL_CODE).await?;
    // a demonstration may have more people than there are codes; the rest have none
    let coded = (ceiling - given).min(batch.len() as i64);
    if coded > 0 {
        let first = unit::next_numbers(tx.conn(), PERSONNEL_CODE, coded).await?;
        for (number, person) in (first..first + coded).zip(&mut batch) {
            person.personnel_code = Some(personnel_code(number)?);
        }
    }
    person::insert_many(tx.conn(), &batch).await?;
    person::assign_many(tx.conn(), &batch, days).await?;
    for (unit_id, ordinal) in lasts.iter().filter(|(_, ordinal)| *ordinal > 0) {
        person::set_last_ordinal(tx.conn(), *unit_id, *ordinal).await?;
    }
    unit::go_on_after(tx.conn()).await?;
    for person in &batch {
        tx.record(Record {
            actor: "console",
            action: "person.add",
            object: format!("person:{}", person.id),
            facts: serde_json::json!({
                "personnel_code": person.personnel_code, "unit": person.unit_id, "ordinal": person.ordinal,
            }),
            personal: Some((Some(person.id), personal(&person.values))),
        });
    }
    Ok(())
}

/// One account for each role, one that waits for its owner, one role that waits for a decision, one that ends soon.
async fn add_accounts(
    store: &Store,
    secrets: &dyn Secrets,
    draw: &Draw,
    units: &[Unit],
    at_ms: i64,
) -> Result<Vec<DemoAccount>, Failure> {
    let children = |id: i64| units.iter().filter(|unit| unit.parent_id == Some(id)).count();
    let agency = units.iter().filter(|unit| unit.class == "specialised_agency").max_by_key(|unit| children(unit.id));
    let mut accounts = Vec::new();
    let mut rows = Vec::new();
    for (login, role, place) in ACCOUNTS {
        let hash = password::hash(PASSWORD.to_owned(), draw).await.map_err(|_| Failure::Internal)?;
        let secret = role.needs_second_factor().then(|| second_factor::draw_secret(draw));
        let totp_secret = secret.as_ref().map(|secret| second_factor::enrolment(secret, login).1);
        accounts.push(DemoAccount { login: login.to_owned(), role, totp_secret });
        rows.push((login, role, place, hash, secret));
    }
    let agency = agency.map(|unit| (unit.id, unit.code.clone().unwrap_or_default()));
    let mut sealed = Vec::new();
    // the sealing needs the account's number; numbers are given in order from 1
    for (index, (.., secret)) in rows.iter().enumerate() {
        let mut nonce = [0; 24];
        draw(&mut nonce);
        let context = format!("account:{}", index + 1);
        sealed.push(secret.as_ref().map(|secret| secrets.seal(Purpose::Totp, &context, nonce, secret)));
    }
    let link = Token::draw(draw).hash();
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                let console = Actor::console();
                let mut taken = Vec::new();
                for ((index, (login, role, place, hash, _)), sealed) in rows.into_iter().enumerate().zip(sealed) {
                    let unit_id = agency.as_ref().filter(|_| place == Place::Agency).map(|(id, _)| *id);
                    let holder = someone(tx, unit_id, &mut taken).await?;
                    let name = holder.as_ref().map_or_else(|| login.to_owned(), |(_, name)| name.clone());
                    let id = account::insert(tx.conn(), login, &name, holder.map(|(id, _)| id), at_ms).await?;
                    account::set_password(tx.conn(), id, &hash, at_ms).await?;
                    if sealed.is_some() {
                        if id != index as i64 + 1 {
                            return Err(Failure::Internal);
                        }
                        account::set_totp(tx.conn(), id, sealed.as_deref(), 0).await?;
                    }
                    tx.record(Record {
                        actor: &console.reference,
                        action: "account.invite",
                        object: format!("account:{id}"),
                        facts: serde_json::json!({ "demonstration": true }),
                        personal: None,
                    });
                    let code = agency.as_ref().filter(|_| place == Place::Agency).map(|(_, code)| code.clone());
                    let soon = role == Role::ReportReader;
                    let to = if soon { date::days_later(date::day_of(at_ms), 20).to_string() } else { String::new() };
                    let grant = ProposeGrant {
                        account_id: id,
                        role: role.name().to_owned(),
                        unit_code: code.unwrap_or_default(),
                        valid_from: String::new(),
                        valid_to: to,
                        decision: "01/QĐ-SNV".to_owned(),
                    };
                    propose_grant(tx, &console, grant).await?;
                }
                waiting(tx, &link, &mut taken).await
            })
        })
        .await?;
    Ok(accounts)
}

/// A person of the unit, or of anywhere, who has no account yet.
async fn someone(tx: &mut Tx, unit_id: Option<i64>, taken: &mut Vec<i64>) -> Result<Option<(i64, String)>, Failure> {
    let unit = match unit_id {
        Some(id) => unit::by_id(tx.conn(), id).await?,
        None => unit::root(tx.conn()).await?,
    };
    let filter =
        person::Filter { within: unit.map(|unit| unit.path).into_iter().collect(), ..person::Filter::default() };
    let people = person::page(tx.conn(), &filter, 0, taken.len() as i64 + 1).await?;
    let free = people.into_iter().find(|person| !taken.contains(&person.id));
    taken.extend(free.as_ref().map(|person| person.id));
    Ok(free.map(|person| (person.id, person.name)))
}

/// An account that waits for its owner, with a role that waits for a decision.
async fn waiting(tx: &mut Tx, link: &[u8], taken: &mut Vec<i64>) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let operator = account::by_login(tx.conn(), "quantri").await?.ok_or(Failure::Internal)?;
    let holder = someone(tx, None, taken).await?;
    let name = holder.as_ref().map_or_else(|| "moi".to_owned(), |(_, name)| name.clone());
    let id = account::insert(tx.conn(), "moi", &name, holder.map(|(id, _)| id), at_ms).await?;
    account::put_activation(tx.conn(), id, link, at_ms, at_ms + LINK_MS).await?;
    let root = unit::root(tx.conn()).await?.ok_or(Failure::Internal)?;
    let grants = vec![model::role::Grant { role: Role::SystemOperator, path: root.path }];
    let actor = Actor::account(operator.id, operator.person_id, operator.display_name, grants, Some(at_ms));
    let grant = ProposeGrant {
        account_id: id,
        role: Role::IssuingOperator.name().to_owned(),
        unit_code: String::new(),
        valid_from: String::new(),
        valid_to: String::new(),
        decision: "15/QĐ-SNV".to_owned(),
    };
    propose_grant(tx, &actor, grant).await?;
    Ok(())
}
