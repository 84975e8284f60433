//! The pages of the register of readers, printers, scanners and support kits, one a file; what they share (R40, R41).

pub mod form;
pub mod item;
pub mod list;
pub mod plan;

use contract::{Fault, Lang};
use model::equipment::{EquipmentKind, MAX_ITEMS, PHASES};
use model::lifecycle::{Equipment, EquipmentEvent};
use model::stock::SerialFault;

use crate::part::{Choice, Crumb, Tone};
use crate::words::{self, equipment as text, number};
use crate::{page, routes};

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::EQUIPMENT)]
}

pub fn kind(l: Lang, kind: EquipmentKind) -> &'static str {
    match kind {
        EquipmentKind::Reader => words::equipment_kind::reader(l),
        EquipmentKind::Printer => words::equipment_kind::printer(l),
        EquipmentKind::Scanner => words::equipment_kind::scanner(l),
        EquipmentKind::Support => words::equipment_kind::support(l),
    }
}

fn kinds(l: Lang) -> Vec<Choice> {
    EquipmentKind::ALL.map(|of| Choice::new(of.name(), kind(l, of))).to_vec()
}

pub fn state(l: Lang, state: Equipment) -> (Tone, &'static str) {
    use words::equipment_state as own;
    match state {
        Equipment::Planned => (Tone::Info, own::planned(l)),
        Equipment::InUse => (Tone::Good, own::in_use(l)),
        Equipment::Broken => (Tone::Bad, own::broken(l)),
        Equipment::InRepair => (Tone::Warn, own::in_repair(l)),
        Equipment::Retired => (Tone::Plain, own::retired(l)),
    }
}

fn event(l: Lang, event: EquipmentEvent) -> &'static str {
    use words::equipment_event as own;
    match event {
        EquipmentEvent::Install => own::install(l),
        EquipmentEvent::Break => own::broken(l),
        EquipmentEvent::Repair => own::repair(l),
        EquipmentEvent::Mend => own::mend(l),
        EquipmentEvent::GiveUp => own::give_up(l),
        EquipmentEvent::Retire => own::retire(l),
    }
}

/// An amount of đồng.
fn dong(l: Lang, amount: i64) -> String {
    number(l, amount)
}

/// What is wrong with what was typed about devices; `None` for faults of other pages.
pub fn fault(l: Lang, field: &str, fault: &Fault) -> Option<String> {
    use text::fault as own;
    Some(match (field, fault) {
        ("price" | "total", Fault::Number) => own::amount(l).to_owned(),
        ("phase", Fault::Number) => own::phase(l, PHASES.end()),
        ("quantity", Fault::Number) => own::quantity(l, number(l, MAX_ITEMS as i64)),
        ("quantity", Fault::Unclear) => own::unclear(l).to_owned(),
        ("quantity", Fault::Differs { counted }) => own::differs(l, number(l, *counted)),
        ("total", Fault::Product { product }) => {
            own::product(l, number(l, i64::try_from(*product).unwrap_or(i64::MAX)))
        }
        ("device_numbers", Fault::Number) => own::quantity(l, number(l, MAX_ITEMS as i64)),
        ("device_number" | "device_numbers", Fault::Taken) => own::taken(l).to_owned(),
        ("device_number" | "device_numbers", Fault::Serial { why: SerialFault::Form, text, .. }) => own::form(l, text),
        ("device_numbers", Fault::Serial { why: SerialFault::Exists, text: first, more }) => match more {
            0 => own::exists(l, first),
            more => own::exists(l, words::stock::fault::more(l, number(l, *more as i64), first)),
        },
        ("device_numbers", fault @ Fault::Serial { .. }) => page::stock::naming::fault(l, fault)?,
        ("unit_code", Fault::Taken) => own::same_unit(l).to_owned(),
        _ => return None,
    })
}
