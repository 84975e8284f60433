//! What draws.

use std::sync::{Arc, OnceLock};

use contract::Lang;
use face::artwork::Emblem;
use face::conformance::Plates;
use face::font::Fonts;
use face::layout::{self, Draft, Grounds, Mode, PAGE, Pictures, Settings};
use face::qr::{Budget, Code, Proposal, QrFields};
use face::record::{self, Form, Record};
use face::scene::{Element, Item, Picture, Scene};
use face::{pdf, svg};

use crate::faults::{self, Faults};
use crate::{budget, report};

/// The province's type, settings, emblem and grounds.
pub struct Easel {
    fonts: Fonts,
    settings: Settings,
    emblem: Option<Emblem>,
    /// For the report alone: a preview lies on pictures of the grounds.
    plates: OnceLock<Plates>,
}

/// A face as far as it is written.
pub struct Drawing {
    /// Its sides; nothing while a value has not its form, and what was shown before stays.
    pub sides: Option<Sides>,
    /// What has to be mended, as HTML.
    pub faults: String,
    /// The same, a sentence each; empty where there is nothing.
    pub said: Vec<String>,
    /// Keys of the fields that have to be mended.
    pub wrong: Vec<&'static str>,
    /// What the QR code uses of its budget, as HTML.
    pub budget: String,
    /// To be judged.
    pub laid_out: LaidOut,
}

/// What a drawing was made from; nothing while a value has not its form.
pub struct LaidOut(Option<(Record, Draft)>);

/// The two sides in layers, each an SVG document without a ground, to be laid on it and on each other.
#[derive(PartialEq, Eq)]
pub struct Sides {
    /// The portrait alone, which changes seldom and is heavy.
    pub portrait: String,
    /// All else of the front.
    pub front: String,
    /// The back.
    pub back: String,
}

/// Why a card cannot be printed.
#[derive(Debug, thiserror::Error)]
pub enum NotPressed {
    /// A value has not its form, or does not fit.
    #[error("the card cannot be drawn as it is written")]
    Written,
    /// The code on its back is to be signed and cannot be.
    #[error("the code on the card's back cannot be signed")]
    Unsigned,
    /// The file cannot be written.
    #[error("the card's file cannot be written")]
    Pdf(#[from] pdf::Error),
}

impl Easel {
    /// With this type, these settings, and the province's own emblem where it has one.
    pub fn new(fonts: Fonts, settings: Settings, emblem: Option<Emblem>) -> Self {
        Easel { fonts, settings, emblem, plates: OnceLock::new() }
    }

    /// Draws what is written.
    pub fn draw(&self, l: Lang, form: &Form, portrait: Option<Picture>) -> Drawing {
        let (record, draft) = match self.lay_out(form, portrait) {
            Ok(laid_out) => laid_out,
            Err(found) => {
                let budget = self.budget(&unread(form));
                let Faults { html, said, wrong } = faults::of_values(l, &found);
                return Drawing {
                    sides: None,
                    faults: html,
                    said,
                    wrong,
                    budget: budget::html(l, &budget, None),
                    laid_out: LaidOut(None),
                };
            }
        };
        let budget = self.budget(&layout::qr_fields(&record));
        let refusal = draft.faults.iter().find_map(|fault| match fault {
            layout::Fault::Qr(refusal) => Some(&**refusal),
            _ => None,
        });
        let Faults { html, said, wrong } = faults::of_layout(l, &draft.faults, &draft.abbreviated);
        let (portrait, rest): (Vec<Item>, Vec<Item>) =
            draft.front.items.iter().cloned().partition(|item| item.element == Element::Portrait);
        Drawing {
            sides: Some(Sides {
                portrait: self.svg(portrait),
                front: self.svg(rest),
                back: self.svg(draft.back.items.clone()),
            }),
            faults: html,
            said,
            wrong,
            budget: budget::html(l, &budget, refusal.and_then(|it| it.proposal.as_ref())),
            laid_out: LaidOut(Some((record, draft))),
        }
    }

    /// What has to be mended, a sentence each; empty where there is nothing. It is laid out for that, and not drawn.
    pub fn faults(&self, l: Lang, form: &Form, portrait: Option<Picture>) -> Vec<String> {
        match self.lay_out(form, portrait) {
            Ok((_, draft)) => faults::of_layout(l, &draft.faults, &draft.abbreviated).said,
            Err(found) => faults::of_values(l, &found).said,
        }
    }

    /// The record and its layout without grounds; the faults of values that have not their form.
    fn lay_out(&self, form: &Form, portrait: Option<Picture>) -> Result<(Record, Draft), Vec<record::Fault>> {
        let record = Record::read(form)?;
        let pictures = Pictures { portrait, emblem: self.emblem.as_ref().and_then(|emblem| emblem.on_card(form)) };
        let none = Grounds { front: Arc::from([]), back: Arc::from([]) };
        let draft = layout::draft(&record, pictures, &none, &self.fonts, &self.settings);
        Ok((record, draft))
    }

    /// The form with the approved abbreviations without which it has no QR code, where they help; a person sees them as they see
    /// everything else that was filled in for them.
    pub fn fitted(&self, form: Form) -> Form {
        let settings = &self.settings;
        let Ok(record) = Record::read(&form) else { return form };
        let fields = layout::qr_fields(&record);
        let code = Code::new(&fields, settings.separator, settings.resolution, &settings.abbreviations);
        match code.err().and_then(|refusal| refusal.proposal) {
            Some(Proposal { fields, .. }) => {
                Form { managing_agency: fields.managing_agency, position: fields.position, ..form }
            }
            None => form,
        }
    }

    /// What the card's QR code says; nothing where a value has not its form.
    pub fn code(&self, form: &Form) -> Option<String> {
        let fields = layout::qr_fields(&Record::read(form).ok()?);
        let code = Code::new(&fields, self.settings.separator, self.settings.resolution, &self.settings.abbreviations);
        Some(code.ok()?.payload.as_str().to_owned())
    }

    /// The conformance report on what was drawn, as HTML: takes long beside drawing.
    pub fn judge(&self, l: Lang, laid_out: LaidOut) -> String {
        let Some((record, draft)) = laid_out.0 else { return report::waits(l) };
        let Ok(mut face) = draft.finish() else { return report::waits(l) };
        let plates = self.plates();
        let Grounds { front, back } = plates.grounds();
        (face.front.ground, face.back.ground) = (front.clone(), back.clone());
        match plates.report(&record, &face, &self.fonts, &self.settings) {
            Ok(report) => report::html(l, &report),
            Err(error) => report::unreadable(l, &error),
        }
    }

    /// Both sides of each card on their grounds as a PDF in the inks of a card printer: what is printed on a white blank. `title` names the document.
    ///
    /// `back`: the text of the signed code on a card's back, nothing where it has none.
    ///
    /// # Errors
    /// Where the card cannot be drawn as it is written, a picture cannot be put on it, or its back cannot be signed.
    pub fn press(
        &self,
        cards: Vec<(Form, Option<Picture>)>,
        title: String,
        back: impl Fn(&Record) -> Result<Option<String>, NotPressed>,
    ) -> Result<Vec<u8>, NotPressed> {
        let grounds = self.plates().grounds();
        let options = pdf::Options { title, palette: self.settings.palette, ..pdf::Options::default() };
        let mut file = Vec::new();
        let mut writer = pdf::Writer::new(&self.fonts, options, &mut file)?;
        for (form, portrait) in cards {
            let record = Record::read(&form).map_err(|_| NotPressed::Written)?;
            let pictures = Pictures { portrait, emblem: self.emblem.as_ref().and_then(|emblem| emblem.on_card(&form)) };
            let face = layout::lay_out(&record, pictures, grounds, &self.fonts, &self.settings);
            let mut face = face.map_err(|_| NotPressed::Written)?;
            if let Some(text) = back(&record)? {
                face.sign(&text, self.settings.resolution).map_err(|_| NotPressed::Unsigned)?;
            }
            for side in [&face.front, &face.back] {
                let scene = side.without_ground(Mode::Full);
                writer.page(pdf::Side { scene: &scene, ground: Some(&side.ground) }, &mut file)?;
            }
        }
        writer.finish(&mut file)?;
        Ok(file)
    }

    /// The grounds of front and back as SVG documents of their own.
    pub fn ground_pictures(&self) -> [String; 2] {
        let Grounds { front, back } = self.plates().grounds();
        [front, back].map(|ground| self.svg(ground.to_vec()))
    }

    fn plates(&self) -> &Plates {
        self.plates.get_or_init(|| Plates::new(Grounds::new(&self.fonts), &self.settings))
    }

    fn budget(&self, fields: &QrFields) -> Budget {
        Budget::new(fields, self.settings.separator, self.settings.resolution)
    }

    fn svg(&self, items: Vec<Item>) -> String {
        let scene = Scene { width: PAGE.width, height: PAGE.height, items };
        svg::write(&scene, &self.fonts, svg::Options { palette: self.settings.palette, ..svg::Options::default() })
    }
}

/// The QR code's fields of a record that has not its form yet.
fn unread(form: &Form) -> QrFields {
    QrFields {
        card_code: form.card_code.clone(),
        full_name: form.full_name.clone(),
        birth_date: form.birth_date.clone(),
        sex: form.sex.clone(),
        citizen_id: form.citizen_id.clone(),
        unit_code: form.unit_code.clone(),
        managing_agency: form.managing_agency.clone(),
        position: form.position.clone(),
        host: form.host.clone(),
    }
}
