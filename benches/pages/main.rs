//! What a page costs, on the real program over real connections: processor time, latency, throughput, bytes, memory.
//!
//! `cargo bench --bench pages` measures on 10,000 sample customers in a fresh SQLite file; `settings.rs` says what else can be chosen.
//! Processor time comes from `/proc` (Linux) and is what to compare: latency belongs to the machine as well. A row's requests are sent
//! three times over: one after the other with the processor time read after each; on one connection as fast as it goes; on sixteen.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod client;
mod cluster;
mod data;
mod database;
mod keys;
mod load;
mod meter;
mod needles;
mod page;
mod saves;
mod screens;
mod server;
mod session;
mod settings;
mod table;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use client::Request;
use data::Data;
use database::Database;
use load::{Span, one_by_one, together};
use screens::Screen;
use server::Server;
use settings::Settings;
use table::{Row, Table, ms};

/// As many browsers as ask at once.
const CONNECTIONS: usize = 16;
/// So many send the most expensive searches while somebody else looks at customers.
const CROWD: usize = 8;
/// So long others are asked for meanwhile, however short a row is: each waits for some of a few turns.
const CROWDED: Duration = Duration::from_secs(10);
/// How many answers of a row are measured in bytes.
const SIZED: usize = 40;
/// How many of the most expensive searches are named.
const NAMED: usize = 12;
/// Starts that are timed.
const STARTS: usize = 5;

fn main() {
    let begin = Instant::now();
    let settings = Settings::of_environment();
    let database = Database::open(&settings);
    let data = Data::filled(&database, &settings);
    let server = Server::start(&database);
    server.settle();
    println!(
        "{} customers, {}. Times in ms; cpu is the mean of the server, db cpu of the database beside it,",
        data.customers,
        settings.engine.label()
    );
    println!("cpu p50 and p99 are of single requests and both together; p50, p99 and req/s as a client sees them.");

    let table = Table { settings: &settings, meter: server.meter };
    let mut bench = Bench { server: &server, table, pass: settings.pass * 3, costs: BTreeMap::new() };
    bench.section("the screens that others have too", screens::compared(&mut server.connection(), &data));
    bench.pass = settings.pass;
    bench.section("lists and customers", screens::lists(&mut server.connection(), &data));
    bench.section("entitlements", screens::entitlements(&mut server.connection(), &data));
    bench.costs.clear();
    bench.section("searches", screens::searches(&data));
    let most_expensive = bench.most_expensive();
    bench.saves(&screens::customers(&mut server.connection(), &data));

    let all: Vec<Duration> = most_expensive.iter().rev().map(|(used, _)| *used).collect();
    let [half, nearly] = [50, 99].map(|percent| ms(load::quantile(&all, percent)));
    println!(
        "\n{} searches: half take no more than {half} ms of processor time, 99 in 100 no more than {nearly}. The most expensive:",
        all.len()
    );
    for (used, target) in most_expensive.iter().take(NAMED) {
        println!("{:>9}  {target}", ms(*used));
    }
    let any = screens::for_sessions(&mut server.connection(), &data).into_iter().flat_map(|screen| screen.requests).collect::<Vec<_>>();
    let (taken, errors) = load::beside(&server.host, CROWD, &screens::expensive().requests, &any, CROWDED);
    let usual_and_late = |taken: &[Duration]| [50, 95].map(|percent| ms(load::quantile(taken, percent)));
    let [half, nearly] = usual_and_late(&taken);
    println!(
        "\nWhile {CROWD} clients send the searches made to be expensive, a list with a customer takes {half} ms, and {nearly} at p95; {errors} errors"
    );
    match keys::painted(&server.host, &data) {
        None => println!("\nFrom keys to what they bring: not measured, for want of Chromium (Debian: chromium-driver)"),
        Some((letters, steps)) => {
            let ([letter, late_letter], [step, late_step]) = (usual_and_late(&letters), usual_and_late(&steps));
            println!(
                "\nFrom the key to the painted answer in Chromium: a letter of a search {letter} ms, and {late_letter} at p95; j {step} and {late_step}"
            );
        }
    }
    let visit = first_visit(&server);
    if database.passing {
        bench.sessions(&database, &data);
    }
    println!("\nMemory of the server after all this, no file's: {:.1} MB", server.meter.private() as f64 / f64::from(1 << 20));
    println!("First visit by brotli: {} bytes in {} files", visit.iter().sum::<usize>(), visit.len());
    drop(server);
    let mut starts = [(); STARTS].map(|()| Server::start(&database).ready);
    starts.sort_unstable();
    println!("Start until ready: {} ms, the median of {STARTS}", ms(starts[STARTS / 2]));
    println!("Size of the database: {:.1} MB", database.size() as f64 / f64::from(1 << 20));
    println!("Measured in {:.0} s.", begin.elapsed().as_secs_f64());
}

struct Bench<'a> {
    server: &'a Server,
    table: Table<'a>,
    pass: Duration,
    /// The processor time of each request by itself, by its address.
    costs: BTreeMap<String, Vec<Duration>>,
}

impl Bench<'_> {
    fn section(&mut self, title: &str, screens: Vec<Screen>) {
        table::head(title);
        for screen in screens {
            // Caches and connections are warm as they are on any day.
            let requests = &screen.requests;
            together(&self.server.host, self.server.meter, 1, requests, Span { time: self.pass / 6, once: false });
            self.measure(&screen.name, &screen.key, false, &mut || requests.clone());
        }
    }

    /// Sends requests in each of the three ways; `once` tells that each of them can be sent once only, and is made again for each way.
    fn measure(&mut self, name: &str, key: &str, once: bool, requests: &mut dyn FnMut() -> Vec<Request>) {
        let (host, meter, span) = (&self.server.host, self.server.meter, Span { time: self.pass, once });
        let first = requests();
        let (each, mut errors) = one_by_one(host, meter, &first, span);
        let mut single: Vec<Duration> = each.iter().map(|(_, used)| used.total()).collect();
        single.sort_unstable();
        for (at, used) in each {
            self.costs.entry(first[at].target.clone()).or_default().push(used.total());
        }
        let alone = together(host, meter, 1, &requests(), span);
        let crowd = together(host, meter, CONNECTIONS, &requests(), span);
        errors += alone.errors + crowd.errors;
        let bytes = if once { (0, 0) } else { self.bytes(&first) };
        self.table.row(&Row { name, key, distinct: first.len(), single, alone, together: (CONNECTIONS, crowd), bytes, errors });
    }

    /// The forms are fetched before the clock runs.
    fn saves(&mut self, ids: &[u64]) {
        let mut line = self.server.connection();
        table::head("changes");
        saves::check(&mut line, ids[0]);
        self.measure("save, any customer", "save", true, &mut || saves::prepared(&mut line, ids));
        saves::check(&mut line, ids[0]);
    }

    /// The screens that have a session's cost the most felt, without users and then signed in: of one minute, to be compared.
    fn sessions(&mut self, database: &Database, data: &Data) {
        self.pass *= 3;
        let screens = screens::for_sessions(&mut self.server.connection(), data);
        self.section("without users", screens.clone());
        let cookie = session::open(database, self.server);
        self.section("the same, signed in", screens.into_iter().map(|screen| screen.signed_in(&cookie)).collect());
    }

    /// The mean of the answers, plain and by zstd.
    fn bytes(&self, requests: &[Request]) -> (usize, usize) {
        let mut line = self.server.connection();
        let some = &requests[..requests.len().min(SIZED)];
        let mut mean = |encoding| some.iter().map(|request| line.length(request, encoding)).sum::<usize>() / some.len();
        (mean("identity"), mean("zstd"))
    }

    /// Each request's median, the most expensive first.
    fn most_expensive(&mut self) -> Vec<(Duration, String)> {
        let medians = std::mem::take(&mut self.costs).into_iter().map(|(target, mut used)| {
            used.sort_unstable();
            (load::quantile(&used, 50), target)
        });
        let mut medians: Vec<_> = medians.collect();
        medians.sort_unstable_by(|one, other| other.cmp(one));
        medians
    }
}

/// The bytes of the list and of each file that it brings along.
fn first_visit(server: &Server) -> Vec<usize> {
    let mut line = server.connection();
    let assets = page::assets(&line.page("/customers"));
    std::iter::once("/customers".to_owned()).chain(assets).map(|target| line.length(&Request::get(target), "br")).collect()
}
