//! Every path, once.

use contract::view::Target;

pub const HOME: &str = "/";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_IN_CODE: &str = "/sign-in/code";
pub const SIGN_OUT: &str = "/sign-out";
pub const ACTIVATE: &str = "/activate/{link}";
pub const CONFIRM: &str = "/confirm";
pub const ENROL: &str = "/second-factor";
pub const PREFERENCES: &str = "/preferences";
pub const SESSION: &str = "/session";
pub const START: &str = "/start";
pub const WORK: &str = "/work";
pub const ME: &str = "/me";
pub const ME_PASSWORD: &str = "/me/password";
pub const ME_SESSION_END: &str = "/me/sessions/end";
pub const FIND: &str = "/find";
pub const PEOPLE: &str = "/people";
pub const PERSON: &str = "/people/{id}";
pub const PERSON_CHANGE: &str = "/people/{id}/change";
pub const PERSON_MOVE: &str = "/people/{id}/move";
pub const PERSON_PORTRAIT: &str = "/people/{id}/portrait";
pub const PERSON_PORTRAIT_CHANGE: &str = "/people/{id}/portrait/change";
pub const PERSON_ERASE: &str = "/people/{id}/erase";
pub const PERSON_CARD: &str = "/people/{id}/card";
pub const CARD_PICTURE: &str = "/card-pictures/{name}";
pub const UNITS: &str = "/units";
pub const UNIT: &str = "/units/{id}";
pub const UNIT_ADD: &str = "/units/{id}/add";
pub const UNIT_CHANGE: &str = "/units/{id}/change";
pub const UNIT_POSTS: &str = "/units/{id}/posts";
pub const UNIT_CLOSE: &str = "/units/{id}/close";
pub const UNIT_ADD_PERSON: &str = "/units/{id}/people/add";
pub const IMPORT: &str = "/import";
pub const IMPORT_TEMPLATE: &str = "/import/template";
pub const IMPORT_RUN: &str = "/import/runs/{id}";
pub const IMPORT_PHOTOS: &str = "/import/photos";
pub const ME_REQUEST: &str = "/me/request";
pub const PERSON_REQUEST: &str = "/people/{id}/request";
pub const REQUEST: &str = "/requests/{id}";
pub const REQUEST_WITHDRAW: &str = "/requests/{id}/withdraw";
pub const REQUEST_PROFILE: &str = "/requests/{id}/profile";
pub const VERIFY: &str = "/verify";
pub const VERIFY_ONE: &str = "/verify/{id}";
pub const FILE: &str = "/files/{id}";
pub const LISTS: &str = "/lists";
pub const LIST_ADD: &str = "/lists/add";
pub const LIST: &str = "/lists/{id}";
pub const LIST_LETTER: &str = "/lists/{id}/letter";
pub const LIST_PEOPLE: &str = "/lists/{id}/people";
pub const LIST_SUBMIT: &str = "/lists/{id}/submit";
pub const LIST_CHECK: &str = "/lists/{id}/check";
pub const LIST_DECIDE: &str = "/lists/{id}/decide";
pub const CARDS: &str = "/cards";
pub const CARD: &str = "/cards/{id}";
pub const CARD_LOCK: &str = "/cards/{id}/lock";
pub const CARD_REPORT: &str = "/cards/{id}/report";
pub const CARD_DECIDE: &str = "/cards/{id}/decide";
pub const CARD_GOT: &str = "/cards/{id}/got";
pub const CARD_TEMPORARY: &str = "/cards/{id}/temporary";
pub const CARD_BACK: &str = "/cards/{id}/back";
pub const HANDOVERS: &str = "/handovers";
pub const HANDOVER_ADD: &str = "/handovers/add";
pub const HANDOVER: &str = "/handovers/{id}";
pub const HANDOVER_GIVE: &str = "/handovers/{id}/give";
pub const HANDOVER_RECEIVE: &str = "/handovers/{id}/receive";
pub const HANDOVER_SETTLE: &str = "/handovers/{id}/settle";
pub const HANDOVER_MINUTES: &str = "/handovers/{id}/minutes";
pub const PERSON_LEAVE: &str = "/people/{id}/leave";
pub const PERSON_LEAVE_BACK: &str = "/people/{id}/leave/back";
pub const LEDGER: &str = "/ledger";
pub const LEDGER_FILE: &str = "/ledger/file";
pub const ISSUE: &str = "/issue";
pub const ISSUE_ONE: &str = "/issue/{id}";
pub const ISSUE_FACE: &str = "/issue/{id}/face";
pub const ISSUE_FACES: &str = "/issue/faces";
pub const BULK_ADD: &str = "/bulk/add";
pub const BULK: &str = "/bulk/{id}";
pub const MINISTRY: &str = "/ministry";
pub const MINISTRY_FILE: &str = "/ministry/{id}/file";
pub const READER: &str = "/reader";
pub const READER_RELAY: &str = "/reader/relay";
pub const READER_APP: &str = "/reader/app";
pub const STOCK: &str = "/stock";
pub const STOCK_BLANKS: &str = "/stock/blanks";
pub const STOCK_BLANK: &str = "/stock/blanks/{id}";
pub const STOCK_LOTS: &str = "/stock/lots";
pub const STOCK_LOT_ADD: &str = "/stock/lots/add";
pub const STOCK_LOT: &str = "/stock/lots/{id}";
pub const STOCK_TYPES: &str = "/stock/types";
pub const STOCK_TYPE_ADD: &str = "/stock/types/add";
pub const STOCK_TYPE_CHANGE: &str = "/stock/types/{id}/change";
pub const STOCK_PLACES: &str = "/stock/places";
pub const STOCK_PLACE_ADD: &str = "/stock/places/add";
pub const STOCK_PLACE_CHANGE: &str = "/stock/places/{id}/change";
pub const STOCK_TRANSFERS: &str = "/stock/moves";
pub const STOCK_TRANSFER: &str = "/stock/moves/{id}";
pub const STOCK_SEND: &str = "/stock/move";
pub const STOCK_ASIDE: &str = "/stock/spare";
pub const STOCK_SPOIL: &str = "/stock/spoil";
pub const STOCK_DESTRUCTIONS: &str = "/stock/destructions";
pub const STOCK_DESTRUCTION_ADD: &str = "/stock/destructions/add";
pub const STOCK_DESTRUCTION: &str = "/stock/destructions/{id}";
pub const STOCK_COUNT: &str = "/stock/count";
pub const STOCK_COUNTED: &str = "/stock/counts/{id}";
pub const ACCOUNTS: &str = "/settings/accounts";
pub const ACCOUNT_ADD: &str = "/settings/accounts/add";
pub const ACCOUNT: &str = "/settings/accounts/{id}";
pub const ACCOUNT_RESET: &str = "/settings/accounts/{id}/reset";
pub const ACCOUNT_SWITCH: &str = "/settings/accounts/{id}/switch";
pub const GRANT_PROPOSE: &str = "/settings/accounts/{id}/grant";
pub const GRANT: &str = "/settings/grants/{id}";
pub const GRANT_END: &str = "/settings/grants/{id}/end";
pub const AUDIT: &str = "/audit";
pub const AUDIT_VERIFY: &str = "/audit/verify";
pub const AUDIT_SIGN: &str = "/audit/sign";
pub const API_AUDIT_HEAD: &str = "/api/v1/audit/head";
pub const API_AUDIT_INCLUSION: &str = "/api/v1/audit/inclusion";
pub const API_AUDIT_CONSISTENCY: &str = "/api/v1/audit/consistency";

/// A path with its number filled in.
pub fn with_id(path: &str, id: i64) -> String {
    path.replace("{id}", &id.to_string())
}

/// Where a line of a list leads.
pub fn to(target: Target) -> String {
    match target {
        Target::Person(id) => with_id(PERSON, id),
        Target::Unit(id) => with_id(UNIT, id),
        Target::ChangeUnit(id) => with_id(UNIT_CHANGE, id),
        Target::Account(id) => with_id(ACCOUNT, id),
        Target::Grant(id) => with_id(GRANT, id),
        Target::Audit => AUDIT.to_owned(),
        Target::Verify(id) => with_id(VERIFY_ONE, id),
        Target::NewList => LIST_ADD.to_owned(),
        Target::List(id) => with_id(LIST, id),
        Target::Issue(id) => with_id(ISSUE_ONE, id),
        Target::Card(id) => with_id(CARD, id),
        Target::Ministry => MINISTRY.to_owned(),
        Target::MyRequest => ME_REQUEST.to_owned(),
        Target::Stock => STOCK.to_owned(),
        Target::Lot(id) => with_id(STOCK_LOT, id),
        Target::Transfer(id) => with_id(STOCK_TRANSFER, id),
        Target::Destruction(id) => with_id(STOCK_DESTRUCTION, id),
        Target::Handover(id) => with_id(HANDOVER, id),
        Target::NewHandover => HANDOVER_ADD.to_owned(),
        Target::WriteRequest(id) => with_id(PERSON_REQUEST, id),
        Target::Me => ME.to_owned(),
    }
}
