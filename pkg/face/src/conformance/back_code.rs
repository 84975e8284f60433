//! The second QR code, on the back: wanted where the province has a key for it. The regulation does not have it; it is judged like the
//! first as far as printing goes, and by its signature.

use super::clause::BACK_QR;
use super::code::{Grid, dots, quiet_zone, read, size};
use super::{Clause, Judge, NOTHING, Reason, Verdict, mm, rule};
use crate::qr::signed::{Signed, digest};
use crate::scene::Element;

impl Judge<'_> {
    pub(super) fn back_code(&mut self) {
        let signer = self.settings.signer;
        let Some(place) = self.back.bounds(Element::BackQr) else {
            for clause in BACK_QR {
                match signer {
                    Some(_) => self.missing(clause, "1"),
                    None => self.find(clause, Verdict::Met, NOTHING, NOTHING),
                }
            }
            return;
        };
        let resolution = self.settings.resolution;
        let pixels = self.back.to_pixels(place);
        let grid = Grid::measured(&self.back, pixels);
        let (verdict, _, found) = size(place);
        // it has no size of its own but that it can be read and has room
        let verdict = if matches!(verdict, Verdict::Equivalent(_)) { Verdict::Met } else { verdict };
        let range = format!("{}–{} mm", mm(rule::QR_LEAST_SIDE), mm(rule::QR_SIDE));
        self.find(Clause::BackQrSize, verdict, range, found);
        let (verdict, expected, found) = quiet_zone(&self.back, place, grid, resolution);
        self.find(Clause::BackQrQuietZone, verdict, expected, found);
        let (verdict, expected, found) = dots(grid, resolution);
        self.find(Clause::BackQrDots, verdict, expected, found);

        let text = grid.and_then(|grid| read(&self.back, pixels, grid));
        let Some(text) = text else {
            for clause in [Clause::BackQrReadable, Clause::BackQrClaims, Clause::BackQrSignature] {
                self.find(clause, Verdict::NotMet(Reason::Unreadable), "1", NOTHING);
            }
            return;
        };
        let signed = Signed::parse(&text);
        self.find(Clause::BackQrReadable, Verdict::Met, "1", text);
        let record = self.record;
        let wanted = (record.card_code, record.unit_code.level_one_code(), record.card_type, digest(record));
        let says = |it: &Signed| (it.claims.card_code, it.claims.level_one, it.claims.card_type, it.claims.holder);
        let told = |code: &str, level_one: &str, letters: &str| format!("{code}, {level_one}, {letters}");
        let expected =
            told(record.card_code.as_str(), record.unit_code.level_one(), rule::type_letters(record.card_type));
        let found = signed.as_ref().map_or(NOTHING.to_owned(), |it| {
            let claims = &it.claims;
            told(claims.card_code.as_str(), claims.level_one.as_str(), rule::type_letters(claims.card_type))
        });
        let holds = signed.as_ref().is_ok_and(|it| says(it) == wanted);
        self.hold(Clause::BackQrClaims, holds, Reason::OtherValue, expected, found);
        let (verdict, found) = match signer {
            None => (Verdict::NotMet(Reason::Unexpected), NOTHING.to_owned()),
            Some(key) => match signed.and_then(|signed| signed.verify(&key)) {
                Ok(()) => (Verdict::Met, "1".to_owned()),
                Err(error) => (Verdict::NotMet(Reason::NotSigned), error.to_string()),
            },
        };
        self.find(Clause::BackQrSignature, verdict, "1", found);
    }
}
