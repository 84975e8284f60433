//! A province's own artwork, and which cards wear it.

use super::{Artwork, ArtworkError};
use crate::record::{Form, Variant};
use crate::scene::Node;

/// The national emblem as the province's official artwork has it, in its place on each kind of blank.
#[derive(Clone, Debug)]
pub struct Emblem([(Variant, Vec<Node>); 3]);

impl Emblem {
    /// Reads a file, and places what it shows.
    ///
    /// # Errors
    /// As [`Artwork::read`].
    pub fn read(file: &[u8]) -> Result<Self, ArtworkError> {
        let artwork = Artwork::read(file)?;
        Ok(Self([Variant::Raised, Variant::Embedded, Variant::Other].map(|variant| (variant, artwork.on(variant)))))
    }

    /// What a card shows of it: nothing, unless its unit is an administrative one (R77).
    pub fn on_card(&self, form: &Form) -> Option<Vec<Node>> {
        let placed = self.0.iter().find(|(variant, _)| form.administrative && *variant == form.variant);
        placed.map(|(_, nodes)| nodes.clone())
    }
}
