//! The catalogue of blank types: what 838/QĐ-BNV says of a blank (R92–R103), as the supplier's papers state it.

use contract::stock::TypeLine;
use contract::{Failure, Fault, Faults};
use model::role::Action;
use model::stock::{ChipKind, Interface, MEMORY_KB, Measure, Surface, micrometres};
use model::text::clean;

use super::{NAME_CHARS, NOTE_CHARS, needed, record, text};
use crate::store::stock::catalogue::{self, Type};
use crate::{Actor, Conn, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct TypeForm {
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Who supplies it.
    pub supplier: String,
    /// `ChipKind` by name.
    pub chip: String,
    /// `Interface` by name.
    pub interface: String,
    /// `MIFARE DESFire EV3`.
    pub chip_model: String,
    /// In KB.
    pub memory_kb: String,
    /// Of the body.
    pub material: String,
    /// `Surface` by name.
    pub surface: String,
    /// In millimetres.
    pub length: String,
    /// In millimetres.
    pub width: String,
    /// In millimetres.
    pub thickness: String,
    /// Number of the Ministry's appraisal.
    pub appraisal: String,
    /// Anything else.
    pub note: String,
}

const CODE_CHARS: usize = 20;

/// Adds a type; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside the fields.
pub async fn add_type(tx: &mut Tx, actor: &Actor, form: TypeForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetUpStock, at_ms)?;
    let new = parse(&form)?;
    let id = catalogue::insert(tx.conn(), &new, at_ms).await?;
    let facts = serde_json::json!({ "code": new.code, "name": new.name, "chip": new.chip, "appraisal": new.appraisal });
    record(tx, actor, "stock.add_type", format!("blank_type:{id}"), facts);
    Ok(id)
}

/// Changes a type.
///
/// # Errors
/// As [`add_type`]; [`Failure::NotFound`], [`Failure::Stale`].
pub async fn change_type(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), form: TypeForm) -> Result<(), Failure> {
    actor.require_somewhere(Action::SetUpStock, tx.at_ms())?;
    catalogue::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let new = Type { id, version, ..parse(&form)? };
    if !catalogue::update(tx.conn(), &new).await? {
        return Err(Failure::Stale);
    }
    let facts = serde_json::json!({ "code": new.code, "name": new.name, "chip": new.chip, "appraisal": new.appraisal });
    record(tx, actor, "stock.change_type", format!("blank_type:{id}"), facts);
    Ok(())
}

fn parse(form: &TypeForm) -> Result<Type, Failure> {
    let mut faults = Faults::default();
    let code = faults.take("code", needed(&form.code, CODE_CHARS));
    let name = faults.take("name", needed(&form.name, NAME_CHARS));
    let supplier = faults.take("supplier", needed(&form.supplier, NAME_CHARS));
    let chip = faults.take("chip", ChipKind::from_name(&form.chip).ok_or(Fault::Choice));
    // a card without a chip is reached by nothing, and a chip by something (R81, R114)
    let interface = Interface::from_name(&form.interface);
    let fits =
        |interface: &Interface| chip.is_none_or(|chip| (chip == ChipKind::None) == (*interface == Interface::None));
    let interface = faults.take("interface", interface.filter(fits).ok_or(Fault::Choice));
    let with_chip = chip.is_some_and(|chip| chip != ChipKind::None);
    let chip_model = match text(&form.chip_model, NAME_CHARS) {
        Ok(None) if with_chip => Err(Fault::Missing),
        other => other,
    };
    let chip_model = faults.take("chip_model", chip_model).flatten();
    let memory_kb = match form.memory_kb.trim() {
        "" if with_chip => Err(Fault::Choice),
        "" => Ok(None),
        text => text.parse().ok().filter(|kb| MEMORY_KB.contains(kb) && with_chip).map(Some).ok_or(Fault::Choice),
    };
    let memory_kb = faults.take("memory_kb", memory_kb).flatten();
    let material = faults.take("material", needed(&form.material, NAME_CHARS));
    let surface = faults.take("surface", Surface::from_name(&form.surface).ok_or(Fault::Choice));
    let length = faults.take("length", measure(&form.length, Measure::LENGTH));
    let width = faults.take("width", measure(&form.width, Measure::WIDTH));
    let thickness = faults.take("thickness", measure(&form.thickness, Measure::THICKNESS));
    let appraisal = faults.take("appraisal", text(&form.appraisal, NAME_CHARS)).flatten();
    let note = faults.take("note", text(&form.note, NOTE_CHARS)).flatten();
    faults.check()?;
    let all = (|| {
        Some(Type {
            id: 0,
            code: code?,
            name: name?,
            supplier: supplier?,
            chip: chip?.name().to_owned(),
            interface: interface?.name().to_owned(),
            chip_model,
            memory_kb,
            material: material?,
            surface: surface?.name().to_owned(),
            length_um: length?,
            width_um: width?,
            thickness_um: thickness?,
            appraisal,
            note,
            version: 0,
        })
    })();
    all.ok_or(Failure::Internal)
}

/// A measure within the regulation's tolerance (R101).
fn measure(typed: &str, of: Measure) -> Result<i64, Fault> {
    if clean(typed).is_empty() {
        return Err(Fault::Missing);
    }
    let out = Fault::Measure { nominal: of.nominal, tolerance: of.tolerance };
    micrometres(&clean(typed)).ok_or(Fault::Number).and_then(|um| if of.admits(um) { Ok(um) } else { Err(out) })
}

/// The whole catalogue.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_types(conn: &mut Conn, actor: &Actor) -> Result<Vec<TypeLine>, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    Ok(catalogue::all(conn).await?.into_iter().map(line).collect())
}

/// One type.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_type(conn: &mut Conn, actor: &Actor, id: i64) -> Result<TypeLine, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    catalogue::by_id(conn, id).await?.map(line).ok_or(Failure::NotFound)
}

fn line(row: Type) -> TypeLine {
    TypeLine {
        id: row.id,
        code: row.code,
        name: row.name,
        supplier: row.supplier,
        chip: ChipKind::from_name(&row.chip).unwrap_or(ChipKind::None),
        interface: Interface::from_name(&row.interface).unwrap_or(Interface::None),
        chip_model: row.chip_model,
        memory_kb: row.memory_kb,
        material: row.material,
        surface: Surface::from_name(&row.surface).unwrap_or(Surface::Matt),
        size_um: [row.length_um, row.width_um, row.thickness_um],
        appraisal: row.appraisal,
        note: row.note,
        version: row.version,
    }
}
