//! Records as several CSV files in a ZIP file, one a subject.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::file::{header, lines};
use super::records::Records;
use crate::domain::export::Export;
use crate::domain::import::Subject;

/// Files that are being made.
pub struct Archive {
    export: Export,
    files: Vec<(Subject, BufWriter<File>)>,
}

impl Archive {
    /// One with a file for each subject, which stand in this folder, or where temporary files go, until the whole is written.
    pub fn new(export: &Export, folder: Option<&Path>) -> io::Result<Self> {
        let file = |subject: &Subject| {
            let mut file = BufWriter::new(folder.map_or_else(tempfile::tempfile, tempfile::tempfile_in)?);
            file.write_all(&header(export, *subject))?;
            Ok((*subject, file))
        };
        Ok(Self { export: export.clone(), files: export.subjects.iter().map(file).collect::<io::Result<_>>()? })
    }

    /// Adds lines to the file of their subject.
    pub fn add(&mut self, records: &Records) -> io::Result<()> {
        let Some((_, file)) = self.files.iter_mut().find(|(subject, _)| *subject == records.subject) else { return Ok(()) };
        file.write_all(&lines(&self.export, records).map_err(|error| io::Error::other(format!("{error:?}")))?)
    }

    /// Writes the whole.
    pub fn finish(self, out: impl Write) -> io::Result<()> {
        let mut zip = ZipWriter::new_stream(out);
        for (subject, file) in self.files {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            zip.start_file(format!("{subject}.csv"), SimpleFileOptions::default().large_file(true))?;
            io::copy(&mut file, &mut zip)?;
        }
        zip.finish()?.into_inner().flush()
    }
}
