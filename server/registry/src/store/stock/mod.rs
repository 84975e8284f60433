//! Blank cards: their catalogue, places, lots, the blanks one by one, and the ledger of what moved.

/// Adds ` in (…)` of ids or serials. One parameter, however many there are.
macro_rules! push_in {
    ($query:ident, $kind:expr, numbers $list:expr) => {
        let (before, after) = match $kind {
            $crate::store::Kind::Sqlite => (" in (select value from json_each(", "))"),
            $crate::store::Kind::Postgres => (" in (select jsonb_array_elements_text(", "::jsonb)::bigint)"),
        };
        $query.push(before).push_bind(serde_json::json!($list).to_string()).push(after);
    };
    ($query:ident, $kind:expr, texts $list:expr) => {
        let (before, after) = match $kind {
            $crate::store::Kind::Sqlite => (" in (select value from json_each(", "))"),
            $crate::store::Kind::Postgres => (" in (select jsonb_array_elements_text(", "::jsonb))"),
        };
        $query.push(before).push_bind(serde_json::json!($list).to_string()).push(after);
    };
}

pub mod blank;
pub mod catalogue;
pub mod counting;
pub mod destruction;
pub mod ledger;
pub mod lot;
pub mod place;
pub mod transfer;
