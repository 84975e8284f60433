//! The sentences of the screens.

fn main() {
    sentences::build();
}
