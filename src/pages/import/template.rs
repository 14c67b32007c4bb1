//! Examples of the files that an import takes.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::domain::export::{Export, Format};
use crate::domain::import::Subject;
use crate::exports::{self, Failure, Package, template};
use crate::pages::refusal;
use crate::pages::screen::{admit, alone, failed};
use crate::web::auth::Asked;
use crate::web::chunks::CSV;
use crate::web::made::XLSX;

/// `GET /customers/import/template.csv`
pub async fn csv(request: Asked) -> HttpResponse {
    send(request, Format::Csv, CSV).await
}

/// `GET /customers/import/template.xlsx`
pub async fn xlsx(request: Asked) -> HttpResponse {
    send(request, Format::Xlsx, XLSX).await
}

async fn send(asked: Asked, format: Format, kind: &'static str) -> HttpResponse {
    let request = match admit(&asked).await {
        Ok(request) => request,
        Err(error) => return failed(&asked, &error, None).pack(asked.unadmitted().encoding).send(),
    };
    let subject = request.param("of").and_then(|word| Subject::parse(&word)).unwrap_or_default();
    match make(&Export::new(&[subject], format, true), subject) {
        Ok(bytes) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, kind))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{subject}-template.{}\"", format.word())))
            .body(bytes),
        Err(why) => alone(&request, &refusal::no_file(&request, &why.0)).pack(request.encoding).send(),
    }
}

fn make(export: &Export, subject: Subject) -> Result<Vec<u8>, Failure> {
    let records = template(subject);
    if export.format == Format::Csv {
        let lines = exports::lines(export, &records).map_err(|error| Failure(format!("{error:?}")))?;
        return Ok([exports::header(export, subject), lines].concat());
    }
    let (mut package, mut bytes) = (Package::new(export, None)?, Vec::new());
    package.add(&records)?;
    package.finish(&mut bytes)?;
    Ok(bytes)
}
