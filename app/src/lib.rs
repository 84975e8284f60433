//! The screens. Every page is rendered on the server; what must act in the browser is an island.
