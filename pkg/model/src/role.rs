//! Roles, actions and the one table that joins them.
