//! The browser module: starts the islands that a page contains.
