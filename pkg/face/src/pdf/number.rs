//! Numbers of a content stream: decimals out of whole units, without floating point.

use crate::length::Emu;

/// Digits after the decimal point of a length in points.
pub(super) const DIGITS: u32 = 5;

/// A length in hundred-thousandths of a point, rounded to the nearest: at most 5·10⁻⁶ pt (1.8 nm) off, and exact for whole points and for
/// dots of 300 and 600 dpi (0.24 and 0.12 pt).
pub(super) fn grains(length: Emu) -> i64 {
    rounded(i64::from(length.0) * 10_i64.pow(DIGITS), Emu::PER_PT.into())
}

/// `numerator ÷ denominator`, rounded to the nearest, halves away from zero; the denominator is positive.
pub(super) fn rounded(numerator: i64, denominator: i64) -> i64 {
    (numerator + numerator.signum() * (denominator / 2)) / denominator
}

/// Appends a length in points and a blank.
pub(super) fn push_length(out: &mut Vec<u8>, length: Emu) {
    push_decimal(out, grains(length), DIGITS);
}

/// Appends `value ÷ 10^digits` as short as it can be written, and a blank.
#[inline] // the power of ten is known where it is called
pub(super) fn push_decimal(out: &mut Vec<u8>, value: i64, digits: u32) {
    if value < 0 {
        out.push(b'-');
    }
    let unit = 10_u64.pow(digits);
    let (whole, mut part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    if whole != 0 || part == 0 {
        push_digits(out, whole, 1);
    }
    if part != 0 {
        let mut width = digits as usize;
        while part % 10 == 0 {
            (part, width) = (part / 10, width - 1);
        }
        out.push(b'.');
        push_digits(out, part, width);
    }
    out.push(b' ');
}

/// Appends an integer and a blank.
#[inline]
pub(super) fn push_integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    match value.unsigned_abs() {
        digit @ 0..10 => out.push(b'0' + digit as u8),
        value => push_digits(out, value, 1),
    }
    out.push(b' ');
}

/// Appends an integer with zeros in front up to a width of at most 20.
pub(super) fn push_digits(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while value != 0 {
        first -= 1;
        digits[first] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&digits[first.min(digits.len() - width)..]);
}

/// Appends a number of two bytes in hexadecimal.
pub(super) fn push_hex(out: &mut Vec<u8>, value: u16) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.extend([12, 8, 4, 0].map(|shift| HEX[usize::from(value >> shift & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(length: Emu) -> String {
        let mut out = Vec::new();
        push_length(&mut out, length);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lengths_are_as_short_as_they_can_be() {
        for (length, text) in [
            (Emu::ZERO, "0 "),
            (Emu::um(85_725), "243 "),
            (Emu::um(53_975), "153 "),
            (Emu::um(-50), "-.14173 "),
            (Emu::dot(300) * 7, "1.68 "),
            (Emu(1), ".00008 "),
            (Emu(i32::MIN), "-169093.20063 "),
        ] {
            assert_eq!(written(length), text);
        }
    }

    #[test]
    fn every_dot_of_a_card_is_exact_also_for_a_reader_of_single_precision() {
        for dpi in [300, 600] {
            let unit = 7_200_000 / i64::from(dpi);
            for dot in 0..=i64::from(Emu::um(85_725).0 / Emu::dot(dpi).0) {
                let length = Emu::dot(dpi) * dot as i32;
                assert_eq!(grains(length), dot * unit);
                let read: f32 = written(length).trim().parse().unwrap();
                let off = (f64::from(read) * f64::from(dpi) / 72.0 - dot as f64).abs();
                assert!(off < 0.000_1, "{off} dots off at {dot}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(length in -40_000_000..40_000_000_i32) {
            let read: f64 = written(Emu(length)).trim().parse().unwrap();
            prop_assert!((read - Emu(length).to_pt()).abs() <= 5.000_001e-6, "{read}");
        }
    }
}
