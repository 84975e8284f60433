//! USB readers in a page: what the portal's reader page and the Isolated Web App have in common. Opens a device over WebUSB, claims what
//! may be claimed, and drives the core of pkg that speaks to it.

pub mod bindings;
pub mod device;
pub mod later;
pub mod trace;
pub mod trouble;
