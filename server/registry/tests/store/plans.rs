//! Plans of certificates: the documents of three provinces give their tables with all their totals; a plan is seeded from what the registry
//! holds, written by one, fixed by another, held against what was done (R122–R127, R134, R139, R160).

use contract::view::{Target, WorkKind};
use contract::{Failure, Fault, Refusal};
use model::amount::{Amount, WordStyle};
use model::certificate::plan::{Position, UnitGroup};
use model::certificate::target::Application;
use model::certificate::wave::{HA_TINH_TARGET, ha_tinh};
use model::certificate::{Operation, SubscriberKind};
use model::lifecycle::{CertificatePlan as State, CertificatePlanEvent as Event};
use model::role::{Grant, Role};
use model::training::Agreement;
use registry::document::plan as paper;
use registry::work::plans::begin::{BeginForm, begin_plan};
use registry::work::plans::edit::{CostForm, LineForm, write_costs, write_lines};
use registry::work::plans::file::{self, Names, load_lines};
use registry::work::plans::goals::{
    MOST_WAVES, Progress, TargetForm, WaveForm, note_uses, show_progress, template, write_targets, write_waves,
};
use registry::work::plans::step::{PlanStepForm, step_plan};
use registry::work::plans::{Numbers, PlanDetail, list_plans, show_plan};
use registry::work::work_queue::work_queue;
use registry::{Actor, Tx};
use serde_json::Value;

use crate::support::{AT, TestStore, stores};

/// The lines of 119/KH-UBND of 14/8/2017, Cần Thơ, II.3, in the order in which they are printed.
const CAN_THO: &str = include_str!("can_tho.csv");
/// What the documents state.
const ORACLES: &str = include_str!("oracles.json");

const UNITS: &str = "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) values \
     (1, null, '/1/', 'province', 'Tỉnh', 'tinh', {hex:00}, 1), (9, 1, '/1/9/', 'specialised_agency', 'Sở', 'so', {hex:01}, 1), \
     (10, 1, '/1/10/', 'commune', 'Xã', 'xa', {hex:02}, 1)";
const ACCOUNTS: &str = "insert into account (id, login, display_name, name_folded, state, created_at) values \
     (1, 'm', 'Quản lý', 'quan ly', 'active', 1), (2, 'p', 'Duyệt', 'duyet', 'active', 1), (3, 'n', 'Xã', 'xa', 'active', 1)";

fn oracle(seed: &str) -> Value {
    let all: Value = serde_json::from_str(ORACLES).unwrap();
    all[seed].clone()
}

fn numbers(of: &Value) -> Vec<u64> {
    of.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

struct Scene(TestStore);

impl Scene {
    async fn new(test: TestStore) -> Self {
        test.run(&[UNITS, ACCOUNTS]).await;
        Scene(test)
    }

    fn of(id: i64, roles: &[Role], path: &str) -> Actor {
        let grants = roles.iter().map(|role| Grant { role: *role, path: path.to_owned() }).collect();
        Actor::account(id, None, String::new(), grants, Some(AT))
    }

    fn manager() -> Actor {
        Self::of(1, &[Role::SubscriberManager], "/1/")
    }

    fn approver() -> Actor {
        Self::of(2, &[Role::Approver], "/1/")
    }

    async fn begin(&self, form: BeginForm) -> Result<i64, Failure> {
        self.begin_as(Self::manager(), form).await
    }

    async fn begin_as(&self, actor: Actor, form: BeginForm) -> Result<i64, Failure> {
        self.0.store.write(AT, move |tx: &mut Tx| Box::pin(async move { begin_plan(tx, &actor, &form).await })).await
    }

    async fn show(&self, id: i64) -> PlanDetail {
        let mut conn = self.0.store.read().await.unwrap();
        show_plan(&mut conn, &Self::manager(), id).await.unwrap()
    }

    async fn lines(&self, id: i64, lines: Vec<LineForm>) -> Result<(), Failure> {
        let of = (id, self.show(id).await.plan.version);
        let write = self
            .0
            .store
            .write(AT, move |tx: &mut Tx| Box::pin(async move { write_lines(tx, &Self::manager(), of, &lines).await }));
        write.await
    }

    async fn load(&self, id: i64, csv: &str) -> Result<(), Failure> {
        let of = (id, self.show(id).await.plan.version);
        let rows = file::read(csv.as_bytes(), &[]).unwrap();
        let load = self
            .0
            .store
            .write(AT, move |tx: &mut Tx| Box::pin(async move { load_lines(tx, &Self::manager(), of, &rows).await }));
        load.await
    }

    async fn costs(&self, id: i64, stated: Vec<(i64, String)>, costs: Vec<CostForm>) -> Result<(), Failure> {
        let of = (id, self.show(id).await.plan.version);
        let write = self.0.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { write_costs(tx, &Self::manager(), of, &stated, &costs).await })
        });
        write.await
    }

    async fn step(&self, actor: Actor, id: i64, form: PlanStepForm) -> Result<(), Failure> {
        let of = (id, self.show(id).await.plan.version);
        let step =
            self.0.store.write(AT, move |tx: &mut Tx| Box::pin(async move { step_plan(tx, &actor, of, &form).await }));
        step.await
    }

    async fn waves(&self, id: i64, forms: Vec<WaveForm>) -> Result<(), Failure> {
        let of = (id, self.show(id).await.plan.version);
        let write = self
            .0
            .store
            .write(AT, move |tx: &mut Tx| Box::pin(async move { write_waves(tx, &Self::manager(), of, &forms).await }));
        write.await
    }

    async fn targets(&self, id: i64, forms: Vec<TargetForm>) -> Result<(), Failure> {
        let of = (id, self.show(id).await.plan.version);
        let write = self.0.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { write_targets(tx, &Self::manager(), of, &forms).await })
        });
        write.await
    }

    async fn progress(&self, id: i64) -> Progress {
        let mut conn = self.0.store.read().await.unwrap();
        show_progress(&mut conn, &Self::manager(), id).await.unwrap()
    }

    async fn uses(&self, certificate: i64, applications: &[&str]) -> Result<(), Failure> {
        let names: Vec<String> = applications.iter().map(|name| (*name).to_owned()).collect();
        let write = self.0.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { note_uses(tx, &Self::manager(), certificate, &names).await })
        });
        write.await
    }

    async fn waits(&self, actor: &Actor) -> Vec<(WorkKind, Target)> {
        let mut conn = self.0.store.read().await.unwrap();
        let groups = work_queue(&mut conn, actor, AT).await.unwrap();
        let plans = groups.into_iter().filter(|group| group.kind == WorkKind::FixPlans);
        plans.flat_map(|group| group.items).map(|item| (WorkKind::FixPlans, item.target)).collect()
    }
}

fn begin(title: &str, years: (i64, i64), words: &str) -> BeginForm {
    BeginForm {
        unit_code: "Tỉnh".into(),
        title: title.into(),
        first_year: years.0.to_string(),
        last_year: years.1.to_string(),
        words: words.into(),
        ..BeginForm::default()
    }
}

fn cost(part: &str, section: &str, number: &str, of: (&str, u64, &str)) -> CostForm {
    CostForm {
        part: part.into(),
        section: section.into(),
        number: number.into(),
        name: of.0.into(),
        quantity: of.1.to_string(),
        price: of.2.into(),
        priced_on: String::new(),
    }
}

fn step(event: Event) -> PlanStepForm {
    PlanStepForm { event: event.name().into(), ..PlanStepForm::default() }
}

fn fix() -> PlanStepForm {
    PlanStepForm { number: "119/KH-UBND".into(), day: "14/08/2017".into(), ..step(Event::Fix) }
}

fn planned(detail: &PlanDetail, operation: Operation, kind: SubscriberKind) -> (Vec<u64>, u64) {
    let line = detail.table.lines.iter().find(|(of, whose, _)| (*of, *whose) == (operation, kind));
    let Numbers { planned, wanted, .. } = line.unwrap().2.clone();
    (planned, wanted)
}

#[tokio::test]
async fn the_plan_of_can_tho_is_loaded_from_its_file_with_all_its_totals() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let said = oracle("S001");
        let id = scene.begin(begin("119/KH-UBND", (2017, 2020), "plain")).await.unwrap();
        scene.load(id, CAN_THO).await.unwrap();
        let costs = said["class_cost_lines"].as_array().unwrap().iter().map(|line| {
            let of = (line[0].as_str().unwrap(), line[1].as_u64().unwrap(), line[2].to_string());
            cost("class", "", "", (of.0, of.1, &of.2))
        });
        let mut costs: Vec<CostForm> = costs.collect();
        let travel = numbers(&said["travel"]);
        costs.push(cost("rest", "Đi lại", "", ("Đi Hà Nội", travel[0], &travel[1].to_string())));
        scene.costs(id, Vec::new(), costs).await.unwrap();
        let detail = scene.show(id).await;

        let years: Vec<u64> = detail.table.years.iter().map(|year| year.unsigned_abs().into()).collect();
        assert_eq!(years, numbers(&said["years"]));
        for (operation, kind, key) in [
            (Operation::New, SubscriberKind::Organisation, "new_org"),
            (Operation::New, SubscriberKind::Person, "new_personal"),
            (Operation::Renew, SubscriberKind::Organisation, "renew_org"),
            (Operation::Renew, SubscriberKind::Person, "renew_personal"),
        ] {
            let total = said["totals_stated"][key].as_u64().unwrap();
            assert_eq!(planned(&detail, operation, kind), (numbers(&said[key]), total), "{key}");
        }
        assert_eq!(planned(&detail, Operation::New, SubscriberKind::Device), (vec![0; 4], 0));
        let derived = &said["derived"];
        assert_eq!(detail.table.all.planned, numbers(&derived["ops_by_year"]));
        assert_eq!(detail.table.all.wanted, derived["all_ops"].as_u64().unwrap());
        // the groups that do not overlap, and the positions, add up to the whole
        let groups: u64 = detail.table.groups.iter().map(|(_, of)| of.wanted).sum();
        let positions: u64 = detail.table.positions.iter().map(|(_, of)| of.wanted).sum();
        assert_eq!((groups, positions), (4126, 4126));
        let deputies = detail.table.positions.iter().find(|(position, _)| *position == Position::Deputy).unwrap();
        assert_eq!(deputies.1.planned, [0, 0, 1298, 0]);

        let estimate = &detail.estimate;
        let classes: Vec<u64> = estimate.years.iter().map(|year| year.needed).collect();
        assert_eq!(classes, numbers(&said["classes"]));
        assert_eq!(estimate.classes, said["totals_stated"]["classes"].as_u64().unwrap());
        assert_eq!(estimate.years[0].price.dong(), said["class_cost"].as_u64().unwrap());
        assert_eq!(estimate.training.dong(), said["training_total"].as_u64().unwrap());
        assert_eq!(estimate.rest.dong(), travel[2]);
        assert_eq!(estimate.all.dong(), said["grand_total"].as_u64().unwrap());
        let words = |amount: Amount| amount.words(detail.plan.words.style());
        assert_eq!(words(estimate.years[0].price), "Bảy triệu bốn trăm bốn mươi nghìn đồng");
        assert_eq!(words(estimate.all), "Bảy trăm hai mươi ba triệu ba trăm sáu mươi nghìn đồng");

        let mut conn = scene.0.store.read().await.unwrap();
        let names = Names {
            column: |of| of.name(),
            operation: Operation::name,
            kind: SubscriberKind::name,
            group: UnitGroup::name,
            position: Position::name,
        };
        let document = paper::plan(&mut conn, &Scene::manager(), id, &names).await.unwrap();
        let text = format!("{document:?}");
        for part in ["4.126", "2.768", "723.360.000", "Bảy trăm hai mươi ba triệu ba trăm sáu mươi nghìn đồng"]
        {
            assert!(text.contains(part), "{part}");
        }
        assert!(document.to_docx().unwrap().starts_with(b"PK"));
    }
}

#[tokio::test]
async fn the_budget_of_dien_bien_keeps_its_numbers_and_its_total() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let said = oracle("S004");
        let id = scene.begin(begin("Thí điểm", (2015, 2015), "plain")).await.unwrap();
        let printed = numbers(&said["row_numbers"]);
        let amounts = said["budget_million"].as_array().unwrap();
        let rows = printed.iter().zip(amounts).map(|(number, amount)| {
            let price = format!("{} triệu", amount.to_string().replace('.', ","));
            cost("rest", "", &number.to_string(), ("Nội dung", 1, &price))
        });
        scene.costs(id, Vec::new(), rows.collect()).await.unwrap();
        let estimate = scene.show(id).await.estimate;
        let lines = &estimate.sections[0].lines;
        let numbered: Vec<&str> = lines.iter().filter_map(|line| line.number.as_deref()).collect();
        assert_eq!(numbered, ["1", "2", "3", "5", "6", "7", "9", "10", "11"]);
        let total = said["budget_total_million"].as_f64().unwrap();
        assert_eq!(estimate.all.dong(), (total * 1_000_000.0).round() as u64);
        assert_eq!(
            estimate.all.words(WordStyle::PLAIN),
            "Hai tỷ bốn trăm ba mươi mốt triệu ba trăm ba mươi sáu nghìn đồng"
        );
    }
}

#[tokio::test]
async fn the_project_of_hue_has_its_phases_and_the_classes_that_it_says() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let said = oracle("S000");
        let phases = said["phases"].as_array().unwrap();
        // a phase a year
        let id = scene.begin(begin("Đề án thẻ", (2017, 2020), "province")).await.unwrap();
        let line = |(year, people): (i64, u64)| LineForm {
            year: year.to_string(),
            operation: "new".into(),
            kind: "person".into(),
            group: "all".into(),
            position: "any".into(),
            quantity: people.to_string(),
        };
        // one of each of 956 units; six of each of 31
        scene.lines(id, vec![line((2017, 956)), line((2018, 186))]).await.unwrap();
        let class = said["class_cost_lines"].as_array().unwrap().iter().map(|line| {
            let price = line[2].to_string();
            cost("class", "", "", (line[0].as_str().unwrap(), line[1].as_u64().unwrap(), &price))
        });
        let mut costs: Vec<CostForm> = class.collect();
        costs.push(cost("rest", "Phần mềm", "", ("software", 1, &phases[0]["software_upgrade"].to_string())));
        for phase in &phases[1..] {
            for line in phase["equipment"].as_array().unwrap() {
                let of = (line[0].as_str().unwrap(), line[1].as_u64().unwrap(), line[2].to_string());
                costs.push(cost("rest", &format!("Giai đoạn {}", phase["phase"]), "", (of.0, of.1, &of.2)));
            }
        }
        let stated = (2017..).zip(phases).map(|(year, phase)| (year, phase["classes"].to_string()));
        scene.costs(id, stated.collect(), costs).await.unwrap();
        let detail = scene.show(id).await;
        let estimate = &detail.estimate;
        for (year, phase) in estimate.years.iter().zip(phases) {
            assert_eq!(Some(year.classes()), phase["classes"].as_u64());
            assert_eq!(Some(year.total.dong()), phase["training_total"].as_u64());
        }
        let needed = &said["conflicts"];
        assert_eq!(Some(estimate.years[0].needed), needed["phase1_classes_needed"].as_u64());
        assert_eq!(estimate.years[0].stated, Some((30, Agreement::TooFew(2))));
        assert_eq!(Some(estimate.years[1].needed), needed["phase2_classes_needed"].as_u64());
        assert_eq!(estimate.years[1].stated, Some((6, Agreement::TooFew(1))));
        for (section, phase) in estimate.sections[1..].iter().zip(&phases[1..]) {
            assert_eq!(Some(section.total.dong()), phase["equipment_total"].as_u64());
        }
        assert_eq!(Some(estimate.all.dong()), said["grand_total_derived"].as_u64());
        let words = |amount: Amount| amount.words(detail.plan.words.style());
        assert_eq!(words(estimate.sections[1].total), "Hai trăm ba mươi chín triệu, hai trăm ngàn đồng chẵn");
        assert_eq!(words(estimate.years[1].total), "Ba mươi bảy triệu, hai trăm ngàn đồng chẵn");
    }
}

#[tokio::test]
async fn a_plan_is_seeded_from_ends_and_from_who_has_none() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let day = |year: i16, month| registry::date::start_of(jiff::civil::Date::constant(year, month, 1));
        let people = "insert into person (id, name, name_folded, sort_key, unit_id, ordinal, kind, position, created_at) values \
             (1, 'A', 'a', {hex:01}, 9, 1, 'civil_servant', 'Giám đốc', 1), (2, 'B', 'b', {hex:02}, 9, 2, 'civil_servant', 'Phó Giám đốc', 1), \
             (3, 'C', 'c', {hex:03}, 9, 3, 'civil_servant', 'Phó Giám đốc', 1), (4, 'D', 'd', {hex:04}, 10, 1, 'civil_servant', 'Chủ tịch', 1), \
             (5, 'E', 'e', {hex:05}, 10, 2, 'civil_servant', 'Lái xe', 1), (6, 'F', 'f', {hex:06}, 9, 4, 'civil_servant', 'Phó Giám đốc', 1)";
        let certificate = |id: u8, kind: &str, unit: i64, person: &str, until: i64| {
            format!(
                "insert into certificate (id, kind, serial, subject, subject_folded, issuer, algorithm, fingerprint, valid_from, valid_until, \
                 unit_id, person_id, holder_id, state, created_at, changed_at) values ({id}, '{kind}', '0{id}', 'S', 's', 'CA', 'RSA', \
                 {{hex:{}}}, 1, {until}, {unit}, {person}, 1, 'in_use', 1, 1)",
                format!("{id:02x}").repeat(32)
            )
        };
        let sql = [
            people.to_owned(),
            certificate(1, "person", 9, "1", day(2028, 3)),
            certificate(2, "organisation", 9, "null", day(2027, 12)),
            certificate(3, "person", 9, "3", day(2030, 1)),
            // on its way already
            "insert into certificate_request (operation, kind, unit_id, person_id, regime, state, asked_at, changed_at) values \
             ('new', 'person', 9, 6, '68-2024', 'asked', 1, 1)"
                .to_owned(),
            // done: with minutes of 2027, ended in 2028 without
            "insert into certificate_request (operation, kind, unit_id, person_id, regime, state, minutes_number, minutes_day, asked_at, \
             changed_at) values ('new', 'person', 10, 4, '68-2024', 'done', '1', '2027-01-01', 1, 1), \
             ('new', 'person', 10, 5, '68-2024', 'done', '2', '2026-12-31', 1, 1), \
             ('new', 'organisation', 9, null, '68-2024', 'done', '3', '2028-12-31', 1, 1), \
             ('new', 'person', 9, 2, '68-2024', 'refused', null, null, 1, 1)"
                .to_owned(),
            format!(
                "insert into certificate_request (operation, kind, unit_id, person_id, certificate_id, regime, state, asked_at, changed_at) \
                 values ('revoke', 'person', 9, 1, 1, '68-2024', 'done', 1, {})",
                day(2028, 5)
            ),
        ];
        let sql: Vec<&str> = sql.iter().map(String::as_str).collect();
        scene.0.run(&sql).await;
        let positions = ["unit", "head", "deputy"].map(str::to_owned).to_vec();
        let form =
            BeginForm { seed: true, positions, goal: "3.000".into(), ..begin("Kế hoạch", (2027, 2028), "plain") };
        let id = scene.begin(form).await.unwrap();
        let detail = scene.show(id).await;
        let rows: Vec<_> = detail
            .rows
            .iter()
            .map(|row| {
                (row.year, row.operation.name(), row.kind.name(), row.group.name(), row.position.name(), row.quantity)
            })
            .collect();
        assert_eq!(
            rows,
            [
                (2027, "new", "organisation", "communes", "unit", 1),
                (2027, "new", "person", "agencies", "deputy", 1),
                (2027, "new", "person", "communes", "head", 1),
                (2027, "renew", "organisation", "agencies", "unit", 1),
                (2028, "renew", "person", "agencies", "head", 1),
            ]
        );
        assert_eq!(detail.plan.goal, Some(3000));
        assert_eq!(detail.done, [0, 0, 1, 0, 0]);
        let all = &detail.table.all;
        assert_eq!((all.done.as_slice(), all.reached), ([1, 2].as_slice(), 3));
        assert_eq!(detail.table.issued(), 2);
        let revoked = detail.table.lines.iter().find(|(operation, ..)| *operation == Operation::Revoke).unwrap();
        assert_eq!(revoked.2.done, [0, 1]);
        // who plans for a part sees what is done there
        let own = Scene::of(3, &[Role::SubscriberManager], "/1/10/");
        let form = BeginForm { unit_code: "Xã".into(), ..begin("Xã", (2027, 2027), "plain") };
        let id = scene.begin_as(own.clone(), form).await.unwrap();
        let mut conn = scene.0.store.read().await.unwrap();
        assert_eq!(show_plan(&mut conn, &own, id).await.unwrap().table.all.done, [1]);
        let other = Scene::of(3, &[Role::SubscriberManager], "/1/9/");
        assert_eq!(show_plan(&mut conn, &other, id).await.unwrap_err(), Failure::NotFound);
        assert_eq!(list_plans(&mut conn, &other, 1).await.unwrap(), (Vec::new(), 0));
        assert_eq!(list_plans(&mut conn, &Scene::manager(), 1).await.unwrap().1, 2);
    }
}

#[tokio::test]
async fn a_plan_is_fixed_by_somebody_else_than_who_wrote_it() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let both = Scene::of(1, &[Role::SubscriberManager, Role::Approver], "/1/");
        let id = scene.begin(begin("Kế hoạch", (2017, 2020), "plain")).await.unwrap();
        let empty = Err(Failure::Refused { why: Refusal::EmptyList });
        assert_eq!(scene.step(Scene::manager(), id, step(Event::Propose)).await, empty);
        scene.load(id, CAN_THO).await.unwrap();
        assert_eq!(scene.step(Scene::approver(), id, step(Event::Propose)).await, Err(Failure::Forbidden));
        scene.step(Scene::manager(), id, step(Event::Propose)).await.unwrap();
        assert_eq!(scene.waits(&Scene::approver()).await, [(WorkKind::FixPlans, Target::CertificatePlan(id))]);
        assert_eq!(scene.waits(&both).await, []);
        let impossible = Err(Failure::Refused { why: Refusal::Impossible });
        assert_eq!(scene.lines(id, Vec::new()).await, impossible);
        let separate = Err(Failure::Refused { why: Refusal::SeparationOfDuties });
        assert_eq!(scene.step(both, id, fix()).await, separate);
        assert_eq!(scene.step(Scene::manager(), id, fix()).await, Err(Failure::Forbidden));
        let unsaid = scene.step(Scene::approver(), id, step(Event::SendBack)).await;
        assert_eq!(unsaid, Err(Failure::field("reason", Fault::Missing)));
        let tomorrow = PlanStepForm { day: "01/01/2099".into(), ..fix() };
        let early = scene.step(Scene::approver(), id, tomorrow).await;
        assert_eq!(early, Err(Failure::field("document_day", Fault::Future)));
        scene.step(Scene::approver(), id, fix()).await.unwrap();
        let detail = scene.show(id).await;
        assert_eq!((detail.plan.state, detail.may.as_slice()), (State::Fixed, [Event::Reopen].as_slice()));
        assert_eq!(detail.plan.document, Some(("119/KH-UBND".into(), "2017-08-14".into())));
        assert!(!detail.writes);
        // changed after all, and fixed anew
        let again = PlanStepForm { reason: "Thêm một đơn vị".into(), ..step(Event::Reopen) };
        scene.step(Scene::manager(), id, again).await.unwrap();
        scene.load(id, CAN_THO).await.unwrap();
        scene.step(Scene::manager(), id, step(Event::Propose)).await.unwrap();
        scene.step(Scene::approver(), id, fix()).await.unwrap();
        let actions: Vec<String> = scene.show(id).await.events.into_iter().map(|event| event.action).collect();
        assert_eq!(actions.first().map(String::as_str), Some("certificate_plan.fix"));
        assert_eq!(scene.0.count("select count(*) from duty where object = 'certificate_plan:1'").await, 2);
    }
}

#[tokio::test]
async fn what_cannot_be_planned_is_said_beside_its_line() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let faulty = BeginForm { goal: "nhiều".into(), ..begin("", (2020, 2019), "loud") };
        let Err(Failure::Invalid { faults }) = scene.begin(faulty).await else { panic!() };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["title", "last_year", "words", "goal"]);
        let id = scene.begin(begin("Kế hoạch", (2017, 2020), "plain")).await.unwrap();
        let good = LineForm {
            year: "2017".into(),
            operation: "new".into(),
            kind: "person".into(),
            group: "all".into(),
            position: "head".into(),
            quantity: "1".into(),
        };
        let one = |field: &str, fault| Err(Failure::field(field, fault));
        let with = |line: LineForm| vec![LineForm { quantity: String::new(), ..good.clone() }, good.clone(), line];
        let twice = LineForm { quantity: "2".into(), ..good.clone() };
        assert_eq!(scene.lines(id, with(twice)).await, one("line-3", Fault::Taken));
        let late = LineForm { year: "2021".into(), ..good.clone() };
        assert_eq!(scene.lines(id, with(late)).await, one("line-3", Fault::Date));
        let unit = LineForm { position: "unit".into(), ..good.clone() };
        assert_eq!(scene.lines(id, with(unit)).await, one("line-3", Fault::Choice));
        let nowhere = LineForm { group: "moon".into(), year: "2018".into(), ..good.clone() };
        assert_eq!(scene.lines(id, with(nowhere)).await, one("line-3", Fault::Missing));
        let much = LineForm { quantity: "1000001".into(), year: "2018".into(), ..good.clone() };
        assert_eq!(scene.lines(id, with(much)).await, one("line-3", Fault::Number));
        assert_eq!(scene.show(id).await.rows, []);
        let dear = cost("rest", "", "", ("Tên lửa", 1, "9.000.000 triệu"));
        assert_eq!(scene.costs(id, Vec::new(), vec![dear]).await, one("cost-1", Fault::Number));
        let unnamed = cost("rest", "", "", ("", 1, "5"));
        assert_eq!(scene.costs(id, Vec::new(), vec![unnamed]).await, one("cost-1", Fault::Missing));
        let stated = vec![(2017, "x".to_owned())];
        assert_eq!(scene.costs(id, stated, Vec::new()).await, one("stated-2017", Fault::Number));
        let late = CAN_THO.replace("2020,", "2021,");
        assert_eq!(scene.load(id, &late).await, one("file", Fault::Date));
        let version = scene.show(id).await.plan.version;
        let stale = scene.0.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { write_lines(tx, &Scene::manager(), (id, version + 1), &[]).await })
        });
        assert_eq!(stale.await, Err(Failure::Stale));
    }
}

fn target(application: &str, percent: &str, units: &[String]) -> TargetForm {
    TargetForm { application: application.into(), percent: percent.into(), units: units.join("\n") }
}

#[tokio::test]
async fn the_waves_of_ha_tinh_tell_how_far_they_are() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let said = oracle("S002");
        scene
            .0
            .run(&[
                "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) values \
                 (11, 1, '/1/11/', 'district', 'Huyện', 'huyen', {hex:03}, 1)",
                "insert into person (id, name, name_folded, sort_key, unit_id, ordinal, kind, position, created_at) values \
                 (1, 'A', 'a', {hex:01}, 9, 1, 'civil_servant', 'Giám đốc', 1), (2, 'B', 'b', {hex:02}, 9, 2, 'civil_servant', 'Phó Giám đốc', 1), \
                 (3, 'C', 'c', {hex:03}, 9, 3, 'civil_servant', 'Chánh Văn phòng', 1), (4, 'D', 'd', {hex:04}, 11, 1, 'civil_servant', 'Chủ tịch', 1), \
                 (5, 'E', 'e', {hex:05}, 10, 1, 'civil_servant', 'Chủ tịch Ủy ban nhân dân', 1), \
                 (6, 'F', 'f', {hex:06}, 10, 2, 'civil_servant', 'Phó Chủ tịch', 1), (7, 'G', 'g', {hex:07}, 9, 4, 'civil_servant', 'Chuyên viên', 1), \
                 (8, 'H', 'h', {hex:08}, 9, 5, 'civil_servant', 'Lái xe', 1)",
                "insert into certificate (id, kind, serial, subject, subject_folded, issuer, algorithm, fingerprint, valid_from, valid_until, \
                 unit_id, person_id, holder_id, state, created_at, changed_at) values \
                 (1, 'person', '01', 'A', 'a', 'CA', 'RSA', {hex:0101010101010101010101010101010101010101010101010101010101010101}, 1, 9, 9, 1, 1, 'in_use', 1, 1), \
                 (2, 'person', '02', 'E', 'e', 'CA', 'RSA', {hex:0202020202020202020202020202020202020202020202020202020202020202}, 1, 9, 10, 5, 5, 'received', 1, 1), \
                 (3, 'person', '03', 'F', 'f', 'CA', 'RSA', {hex:0303030303030303030303030303030303030303030303030303030303030303}, 1, 9, 10, 6, 6, 'revoked', 1, 1)",
            ])
            .await;
        let goal = said["target_signatures_2019_2025"].to_string();
        let id = scene.begin(BeginForm { goal, ..begin("Hà Tĩnh", (2019, 2025), "plain") }).await.unwrap();
        scene.waves(id, template()).await.unwrap();
        let found = scene.progress(id).await;
        assert_eq!(found.detail.plan.goal.map(i64::unsigned_abs), Some(HA_TINH_TARGET));
        // what is stored is the model's template again
        assert_eq!(found.waves.iter().map(|of| of.wave.clone()).collect::<Vec<_>>(), ha_tinh());
        let told: Vec<_> = found.waves.iter().map(|of| (of.people, of.held, of.percent(), of.needed)).collect();
        assert_eq!(
            told,
            [
                (0, 0, None, None),
                (4, 1, Some(25), None),
                (2, 1, Some(50), None),
                (5, 2, Some(40), Some(5)),
                (1, 0, Some(0), Some(1)),
            ]
        );
        let with = |change: fn(&mut WaveForm)| {
            let mut form = template()[1].clone();
            change(&mut form);
            vec![form]
        };
        let one = |fault| Err(Failure::field("wave-1", fault));
        assert_eq!(scene.waves(id, with(|of| of.to_year = "2018".into())).await, one(Fault::Date));
        assert_eq!(scene.waves(id, with(|of| of.from_quarter = "5".into())).await, one(Fault::Date));
        assert_eq!(scene.waves(id, with(|of| of.goal = "101".into())).await, one(Fault::Number));
        assert_eq!(scene.waves(id, with(|of| of.positions.clear())).await, one(Fault::Missing));
        assert_eq!(scene.waves(id, with(|of| of.positions = vec!["unit".into()])).await, one(Fault::Choice));
        assert_eq!(scene.progress(id).await.waves.len(), 5);
        let many = vec![template()[1].clone(); MOST_WAVES + 1];
        let too_many = Err(Failure::field("waves", Fault::TooLong { max: MOST_WAVES }));
        assert_eq!(scene.waves(id, many).await, too_many);
    }
}

#[tokio::test]
async fn half_of_the_units_of_dien_bien_are_to_use_each_application() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let said = oracle("S004");
        let (provincial, districts) =
            (said["units"]["provincial"].as_i64().unwrap(), said["units"]["district"].as_i64().unwrap());
        let names: Vec<String> = (0..provincial + districts).map(|nth| format!("Đơn vị {nth}")).collect();
        for (nth, name) in (100..).zip(&names) {
            let class = if nth < 100 + provincial { "specialised_agency" } else { "district" };
            let sql = format!(
                "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) values \
                 ({nth}, 1, '/1/{nth}/', '{class}', '{name}', '{}', {{hex:10}}, 1)",
                model::text::fold(name)
            );
            let certificate = format!(
                "insert into certificate (id, kind, serial, subject, subject_folded, issuer, algorithm, fingerprint, valid_from, valid_until, \
                 unit_id, holder_id, state, created_at, changed_at) values ({nth}, 'organisation', '{nth}', 'S', 's', 'CA', 'RSA', {{hex:{}}}, \
                 1, 9, {nth}, 1, '{}', 1, 1)",
                format!("{nth:04x}").repeat(16),
                if nth == 112 { "received" } else { "in_use" },
            );
            let person = "insert into person (id, name, name_folded, sort_key, unit_id, ordinal, kind, created_at) values \
                 (1, 'A', 'a', {hex:01}, 100, 1, 'civil_servant', 1)";
            if nth == 100 {
                scene.0.run(&[&sql, person, &certificate]).await;
            } else {
                scene.0.run(&[&sql, &certificate]).await;
            }
        }
        let id = scene.begin(begin("Thí điểm", (2015, 2015), "plain")).await.unwrap();
        let percent = said["targets_percent"][0].to_string();
        let forms = vec![
            target("documents", &percent, &names),
            target("mail", &percent, &names[..1]),
            target("one_stop", &percent, &names[..2]),
            target("network", "", &[]),
        ];
        scene.targets(id, forms).await.unwrap();
        let told = |found: &Progress| -> Vec<_> {
            found
                .targets
                .iter()
                .map(|of| (of.target.application.name(), of.target.units, of.target.needed(), of.target.done))
                .collect()
        };
        let found = scene.progress(id).await;
        assert_eq!(told(&found), [("documents", 13, 7, 0), ("mail", 1, 1, 0), ("one_stop", 2, 1, 0)]);
        assert!(found.targets.iter().all(|of| !of.target.is_reached()));
        // seven of thirteen use it, and one sends mail
        for certificate in 100..107 {
            scene
                .uses(certificate, if certificate == 100 { &["documents", "mail", "mail"] } else { &["documents"] })
                .await
                .unwrap();
        }
        let found = scene.progress(id).await;
        assert_eq!(told(&found), [("documents", 13, 7, 7), ("mail", 1, 1, 1), ("one_stop", 2, 1, 0)]);
        assert!(found.targets[0].target.is_reached() && found.targets[1].target.is_reached());
        assert_eq!(found.uses[..2], [(Application::Documents, 7), (Application::Mail, 1)]);
        // one that is not in use is used nowhere
        assert_eq!(scene.uses(112, &["mail"]).await, Err(Failure::Refused { why: Refusal::Impossible }));
        assert_eq!(scene.uses(100, &["telex"]).await, Err(Failure::field("applications", Fault::Choice)));
        scene.uses(100, &[]).await.unwrap();
        assert_eq!(told(&scene.progress(id).await)[1], ("mail", 1, 1, 0));
        let one = |field: &str, fault| Err(Failure::field(field, fault));
        let nowhere = vec![target("mail", "50", &["Sao Hỏa".to_owned()])];
        assert_eq!(scene.targets(id, nowhere).await, one("units-mail", Fault::Unknown));
        assert_eq!(scene.targets(id, vec![target("mail", "50", &[])]).await, one("units-mail", Fault::Missing));
        assert_eq!(scene.targets(id, vec![target("mail", "", &names[..1])]).await, one("percent-mail", Fault::Missing));
        assert_eq!(scene.targets(id, vec![target("mail", "0", &names[..1])]).await, one("percent-mail", Fault::Number));
    }
}
