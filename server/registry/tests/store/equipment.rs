//! Readers, printers, scanners and support kits by unit: entered, found, broken, written off; and the budget table of the project of
//! 2017, exactly (R40, R41).

use contract::equipment::{EquipmentDetail, EquipmentPage, ToReplace};
use contract::{Failure, Fault, Refusal};
use model::equipment::EquipmentKind;
use model::lifecycle::{Equipment, EquipmentEvent};
use model::role::{Grant, Role};
use model::stock::SerialFault;
use registry::work::equipment::keep::{
    EquipmentForm, NewEquipment, add_equipment, change_equipment, move_equipment, step_equipment,
};
use registry::work::equipment::{EquipmentQuery, equipment_plan, list_equipment, own_unit, show_equipment};
use registry::{Actor, Tx};

use crate::people::{add, province};
use crate::support::{AT, TestStore, number, stores};

macro_rules! do_ {
    ($test:expr, $tx:ident => $body:expr) => {
        $test.store.write(AT, move |$tx: &mut Tx| Box::pin(async move { $body.await })).await
    };
}

fn actor(role: Role, path: &str) -> Actor {
    Actor::account(1, None, String::new(), vec![Grant { role, path: path.to_owned() }], Some(AT))
}

struct Scene {
    test: TestStore,
    root: String,
    unit: i64,
    other: i64,
}

impl Scene {
    async fn new(test: TestStore) -> Self {
        let root = province(&test).await;
        let above = root.trim_matches('/').parse().ok();
        let unit = add(&test, "specialised_agency", "Sở Nội vụ", above, "H57.10").await;
        let other = add(&test, "specialised_agency", "Sở Tài chính", above, "H57.11").await;
        test.run(&["insert into account (id, login, display_name, name_folded, state, created_at) values \
            (1, 'k', 'Thủ kho', 'thu kho', 'active', 1)"])
            .await;
        Scene { test, root, unit, other }
    }

    fn keeper(&self) -> Actor {
        actor(Role::StockKeeper, &self.root)
    }

    /// The personnel officer of the first unit.
    fn officer(&self) -> Actor {
        actor(Role::UnitHr, &format!("{}{}/", self.root, self.unit))
    }

    async fn add(&self, actor: Actor, form: EquipmentForm, new: NewEquipment) -> Result<i64, Failure> {
        do_!(self.test, tx => add_equipment(tx, &actor, &form, &new))
    }

    async fn show(&self, id: i64) -> EquipmentDetail {
        let mut conn = self.test.store.read().await.unwrap();
        show_equipment(&mut conn, &self.keeper(), id).await.unwrap()
    }

    async fn step(&self, actor: Actor, id: i64, event: &'static str, reason: &'static str) -> Result<(), Failure> {
        let version = self.show(id).await.item.version;
        do_!(self.test, tx => step_equipment(tx, &actor, (id, version), event, reason))
    }

    async fn list(&self, actor: &Actor, query: EquipmentQuery) -> Result<EquipmentPage, Failure> {
        let mut conn = self.test.store.read().await.unwrap();
        list_equipment(&mut conn, actor, &query).await
    }
}

fn reader(price: &str, phase: &str) -> EquipmentForm {
    EquipmentForm {
        kind: "reader".into(),
        model: "ACR1252U".into(),
        price: price.into(),
        phase: phase.into(),
        ..EquipmentForm::default()
    }
}

fn at(unit: &str, quantity: &str, total: &str, serials: &str) -> NewEquipment {
    NewEquipment {
        unit_code: unit.into(),
        quantity: quantity.into(),
        total: total.into(),
        serials: serials.into(),
        planned: false,
    }
}

/// Thừa Thiên Huế 2017, appendix II, as printed: phase, kind, quantity, price, total. The readers of phase 4 are printed `9.00`.
const PROJECT: [(i64, &str, &str, i64, i64); 12] = [
    (2, "reader", "31", 3_000_000, 93_000_000),
    (2, "printer", "31", 1_000_000, 31_000_000),
    (2, "scanner", "31", 1_000_000, 31_000_000),
    (2, "support", "40", 500_000, 20_000_000),
    (3, "reader", "23", 3_000_000, 69_000_000),
    (3, "printer", "23", 1_000_000, 23_000_000),
    (3, "scanner", "23", 1_000_000, 23_000_000),
    (3, "support", "23", 500_000, 11_500_000),
    (4, "reader", "9.00", 3_000_000, 2_700_000_000),
    (4, "printer", "900", 1_000_000, 900_000_000),
    (4, "scanner", "900", 1_000_000, 900_000_000),
    (4, "support", "900", 500_000, 450_000_000),
];
/// Its totals of equipment, and what cards and spare blanks, which the stock keeps, are of them.
const TOTALS: [(i64, i64, i64); 3] = [
    (2, 239_200_000, 44_200_000 + 20_000_000),
    (3, 183_800_000, 37_300_000 + 20_000_000),
    (4, 5_440_600_000, 390_600_000 + 100_000_000),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_project_entered_gives_its_own_totals() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        for (phase, kind, quantity, price, total) in PROJECT {
            let form = EquipmentForm { kind: kind.into(), ..reader(&price.to_string(), &phase.to_string()) };
            let new = NewEquipment { planned: true, ..at("H57", quantity, &total.to_string(), "") };
            scene.add(scene.keeper(), form, new).await.unwrap();
        }
        let mut conn = scene.test.store.read().await.unwrap();
        let phases = equipment_plan(&mut conn, &scene.keeper()).await.unwrap();
        assert_eq!(phases.len(), 3);
        for (of, (phase, total, stock)) in phases.iter().zip(TOTALS) {
            assert_eq!((of.phase, of.total), (Some(phase), total - stock));
            let printed = PROJECT.iter().filter(|row| row.0 == phase);
            for (line, (_, kind, _, price, total)) in of.lines.iter().zip(printed) {
                assert_eq!((line.kind.name(), line.price, line.total), (*kind, Some(*price), *total));
                assert_eq!(line.quantity, total / price);
            }
        }
        let readers = phases.last().unwrap().lines.first().unwrap();
        assert_eq!((readers.kind, readers.quantity), (EquipmentKind::Reader, 900));
        // each device has an entry of its own
        let entries = "select count(*) from audit_entry where action = 'equipment.add'";
        assert_eq!(number(&mut conn, entries).await, 31 * 3 + 40 + 23 * 4 + 900 * 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_wrong_is_said_beside_its_field() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let wrong = async |form, new| scene.add(scene.keeper(), form, new).await.err().unwrap();
        let price = "3.000.000";
        assert_eq!(
            wrong(reader(price, ""), at("H57.10", "9.00", "", "")).await,
            Failure::field("quantity", Fault::Unclear)
        );
        assert_eq!(
            wrong(reader(price, ""), at("H57.10", "31", "90.000.000", "")).await,
            Failure::field("total", Fault::Product { product: 93_000_000 })
        );
        assert_eq!(wrong(reader(price, ""), at("", "1", "", "")).await, Failure::field("unit_code", Fault::Missing));
        assert_eq!(wrong(reader(price, "21"), at("H57.10", "", "", "")).await, Failure::field("phase", Fault::Number));
        assert_eq!(wrong(reader("3,5", ""), at("H57.10", "", "", "")).await, Failure::field("price", Fault::Number));
        assert_eq!(
            wrong(reader("", ""), at("H57.10", "3", "", "RD1–RD2")).await,
            Failure::field("quantity", Fault::Differs { counted: 2 })
        );
        let form = EquipmentForm { kind: "card".into(), acquired_on: "2030-01-01".into(), ..EquipmentForm::default() };
        let Failure::Invalid { faults } = wrong(form, at("H57.99", "0", "", "x")).await else { panic!("no faults") };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["unit_code", "kind", "model", "acquired_on", "device_numbers", "quantity"]);
        // one that has the number already, of the same kind only
        scene.add(scene.keeper(), reader("", ""), at("H57.10", "", "", "RD001–RD003")).await.unwrap();
        let exists = Fault::Serial { why: SerialFault::Exists, text: "RD002".into(), more: 1 };
        assert_eq!(
            wrong(reader("", ""), at("H57.11", "", "", "RD002–RD004")).await,
            Failure::field("device_numbers", exists)
        );
        let scanner = EquipmentForm { kind: "scanner".into(), ..reader("", "") };
        scene.add(scene.keeper(), scanner, at("H57.11", "", "", "RD002")).await.unwrap();
        let all = scene.list(&scene.keeper(), EquipmentQuery::default()).await.unwrap();
        assert_eq!(all.total, 4, "nothing of a refused form was kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_changed_moved_broken_mended_and_written_off() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let new = NewEquipment { planned: true, ..at("H57.10", "", "", "") };
        let id = scene.add(scene.officer(), reader("3.000.000", "2"), new).await.unwrap();
        assert_eq!(scene.show(id).await.may, [EquipmentEvent::Install, EquipmentEvent::Retire]);
        scene.step(scene.officer(), id, "install", "").await.unwrap();
        assert_eq!(scene.show(id).await.item.acquired_on.as_deref(), Some("2026-11-18"));

        let (officer, version) = (scene.officer(), scene.show(id).await.item.version);
        let form = EquipmentForm { note: "Bàn tiếp dân".into(), ..reader("2.900.000", "2") };
        do_!(scene.test, tx => change_equipment(tx, &officer, (id, version), &form, "rd-77")).unwrap();
        let (officer, again) = (scene.officer(), reader("1", ""));
        let stale = do_!(scene.test, tx => change_equipment(tx, &officer, (id, version), &again, ""));
        assert_eq!(stale, Err(Failure::Stale));
        let item = scene.show(id).await.item;
        assert_eq!((item.serial.as_deref(), item.price), (Some("RD-77"), Some(2_900_000)));

        let silent = scene.step(scene.officer(), id, "break", " ").await;
        assert_eq!(silent, Err(Failure::field("reason", Fault::Missing)));
        scene.step(scene.officer(), id, "break", "Rơi vỡ").await.unwrap();
        assert_eq!(
            scene.step(scene.officer(), id, "install", "").await,
            Err(Failure::Refused { why: Refusal::Impossible })
        );
        let page = scene.list(&scene.officer(), EquipmentQuery::default()).await.unwrap();
        assert_eq!(page.to_replace, ToReplace { count: 1, sum: 2_900_000, unpriced: 0 });
        scene.step(scene.officer(), id, "repair", "").await.unwrap();
        let page = scene.list(&scene.officer(), EquipmentQuery::default()).await.unwrap();
        assert_eq!(page.to_replace.count, 0, "what is being repaired is not replaced");
        scene.step(scene.officer(), id, "mend", "").await.unwrap();

        // the officer of one unit gives nothing to another; who keeps both does
        let (officer, keeper, version) = (scene.officer(), scene.keeper(), scene.show(id).await.item.version);
        let refused = do_!(scene.test, tx => move_equipment(tx, &officer, (id, version), "H57.11"));
        assert_eq!(refused, Err(Failure::field("unit_code", Fault::Unknown)));
        do_!(scene.test, tx => move_equipment(tx, &keeper, (id, version), "Sở Tài chính")).unwrap();
        assert_eq!(scene.show(id).await.item.unit_id, scene.other);
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show_equipment(&mut conn, &scene.officer(), id).await, Err(Failure::NotFound));

        scene.step(scene.keeper(), id, "retire", "Hết khấu hao").await.unwrap();
        let shown = scene.show(id).await;
        assert_eq!((shown.item.state, shown.may.len()), (Equipment::Retired, 0));
        let told: Vec<&str> = shown.events.iter().map(|line| line.action.as_str()).collect();
        assert_eq!(
            told,
            [
                "equipment.retire",
                "equipment.move",
                "equipment.mend",
                "equipment.repair",
                "equipment.break",
                "equipment.change",
                "equipment.install",
                "equipment.add"
            ]
        );
        assert_eq!(shown.events[4].reason.as_deref(), Some("Rơi vỡ"));
        assert_eq!(shown.events[0].actor.as_deref(), Some("Thủ kho"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_filtered_and_shows_nobody_elses() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.add(scene.keeper(), reader("3.000.000", "2"), at("H57.10", "", "", "A1–A3")).await.unwrap();
        scene.add(scene.keeper(), reader("", "3"), at("H57.11", "60", "", "")).await.unwrap();
        let keeper = scene.keeper();
        let total = async |query: EquipmentQuery| scene.list(&keeper, query).await.unwrap().total;
        let query = EquipmentQuery::default;
        assert_eq!(total(query()).await, 63);
        assert_eq!(total(EquipmentQuery { unit: "00.10.H57".into(), ..query() }).await, 3);
        assert_eq!(total(EquipmentQuery { phase: Some(3), ..query() }).await, 60);
        assert_eq!(total(EquipmentQuery { kind: "printer".into(), ..query() }).await, 0);
        assert_eq!(total(EquipmentQuery { state: "in_use".into(), ..query() }).await, 63);
        assert_eq!(total(EquipmentQuery { serial: "a2".into(), ..query() }).await, 1);
        assert_eq!(total(EquipmentQuery { serial: "A".into(), ..query() }).await, 3);
        for odd in ["%", "_1", "'"] {
            assert_eq!(total(EquipmentQuery { serial: odd.into(), ..query() }).await, 0, "{odd}");
        }
        let second = scene.list(&keeper, EquipmentQuery { page: 2, ..query() }).await.unwrap();
        assert_eq!(second.rows.len(), 13);
        let own = scene.list(&scene.officer(), query()).await.unwrap();
        assert_eq!(own.total, 3);
        let elsewhere = EquipmentQuery { unit: "H57.11".into(), ..query() };
        assert_eq!(scene.list(&scene.officer(), elsewhere).await, Err(Failure::field("unit", Fault::Unknown)));
        let finance = actor(Role::FinanceReader, &scene.root);
        assert_eq!(scene.list(&finance, query()).await.unwrap().total, 63);
        assert_eq!(scene.list(&actor(Role::Auditor, &scene.root), query()).await, Err(Failure::Forbidden));
        let tried = scene.add(finance, reader("", ""), at("H57.10", "", "", "")).await;
        assert_eq!(tried, Err(Failure::Forbidden));
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(own_unit(&mut conn, &scene.officer()).await.as_deref(), Ok("H57.10"));
    }
}
