//! Vietnamese order, as Unicode CLDR has it for `vi`: letters first, tones second (none, huyền, hỏi, ngã, sắc, nặng).
//!
//! SQLite has no such collation, so a key is stored beside each name; bytes compare as the names do.

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;
use model::text::{canonical_tone, split_name};

/// Makes the keys. Cheap to keep, not cheap to make.
pub struct Order(CollatorBorrowed<'static>);

impl Order {
    /// The Vietnamese collation.
    ///
    /// # Panics
    /// Never: the data are compiled in, and a test makes one.
    #[expect(clippy::expect_used, reason = "compiled-in data; a test makes one")]
    pub fn new() -> Self {
        Order(Collator::try_new(locale!("vi").into(), CollatorOptions::default()).expect("compiled-in collation data"))
    }

    /// Key of a unit's name, or of any other text.
    pub fn key(&self, text: &str) -> Vec<u8> {
        let mut key = Vec::with_capacity(text.len() * 2);
        self.write(text, &mut key);
        key
    }

    /// Key of a person's name: by given name, then surname, then what stands between, as official lists do.
    pub fn name_key(&self, name: &str) -> Vec<u8> {
        let parts = split_name(name);
        let mut key = Vec::with_capacity(name.len() * 2 + 2);
        self.write(&parts.given, &mut key);
        // sort keys hold no zero byte, so a shorter part comes first
        key.push(0);
        self.write(&parts.surname, &mut key);
        key.push(0);
        self.write(&parts.middle, &mut key);
        key
    }

    /// Hòa and Hoà are one name in two spellings: they stand together.
    fn write(&self, text: &str, key: &mut Vec<u8>) {
        let Ok(()) = self.0.write_sort_key_to(&canonical_tone(text), key);
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_sort_as_cldr_has_them() {
        let order = Order::new();
        let expected = [
            "An", "Anh", "Ánh", "Ân", "Ấn", "ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ", "Nghiêm", "Ngô", "Nguyen",
            "Nguyên", "Nguyễn",
        ];
        let mut sorted = expected;
        sorted.reverse();
        sorted.sort_by_key(|word| order.key(word));
        assert_eq!(sorted, expected);
    }

    #[test]
    fn people_sort_by_given_name() {
        let order = Order::new();
        let expected =
            ["Trần Văn An", "Lê Thị Ánh", "Lê Văn Ánh", "Nguyễn Ánh", "Đặng Bình", "Nguyễn Thị Đào", "H'Mai"];
        let mut sorted = expected;
        sorted.reverse();
        sorted.sort_by_key(|name| order.name_key(name));
        assert_eq!(sorted, expected);
    }
}
