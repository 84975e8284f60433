//! The sentences of the preview.

fn main() {
    sentences::build();
}
