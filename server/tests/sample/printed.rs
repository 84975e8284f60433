//! A store of blanks with chips, and cards that were approved, for tests that come in as a browser does.

use contract::cards::Snapshot;
use model::card_code::CardCode;
use model::stock::LotCheck;
use registry::order::Order;
use registry::store::card::{self, NewCard};
use registry::work::change_person::{PersonForm, add_person};
use registry::work::stock::accept_lot::{AcceptForm, accept_lot};
use registry::work::stock::places::{PlaceForm, add_place};
use registry::work::stock::receive_lot::{LotForm, receive_lot};
use registry::work::stock::types::{TypeForm, add_type};
use registry::{Actor, Failure, Tx};

/// A place of that kind with blanks of these serials; the place.
pub async fn blanks(tx: &mut Tx, kind: &str, serials: &[String]) -> Result<i64, Failure> {
    let console = Actor::console();
    let form = TypeForm {
        code: "EV1".into(),
        name: "Phôi EV1".into(),
        supplier: "Nhà cung cấp".into(),
        chip: "embedded".into(),
        interface: "contactless".into(),
        chip_model: "MIFARE DESFire EV1".into(),
        memory_kb: "2".into(),
        material: "PVC".into(),
        surface: "matt".into(),
        length: "85.725".into(),
        width: "53.975".into(),
        thickness: "0.76".into(),
        appraisal: "1/BNV".into(),
        ..TypeForm::default()
    };
    let of = add_type(tx, &console, form).await?;
    let place = PlaceForm { name: "Kho".into(), kind: kind.into(), ..PlaceForm::default() };
    let place = add_place(tx, &console, place).await?;
    let lot = LotForm {
        type_id: Some(of),
        place_id: Some(place),
        number: "1".into(),
        document: "1".into(),
        stated: serials.len().to_string(),
        serials: serials.join("\n"),
        ..LotForm::default()
    };
    let lot = receive_lot(tx, &console, lot).await?;
    let good = AcceptForm { checks: LotCheck::ALL.to_vec(), ..AcceptForm::default() };
    accept_lot(tx, &console, (lot, 1), good).await?;
    Ok(place)
}

/// Somebody of the unit with an approved card that shows this portrait, each `nth` somebody else; the card.
pub async fn approved(tx: &mut Tx, unit: i64, nth: u32, portrait: &str) -> Result<i64, Failure> {
    const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let name = "Nguyễn Văn Thử".to_owned();
    let form = PersonForm { name: name.clone(), kind: "civil_servant".into(), ..PersonForm::default() };
    let person = add_person(tx, &Actor::console(), &Order::new(), unit, form).await?;
    let code: String = (0..4).map(|place| char::from(DIGITS[(nth / 58_u32.pow(place) % 58) as usize])).collect();
    let citizen_id = format!("046090{nth:06}");
    let snapshot = Snapshot {
        managing_agency: "Tỉnh".into(),
        using_unit: "Tỉnh".into(),
        unit_code: "H57".into(),
        administrative: true,
        full_name: name,
        born_on: "1990-01-02".into(),
        sex: "male".into(),
        number: format!("H57.{citizen_id}.CC"),
        citizen_id,
        position: "Chuyên viên".into(),
        employment: "civil_servant".into(),
        rank: "ordinary".into(),
        personnel_code: None,
        code,
        portrait: portrait.to_owned(),
        province: "Tỉnh".into(),
    };
    let text = serde_json::to_string(&snapshot).map_err(|_| Failure::Internal)?;
    let new = NewCard {
        person_id: person,
        request_id: None,
        unit_id: unit,
        number: &snapshot.number,
        code: &snapshot.code,
        card_type: "cc",
        snapshot: &text,
        sha256: &[0; 32],
        source: "province",
        portrait: None,
        replaces: None,
    };
    let at_ms = tx.at_ms();
    let code = CardCode::parse(&snapshot.code).map_err(|_| Failure::Internal)?;
    registry::store::card_code::give(tx.conn(), code, at_ms).await?;
    Ok(card::insert(tx.conn(), &new, at_ms).await?)
}
