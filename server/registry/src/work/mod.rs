//! The use cases.

pub mod activate_account;
pub mod change_password;
pub mod enrol_second_factor;
pub mod my_account;
pub mod my_sessions;
pub mod resume_session;
pub mod sign_in;
pub mod change_person;
pub mod change_unit;
pub mod grants;
pub mod invite_account;
pub mod list_accounts;
pub mod list_people;
pub mod show_person;
pub mod show_unit;
pub mod work_queue;
pub mod set_up;
pub mod back_up;
pub mod erase_person;
pub mod list_audit;
pub mod prove_audit;
pub mod restore;
pub mod sign_head;
pub mod verify_audit;
pub mod load_demo;
