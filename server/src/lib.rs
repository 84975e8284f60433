//! The portal's edge: configuration, command line, and everything between a socket and a screen.

pub mod assets;
pub mod cards;
pub mod cli;
pub mod client;
pub mod clock;
pub mod command;
pub mod config;
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
pub mod refusal;
pub mod relay;
pub mod serve;
