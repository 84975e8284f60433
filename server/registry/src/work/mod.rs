//! The use cases.

pub mod activate_account;
pub mod back_up;
pub mod change_password;
pub mod change_person;
pub mod change_unit;
pub mod enrol_second_factor;
pub mod erase_person;
pub mod grants;
pub mod import;
pub mod invite_account;
pub mod list_accounts;
pub mod list_audit;
pub mod list_people;
pub mod load_demo;
pub mod my_account;
pub mod my_sessions;
pub mod prove_audit;
pub mod restore;
pub mod resume_session;
pub mod set_up;
pub mod show_person;
pub mod show_unit;
pub mod sign_head;
pub mod sign_in;
pub mod verify_audit;
pub mod work_queue;
