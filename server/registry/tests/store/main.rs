//! The store and what stands directly on it, on SQLite and, when `CONGTHE_TEST_POSTGRES` says where one is, on PostgreSQL.

mod audit;
mod backup;
mod support;
mod writer;
