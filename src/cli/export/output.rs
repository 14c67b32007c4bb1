//! A file that is written beside its place and put there once it is whole, so that what stood there before is never half overwritten.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::domain::export::{Export, Format};
use crate::exports::{self, Failure, Package, Records};

/// A file that is being written.
pub struct Output {
    path: PathBuf,
    export: Export,
    body: Body,
    out: BufWriter<Target>,
}

/// What it is made of.
enum Body {
    /// Lines, as they come.
    Lines,
    /// Something that is whole only at its end.
    Package(Package),
}

/// Where the bytes go.
enum Target {
    /// The standard output, a pipe, a device.
    Direct(Box<dyn Write + Send>),
    /// A file beside its place.
    Beside(NamedTempFile),
}

impl Output {
    /// Begins a file for an export; a sheet has so many rows.
    pub fn create(path: &Path, export: Export, sheet_rows: u32) -> Result<Self, String> {
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let begin = || -> Result<(Body, BufWriter<Target>), Failure> {
            let folder = folder(&place);
            let target = target(path, &place)?;
            let beside = matches!(target, Target::Beside(_)).then_some(folder);
            let mut out = BufWriter::new(target);
            let body = match (export.format, export.subjects.as_slice()) {
                (Format::Csv, [subject]) => {
                    out.write_all(&exports::header(&export, *subject))?;
                    Body::Lines
                }
                _ => Body::Package(Package::with_sheets(&export, beside, sheet_rows)?),
            };
            Ok((body, out))
        };
        let (body, out) = begin().map_err(|why| unwritten(path, &why))?;
        Ok(Self { path: path.to_owned(), export, body, out })
    }

    /// Adds records, if they are of what the file holds.
    pub fn add(&mut self, records: &Records) -> Result<(), String> {
        if !self.export.subjects.contains(&records.subject) {
            return Ok(());
        }
        let added = match &mut self.body {
            Body::Lines => match exports::lines(&self.export, records) {
                Ok(lines) => self.out.write_all(&lines).map_err(Failure::from),
                Err(error) => Err(Failure(format!("{error:?}"))),
            },
            Body::Package(package) => package.add(records),
        };
        added.map_err(|why| unwritten(&self.path, &why))
    }

    /// Writes what is left, and puts the file in its place.
    pub fn finish(self) -> Result<(), String> {
        let Self { path, body, mut out, .. } = self;
        let finish = || -> Result<(), Failure> {
            if let Body::Package(package) = body {
                package.finish(&mut out)?;
            }
            match out.into_inner().map_err(io::IntoInnerError::into_error)? {
                Target::Direct(mut out) => Ok(out.flush()?),
                Target::Beside(file) => Ok(put(file, &path)?),
            }
        };
        finish().map_err(|why| unwritten(&path, &why))
    }
}

fn unwritten(path: &Path, why: &Failure) -> String {
    format!("{} cannot be written: {why}", path.display())
}

/// Where a file of this name is written; `place` is the same without symbolic links.
fn target(path: &Path, place: &Path) -> io::Result<Target> {
    if path == Path::new("-") {
        return Ok(Target::Direct(Box::new(io::stdout())));
    }
    if fs::metadata(place).is_ok_and(|found| !found.is_file()) {
        return Ok(Target::Direct(Box::new(File::create(place)?)));
    }
    let mut file = tempfile::Builder::new();
    file.prefix(".clientele-");
    // As any new file is made, less what the umask takes.
    #[cfg(unix)]
    file.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    Ok(Target::Beside(file.tempfile_in(folder(place))?))
}

/// Puts a whole file in its place, with the permissions of what stood there before.
fn put(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(before) = fs::metadata(&place) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&place)?;
    Ok(())
}

fn folder(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Direct(out) => out.write(bytes),
            Self::Beside(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Direct(out) => out.flush(),
            Self::Beside(file) => file.flush(),
        }
    }
}
