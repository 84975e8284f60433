//! A card's face from what was frozen when it was approved, or would be (R72): shown where it is verified and at the issuing
//! desk, and as the file that is printed.

use std::sync::Arc;

use chip::keys::SetVersion;
use contract::cards::Snapshot;
use contract::{Failure, Lang, Outage};
use face::qr::signed::Claims;
use face::record::{Form, Record};
use face::scene::{Picture, PictureFormat};
use jiff::civil::Date;
use model::card_type::{Employment, Rank};
use model::person::Sex;
use preview::{NotPressed, Sides};
use registry::card_vault::CardVault;

use crate::call::cards::{kind_of_card, of_province};
use crate::{Cards, naming};
use contract::national::NationalRow;

/// How a card will look.
#[derive(Default)]
pub struct Look {
    /// Both sides; nothing where a value has not its form.
    pub sides: Option<Sides>,
    /// Why it cannot be printed, a sentence each.
    pub faults: Vec<String>,
    /// What the national database says otherwise.
    pub differs: Option<NationalRow>,
}

/// How the card will look.
pub fn look(cards: &Cards, l: Lang, snapshot: &Snapshot, portrait: &[u8]) -> Look {
    let drawing = cards.easel.draw(l, &form(cards, snapshot), picture(portrait));
    Look { sides: drawing.sides, faults: drawing.said, differs: None }
}

/// Why the card cannot be printed, a sentence each, without drawing it.
pub fn faults(cards: &Cards, l: Lang, snapshot: &Snapshot, portrait: &[u8]) -> Vec<String> {
    cards.easel.faults(l, &form(cards, snapshot), picture(portrait))
}

/// What signs the codes on backs.
pub struct BackSigner {
    pub keys: Arc<dyn CardVault>,
    /// The set in use.
    pub set: SetVersion,
    pub public: [u8; 32],
    /// The day of issue.
    pub day: Date,
}

impl BackSigner {
    fn text(&self, record: &Record) -> Result<String, NotPressed> {
        let claims = Claims::of(record, &self.public, self.day, None);
        let signature = self.keys.sign_card(self.set, &claims.message().map_err(|_| NotPressed::Unsigned)?);
        let signature = signature.map_err(|_| NotPressed::Unsigned)?;
        claims.signed(|_| signature).map_err(|_| NotPressed::Unsigned)
    }
}

/// The file for the cards' printer, front and back of each in turn; with a signed code on each back where `back` signs them.
///
/// # Errors
/// [`Failure::Internal`] where what was frozen cannot be drawn any more, which is logged; [`Outage::Keys`].
pub fn pdf(cards: &Cards, of: &[(Snapshot, Vec<u8>)], back: Option<&BackSigner>) -> Result<Vec<u8>, Failure> {
    let drawn = of.iter().map(|(snapshot, portrait)| (form(cards, snapshot), picture(portrait))).collect();
    let codes = of.iter().map(|(snapshot, _)| snapshot.code.as_str()).collect::<Vec<_>>().join(" ");
    let text = |record: &Record| back.map(|back| back.text(record)).transpose();
    cards.easel.press(drawn, codes.clone(), text).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, %codes, "a card cannot be printed");
        match error {
            NotPressed::Unsigned => Failure::Unavailable { why: Outage::Keys },
            NotPressed::Written | NotPressed::Pdf(_) => Failure::Internal,
        }
    })
}

/// What the printed QR code of that card says.
pub fn code(cards: &Cards, snapshot: &Snapshot) -> Option<String> {
    cards.easel.code(&form(cards, snapshot))
}

fn picture(portrait: &[u8]) -> Option<Picture> {
    let master = photo::check_master(portrait).ok()?;
    let pixels = (master.width(), master.height());
    Some(Picture { format: PictureFormat::Jpeg, pixels, bytes: Arc::from(portrait) })
}

fn form(cards: &Cards, snapshot: &Snapshot) -> Form {
    let usual = &cards.usual;
    let employment = Employment::from_name(&snapshot.employment).unwrap_or(Employment::Contract);
    let rank = Rank::from_name(&snapshot.rank).unwrap_or(Rank::Ordinary);
    let (card_type, rank, variant) = kind_of_card(cards, employment, rank);
    let form = Form {
        variant,
        // the ordinary card; the one with a chip is written at the desk (R114)
        chip: false,
        administrative: snapshot.administrative,
        rank,
        managing_agency: snapshot.managing_agency.to_uppercase(),
        using_unit: snapshot.using_unit.to_uppercase(),
        unit_code: snapshot.unit_code.clone(),
        full_name: snapshot.full_name.clone(),
        birth_date: naming::day(Lang::Vi, &snapshot.born_on),
        sex: match Sex::from_name(&snapshot.sex) {
            Some(Sex::Female) => "Nữ".to_owned(),
            Some(Sex::Male) => "Nam".to_owned(),
            None => String::new(),
        },
        citizen_id: snapshot.citizen_id.clone(),
        card_type: card_type.as_str().to_owned(),
        position: snapshot.position.clone(),
        card_code: snapshot.code.clone(),
        host: usual.host.clone(),
        photo: None,
        back_name: if usual.back_name.is_empty() { of_province(&snapshot.province) } else { usual.back_name.clone() },
        emblem: None,
    };
    cards.easel.fitted(form)
}
