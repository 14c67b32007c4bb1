//! Random requests to every address in the table, of every kind, against the application in this process, on both engines. Whatever
//! comes, no answer is an error of the server, none holds what somebody typed as markup, and the rules hold afterwards.
//!
//! A new address is asked without a change here: the table of routes says what there is, and forms, fields and addresses are learned from
//! the answers. `FUZZ_REQUESTS` says how many requests each engine gets; `FUZZ_SEED` repeats a run whose seed was printed.

#[path = "../support/mod.rs"]
mod support;

mod answer;
mod corpus;
mod request;
mod rules;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use actix_web::body::to_bytes;
use actix_web::dev::Service;
use actix_web::rt::System;
use actix_web::test::init_service;
use actix_web::web::Data;
use chrono_tz::Tz;
use clientele::config::Limits;
use clientele::db::{Address, Tuning};
use clientele::domain::rules::Role;
use clientele::jobs::{self, Timings};
use clientele::store::sessions::Lifetimes;
use clientele::web::app::App;
use clientele::web::forwarded::Proxies;
use clientele::web::hashing::Hashing;
use clientele::{pages, server, startup};
use fastrand::Rng;
use futures_util::future::join_all;

use crate::answer::Answer;
use crate::corpus::Corpus;
use crate::request::Asked;
use crate::support::Engine;
use crate::support::database::Database;

/// Requests to each engine, where nothing else is said: some seconds.
const REQUESTS: usize = 1_000;
/// Requests to one database: then the rules are checked, and another begins.
const RUN: usize = 20_000;
/// One page in so many is read as a browser does; the others are only searched for what must not be in them.
const READ: u8 = 3;
/// Requests that are asked at once, at most.
const AT_ONCE: usize = 4;

/// A busy machine is no fault of the program.
const MINUTES: Duration = Duration::from_mins(3);
const BATCH: std::num::NonZeroUsize = std::num::NonZeroUsize::new(1_000).expect("not zero");
/// So that there are several parts.
const PART: std::num::NonZeroUsize = std::num::NonZeroUsize::new(64).expect("not zero");
const PATIENT: Tuning =
    Tuning { pool: MINUTES, request: MINUTES, busy: MINUTES, lock: MINUTES, statement: MINUTES, import_batch: BATCH, search_part: PART };

#[test]
fn sqlite() {
    fuzz(Engine::Sqlite);
}

#[test]
fn postgres() {
    fuzz(Engine::Postgres);
}

fn set<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

fn fuzz(engine: Engine) {
    let (mut left, start) = (set("FUZZ_REQUESTS").unwrap_or(REQUESTS), Instant::now());
    let (mut seed, all) = (set("FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..)), left);
    while left > 0 {
        let requests = left.min(RUN);
        println!("{engine:?}: FUZZ_SEED={seed} FUZZ_REQUESTS={requests}");
        let statuses = System::new().block_on(run(engine, seed, requests));
        left -= requests;
        seed = seed.wrapping_add(1);
        println!("{engine:?}: {} of {all} requests after {} s; {statuses}", all - left, start.elapsed().as_secs());
    }
}

/// Prints what was asked last, if that is the end of the test.
struct Last<'a>(&'a [Asked]);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.iter().for_each(|asked| eprintln!("asked last, at once: {asked}"));
        }
    }
}

/// Asks one database. Returns how often each status was the answer.
async fn run(engine: Engine, seed: u64, requests: usize) -> String {
    let kept = Database::new(engine);
    let database = startup::open(Address::parse(&kept.url).expect("an address"), PATIENT).expect("a database");
    let (zone, notifier) = (Tz::Europe__Berlin, Arc::default());
    let runner = jobs::start(&database, zone, &notifier, Timings::default(), None).expect("a runner");
    let application = |role| {
        let app = App {
            database: database.clone(),
            zone,
            role,
            has_users: AtomicBool::new(false),
            lifetimes: Lifetimes::default(),
            public: None,
            proxies: Proxies::default(),
            requires_second_factor: false,
            hashing: Hashing::start().expect("threads"),
            sends_mail: false,
            notifier: Arc::clone(&notifier),
            refuse: pages::rejection,
        };
        init_service(server::application(Data::new(app), Limits::default()))
    };
    let [administrator, editor, viewer] =
        [application(Role::Administrator).await, application(Role::Editor).await, application(Role::Viewer).await];
    let (mut random, mut corpus, mut statuses) = (Rng::with_seed(seed), Corpus::default(), BTreeMap::new());
    let mut asked = 0;
    while asked < requests {
        let batch: Vec<Asked> = (0..random.usize(1..=AT_ONCE).min(requests - asked)).map(|_| Asked::any(&mut random, &corpus)).collect();
        let _last = Last(&batch);
        let service = match random.u8(..20) {
            0 => &viewer,
            1..4 => &editor,
            _ => &administrator,
        };
        let answers = join_all(batch.iter().filter_map(Asked::build).map(async |request| {
            let answer = service.call(request).await.unwrap_or_else(|error| panic!("{error:?}"));
            let (head, body) = answer.into_parts().1.into_parts();
            let body = to_bytes(body).await.unwrap_or_else(|error| panic!("{error}"));
            Answer { status: head.status(), headers: head.headers().clone(), body }
        }));
        for answer in answers.await {
            asked += 1;
            *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
            let html = answer.check(random.u8(..READ) == 0);
            corpus.learn(&answer, html.as_ref(), &mut random);
        }
    }
    runner.stop(Duration::from_secs(30));
    rules::check(&mut kept.connect(), &database);
    corpus.assert_learned(requests);
    format!("{statuses:?}")
}
