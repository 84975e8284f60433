//! Pictures of a file, each written once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::picture::Picture;

#[derive(Default)]
pub(super) struct Media {
    pictures: Vec<Arc<[u8]>>,
    known: BTreeMap<Arc<[u8]>, usize>,
    /// Drawings so far: each needs a number of its own.
    drawings: usize,
}

impl Media {
    /// The numbers of the picture's relation and of this drawing.
    pub(super) fn add(&mut self, picture: &Picture) -> (String, usize) {
        let next = self.pictures.len();
        let number = *self.known.entry(Arc::clone(&picture.bytes)).or_insert(next);
        if number == next {
            self.pictures.push(Arc::clone(&picture.bytes));
        }
        self.drawings += 1;
        (relation(number), self.drawings)
    }

    /// Relation and name of each.
    pub(super) fn relations(&self) -> impl Iterator<Item = (String, String)> {
        (0..self.pictures.len()).map(|number| (relation(number), name(number)))
    }

    /// Name and bytes of each.
    pub(super) fn files(&self) -> impl Iterator<Item = (String, &[u8])> {
        self.pictures.iter().enumerate().map(|(number, bytes)| (name(number), &**bytes))
    }
}

fn relation(number: usize) -> String {
    format!("picture{}", number + 1)
}

fn name(number: usize) -> String {
    format!("media/image{}.jpeg", number + 1)
}
