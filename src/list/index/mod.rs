//! Writes the list and its index, and keeps both in step with customers.

pub mod behind;
pub mod build;
pub mod check;
pub mod fill;
mod position;
pub mod sample;
mod shadow_list;
pub mod sync;
