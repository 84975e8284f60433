//! What an entry of the audit log says, in words: the action, the object, the facts.

use contract::Lang;
use leptos::prelude::*;
use model::biometric::ExportField;
use model::certificate::{Operation, SubscriberKind, TokenKind};
use model::equipment::EquipmentKind;
use model::lifecycle::{
    Certificate, CertificatePlan, CertificateRequest, Equipment, Lifecycle as _, Token, TrainingClass,
};
use model::role::{Action, Role};
use model::stock::{ChipKind, SpoilReason};
use model::text::fold;
use model::unit::{PostKind, UnitClass};
use registry::Actor;
use serde_json::{Map, Value};

use super::{biometrics, certificates, equipment, plans, stock};
use crate::words::{audit as text, audit_action, audit_fact, audit_how, audit_object, people, person};
use crate::{naming, routes};

/// Longer hashes are shown by their beginning.
const HASH_SHOWN: usize = 12;

/// Every action that is recorded, for the filter.
pub const ACTIONS: [&str; 228] = [
    "account.activate",
    "account.change_password",
    "account.disable",
    "account.enable",
    "account.enrol_second_factor",
    "account.invite",
    "account.reset",
    "account.use_recovery_code",
    "api_key.add",
    "api_key.withdraw",
    "audit.sign_head",
    "biometric.approve",
    "biometric.ask",
    "biometric.end",
    "biometric.export",
    "biometric.refuse",
    "bulk.begin",
    "bulk.resume",
    "bulk.stop",
    "card.approve",
    "card.begin_temporary",
    "card.cancel",
    "card.code_read",
    "card.confirm",
    "card.confirm_lock",
    "card.expire",
    "card.invalidate",
    "card.lock",
    "card.misprint",
    "card.print",
    "card.recover",
    "card.restore",
    "card.suspend",
    "card.unlock",
    "certificate.change_keeper",
    "certificate.complete",
    "certificate.expire",
    "certificate.found_in_force",
    "certificate.found_revoked",
    "certificate.hand_over",
    "certificate.record",
    "certificate.replace",
    "certificate.revoke",
    "certificate.use",
    "certificate.use_for",
    "certificate_list.answer",
    "certificate_list.compose",
    "certificate_list.dissolve",
    "certificate_list.send",
    "certificate_plan.begin",
    "certificate_plan.costs",
    "certificate_plan.fix",
    "certificate_plan.lines",
    "certificate_plan.propose",
    "certificate_plan.reopen",
    "certificate_plan.send_back",
    "certificate_plan.targets",
    "certificate_plan.waves",
    "certificate_request.accept",
    "certificate_request.ask",
    "certificate_request.ask_again",
    "certificate_request.close",
    "certificate_request.endorse",
    "certificate_request.grant",
    "certificate_request.hand_over",
    "certificate_request.list",
    "certificate_request.receive",
    "certificate_request.refuse",
    "certificate_request.send",
    "certificate_request.send_back",
    "certificate_request.unlist",
    "certificate_request.withdraw",
    "chip.begin",
    "chip.issue",
    "chip.key",
    "chip.make",
    "chip.rekey",
    "chip.update",
    "chip.wipe",
    "chip.wiped",
    "chip.witness",
    "consent.give",
    "consent.refuse",
    "consent.withdraw",
    "delegation.add",
    "delegation.end",
    "departure.report",
    "departure.take_back",
    "dossier.check",
    "dossier.compose",
    "dossier.decide",
    "dossier.dissolve",
    "dossier.submit",
    "equipment.add",
    "equipment.break",
    "equipment.change",
    "equipment.give_up",
    "equipment.install",
    "equipment.mend",
    "equipment.move",
    "equipment.repair",
    "equipment.retire",
    "export.accounts",
    "export.cards",
    "export.certificate_plan",
    "export.certificate_requests",
    "export.certificates",
    "export.equipment",
    "export.import",
    "export.ledger",
    "export.list",
    "export.lists",
    "export.people",
    "export.tokens",
    "export.training_class",
    "export.units",
    "export.units_without",
    "grant.approve",
    "grant.end",
    "grant.give",
    "grant.propose",
    "grant.refuse",
    "handover.attach",
    "handover.cancel",
    "handover.compose",
    "handover.deliver",
    "handover.deliver_card",
    "handover.dispute",
    "handover.fail",
    "handover.give",
    "handover.receive",
    "handover.settle",
    "handover.take_out",
    "holiday.set",
    "import.begin",
    "import.cancel",
    "import.remember",
    "information.publish",
    "key_ceremony.agree",
    "key_ceremony.break_off",
    "key_ceremony.confirm",
    "key_ceremony.draw",
    "key_ceremony.give",
    "key_ceremony.propose",
    "key_ceremony.refuse",
    "key_ceremony.show",
    "key_set.destroy",
    "key_set.forget",
    "key_set.keep",
    "key_set.offer",
    "key_set.restore",
    "key_set.retire",
    "key_set.try",
    "key_set.use",
    "national.load",
    "national.report",
    "national.take_over",
    "outbox.make",
    "outbox.receive",
    "outbox.return",
    "person.add",
    "person.change",
    "person.erase",
    "person.move",
    "person.portrait",
    "reason.add",
    "reason.restore",
    "reason.retire",
    "request.fulfil",
    "request.list",
    "request.refuse",
    "request.reopen",
    "request.return",
    "request.submit",
    "request.unlist",
    "request.verify",
    "request.withdraw",
    "request.write",
    "retention.delete",
    "retention.set",
    "rule.witness",
    "session.begin",
    "session.confirm",
    "session.end",
    "stock.accept",
    "stock.add_place",
    "stock.add_type",
    "stock.change_place",
    "stock.change_type",
    "stock.count",
    "stock.destroy",
    "stock.draw_up",
    "stock.receive",
    "stock.refuse_destruction",
    "stock.release",
    "stock.reserve",
    "stock.send",
    "stock.send_back",
    "stock.set_aside",
    "stock.spoil",
    "stock.take_in",
    "stock.turn_back",
    "stock.use",
    "token.add",
    "token.ask_back",
    "token.collect",
    "token.find",
    "token.give_back",
    "token.hand_over",
    "token.lock",
    "token.lose",
    "token.pass_on",
    "token.restore",
    "training_class.announce",
    "training_class.attend",
    "training_class.cancel",
    "training_class.change",
    "training_class.close",
    "training_class.costs",
    "training_class.enrol",
    "training_class.reopen",
    "training_class.take_out",
    "unit.add",
    "unit.change",
    "unit.close",
    "unit.set_posts",
    "webhook.add",
    "webhook.withdraw",
];

/// The action in words; the code itself for one that an older or newer program wrote.
pub fn action(l: Lang, code: &str) -> String {
    use audit_action as own;
    let known = match code {
        "api_key.add" => own::api_key_add(l),
        "api_key.withdraw" => own::api_key_withdraw(l),
        "webhook.add" => own::webhook_add(l),
        "webhook.withdraw" => own::webhook_withdraw(l),
        "bulk.begin" => own::bulk_begin(l),
        "bulk.resume" => own::bulk_resume(l),
        "bulk.stop" => own::bulk_stop(l),
        "card.approve" => own::card_approve(l),
        "card.begin_temporary" => own::card_begin_temporary(l),
        "card.cancel" => own::card_cancel(l),
        "card.confirm" => own::card_confirm(l),
        "card.confirm_lock" => own::card_confirm_lock(l),
        "card.expire" => own::card_expire(l),
        "card.invalidate" => own::card_invalidate(l),
        "card.lock" => own::card_lock(l),
        "card.misprint" => own::card_misprint(l),
        "card.print" => own::card_print(l),
        "card.recover" => own::card_recover(l),
        "card.restore" => own::card_restore(l),
        "card.suspend" => own::card_suspend(l),
        "card.unlock" => own::card_unlock(l),
        "chip.begin" => own::chip_begin(l),
        "chip.issue" => own::chip_issue(l),
        "chip.key" => own::chip_key(l),
        "chip.make" => own::chip_make(l),
        "chip.rekey" => own::chip_rekey(l),
        "chip.update" => own::chip_update(l),
        "chip.wipe" => own::chip_wipe(l),
        "chip.wiped" => own::chip_wiped(l),
        "chip.witness" => own::chip_witness(l),
        "rule.witness" => own::rule_witness(l),
        "card.code_read" => own::card_code_read(l),
        "departure.report" => own::departure_report(l),
        "departure.take_back" => own::departure_take_back(l),
        "dossier.check" => own::dossier_check(l),
        "dossier.compose" => own::dossier_compose(l),
        "dossier.decide" => own::dossier_decide(l),
        "dossier.dissolve" => own::dossier_dissolve(l),
        "dossier.submit" => own::dossier_submit(l),
        "handover.attach" => own::handover_attach(l),
        "handover.cancel" => own::handover_cancel(l),
        "handover.compose" => own::handover_compose(l),
        "handover.deliver" => own::handover_deliver(l),
        "handover.fail" => own::handover_fail(l),
        "handover.deliver_card" => own::handover_deliver_card(l),
        "handover.dispute" => own::handover_dispute(l),
        "handover.give" => own::handover_give(l),
        "handover.receive" => own::handover_receive(l),
        "handover.settle" => own::handover_settle(l),
        "handover.take_out" => own::handover_take_out(l),
        "holiday.set" => own::holiday_set(l),
        "key_ceremony.agree" => own::key_ceremony_agree(l),
        "key_ceremony.break_off" => own::key_ceremony_break_off(l),
        "key_ceremony.confirm" => own::key_ceremony_confirm(l),
        "key_ceremony.draw" => own::key_ceremony_draw(l),
        "key_ceremony.give" => own::key_ceremony_give(l),
        "key_ceremony.propose" => own::key_ceremony_propose(l),
        "key_ceremony.refuse" => own::key_ceremony_refuse(l),
        "key_ceremony.show" => own::key_ceremony_show(l),
        "key_set.destroy" => own::key_set_destroy(l),
        "key_set.forget" => own::key_set_forget(l),
        "key_set.keep" => own::key_set_keep(l),
        "key_set.offer" => own::key_set_offer(l),
        "key_set.restore" => own::key_set_restore(l),
        "key_set.retire" => own::key_set_retire(l),
        "key_set.try" => own::key_set_try(l),
        "key_set.use" => own::key_set_use(l),
        "national.load" => own::national_load(l),
        "national.report" => own::national_report(l),
        "national.take_over" => own::national_take_over(l),
        "reason.add" => own::reason_add(l),
        "reason.restore" => own::reason_restore(l),
        "reason.retire" => own::reason_retire(l),
        "retention.delete" => own::retention_delete(l),
        "retention.set" => own::retention_set(l),
        "outbox.make" => own::outbox_make(l),
        "outbox.receive" => own::outbox_receive(l),
        "outbox.return" => own::outbox_return(l),
        "request.fulfil" => own::request_fulfil(l),
        "request.list" => own::request_list(l),
        "request.refuse" => own::request_refuse(l),
        "request.reopen" => own::request_reopen(l),
        "request.return" => own::request_return(l),
        "request.submit" => own::request_submit(l),
        "request.unlist" => own::request_unlist(l),
        "request.verify" => own::request_verify(l),
        "request.withdraw" => own::request_withdraw(l),
        "request.write" => own::request_write(l),
        "account.activate" => own::account_activate(l),
        "account.change_password" => own::account_change_password(l),
        "account.disable" => own::account_disable(l),
        "account.enable" => own::account_enable(l),
        "account.enrol_second_factor" => own::account_enrol_second_factor(l),
        "account.invite" => own::account_invite(l),
        "account.reset" => own::account_reset(l),
        "account.use_recovery_code" => own::account_use_recovery_code(l),
        "audit.sign_head" => own::audit_sign_head(l),
        "export.accounts" => own::export_accounts(l),
        "export.cards" => own::export_cards(l),
        "export.import" => own::export_import(l),
        "export.ledger" => own::export_ledger(l),
        "export.list" => own::export_list(l),
        "export.lists" => own::export_lists(l),
        "export.people" => own::export_people(l),
        "export.units" => own::export_units(l),
        "grant.approve" => own::grant_approve(l),
        "grant.end" => own::grant_end(l),
        "grant.give" => own::grant_give(l),
        "grant.propose" => own::grant_propose(l),
        "grant.refuse" => own::grant_refuse(l),
        "import.begin" => own::import_begin(l),
        "import.cancel" => own::import_cancel(l),
        "import.remember" => own::import_remember(l),
        "person.add" => own::person_add(l),
        "person.change" => own::person_change(l),
        "person.erase" => own::person_erase(l),
        "person.move" => own::person_move(l),
        "person.portrait" => own::person_portrait(l),
        "session.begin" => own::session_begin(l),
        "session.confirm" => own::session_confirm(l),
        "session.end" => own::session_end(l),
        "stock.accept" => own::stock_accept(l),
        "stock.add_place" => own::stock_add_place(l),
        "stock.add_type" => own::stock_add_type(l),
        "stock.change_place" => own::stock_change_place(l),
        "stock.change_type" => own::stock_change_type(l),
        "stock.count" => own::stock_count(l),
        "stock.destroy" => own::stock_destroy(l),
        "stock.draw_up" => own::stock_draw_up(l),
        "stock.receive" => own::stock_receive(l),
        "stock.refuse_destruction" => own::stock_refuse_destruction(l),
        "stock.release" => own::stock_release(l),
        "stock.reserve" => own::stock_reserve(l),
        "stock.send" => own::stock_send(l),
        "stock.send_back" => own::stock_send_back(l),
        "stock.set_aside" => own::stock_set_aside(l),
        "stock.spoil" => own::stock_spoil(l),
        "stock.take_in" => own::stock_take_in(l),
        "stock.turn_back" => own::stock_turn_back(l),
        "stock.use" => own::stock_use(l),
        "biometric.approve" => own::biometric_approve(l),
        "biometric.ask" => own::biometric_ask(l),
        "biometric.end" => own::biometric_end(l),
        "biometric.export" => own::biometric_export(l),
        "biometric.refuse" => own::biometric_refuse(l),
        "consent.give" => own::consent_give(l),
        "consent.refuse" => own::consent_refuse(l),
        "consent.withdraw" => own::consent_withdraw(l),
        "equipment.add" => own::equipment_add(l),
        "equipment.break" => own::equipment_break(l),
        "equipment.change" => own::equipment_change(l),
        "equipment.give_up" => own::equipment_give_up(l),
        "equipment.install" => own::equipment_install(l),
        "equipment.mend" => own::equipment_mend(l),
        "equipment.move" => own::equipment_move(l),
        "equipment.repair" => own::equipment_repair(l),
        "equipment.retire" => own::equipment_retire(l),
        "export.equipment" => own::export_equipment(l),
        "certificate.change_keeper" => own::certificate_change_keeper(l),
        "delegation.add" => own::delegation_add(l),
        "delegation.end" => own::delegation_end(l),
        "information.publish" => own::information_publish(l),
        "certificate.complete" => own::certificate_complete(l),
        "certificate.expire" => own::certificate_expire(l),
        "certificate.found_in_force" => own::certificate_found_in_force(l),
        "certificate.found_revoked" => own::certificate_found_revoked(l),
        "certificate.hand_over" => own::certificate_hand_over(l),
        "certificate.record" => own::certificate_record(l),
        "certificate.revoke" => own::certificate_revoke(l),
        "certificate.replace" => own::certificate_replace(l),
        "certificate.use" => own::certificate_use(l),
        "certificate_list.answer" => own::certificate_list_answer(l),
        "certificate_list.compose" => own::certificate_list_compose(l),
        "certificate_list.dissolve" => own::certificate_list_dissolve(l),
        "certificate_list.send" => own::certificate_list_send(l),
        "training_class.announce" => own::training_class_announce(l),
        "training_class.attend" => own::training_class_attend(l),
        "training_class.cancel" => own::training_class_cancel(l),
        "training_class.change" => own::training_class_change(l),
        "training_class.close" => own::training_class_close(l),
        "training_class.costs" => own::training_class_costs(l),
        "training_class.enrol" => own::training_class_enrol(l),
        "training_class.reopen" => own::training_class_reopen(l),
        "training_class.take_out" => own::training_class_take_out(l),
        "certificate_plan.begin" => own::certificate_plan_begin(l),
        "certificate_plan.costs" => own::certificate_plan_costs(l),
        "certificate_plan.fix" => own::certificate_plan_fix(l),
        "certificate_plan.lines" => own::certificate_plan_lines(l),
        "certificate_plan.propose" => own::certificate_plan_propose(l),
        "certificate_plan.reopen" => own::certificate_plan_reopen(l),
        "certificate_plan.send_back" => own::certificate_plan_send_back(l),
        "certificate_plan.targets" => own::certificate_plan_targets(l),
        "certificate_plan.waves" => own::certificate_plan_waves(l),
        "certificate.use_for" => own::certificate_use_for(l),
        "certificate_request.accept" => own::certificate_request_accept(l),
        "certificate_request.ask" => own::certificate_request_ask(l),
        "certificate_request.ask_again" => own::certificate_request_ask_again(l),
        "certificate_request.close" => own::certificate_request_close(l),
        "certificate_request.endorse" => own::certificate_request_endorse(l),
        "certificate_request.grant" => own::certificate_request_grant(l),
        "certificate_request.hand_over" => own::certificate_request_hand_over(l),
        "certificate_request.list" => own::certificate_request_list(l),
        "certificate_request.receive" => own::certificate_request_receive(l),
        "certificate_request.refuse" => own::certificate_request_refuse(l),
        "certificate_request.send" => own::certificate_request_send(l),
        "certificate_request.send_back" => own::certificate_request_send_back(l),
        "certificate_request.unlist" => own::certificate_request_unlist(l),
        "certificate_request.withdraw" => own::certificate_request_withdraw(l),
        "export.training_class" => own::export_training_class(l),
        "export.certificate_plan" => own::export_certificate_plan(l),
        "export.certificate_requests" => own::export_certificate_requests(l),
        "export.certificates" => own::export_certificates(l),
        "export.units_without" => own::export_units_without(l),
        "export.tokens" => own::export_tokens(l),
        "token.add" => own::token_add(l),
        "token.ask_back" => own::token_ask_back(l),
        "token.collect" => own::token_collect(l),
        "token.find" => own::token_find(l),
        "token.give_back" => own::token_give_back(l),
        "token.hand_over" => own::token_hand_over(l),
        "token.lock" => own::token_lock(l),
        "token.lose" => own::token_lose(l),
        "token.pass_on" => own::token_pass_on(l),
        "token.restore" => own::token_restore(l),
        "unit.add" => own::unit_add(l),
        "unit.change" => own::unit_change(l),
        "unit.close" => own::unit_close(l),
        "unit.set_posts" => own::unit_set_posts(l),
        other => other,
    };
    known.to_owned()
}

/// `unit:7` in words, as a link to where the reader may see it.
pub fn object(l: Lang, reader: &Actor, object: &str) -> AnyView {
    let shown = object_words(l, object);
    match href(reader, object) {
        Some(href) => view! { <a href=href>{shown}</a> }.into_any(),
        None => shown.into_any(),
    }
}

/// An object or an actor in words; as it stands where it is of a kind that an older or newer program wrote.
pub fn object_words(l: Lang, object: &str) -> String {
    use audit_object as own;
    match object.split_once(':') {
        Some(("unit", id)) => own::unit(l, id),
        Some(("person", id)) => own::person(l, id),
        Some(("account", id)) => own::account(l, id),
        Some(("api_key", id)) => own::api_key(l, id),
        Some(("webhook", id)) => own::webhook(l, id),
        Some(("grant", id)) => own::grant(l, id),
        Some(("bulk", id)) => own::bulk(l, id),
        Some(("import_run", id)) => own::import_run(l, id),
        Some(("card", id)) => own::card(l, id),
        Some(("chip", id)) => own::chip(l, id),
        Some(("departure", id)) => own::departure(l, id),
        Some(("dossier", id)) => own::dossier(l, id),
        Some(("handover", id)) => own::handover(l, id),
        Some(("key_ceremony", id)) => own::key_ceremony(l, id),
        Some(("key_set", id)) => own::key_set(l, id),
        Some(("outbox", id)) => own::outbox(l, id),
        Some(("request", id)) => own::request(l, id),
        Some(("blank", id)) => own::blank(l, id),
        Some(("blank_type", id)) => own::blank_type(l, id),
        Some(("destruction", id)) => own::destruction(l, id),
        Some(("lot", id)) => own::lot(l, id),
        Some(("entry_system", id)) => own::entry_system(l, id),
        Some(("certificate", id)) => own::certificate(l, id),
        Some(("certificate_list", id)) => own::certificate_list(l, id),
        Some(("certificate_plan", id)) => own::certificate_plan(l, id),
        Some(("certificate_request", id)) => own::certificate_request(l, id),
        Some(("information", id)) => own::information(l, id),
        Some(("manager_delegation", id)) => own::manager_delegation(l, id),
        Some(("equipment", id)) => own::equipment(l, id),
        Some(("token", id)) => own::token(l, id),
        Some(("training_class", id)) => own::training_class(l, id),
        Some(("stock_count", id)) => own::stock_count(l, id),
        Some(("stock_place", id)) => own::stock_place(l, id),
        Some(("transfer", id)) => own::transfer(l, id),
        None if object == "console" => text::console(l).to_owned(),
        None if object == "system" => text::system(l).to_owned(),
        _ => object.to_owned(),
    }
}

/// What is typed as the table names it, `Đơn vị số 7`, as the log has it: `unit:7`. Anything else stays as it is.
pub fn code_of(typed: &str) -> String {
    let number = typed.rsplit(' ').next().unwrap_or_default();
    let kinds = [
        "unit",
        "person",
        "account",
        "api_key",
        "webhook",
        "grant",
        "bulk",
        "card",
        "certificate",
        "certificate_list",
        "certificate_plan",
        "certificate_request",
        "chip",
        "departure",
        "dossier",
        "handover",
        "key_ceremony",
        "key_set",
        "outbox",
        "request",
        "blank",
        "blank_type",
        "destruction",
        "entry_system",
        "equipment",
        "information",
        "lot",
        "manager_delegation",
        "stock_count",
        "stock_place",
        "token",
        "training_class",
        "transfer",
    ];
    let codes = kinds.map(|kind| format!("{kind}:{number}"));
    let codes = codes.into_iter().chain(["console", "system"].map(str::to_owned));
    let meant = fold(typed);
    let mut named = codes.filter(|code| [Lang::Vi, Lang::En].iter().any(|l| fold(&object_words(*l, code)) == meant));
    named.next().unwrap_or_else(|| typed.to_owned())
}

fn href(reader: &Actor, object: &str) -> Option<String> {
    let (kind, id) = object.split_once(':')?;
    let (path, see) = match kind {
        "unit" => (routes::UNIT, Action::SeeUnits),
        "person" => (routes::PERSON, Action::SeePeople),
        "account" => (routes::ACCOUNT, Action::SeeAccounts),
        "grant" => (routes::GRANT, Action::SeeAccounts),
        "request" => (routes::REQUEST, Action::SeePeople),
        "dossier" => (routes::LIST, Action::SeeLists),
        "card" => (routes::CARD, Action::SeeCards),
        "handover" => (routes::HANDOVER, Action::SeeCards),
        "import_run" => (routes::IMPORT_RUN, Action::Import),
        "key_ceremony" => (routes::KEY_CEREMONY, Action::SeeKeys),
        "blank" => (routes::STOCK_BLANK, Action::SeeStock),
        "destruction" => (routes::STOCK_DESTRUCTION, Action::SeeStock),
        "lot" => (routes::STOCK_LOT, Action::SeeStock),
        "stock_count" => (routes::STOCK_COUNTED, Action::SeeStock),
        "transfer" => (routes::STOCK_TRANSFER, Action::SeeStock),
        "certificate" => (routes::CERTIFICATE, Action::SeeCertificates),
        "certificate_list" => (routes::CERTIFICATE_LIST, Action::KeepCertificates),
        "certificate_plan" => (routes::PLAN, Action::SeePlans),
        "certificate_request" => (routes::CERTIFICATE_REQUEST, Action::SeeCertificates),
        "equipment" => (routes::EQUIPMENT_ITEM, Action::SeeEquipment),
        "token" => (routes::TOKEN, Action::SeeCertificates),
        "training_class" => (routes::CLASS, Action::SeeClasses),
        "entry_system" => (routes::ENTRY_SYSTEM, Action::SeeBiometrics),
        _ => return None,
    };
    let id = id.parse().ok()?;
    reader.may_somewhere(see).then(|| routes::with_id(path, id))
}

/// The facts, one a line; text that is no JSON as it stands.
pub fn facts(l: Lang, reader: &Actor, text: &str) -> AnyView {
    let Ok(facts) = serde_json::from_str::<Map<String, Value>>(text) else {
        return text.to_owned().into_any();
    };
    facts
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| {
            let name = name(l, key).to_owned();
            view! { <div><span class="aside">{format!("{name}: ")}</span> {fact(l, reader, key, value)}</div> }
        })
        .collect_view()
        .into_any()
}

fn fact(l: Lang, reader: &Actor, key: &str, value: &Value) -> AnyView {
    let kind = match key {
        "unit" | "parent" | "from_unit" => Some("unit"),
        "account" => Some("account"),
        "person" | "keeper" | "from_keeper" => Some("person"),
        "token" => Some("token"),
        "certificate_list" => Some("certificate_list"),
        "of_certificate" => Some("certificate"),
        "stock_place" | "to_place" => Some("stock_place"),
        _ => None,
    };
    if let (Some(kind), Some(id)) = (kind, value.as_i64()) {
        return object(l, reader, &format!("{kind}:{id}"));
    }
    let text = match value {
        Value::String(text) => word(l, key, text),
        Value::Bool(true) => text::yes(l).to_owned(),
        Value::Bool(false) => text::no(l).to_owned(),
        Value::Array(values) => {
            values.iter().map(|value| field(l, &plain(value)).to_owned()).collect::<Vec<_>>().join(", ")
        }
        other => plain(other),
    };
    text.into_any()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A field of a person's data, as its owner sees it named.
fn field(l: Lang, name: &str) -> &str {
    match name {
        "name" => people::name(l),
        "sex" => person::sex(l),
        "born_on" => person::born_on(l),
        "citizen_id" => person::citizen_id(l),
        "citizen_id_reason" => audit_fact::citizen_id_reason(l),
        "email" => person::email(l),
        "kind" => people::kind(l),
        "position" => people::position(l),
        "started_on" => person::started_on(l),
        other => ExportField::from_name(other).map_or(other, |field| biometrics::field(l, field)),
    }
}

/// A value that stands for something, in words.
fn word(l: Lang, key: &str, value: &str) -> String {
    let named = match key {
        "role" => Role::from_name(value).map(|role| naming::role(l, role).to_owned()),
        "class" => UnitClass::from_name(value).map(|class| naming::unit_class(l, class).to_owned()),
        "kind" => PostKind::from_name(value).map(|kind| naming::post_kind(l, kind).to_owned()),
        "from" | "to" | "on" => Some(naming::day(l, value)),
        "how" => how(l, value).map(str::to_owned),
        "spoil_reason" => SpoilReason::from_name(value).map(|reason| stock::naming::reason(l, reason).to_owned()),
        "certificate" => SubscriberKind::from_name(value).map(|kind| certificates::kind(l, kind).to_owned()),
        "certificate_state" => Certificate::from_name(value).map(|state| certificates::state(l, state).1.to_owned()),
        "request_state" => {
            CertificateRequest::from_name(value).map(|state| certificates::request_state(l, state).1.to_owned())
        }
        "class_state" => TrainingClass::from_name(value).map(|state| super::classes::state(l, state).1.to_owned()),
        "plan_state" => CertificatePlan::from_name(value).map(|state| plans::state(l, state).1.to_owned()),
        "operation" => Operation::from_name(value).map(|of| certificates::operation(l, of).to_owned()),
        "due" => Some(naming::day(l, value)),
        "token_kind" => TokenKind::from_name(value).map(|kind| certificates::token_kind(l, kind).to_owned()),
        "token_state" => Token::from_name(value).map(|state| certificates::token_state(l, state).1.to_owned()),
        "equipment" => EquipmentKind::from_name(value).map(|kind| equipment::kind(l, kind).to_owned()),
        "state" => Equipment::from_name(value).map(|state| equipment::state(l, state).1.to_owned()),
        "chip" => ChipKind::from_name(value).map(|chip| stock::naming::chip(l, chip).to_owned()),
        "content" | "root" | "chain" => value.get(..HASH_SHOWN).map(|start| format!("{start}…")),
        _ => None,
    };
    named.unwrap_or_else(|| value.to_owned())
}

/// By what somebody signed in, or out, or was known at the door of a class.
fn how(l: Lang, value: &str) -> Option<&'static str> {
    use audit_how as own;
    Some(match value {
        "password" => own::password(l),
        "second factor" => own::second_factor(l),
        "recovery code" => own::recovery_code(l),
        "sign-out" => own::sign_out(l),
        "ended by its owner" => own::by_owner(l),
        "tap" => own::shown_tap(l),
        "code" => own::shown_code(l),
        "hand" => own::shown_hand(l),
        _ => return None,
    })
}

/// A fact's name in words; the key itself for an unknown one.
fn name(l: Lang, key: &str) -> &str {
    use audit_fact as own;
    match key {
        "absent" => own::absent(l),
        "account" => own::account(l),
        "came" => own::came(l),
        "completed" => own::completed(l),
        "session" => own::session(l),
        "applications" => own::applications(l),
        "appraisal" => own::appraisal(l),
        "back" => own::back(l),
        "blank_type" => own::blank_type(l),
        "bytes" => own::bytes(l),
        "ceremony" => own::ceremony(l),
        "certificate" => own::certificate(l),
        "certificate_list" => own::certificate_list(l),
        "of_certificate" => own::of_certificate(l),
        "operation" => own::operation(l),
        "requests" => own::requests(l),
        "letter" => own::letter(l),
        "title" => own::title(l),
        "chain" => own::chain(l),
        "chip" => own::chip(l),
        "class" => own::class(l),
        "code" => own::code(l),
        "code_issued" => own::code_issued(l),
        "content" => own::content(l),
        "count" => own::count(l),
        "custodians" => own::custodians(l),
        "decision" => own::decision(l),
        "demonstration" => own::demonstration(l),
        "document" => own::document(l),
        "draw" => own::draw(l),
        "due" => own::due(l),
        "equipment" => own::equipment(l),
        "expected" => own::expected(l),
        "fields" => own::fields(l),
        "found" => own::found(l),
        "found_again" => own::found_again(l),
        "filter" => own::filter(l),
        "format" => own::format(l),
        "fits" => own::fits(l),
        "from" => own::from(l),
        "from_keeper" => own::from_keeper(l),
        "from_ordinal" => own::from_ordinal(l),
        "from_unit" => own::from_unit(l),
        "height" => own::height(l),
        "how" => own::how(l),
        "keeper" => own::keeper(l),
        "key_set" => own::key_set(l),
        "kind" => own::kind(l),
        "minimum" => own::minimum(l),
        "model" => own::model(l),
        "missing" => own::missing(l),
        "name" => own::name(l),
        "next" => own::next(l),
        "note" => own::note(l),
        "number" => own::number(l),
        "on" => own::day(l),
        "ordinal" => own::ordinal(l),
        "parent" => own::parent(l),
        "people" => own::people(l),
        "person" => own::person(l),
        "personnel_code" => own::personnel_code(l),
        "phase" => own::phase(l),
        "places" => own::places(l),
        "portraits" => own::portraits(l),
        "price" => own::price(l),
        "profile" => own::profile(l),
        "quota" => own::quota(l),
        "reason" | "spoil_reason" => own::reason(l),
        "required" => own::required(l),
        "role" => own::role(l),
        "root" => own::root(l),
        "scopes" => own::scopes(l),
        "serial" => own::serial(l),
        "serials" => own::serials(l),
        "rows" => own::rows(l),
        "left" => own::left(l),
        "new" => own::new(l),
        "changed" => own::changed(l),
        "sessions_ended" => own::sessions_ended(l),
        "share" => own::share(l),
        "state" | "certificate_state" | "class_state" | "plan_state" | "request_state" | "token_state" => own::state(l),
        "stated" => own::stated(l),
        "stock_place" => own::stock_place(l),
        "strange" => own::strange(l),
        "supplier" => own::supplier(l),
        "to" => own::to(l),
        "token" => own::token(l),
        "token_kind" => own::token_kind(l),
        "to_place" => own::to_place(l),
        "uid" => own::uid(l),
        "unit" => own::unit(l),
        "width" => own::width(l),
        "withdrawn" => own::withdrawn(l),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_of_the_filter_has_words() {
        for code in ACTIONS {
            assert_ne!(action(Lang::Vi, code), code);
            assert_ne!(action(Lang::En, code), code);
        }
        assert_eq!(action(Lang::Vi, "card.fold"), "card.fold");
    }

    #[test]
    fn objects_are_named_in_words() {
        assert_eq!(object_words(Lang::Vi, "unit:7"), "Đơn vị số 7");
        assert_eq!(object_words(Lang::En, "grant:18"), "Role 18");
        assert_eq!(object_words(Lang::En, "fold:1"), "fold:1");
        for code in ["unit:7", "person:12", "account:3", "grant:18", "console", "system", "fold:1", "grant:", ""] {
            for l in [Lang::Vi, Lang::En] {
                assert_eq!(code_of(&object_words(l, code)), code);
            }
        }
        assert_eq!(code_of("don vi so 7"), "unit:7");
    }

    #[test]
    fn what_the_reader_may_not_see_is_no_link() {
        let nobody = Actor::account(1, None, String::new(), Vec::new(), None);
        assert_eq!(href(&nobody, "unit:7"), None);
        assert_eq!(href(&Actor::system(), "unit:7").as_deref(), Some("/units/7"));
        assert_eq!(href(&Actor::system(), "person:7").as_deref(), Some("/people/7"));
        for other in ["audit_head:7", "unit:", "unit:x", "unit", ""] {
            assert_eq!(href(&Actor::system(), other), None, "{other}");
        }
    }

    #[test]
    fn values_that_stand_for_something_are_worded() {
        assert_eq!(word(Lang::Vi, "from", "2026-11-22"), "22/11/2026");
        assert_ne!(word(Lang::Vi, "role", "approver"), "approver");
        assert_eq!(word(Lang::Vi, "role", "emperor"), "emperor");
        assert_eq!(word(Lang::Vi, "root", &"ab".repeat(32)), "abababababab…");
    }
}
