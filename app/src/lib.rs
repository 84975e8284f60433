//! The screens. Every page is rendered on the server; what must act in the browser is an island.

pub mod island;

#[cfg(feature = "ssr")]
mod bulk;
#[cfg(feature = "ssr")]
mod call;
#[cfg(feature = "ssr")]
mod cards;
#[cfg(feature = "ssr")]
mod failing;
#[cfg(feature = "ssr")]
mod gate;
#[cfg(feature = "ssr")]
mod naming;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub mod part;
#[cfg(feature = "ssr")]
mod portal;
#[cfg(feature = "ssr")]
mod practice;
#[cfg(feature = "ssr")]
mod pressed;
#[cfg(feature = "ssr")]
pub mod render;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
mod sent;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
mod typed;
#[cfg(feature = "ssr")]
mod visit;
#[cfg(feature = "ssr")]
pub mod words;
#[cfg(feature = "ssr")]
mod writing;

#[cfg(feature = "ssr")]
pub use {
    call::{Entry, body_limit, change, code_in_picture, mounted, read, resume_imports, router, table},
    cards::{Cards, Usual},
    gate::Access,
    page::audit_entry::action as action_name,
    page::programs::PREFIX as KEY_PREFIX,
    portal::{Now, Portal},
    render::SiteAssets,
    sent::Sent,
    typed::Asked,
    visit::{ClientAddress, Nonce, Reference, UsesReader, Visit},
};
