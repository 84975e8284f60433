//! The page tree (ISO 32000-1 §7.7.3): pages in groups, so that a reader finds one among tens of thousands without walking all.

use pdf_writer::Ref;

use super::object::Objects;

/// Pages of a group: about the square root of the most that are expected.
const GROUP: usize = 250;

/// Collects pages. Only the pages of one group and the numbers of the groups are kept.
pub(super) struct Tree {
    root: Ref,
    groups: Vec<Ref>,
    pages: Vec<Ref>,
    count: i32,
}

impl Tree {
    pub(super) fn new(objects: &mut Objects) -> Self {
        Tree { root: objects.reserve(), groups: Vec::new(), pages: Vec::new(), count: 0 }
    }

    /// How many pages there are.
    pub(super) fn count(&self) -> i32 {
        self.count
    }

    /// The group that the next page belongs to.
    pub(super) fn parent(&mut self, objects: &mut Objects) -> Ref {
        match self.groups.last() {
            Some(group) if !self.pages.is_empty() => *group,
            _ => {
                let group = objects.reserve();
                self.groups.push(group);
                group
            }
        }
    }

    /// Adds a page whose parent was asked for.
    pub(super) fn push(&mut self, page: Ref, objects: &mut Objects) {
        self.pages.push(page);
        self.count += 1;
        if self.pages.len() == GROUP {
            self.close(objects);
        }
    }

    /// Writes what is open, and the root.
    pub(super) fn finish(mut self, objects: &mut Objects) -> Ref {
        if !self.pages.is_empty() {
            self.close(objects);
        }
        objects.at(self.root).pages(self.root).kids(self.groups).count(self.count);
        self.root
    }

    fn close(&mut self, objects: &mut Objects) {
        let Some(group) = self.groups.last() else { return };
        let count = i32::try_from(self.pages.len()).unwrap_or(i32::MAX);
        objects.at(*group).pages(*group).parent(self.root).kids(self.pages.drain(..)).count(count);
    }
}
