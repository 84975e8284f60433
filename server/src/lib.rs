//! The portal's edge: configuration, command line, and everything between a socket and a screen.

pub mod assets;
pub mod cards;
pub mod cli;
pub mod client;
pub mod clock;
pub mod command;
pub mod config;
pub mod deliver;
pub mod entropy;
pub mod headers;
pub mod health;
pub mod limits;
pub mod logging;
pub mod metrics;
pub mod observe;
pub mod open;
pub mod openapi;
pub mod origin;
pub mod public;
pub mod refusal;
pub mod relay;
pub mod revocation;
pub mod serve;
pub mod webhooks;

use std::error::Error;

/// The C library's allocator took a fifth of the time of an answer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An error and what caused it, outermost first: [`Display`](std::fmt::Display) of each says its own level only.
pub fn levels<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}
