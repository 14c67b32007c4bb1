//! Takes files as they arrive, part by part: never more than one part of them is in memory, and nothing is left of an upload that is
//! interrupted.

use std::collections::HashSet;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use futures_util::TryStreamExt as _;

use super::form::form;
use super::wording::path;
use crate::db::{Access, Db};
use crate::domain::ImportId;
use crate::domain::actor::Actor;
use crate::domain::file_name::file_name;
use crate::domain::import::{Mode, Subject};
use crate::imports::files::parts::PART;
use crate::imports::{parts, uploads};
use crate::pages::refusal;
use crate::pages::screen::{self, alone, show};
use crate::store::{Error, Result, tokens};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::rejection::Rejection;
use crate::web::request::Request;
use crate::web::respond::Reply;

/// The longest file in bytes.
const LIMIT: u64 = 2 << 30;
/// The longest value of a field that is no file, in bytes.
const VALUE: usize = 256;
/// How long the rest of a rejected upload is read: a browser shows an answer only once it has sent all.
const DRAIN: Duration = Duration::from_secs(20);

/// Why an upload is not taken.
enum Refused {
    /// A sentence for whoever sent it.
    Input(StatusCode, String),
    /// It is no form with files, or came in pieces.
    Rejection(Rejection),
    /// The database, or a rule.
    Store(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<MultipartError> for Refused {
    fn from(error: MultipartError) -> Self {
        Self::Rejection(match error {
            MultipartError::ContentTypeMissing | MultipartError::ContentTypeParse | MultipartError::ContentTypeIncompatible => {
                Rejection::NotAForm
            }
            _ => Rejection::Malformed("The upload was cut off."),
        })
    }
}

/// `POST /customers/import`: takes the files, and leads to the page of their import.
pub async fn take(asked: Asked, mut body: Multipart) -> HttpResponse {
    let request = match screen::admit(&asked).await {
        Ok(request) => request,
        Err(error) => {
            let _ = tokio::time::timeout(DRAIN, drain(&mut body)).await;
            return screen::failed(&asked, &error, None).pack(asked.unadmitted().encoding).send();
        }
    };
    let mut intake = Intake { request: request.clone(), mode: Mode::Both, token: String::new(), id: None };
    let outcome = match intake.all(&mut body).await {
        Ok(()) => intake.close().await,
        Err(refused) => Err(refused),
    };
    let refused = match outcome {
        Ok(location) => {
            request.app.notifier.notify();
            return Reply::see_other(location).pack(request.encoding).send();
        }
        Err(refused) => refused,
    };
    let mode = intake.mode;
    drop(intake);
    if !matches!(refused, Refused::Rejection(_)) {
        let _ = tokio::time::timeout(DRAIN, drain(&mut body)).await;
    }
    match refused {
        Refused::Input(status, sentence) => {
            show(asked, move |db, request| Ok(form(db, request, mode, Some(sentence.clone()))?.with_status(status))).await
        }
        Refused::Rejection(rejection) => alone(&request, &refusal::rejection(&request, rejection)).pack(request.encoding).send(),
        Refused::Store(error) => screen::failed(&asked, &error, None).pack(request.encoding).send(),
    }
}

async fn drain(body: &mut Multipart) {
    while let Ok(Some(mut field)) = body.try_next().await {
        while let Ok(Some(_)) = field.try_next().await {}
    }
}

/// An upload on its way. What it has taken is removed when it is dropped before its end, even by a connection that broke.
struct Intake {
    request: Request,
    mode: Mode,
    token: String,
    id: Option<ImportId>,
}

impl Intake {
    async fn all(&mut self, body: &mut Multipart) -> std::result::Result<(), Refused> {
        let mut names = HashSet::new();
        while let Some(mut field) = body.try_next().await? {
            let name = field.name().unwrap_or_default().to_owned();
            if !names.insert(name.clone()) {
                return Err(Refused::Rejection(Rejection::Malformed("The form has a field twice: send each file and each choice once.")));
            }
            match (name.as_str(), Subject::parse(&name)) {
                ("token", _) => self.token = value(&mut field).await?,
                ("mode", _) => {
                    let word = value(&mut field).await?;
                    self.mode = Mode::parse(&word).ok_or_else(|| input("Choose which rows to import."))?;
                }
                (_, Some(subject)) => self.file(subject, &mut field).await?,
                _ => return Err(Refused::Rejection(Rejection::Malformed("The form has an unknown field."))),
            }
        }
        if self.id.is_none() { Err(input("Choose at least one file to import.")) } else { Ok(()) }
    }

    /// Takes a file; a field without a chosen file has no name and no bytes.
    async fn file(&mut self, subject: Subject, field: &mut Field) -> std::result::Result<(), Refused> {
        let name = field.content_disposition().and_then(|disposition| disposition.get_filename()).map(file_name).unwrap_or_default();
        let (mut part, mut number, mut length, mut begun) = (Vec::with_capacity(PART), 0, 0, false);
        loop {
            let bytes = field.try_next().await?;
            if !begun && (bytes.is_some() || !name.is_empty()) {
                begun = true;
                self.begin(subject, if name.is_empty() { subject.word() } else { &name }).await?;
            }
            let Some(mut bytes) = bytes else { break };
            length += bytes.len() as u64;
            if length > LIMIT {
                let sentence = format!("{name} is larger than 2 GiB: split it and import the parts.");
                return Err(Refused::Input(StatusCode::PAYLOAD_TOO_LARGE, sentence));
            }
            while !bytes.is_empty() {
                part.extend_from_slice(&bytes.split_to(bytes.len().min(PART - part.len())));
                if part.len() == PART {
                    self.append(subject, number, std::mem::replace(&mut part, Vec::with_capacity(PART))).await?;
                    number += 1;
                }
            }
        }
        if !part.is_empty() {
            self.append(subject, number, part).await?;
        }
        Ok(())
    }

    async fn begin(&mut self, subject: Subject, name: &str) -> Result<()> {
        let (known, mode, name) = (self.id, self.mode, name.to_owned());
        let id = self.write(move |db, actor| {
            let id = known.map_or_else(|| uploads::open(db, actor, mode), Ok)?;
            uploads::add_file(db, id, subject, &name)?;
            Ok(id)
        });
        self.id = Some(id.await?);
        Ok(())
    }

    async fn append(&self, subject: Subject, number: u64, bytes: Vec<u8>) -> Result<()> {
        let Some(id) = self.id else { return Ok(()) };
        self.write(move |db, actor| uploads::append(db, actor, id, subject, number, &bytes)).await
    }

    /// All is there. Returns where it leads: a form that was sent twice leads to the first import.
    async fn close(&mut self) -> std::result::Result<String, Refused> {
        let Some(id) = self.id else { return Err(input("Choose at least one file to import.")) };
        let location = address::with_list(&path(id), &self.request.query);
        let (token, own, mode) = (self.token.clone(), location.clone(), self.mode);
        let leads = self.write(move |db, actor| {
            if let Some(earlier) = tokens::claim(db, actor, &token)? {
                return Ok(earlier);
            }
            uploads::arrived(db, actor, id, mode)?;
            tokens::settle(db, actor, &token, &own)?;
            Ok(own.clone())
        });
        let leads = leads.await?;
        if leads == location {
            self.id = None;
        }
        Ok(leads)
    }

    async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Db, &Actor) -> Result<T> + Send + 'static) -> Result<T> {
        // An upload may take an hour, so each part has a moment of its own.
        let (database, actor) = (self.request.app.database.clone(), Actor::now(self.request.actor.who.clone(), self.request.app.zone));
        self.request.app.database.run_blocking(Access::Write, move |_permit| database.write(|db| work(db, &actor))).await?
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let database = self.request.app.database.clone();
        // Where this fails, a job does it a day later.
        actix_web::rt::spawn(async move {
            let gone = || {
                let own = database.clone();
                database.run_blocking(Access::Write, move |_permit| own.write(|db| parts::erase(db, id)))
            };
            while let Ok(Ok(false)) = gone().await {}
        });
    }
}

fn input(sentence: &str) -> Refused {
    Refused::Input(StatusCode::UNPROCESSABLE_ENTITY, sentence.to_owned())
}

async fn value(field: &mut Field) -> std::result::Result<String, Refused> {
    let mut text = Vec::new();
    while let Some(bytes) = field.try_next().await? {
        text.extend_from_slice(&bytes);
        if text.len() > VALUE {
            return Err(Refused::Rejection(Rejection::TooLarge));
        }
    }
    String::from_utf8(text).map_err(|_| Refused::Rejection(Rejection::Malformed("The form holds bytes that are not UTF-8 text.")))
}
