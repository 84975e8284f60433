use proptest::prelude::*;

use super::*;
use crate::training::CAPACITY;

const NEW: Operation = Operation::New;
const RENEW: Operation = Operation::Renew;
const ORGANISATION: SubscriberKind = SubscriberKind::Organisation;
const PERSON: SubscriberKind = SubscriberKind::Person;

/// 119/KH-UBND of 14/8/2017, Cần Thơ, II.3, line by line as it is printed.
const CAN_THO: &[(i16, Operation, SubscriberKind, UnitGroup, Position, u64)] = &[
    (2017, RENEW, ORGANISATION, UnitGroup::All, Position::Unit, 227),
    (2017, NEW, ORGANISATION, UnitGroup::Associations, Position::Unit, 16),
    (2017, NEW, ORGANISATION, UnitGroup::AgencyServices, Position::Unit, 118),
    (2017, NEW, PERSON, UnitGroup::Associations, Position::Head, 16),
    (2017, NEW, PERSON, UnitGroup::AgencyServices, Position::Head, 118),
    (2017, NEW, PERSON, UnitGroup::Associations, Position::ChiefAccountant, 16),
    (2017, NEW, PERSON, UnitGroup::AgenciesAndServices, Position::ChiefAccountant, 28),
    (2017, NEW, PERSON, UnitGroup::DistrictOffices, Position::ChiefAccountant, 112),
    (2017, NEW, PERSON, UnitGroup::AgencyServices, Position::ChiefAccountant, 118),
    (2018, RENEW, ORGANISATION, UnitGroup::All, Position::Unit, 6),
    (2018, RENEW, PERSON, UnitGroup::All, Position::Any, 113),
    (2018, NEW, ORGANISATION, UnitGroup::DistrictServices, Position::Unit, 531),
    (2018, NEW, ORGANISATION, UnitGroup::DistrictAssociations, Position::Unit, 53),
    (2018, NEW, PERSON, UnitGroup::DistrictServices, Position::Head, 531),
    (2018, NEW, PERSON, UnitGroup::DistrictServices, Position::ChiefAccountant, 531),
    (2019, RENEW, ORGANISATION, UnitGroup::All, Position::Unit, 3),
    (2019, RENEW, PERSON, UnitGroup::All, Position::Any, 119),
    (2019, NEW, PERSON, UnitGroup::AgencyServices, Position::Deputy, 236),
    (2019, NEW, PERSON, UnitGroup::DistrictServices, Position::Deputy, 1062),
    (2020, RENEW, ORGANISATION, UnitGroup::All, Position::Unit, 7),
    (2020, RENEW, PERSON, UnitGroup::All, Position::Any, 165),
];

fn row(
    (year, operation, kind, group, position, quantity): (i16, Operation, SubscriberKind, UnitGroup, Position, u64),
) -> Row {
    Row { year, operation, kind, group, position, quantity }
}

fn can_tho() -> Plan {
    Plan::new(CAN_THO.iter().copied().map(row).collect()).unwrap()
}

#[test]
fn the_plan_of_can_tho_gives_its_table_with_all_its_totals() {
    let plan = can_tho();
    assert_eq!(plan.years(), [2017, 2018, 2019, 2020]);
    assert_eq!(plan.line(NEW, ORGANISATION), (vec![134, 584, 0, 0], 718));
    assert_eq!(plan.line(NEW, PERSON), (vec![408, 1062, 1298, 0], 2768));
    assert_eq!(plan.line(NEW, SubscriberKind::Device), (vec![0; 4], 0));
    assert_eq!(plan.line(RENEW, ORGANISATION), (vec![227, 6, 3, 7], 243));
    assert_eq!(plan.line(RENEW, PERSON), (vec![0, 113, 119, 165], 397));
    assert_eq!(plan.line(RENEW, SubscriberKind::Device), (vec![0; 4], 0));
    assert_eq!(plan.totals(), (vec![769, 1765, 1420, 172], 4126));
    assert_eq!(plan.sum(|row| row.operation == NEW), 3486);
    assert_eq!(plan.sum(|row| row.operation == RENEW), 640);
    assert_eq!(plan.classes(CAPACITY), (vec![14, 36, 44, 0], 94));
}

#[test]
fn chief_accountants_and_deputies_are_told_apart() {
    let plan = can_tho();
    assert_eq!(plan.sum(|row| row.position == Position::ChiefAccountant), 16 + 28 + 112 + 118 + 531);
    assert_eq!(plan.sum(|row| row.position == Position::Deputy), 1298);
    assert_eq!(plan.sum(|row| row.group == UnitGroup::DistrictServices), 531 * 3 + 1062);
}

#[test]
fn lines_that_cannot_be_are_refused() {
    let good = row(CAN_THO[1]);
    assert_eq!(Plan::new(vec![good, Row { quantity: 1, ..good }]), Err((1, RowFault::Twice)));
    assert_eq!(Plan::new(vec![Row { kind: PERSON, ..good }]), Err((0, RowFault::Position)));
    assert_eq!(Plan::new(vec![Row { position: Position::Head, ..good }]), Err((0, RowFault::Position)));
    let most = Row { quantity: u64::MAX, ..good };
    assert_eq!(Plan::new(vec![most, row(CAN_THO[0])]), Err((1, RowFault::TooMany)));
    assert_eq!(Plan::default().totals(), (vec![], 0));
}

proptest! {
    #[test]
    fn whichever_way_it_is_added_up_the_total_is_the_same(chosen in prop::collection::hash_set(0..CAN_THO.len(), 0..21)) {
        let plan = Plan::new(chosen.into_iter().map(|at| row(CAN_THO[at])).collect()).unwrap();
        let (_, total) = plan.totals();
        let mut lines = 0;
        for operation in Operation::ALL {
            for kind in SubscriberKind::ALL {
                lines += plan.line(*operation, *kind).1;
            }
        }
        prop_assert_eq!(lines, total);
        let positions: u64 = Position::ALL.iter().map(|position| plan.sum(|row| row.position == *position)).sum();
        prop_assert_eq!(positions, total);
    }
}
