//! What the parts of a page belong to (ISO 32000-1 §14.8).

/// An element of the document's structure.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub tag: Tag,
    /// An earlier element.
    pub parent: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Text,
    Heading(u16, String),
    Table,
    Head,
    Body,
    Row,
    HeadCell(u32),
    Cell(u32),
    Figure(String),
}

/// Adds an element; its number.
pub(super) fn add(elements: &mut Vec<Element>, tag: Tag, parent: Option<usize>) -> usize {
    elements.push(Element { tag, parent });
    elements.len() - 1
}
