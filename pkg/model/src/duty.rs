//! Separation of duties: which acts on one object exclude each other for one person.
