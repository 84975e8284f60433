//! The sentences about a card's face and portrait.

fn main() {
    sentences::build();
}
