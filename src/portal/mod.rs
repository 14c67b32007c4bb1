//! The portal: pages of contacts who sign in and see what their customer has. It shares no session, no cookie and no address with the
//! administration: a request here never looks at a user's cookie.

mod asked;
pub mod choose;
pub mod details;
pub mod entitlements;
pub mod file;
pub mod forgot;
pub mod password;
mod request;
mod respond;
pub mod second_factor;
pub mod set_password;
pub mod sign_in;
mod view;

pub use asked::ForContacts;
