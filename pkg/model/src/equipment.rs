//! What units need besides blanks to make and read cards (R40): the kinds of the province's budget tables, what is written on a
//! device, and quantities as those tables print them.

use std::collections::HashSet;

use crate::stock::{MAX_SERIALS, SerialFault, SerialProblem, read_serials};
use crate::text::clean;

/// A kind of device, as the budget tables of the project of 2017 name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EquipmentKind {
    /// Máy đọc thẻ.
    Reader,
    /// Thiết bị in thẻ.
    Printer,
    /// Máy quét.
    Scanner,
    /// Bộ hỗ trợ.
    Support,
}

impl EquipmentKind {
    /// Every kind, in the order of the budget tables.
    pub const ALL: [EquipmentKind; 4] =
        [EquipmentKind::Reader, EquipmentKind::Printer, EquipmentKind::Scanner, EquipmentKind::Support];

    /// Name used in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            EquipmentKind::Reader => "reader",
            EquipmentKind::Printer => "printer",
            EquipmentKind::Scanner => "scanner",
            EquipmentKind::Support => "support",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Phases that a plan may have.
pub const PHASES: std::ops::RangeInclusive<i64> = 1..=20;
/// Devices that are entered at a time.
pub const MAX_ITEMS: u64 = 5_000;
const NUMBER_CHARS: usize = 40;

/// Why a quantity is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityFault {
    /// No number, or none that can be entered.
    #[error("not a quantity")]
    Number,
    /// `9.00` may be 9 and may be 900; only the total tells.
    #[error("a quantity that can be read in two ways")]
    Unclear,
    /// It is not what the total says at that price.
    #[error("the product is {0}")]
    Product(u64),
}

/// Reads a quantity as a table prints it: `900`, `1.500`, and `9.00`, which is 900 where the price times that gives the total (C19).
///
/// # Errors
/// [`QuantityFault`]
pub fn read_quantity(text: &str, price: Option<u64>, total: Option<u64>) -> Result<u64, QuantityFault> {
    let text: String = clean(text).chars().filter(|c| !c.is_whitespace()).collect();
    let readings = readings(&text).ok_or(QuantityFault::Number)?;
    let product = |quantity: u64| price.and_then(|price| price.checked_mul(quantity));
    let quantity = match (total, readings.as_slice()) {
        (None, [only]) => *only,
        (None, _) => return Err(QuantityFault::Unclear),
        (Some(total), several) => match several.iter().find(|quantity| product(**quantity) == Some(total)) {
            Some(fits) => *fits,
            None => {
                let first = several.first().copied().and_then(product);
                return Err(first.map_or(QuantityFault::Number, QuantityFault::Product));
            }
        },
    };
    if (1..=MAX_ITEMS).contains(&quantity) { Ok(quantity) } else { Err(QuantityFault::Number) }
}

/// What a text may mean: its digits without points between thousands, and whole numbers with a decimal sign and zeros after it.
fn readings(text: &str) -> Option<Vec<u64>> {
    if !text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let parts: Vec<&str> = text.split(['.', ',']).collect();
    let digits: u64 = parts.concat().parse().ok()?;
    let (first, rest) = parts.split_first()?;
    let grouped = rest.iter().all(|part| part.len() == 3) && !first.is_empty() && (rest.is_empty() || first.len() <= 3);
    match rest {
        _ if grouped => Some(vec![digits]),
        [zeros] if !first.is_empty() && !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0') => {
            Some(vec![first.parse().ok()?, digits])
        }
        _ => None,
    }
}

/// Reads what is written on devices, serial or inventory numbers, one a line or by range as for blanks. Unlike those of blanks a
/// number may end in a letter.
///
/// # Errors
/// The first [`SerialProblem`]; an empty list is no error.
pub fn read_numbers(text: &str) -> Result<Vec<String>, SerialProblem> {
    let mut numbers = Vec::new();
    for item in text.split(['\n', '\r', ',', ';', '\t']).map(clean).filter(|item| !item.is_empty()) {
        match read_serials(&item) {
            Ok(serials) => numbers.extend(serials.into_iter().map(String::from)),
            Err(problem) if problem.fault == SerialFault::Form => match read_number(&item) {
                Some(number) => numbers.push(number),
                None => return Err(problem),
            },
            Err(problem) => return Err(problem),
        }
        if numbers.len() > MAX_SERIALS {
            return Err(SerialProblem { fault: SerialFault::TooMany, text: item });
        }
    }
    let mut seen = HashSet::with_capacity(numbers.len());
    match numbers.iter().find(|number| !seen.insert(number.as_str())) {
        Some(twice) => Err(SerialProblem { fault: SerialFault::Repeated, text: twice.clone() }),
        None => Ok(numbers),
    }
}

/// One number; small letters are taken as capitals.
pub fn read_number(text: &str) -> Option<String> {
    let text = clean(text).to_ascii_uppercase();
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-./".contains(&byte);
    let good = !text.is_empty()
        && text.len() <= NUMBER_CHARS
        && text.bytes().all(allowed)
        && text.bytes().any(|byte| byte.is_ascii_digit());
    good.then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_read_back() {
        for kind in EquipmentKind::ALL {
            assert_eq!(EquipmentKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(EquipmentKind::from_name("card"), None);
    }

    #[test]
    fn the_price_tells_what_a_misprinted_quantity_is() {
        // Thừa Thiên Huế 2017, phase 4: readers, `9.00` at 3.000.000, in all 2.700.000.000
        assert_eq!(read_quantity("9.00", Some(3_000_000), Some(2_700_000_000)), Ok(900));
        assert_eq!(read_quantity("9.00", Some(3_000_000), Some(27_000_000)), Ok(9));
        assert_eq!(read_quantity("9.00", Some(3_000_000), None), Err(QuantityFault::Unclear));
        assert_eq!(read_quantity("900", Some(500_000), Some(450_000_000)), Ok(900));
        assert_eq!(read_quantity("1.500", None, None), Ok(1500));
        assert_eq!(read_quantity(" 31 ", None, None), Ok(31));
        assert_eq!(read_quantity("31", Some(1_000_000), Some(30_000_000)), Err(QuantityFault::Product(31_000_000)));
        for wrong in ["", "0", "-3", "3,5", "1.50", "a", "5.001", "9..00", ".00", "99999999999999999999"] {
            assert_eq!(read_quantity(wrong, None, None), Err(QuantityFault::Number), "{wrong}");
        }
    }

    #[test]
    fn numbers_of_devices_may_end_in_a_letter() {
        assert_eq!(read_numbers("rd001–rd003\n5CG12ab").unwrap(), ["RD001", "RD002", "RD003", "5CG12AB"]);
        assert_eq!(read_numbers("").unwrap(), Vec::<String>::new());
        for (text, fault) in
            [("ABC", SerialFault::Form), ("A1\na1", SerialFault::Repeated), ("A2–A1", SerialFault::Reversed)]
        {
            assert_eq!(read_numbers(text).map_err(|problem| problem.fault), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*|[0-9.,A-Z–]{0,12}", price in any::<Option<u64>>(), total in any::<Option<u64>>()) {
            let _ = read_quantity(&text, price, total);
            let _ = read_numbers(&text);
        }
    }
}
