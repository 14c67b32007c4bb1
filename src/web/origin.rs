//! Which requests are for this program, and which come from its own pages.
//!
//! What changes something is judged as Go 1.25 does it (`net/http.CrossOriginProtection`, from Filippo Valsorda's "Cross-Site Request
//! Forgery", <https://words.filippo.io/csrf/>): `Sec-Fetch-Site` decides, which every browser of the last years sends and no page can change;
//! an older browser sends `Origin`, which is compared with the host that was asked; what sends neither is no browser, and carries nobody's
//! cookie without being told to. Two things are stricter here: an `Origin` that is there and empty is another site's, and so is what another
//! site makes a browser read without going there, since an answer's time and size tell of what it holds.

use actix_web::dev::RequestHead;
use actix_web::http::header::{self, HeaderName};

use super::public_url::{PublicUrl, host, is_host, is_loopback};
use super::rejection::Rejection;

/// Why a request for this host is refused, if it is. Names that others can make point at this machine (DNS rebinding) must not reach it: the
/// browser would take the answers for those of the other site.
#[must_use]
pub fn refuse_host(host: &str, public: Option<&PublicUrl>) -> Option<Rejection> {
    if !host.is_empty() && !is_host(host) {
        return Some(Rejection::Malformed("It does not name a host."));
    }
    let is_known = is_loopback(host) || public.is_some_and(|public| public.names(host));
    (!is_known).then_some(Rejection::Misdirected)
}

/// Why a request is refused for the page that made a browser send it, if it is.
#[must_use]
pub fn refuse_site(head: &RequestHead, public: Option<&PublicUrl>) -> Option<Rejection> {
    let fetched = |name: &'static str| text(head, &HeaderName::from_static(name));
    let site = fetched("sec-fetch-site").filter(|site| !site.is_empty());
    if head.method.is_safe() {
        let is_foreign = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
        let opens = fetched("sec-fetch-mode") == Some("navigate") && fetched("sec-fetch-dest").is_none_or(|place| place == "document");
        return (is_foreign && !opens).then_some(Rejection::ForeignReading);
    }
    let is_own = match site {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => text(head, &header::ORIGIN).is_none_or(|origin| is_own_origin(origin, host(head), public)),
    };
    (!is_own).then_some(Rejection::ForeignSite)
}

/// A proxy may change the scheme, so hosts are compared; and the host, where it is told how the world calls it.
fn is_own_origin(origin: &str, host: &str, public: Option<&PublicUrl>) -> bool {
    let is_asked = origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host));
    is_asked || public.is_some_and(|public| origin.eq_ignore_ascii_case(&public.to_string()))
}

fn text<'a>(head: &'a RequestHead, name: &HeaderName) -> Option<&'a str> {
    head.headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::Method;
    use actix_web::test::TestRequest;

    const HOST: (&str, &str) = ("host", "localhost:8080");

    fn refused_behind(public: Option<&PublicUrl>, method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let request = headers.iter().fold(TestRequest::default().method(method.clone()), |request, header| request.insert_header(*header));
        let request = request.to_srv_request();
        refuse_host(host(request.head()), public).or_else(|| refuse_site(request.head(), public)).is_some()
    }

    fn refused(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        refused_behind(None, method, headers)
    }

    #[test]
    fn only_loopback_names_are_served_and_the_public_one() {
        let public = PublicUrl::parse("https://Clientele.example").unwrap();
        for host in ["localhost:8080", "127.0.0.1", "127.9.9.9:1", "[::1]:8080", "x.localhost", "LOCALHOST."] {
            assert!(refuse_host(host, None).is_none(), "{host}");
        }
        for host in ["clientele.example", "CLIENTELE.example:443", "clientele.example."] {
            assert!(refuse_host(host, None).is_some(), "{host}");
            assert!(refuse_host(host, Some(&public)).is_none(), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "[::2]", "x.clientele.example"] {
            assert!(refuse_host(host, Some(&public)).is_some(), "{host}");
        }
    }

    #[test]
    fn posts_of_other_sites_are_refused() {
        let post = &Method::POST;
        assert!(!refused(post, &[HOST, ("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!refused(post, &[HOST, ("origin", "https://localhost:8080")]), "a proxy changed the scheme");
        assert!(!refused(post, &[HOST]), "no browser");
        assert!(refused(post, &[HOST, ("sec-fetch-site", "cross-site")]));
        assert!(refused(post, &[HOST, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]));
        assert!(refused(post, &[HOST, ("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")]));
        assert!(refused(post, &[HOST, ("origin", "http://localhost:9090")]));
        assert!(refused(post, &[HOST, ("origin", "null")]));
        let public = PublicUrl::parse("https://clientele.example").unwrap();
        let behind = |headers: &[(&'static str, &'static str)]| refused_behind(Some(&public), post, headers);
        assert!(!behind(&[HOST, ("origin", "https://clientele.example")]), "a proxy changed the host");
        assert!(behind(&[HOST, ("origin", "http://clientele.example")]), "not what the world sees");
        assert!(behind(&[HOST, ("origin", "https://clientele.example.evil.example")]));
    }

    #[test]
    fn another_site_reads_nothing_but_can_link_here() {
        let get = &Method::GET;
        for site in ["cross-site", "same-site"] {
            let site = ("sec-fetch-site", site);
            assert!(!refused(get, &[HOST, site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]));
            assert!(!refused(get, &[HOST, site, ("sec-fetch-mode", "navigate")]));
            assert!(refused(get, &[HOST, site]));
            for mode in ["no-cors", "cors", "same-origin", "websocket", ""] {
                assert!(refused(get, &[HOST, site, ("sec-fetch-mode", mode)]), "{mode}");
            }
            for place in ["iframe", "frame", "embed", "object", "image", "script", "empty"] {
                assert!(refused(get, &[HOST, site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", place)]), "{place}");
            }
        }
        assert!(!refused(get, &[HOST, ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")]));
        assert!(!refused(get, &[HOST, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]));
        assert!(!refused(get, &[HOST]), "no browser");
    }

    #[test]
    fn a_host_is_a_name_and_a_port() {
        let get = &Method::GET;
        for host in ["localhost", "localhost:", "127.0.0.1:80", "[::1]", "[::1]:8080"] {
            assert!(!refused(get, &[("host", host)]), "{host}");
        }
        for host in ["localhost:http", "localhost:99999", "me@localhost", "local host", "localhost/x", "localhost,localhost", "[::1", ""] {
            assert!(refused(get, &[("host", host)]), "{host}");
        }
    }
}
