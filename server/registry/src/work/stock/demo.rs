//! The demonstration province's stock: the blanks of phase 2 with their spare ones (S000, App. II), two stations, and something that waits
//! for each who keeps them.

use contract::Failure;
use model::role::{Grant, Role};
use model::stock::LotCheck;

use super::accept_lot::{AcceptForm, accept_lot};
use super::destroy::{DestroyForm, draw_up};
use super::move_blanks::{SendForm, send_blanks, take_in};
use super::places::{PlaceForm, add_place};
use super::receive_lot::{LotForm, receive_lot};
use super::set_aside::{AsideForm, set_aside};
use super::spoil::{SpoilForm, spoil};
use super::types::{TypeForm, add_type};
use crate::store::unit::Unit;
use crate::store::{account, unit};
use crate::{Actor, Tx};

/// Fills it, with the accounts of the keeper and of the operator.
///
/// # Errors
/// [`Failure::Internal`] where those accounts are not there.
pub(in crate::work) async fn fill(tx: &mut Tx, units: &[Unit]) -> Result<(), Failure> {
    let root = unit::root(tx.conn()).await?.ok_or(Failure::Internal)?.path;
    let keeper = somebody(tx, "thukho", Role::StockKeeper, &root).await?;
    let operator = somebody(tx, "capthe", Role::IssuingOperator, &root).await?;
    let chip =
        type_of("EV3-8K", "Thẻ chip chìm DESFire EV3 8 KB", ["embedded", "contactless", "MIFARE DESFire EV3", "8"]);
    let chip = add_type(tx, &keeper, chip).await?;
    let plain = add_type(tx, &keeper, type_of("KC", "Thẻ không chip", ["none", "none", "", ""])).await?;
    let place = |name: String, kind: &str, [unit_code, quota, minimum]: [&str; 3]| PlaceForm {
        name,
        kind: kind.to_owned(),
        unit_code: unit_code.to_owned(),
        quota: quota.to_owned(),
        minimum: minimum.to_owned(),
    };
    let store = add_place(tx, &keeper, place("Kho phôi của tỉnh".to_owned(), "store", ["", "", "500"])).await?;
    let of = |class: &str, code: &str| {
        let mut units = units.iter().filter(|unit| unit.class == class);
        units.find(|unit| unit.code.as_deref().is_some_and(|own| code.is_empty() || own == code))
    };
    let mut stations = Vec::new();
    for (unit, limits) in [(of("specialised_agency", "H57.10"), ["500", "100"]), (of("district", ""), ["200", "100"])] {
        let Some(unit) = unit else { continue };
        let (name, code) = (format!("Điểm cấp thẻ {}", unit.name), unit.code.clone().unwrap_or_default());
        let [quota, minimum] = limits;
        stations.push(add_place(tx, &keeper, place(name, "station", [&code, quota, minimum])).await?);
    }

    // 2,210 cards and 1,000 spare blanks
    let lot = lot_of(chip, store, ["DN-2026-01", "PGH 118", "3210", "PH000001–PH003210"]);
    let lot = receive_lot(tx, &keeper, lot).await?;
    accept_lot(tx, &keeper, (lot, 1), AcceptForm { checks: LotCheck::ALL.to_vec(), ..AcceptForm::default() }).await?;
    let aside = AsideForm {
        place_id: Some(store),
        serials: "PH002211–PH003210".to_owned(),
        note: "Dự phòng theo Phụ lục II".to_owned(),
        ..AsideForm::default()
    };
    set_aside(tx, &keeper, aside).await?;
    // ordinary cards are printed on these; 500 more wait to be looked at
    let old = receive_lot(tx, &keeper, lot_of(plain, store, ["KC-06", "PGH 97", "2000", "KC001001–KC003000"])).await?;
    accept_lot(tx, &keeper, (old, 1), AcceptForm { checks: LotCheck::ALL.to_vec(), ..AcceptForm::default() }).await?;
    receive_lot(tx, &keeper, lot_of(plain, store, ["KC-07", "PGH 121", "500", "KC0001–KC0500"])).await?;

    let send = |to: i64, serials: &str| SendForm {
        from: Some(store),
        to: Some(to),
        serials: serials.to_owned(),
        document: "PXK 31".to_owned(),
    };
    if let Some(first) = stations.first().copied() {
        let sent = send_blanks(tx, &keeper, send(first, "PH000001–PH000300")).await?;
        take_in(tx, &operator, (sent, 1), true, "").await?;
        for (serials, reason) in [("PH000001–PH000002", "misprint"), ("PH000017", "chip_fault")] {
            let form = SpoilForm {
                place_id: Some(first),
                serials: serials.to_owned(),
                reason: reason.to_owned(),
                ..SpoilForm::default()
            };
            spoil(tx, &operator, form).await?;
        }
        let minutes = DestroyForm {
            place_id: Some(first),
            serials: "PH000001–PH000002".to_owned(),
            method: "Cắt vụn qua chip và ăng-ten".to_owned(),
            ..DestroyForm::default()
        };
        draw_up(tx, &keeper, minutes).await?;
    }
    if let Some(second) = stations.get(1).copied() {
        let sent = send_blanks(tx, &keeper, send(second, "PH000301–PH000380")).await?;
        take_in(tx, &operator, (sent, 1), true, "").await?;
        send_blanks(tx, &keeper, send(second, "PH000381–PH000440")).await?;
    }
    Ok(())
}

async fn somebody(tx: &mut Tx, login: &str, role: Role, root: &str) -> Result<Actor, Failure> {
    let account = account::by_login(tx.conn(), login).await?.ok_or(Failure::Internal)?;
    let grants = vec![Grant { role, path: root.to_owned() }];
    Ok(Actor::account(account.id, account.person_id, account.display_name, grants, Some(tx.at_ms())))
}

fn type_of(code: &str, name: &str, [chip, interface, chip_model, memory_kb]: [&str; 4]) -> TypeForm {
    let text = str::to_owned;
    TypeForm {
        code: text(code),
        name: text(name),
        supplier: text("Nhà cung cấp trình diễn"),
        chip: text(chip),
        interface: text(interface),
        chip_model: text(chip_model),
        memory_kb: text(memory_kb),
        material: text("PVC nhiều lớp, lõi trắng"),
        surface: text("matt"),
        length: text("85,725"),
        width: text("53,975"),
        thickness: text("0,76"),
        appraisal: text("01/TĐ-TD"),
        note: String::new(),
    }
}

fn lot_of(kind: i64, place: i64, [number, document, stated, serials]: [&str; 4]) -> LotForm {
    LotForm {
        type_id: Some(kind),
        place_id: Some(place),
        number: number.to_owned(),
        document: document.to_owned(),
        stated: stated.to_owned(),
        serials: serials.to_owned(),
        ..LotForm::default()
    }
}
