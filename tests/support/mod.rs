//! What the tests share. They speak HTTP (or drive a browser) to the real program, each test to a process and a
//! database of its own, in the words that a user has for what is on the screen.

#![allow(dead_code)] // Each test binary compiles all of it and uses a part.
#![allow(unused_imports, unused_macros)]

pub mod app;
pub mod builders;
pub mod clock;
pub mod database;
pub mod folder;
pub mod http;
pub mod nginx;
pub mod page;
pub mod portal;
pub mod postgres;
pub mod program;
pub mod sheets;
pub mod smtp;
pub mod users;
pub mod workbook;

pub use app::TestApp;
pub use builders::{Contact, Customer, Entitlement};
pub use clock::Clock;
pub use database::{Engine, Outside};
pub use http::{Client, encode};
pub use page::Page;

/// Makes two tests of a function `name(app: TestApp)`: `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// #[apply(engines)]
/// fn a_customer_is_found_by_its_number(app: TestApp) { … }
/// ```
macro_rules! engines {
    ($(#[$meta:meta])* fn $name:ident($app:ident: TestApp) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[allow(unused_mut)]
            fn on(mut $app: TestApp) $body

            #[test]
            fn sqlite() {
                on(TestApp::start($crate::support::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                on(TestApp::start($crate::support::Engine::Postgres));
            }
        }
    };
}
pub(crate) use engines;

/// Runs `what` in `times` threads that start at one instant, and gives back what each returned, in order.
pub fn at_once<T: Send>(times: usize, what: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(times);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..times)
            .map(|i| {
                let (start, what) = (&start, &what);
                scope.spawn(move || {
                    start.wait();
                    what(i)
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().expect("a request at once")).collect()
    })
}

/// Asks until the answer is yes. For what has to happen sooner or later; two minutes are never.
pub fn eventually(what: &str, mut answer: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !answer() {
        assert!(start.elapsed().as_secs() < 120, "never happened: {what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
