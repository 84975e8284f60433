//! What is said of a card's face and of a portrait, in both languages. The server's pages and the modules in the browser say the same,
//! since they call the same functions.

pub mod face;
pub mod photo;
pub mod qr;
pub mod record;
pub mod report;

mod words {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
