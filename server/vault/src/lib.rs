//! See README, Map.
