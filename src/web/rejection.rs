//! Why a request reaches no page.

use crate::domain::rules::Refusal;

/// Why a request reaches no page.
#[derive(Debug, Clone, Copy)]
pub enum Rejection {
    /// 400: it cannot be read.
    Malformed(&'static str),
    /// 403: the role may not do this.
    Role(Refusal),
    /// 403: another site sent it.
    ForeignSite,
    /// 403: another site made a browser read it, without going there.
    ForeignReading,
    /// 404: no such address.
    NoSuchAddress,
    /// 405: not with this method.
    Method,
    /// 408: it stopped arriving.
    Slow,
    /// 413: larger than any form.
    TooLarge,
    /// 414: no address is that long.
    LongAddress,
    /// 415: not a form.
    NotAForm,
    /// 417: it expects what is not supported.
    Expectation,
    /// 421: for another host.
    Misdirected,
    /// 431: more header fields, or longer ones, than are read.
    LongHeader,
    /// 503: more connections than are served at a time.
    Crowded,
}
