//! Puts the application together, and stops it without losing what is in flight.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as ActixApp, HttpServer};

use crate::config::Listen;
use crate::jobs::Timings;
use crate::pages;
use crate::web::form;
use crate::web::guard::guard;
use crate::web::request::App;
use crate::{jobs, routes};

/// How long a stop waits for what is in flight, in seconds.
const SHUTDOWN_TIMEOUT: u64 = 4;
/// How long an idle connection is kept open.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Serves until the process is asked to stop (SIGTERM, Ctrl-C); then answers what is in flight and returns.
///
/// # Errors
/// When the address cannot be listened at.
pub async fn serve(app: App, listen: &Listen, timings: Timings, started: impl FnOnce(&str)) -> Result<(), String> {
    let data = Data::new(App { refuse: pages::rejection, ..app });
    let shared = data.clone();
    let listener = bind(listen)?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let server = HttpServer::new(move || {
        ActixApp::new().app_data(data.clone()).app_data(PayloadConfig::new(form::LIMIT)).wrap(from_fn(guard)).configure(routes::configure)
    })
    .keep_alive(KEEP_ALIVE)
    // An answer goes out in several writes; without this each waits for the one before to be acknowledged.
    .tcp_nodelay(true)
    .shutdown_timeout(SHUTDOWN_TIMEOUT)
    .disable_signals()
    .listen(listener)
    .map_err(|error| format!("The address cannot be served: {error}"))?
    .run();
    let runner = jobs::start(shared.database.clone(), shared.zone, Arc::clone(&shared.notifier), timings)?;
    let (handle, notifier) = (server.handle(), Arc::clone(&shared.notifier));
    actix_web::rt::spawn(async move {
        stop_signal().await;
        notifier.stop();
        handle.stop(true).await;
    });
    started(&format!("http://{}:{port}/", listen.host));
    let outcome = server.await.map_err(|error| format!("The server failed: {error}"));
    runner.stop(Duration::from_secs(SHUTDOWN_TIMEOUT));
    outcome
}

fn bind(listen: &Listen) -> Result<TcpListener, String> {
    let mut last = String::new();
    for address in &listen.addresses {
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                last = format!("{address} is taken: stop the other program, or choose another port with --listen");
            }
            Err(error) => last = format!("{address} cannot be listened at: {error}"),
        }
    }
    Err(last)
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
