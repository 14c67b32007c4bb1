//! Files that are made before they are sent: workbooks, and several CSV files in one.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::Semaphore;

use crate::db::{Access, Unavailable};
use crate::domain::export::{Export, Format};
use crate::exports::{Failure, Package, Source};
use crate::pages::refusal;
use crate::pages::screen::{admit, alone, failed};
use crate::store::Error;
use crate::web::auth::Asked;
use crate::web::connection::Connection;
use crate::web::made::{XLSX, attachment};
use crate::web::request::Request;

/// So many are made at a time: each keeps a processor and the disk busy for a while, and pages are to stay quick. Others wait for their turn.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Why there is no file.
enum Trouble {
    Store(Error),
    File(Failure),
    /// Whoever asked has gone away.
    Gone,
}

/// Whether whoever asked is still there: knows it on any thread, also when the answer is not waited for any more.
#[derive(Clone, Default)]
struct Watch {
    ended: Arc<AtomicBool>,
    dropped: Arc<AtomicBool>,
}

/// Says to a [`Watch`] that nobody waits for the answer any more.
struct Waiting(Watch);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dropped.store(true, Ordering::Relaxed);
    }
}

impl Watch {
    fn is_gone(&self) -> bool {
        self.ended.load(Ordering::Relaxed) || self.dropped.load(Ordering::Relaxed)
    }
}

/// Makes the file and sends it.
pub async fn send(asked: Asked, connection: &HttpRequest, export: Export, source: Source) -> HttpResponse {
    let request = match admit(&asked).await {
        Ok(request) => request,
        Err(error) => return failed(&asked, &error, None).pack(asked.unadmitted().encoding).send(),
    };
    let name = match export.subjects.as_slice() {
        [subject] => subject.word(),
        _ => "clientele",
    };
    let (name, kind) = (format!("{name}-{}.{}", request.actor.today, export.ending()), kind(export.format));
    if request.head {
        return attachment(&name, kind, None);
    }
    let watch = Watch { ended: Connection::of(connection).map(Connection::ended).unwrap_or_default(), ..Watch::default() };
    let _waiting = Waiting(watch.clone());
    match make(&request, export, source, &watch).await {
        Ok(file) => attachment(&name, kind, Some(file)),
        Err(Trouble::Store(error)) => failed(&asked, &error, None).pack(request.encoding).send(),
        Err(Trouble::File(why)) => {
            tracing::warn!(request = request.request_id, %why, "an export could not be made");
            alone(&request, &refusal::no_file(&request, &why.0)).pack(request.encoding).send()
        }
        Err(Trouble::Gone) => HttpResponse::NoContent().finish(),
    }
}

fn kind(format: Format) -> &'static str {
    match format {
        Format::Xlsx => XLSX,
        Format::Csv => "application/zip",
    }
}

/// Makes the file, in a file without a name. Each step is a short reading; between them others have their turn.
async fn make(request: &Request, export: Export, mut source: Source, watch: &Watch) -> Result<(File, u64), Trouble> {
    let _place = PLACES.acquire().await;
    let mut package = blocking(move || Package::new(&export, None)).await??;
    loop {
        if watch.is_gone() {
            return Err(Trouble::Gone);
        }
        let database = request.app.database.clone();
        let step = move |_permit| -> Result<_, Trouble> {
            let records = source.next(&database)?;
            if let Some(records) = &records {
                package.add(records)?;
            }
            Ok((source, package, records.is_none()))
        };
        let end;
        (source, package, end) = request.app.database.run_blocking(Access::Read, step).await??;
        if end {
            break;
        }
    }
    let watch = watch.clone();
    Ok(blocking(move || whole(package, watch)).await??)
}

/// Writes the whole file.
fn whole(package: Package, watch: Watch) -> Result<(File, u64), Failure> {
    let mut out = BufWriter::new(Watched { file: tempfile::tempfile()?, watch });
    package.finish(&mut out)?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?.file;
    let length = file.stream_position()?;
    file.rewind()?;
    Ok((file, length))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| Trouble::File(Failure(panic.to_string())))
}

/// A file that is written as long as somebody waits for it.
struct Watched {
    file: File,
    watch: Watch,
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.watch.is_gone() {
            return Err(io::Error::other("nobody waits for it any more"));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<Unavailable> for Trouble {
    fn from(error: Unavailable) -> Self {
        Self::Store(error.into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::File(failure)
    }
}
