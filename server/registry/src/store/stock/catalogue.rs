//! Types of blanks.

use sqlx::FromRow;

use crate::store::{Conn, StoreError};

/// A type of blank.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Type {
    /// Id.
    pub id: i64,
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Who supplies it.
    pub supplier: String,
    /// `model::stock::ChipKind` by name.
    pub chip: String,
    /// `model::stock::Interface` by name.
    pub interface: String,
    /// The chip.
    pub chip_model: Option<String>,
    /// In KB.
    pub memory_kb: Option<i64>,
    /// Of the body.
    pub material: String,
    /// `model::stock::Surface` by name.
    pub surface: String,
    /// In micrometres.
    pub length_um: i64,
    /// In micrometres.
    pub width_um: i64,
    /// In micrometres.
    pub thickness_um: i64,
    /// Number of the Ministry's appraisal.
    pub appraisal: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

macro_rules! select_type {
    ($rest:literal) => {
        concat!(
            "select id, code, name, supplier, chip, interface, chip_model, memory_kb, material, surface, length_um, ",
            "width_um, thickness_um, appraisal, note, version from blank_type ",
            $rest
        )
    };
}

/// Every type, by code.
///
/// # Errors
/// As the database says.
pub async fn all(conn: &mut Conn) -> Result<Vec<Type>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_type!("order by code")).fetch_all(c).await)?)
}

/// A type by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Type>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_type!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Adds a type; its id. The id and version handed in do not count.
///
/// # Errors
/// [`StoreError::Taken`] for a code that exists.
pub async fn insert(conn: &mut Conn, new: &Type, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into blank_type (code, name, supplier, chip, interface, chip_model, memory_kb, material, surface, \
             length_um, width_um, thickness_um, appraisal, note, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id")
        .bind(&new.code)
        .bind(&new.name)
        .bind(&new.supplier)
        .bind(&new.chip)
        .bind(&new.interface)
        .bind(&new.chip_model)
        .bind(new.memory_kb)
        .bind(&new.material)
        .bind(&new.surface)
        .bind(new.length_um)
        .bind(new.width_um)
        .bind(new.thickness_um)
        .bind(&new.appraisal)
        .bind(&new.note)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Changes a type if it still has that version; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] for a code that exists.
pub async fn update(conn: &mut Conn, of: &Type) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update blank_type set code = $1, name = $2, supplier = $3, chip = $4, interface = $5, chip_model = $6, \
             memory_kb = $7, material = $8, surface = $9, length_um = $10, width_um = $11, thickness_um = $12, \
             appraisal = $13, note = $14, version = version + 1 where id = $15 and version = $16")
        .bind(&of.code)
        .bind(&of.name)
        .bind(&of.supplier)
        .bind(&of.chip)
        .bind(&of.interface)
        .bind(&of.chip_model)
        .bind(of.memory_kb)
        .bind(&of.material)
        .bind(&of.surface)
        .bind(of.length_um)
        .bind(of.width_um)
        .bind(of.thickness_um)
        .bind(&of.appraisal)
        .bind(&of.note)
        .bind(of.id)
        .bind(of.version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
