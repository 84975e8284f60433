//! The cards' key sets, ceremonies, and shares on their way. Components and shares are sealed before they come here.

pub mod ceremony;
pub mod restore;
pub mod set;
