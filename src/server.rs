//! Puts the application together, and stops it without losing what is in flight.

mod connection;
mod pages;

use std::future::ready;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceRequest, ServiceResponse, fn_service};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as ActixApp, Error};

use crate::config::{Limits, Listen, ServeSettings};
use crate::mail::Post;
use crate::web::app::App;
use crate::web::body::Patience;
use crate::web::connection::Connection;
use crate::web::form;
use crate::web::guard::guard;
use crate::{jobs, routes};
use connection::{ClientStream, ConnectionSlot, ConnectionSlots};
use pages::Pages;

/// How long a stop waits for what is in flight, in seconds.
const SHUTDOWN_TIMEOUT: u64 = 4;
/// How long an idle connection is kept open.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long a connection is read from after its last answer.
const DISCONNECT: Duration = Duration::from_secs(1);
/// Connections beyond those that are served, to be told so: the rest wait until one of these is free.
const BEYOND: usize = 64;
/// How long nothing may move on those.
const BEYOND_IDLE: Duration = Duration::from_secs(5);
/// Files that the program opens for other things than connections: databases above all.
const OTHER_FILES: usize = 64;

/// Serves until the process is asked to stop (SIGTERM, Ctrl-C); then answers what is in flight and returns.
///
/// # Errors
/// When the address cannot be listened at.
pub async fn serve(app: App, settings: &ServeSettings, post: Option<Post>, started: impl FnOnce(&str)) -> Result<(), String> {
    let shared = Data::new(App { refuse: crate::pages::rejection, ..app });
    let listener = bind(&settings.listen)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let server = listen(listener, &shared, settings.limits()).map_err(|error| format!("The address cannot be served: {error}"))?;
    let runner = jobs::start(&shared.database, shared.zone, &shared.notifier, settings.timings(), post)?;
    let (handle, notifier) = (server.handle(), Arc::clone(&shared.notifier));
    actix_web::rt::spawn(async move {
        stop_signal().await;
        notifier.stop();
        handle.stop(true).await;
    });
    started(&format!("http://{}:{}/", settings.listen.host, address.port()));
    let outcome = server.await.map_err(|error| format!("The server failed: {error}"));
    runner.stop(Duration::from_secs(SHUTDOWN_TIMEOUT));
    outcome
}

/// The application: what answers a request once it has been read.
pub fn application(
    app: Data<App>,
    limits: Limits,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
        Future: 'static,
        Service: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error, Future: 'static>,
    >,
> {
    ActixApp::new()
        .app_data(app)
        .app_data(PayloadConfig::new(form::LIMIT))
        .app_data(Patience(limits.body))
        .wrap(from_fn(guard))
        .configure(routes::configure)
}

/// Starts to serve.
fn listen(listener: TcpListener, app: &Data<App>, limits: Limits) -> std::io::Result<Server> {
    let most = limits.connections.min(open_files().saturating_sub(BEYOND + OTHER_FILES)).max(1);
    if most < limits.connections {
        tracing::warn!(most, "fewer connections are served than set, since the process may not open more files");
    }
    let workers = available_parallelism().map_or(1, usize::from);
    let (app, slots, pages) = (app.clone(), ConnectionSlots::default(), Arc::new(Pages::new(app)));
    let server = Server::build()
        .workers(workers)
        .max_concurrent_connections((most + BEYOND).div_ceil(workers))
        .shutdown_timeout(SHUTDOWN_TIMEOUT)
        .disable_signals();
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen("http", listener, move || {
        let (slots, pages) = (Arc::clone(&slots), Arc::clone(&pages));
        let take = move |stream: TcpStream| {
            // An answer goes out in several writes; without this each waits for the one before to be acknowledged.
            let _ = stream.set_nodelay(true);
            let (address, (slot, taken)) = (stream.peer_addr().ok(), ConnectionSlot::take(&slots));
            let crowded = taken > most;
            let idle = if crowded { limits.idle.min(BEYOND_IDLE) } else { limits.idle };
            let client = ClientStream::new(stream, Connection::new(crowded), slot, Arc::clone(&pages), idle);
            ready(Ok::<_, DispatchError>((client, Protocol::Http1, address)))
        };
        fn_service(take).and_then(http(app.clone(), limits, stopping.clone()))
    })?;
    Ok(server.run())
}

/// HTTP on connections.
fn http(
    app: Data<App>,
    limits: Limits,
    stopping: GracefulShutdownSignal,
) -> impl ServiceFactory<(ClientStream, Protocol, Option<SocketAddr>), Config = (), Response = (), Error = DispatchError, InitError = ()> {
    let application = application(app, limits).into_factory().map_err(|error: Error| error.error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(limits.head)
        .client_disconnect_timeout(DISCONNECT)
        .on_connect_ext(|client: &ClientStream, data| _ = data.insert(client.note()))
        .finish(map_config(application, |()| AppConfig::default()))
}

/// How many files the process may open, once it has asked for as many as it is allowed.
fn open_files() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).map_or(limit.current, |()| limit.maximum);
        raised.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
    }
    #[cfg(not(unix))]
    usize::MAX
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
