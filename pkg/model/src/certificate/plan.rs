//! The yearly plan of certificates: kind × operation × group of units × position (R122–R125), with the totals that a plan prints.

use super::{Operation, SubscriberKind};

/// Groups of units as the plans name them; a group may join several classes of unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitGroup {
    /// Sở, ban, ngành.
    Agencies,
    /// Hội đặc thù cấp tỉnh.
    Associations,
    /// Đơn vị sự nghiệp trực thuộc sở, ban, ngành.
    AgencyServices,
    /// Sở, ban, ngành, và đơn vị sự nghiệp cấp tỉnh.
    AgenciesAndServices,
    /// UBND cấp huyện.
    Districts,
    /// Phòng, ban chuyên môn cấp huyện.
    DistrictOffices,
    /// Đơn vị sự nghiệp thuộc huyện.
    DistrictServices,
    /// Hội đặc thù cấp huyện.
    DistrictAssociations,
    /// UBND cấp xã.
    Communes,
    /// All administrative ones, from the province to the communes.
    All,
}

super::named!(UnitGroup:
    Agencies = "agencies", Associations = "associations", AgencyServices = "agency_services",
    AgenciesAndServices = "agencies_and_services", Districts = "districts", DistrictOffices = "district_offices",
    DistrictServices = "district_services", DistrictAssociations = "district_associations", Communes = "communes", All = "all",
);

/// A position that is given certificates (R122, R140, R153).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Position {
    /// The unit itself: its seal.
    Unit,
    /// Cấp trưởng, chủ tài khoản.
    Head,
    /// Cấp phó.
    Deputy,
    /// Kế toán trưởng hoặc tương đương.
    ChiefAccountant,
    /// Chánh Văn phòng.
    ChiefOfOffice,
    /// Văn thư.
    Clerk,
    /// Trưởng phòng.
    DivisionHead,
    /// Phó trưởng phòng.
    DivisionDeputy,
    /// Chuyên viên.
    Specialist,
    /// Everybody who has one.
    Any,
}

super::named!(Position:
    Unit = "unit", Head = "head", Deputy = "deputy", ChiefAccountant = "chief_accountant", ChiefOfOffice = "chief_of_office",
    Clerk = "clerk", DivisionHead = "division_head", DivisionDeputy = "division_deputy", Specialist = "specialist", Any = "any",
);

/// One line of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Row {
    /// The year.
    pub year: i16,
    /// What is done.
    pub operation: Operation,
    /// For whom.
    pub kind: SubscriberKind,
    /// In which units.
    pub group: UnitGroup,
    /// In which position.
    pub position: Position,
    /// How many certificates.
    pub quantity: u64,
}

/// Why a line is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// An organisation's certificate is the unit's, and only it is.
    #[error("kind and position do not fit")]
    Position,
    /// A line with the same year, operation, kind, group and position stands there already.
    #[error("the same line twice")]
    Twice,
    /// More than can be added up.
    #[error("too many")]
    TooMany,
}

/// A plan. Its sums cannot overflow: lines are refused before they could.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    rows: Vec<Row>,
}

impl Plan {
    /// Of these lines.
    ///
    /// # Errors
    /// The index of the first line that is none, and why.
    pub fn new(rows: Vec<Row>) -> Result<Self, (usize, RowFault)> {
        let mut all = 0u64;
        for (at, row) in rows.iter().enumerate() {
            if (row.kind == SubscriberKind::Organisation) != (row.position == Position::Unit) {
                return Err((at, RowFault::Position));
            }
            let same = |other: &Row| Row { quantity: row.quantity, ..*other } == *row;
            if rows.iter().take(at).any(same) {
                return Err((at, RowFault::Twice));
            }
            all = all.checked_add(row.quantity).ok_or((at, RowFault::TooMany))?;
        }
        Ok(Self { rows })
    }

    /// Its lines.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The years, from the first line's to the last's.
    pub fn years(&self) -> Vec<i16> {
        let first = self.rows.iter().map(|row| row.year).min();
        let last = self.rows.iter().map(|row| row.year).max();
        first.zip(last).map_or_else(Vec::new, |(first, last)| (first..=last).collect())
    }

    /// How many certificates the lines that pass a filter have.
    pub fn sum(&self, passes: impl Fn(&Row) -> bool) -> u64 {
        self.rows.iter().filter(|row| passes(row)).map(|row| row.quantity).sum()
    }

    /// A line of the plan's table: an operation for a kind by year, and its total.
    pub fn line(&self, operation: Operation, kind: SubscriberKind) -> (Vec<u64>, u64) {
        let fits = |row: &Row| row.operation == operation && row.kind == kind;
        let by_year: Vec<u64> =
            self.years().into_iter().map(|year| self.sum(|row| fits(row) && row.year == year)).collect();
        let total = by_year.iter().sum();
        (by_year, total)
    }

    /// All operations by year, and their total.
    pub fn totals(&self) -> (Vec<u64>, u64) {
        let by_year: Vec<u64> = self.years().into_iter().map(|year| self.sum(|row| row.year == year)).collect();
        let total = by_year.iter().sum();
        (by_year, total)
    }

    /// Classes for those who get their first certificate, by year, and their total (R125).
    pub fn classes(&self, capacity: std::num::NonZeroU64) -> (Vec<u64>, u64) {
        let (people, _) = self.line(Operation::New, SubscriberKind::Person);
        let by_year: Vec<u64> = people.into_iter().map(|people| crate::training::classes(people, capacity)).collect();
        let total = by_year.iter().sum();
        (by_year, total)
    }
}

#[cfg(test)]
mod tests;
