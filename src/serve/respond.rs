//! What enters: a request and what the preview shows. What leaves: the response.
//! Every response comes from one snapshot. It must not know how snapshots are made.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HOST, HeaderName,
    IF_NONE_MATCH, LOCATION, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use axum::response::IntoResponse;
use tokio::sync::watch;

use super::events::{self, Reader};
use super::live::{self, EVENTS, FOLDER, SCRIPT};
use super::packed::{Packed, gzip};
use super::readers::Readers;
use super::snapshot::Found;
use super::{Shown, host, media};
use crate::digest::Digest;
use crate::output::Output;
use crate::site_path::encode;

/// Files below this size gain nothing by compression.
const SMALL: usize = 1024;

/// What a stream without anything would give.
type Ended = Result<Bytes, Infallible>;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// How long a request waits for what is still being made. Then it gets what was there before: while saves go on, a whole site may be long in
/// coming, and the page is loaded again when it is there.
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 1000 });

/// What requests are answered from.
pub(super) struct Answering {
    pub(super) shown: watch::Receiver<Arc<Shown>>,
    /// Names that requests may be addressed to, besides this machine's own.
    pub(super) names: Vec<String>,
    pub(super) packed: Packed,
    pub(super) readers: Readers,
}

impl Answering {
    /// Answers a request; where what it asks for is still being made, as soon as that is there, or with what was there before.
    pub(super) async fn respond<B>(&self, request: &Request<B>) -> Response<Body> {
        let mut shown = self.shown.clone();
        let mut late = pin!(tokio::time::sleep(PATIENCE));
        let mut is_late = false;
        let mut response = loop {
            let now = Arc::clone(&shown.borrow_and_update());
            if let Some(response) = self.answer(request, &now, is_late) {
                break response;
            }
            tokio::select! {
                changed = shown.changed() => if changed.is_err() {
                    break plain(StatusCode::SERVICE_UNAVAILABLE, "the preview ends\n".to_owned());
                },
                () = &mut late => is_late = true,
            }
        };
        let headers = response.headers_mut();
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Pages of other origins can neither read nor embed what this preview shows.
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
        response
    }

    /// `None` while it is not ready, unless it is late.
    fn answer<B>(&self, request: &Request<B>, now: &Shown, is_late: bool) -> Option<Response<Body>> {
        let (uri, headers) = (request.uri(), request.headers());
        if headers.get_all(HOST).iter().count() > 1 {
            return Some(plain(StatusCode::BAD_REQUEST, "more than one `Host`\n".to_owned()));
        }
        let given = uri.authority().map(|authority| authority.as_str()).or_else(|| headers.get(HOST)?.to_str().ok());
        if !given.is_some_and(|given| host::is_ours(given, &self.names)) {
            let name = given.unwrap_or("no name");
            let text = format!("this preview does not answer to `{name}`: `--allow-host NAME` allows a name\n");
            return Some(plain(StatusCode::MISDIRECTED_REQUEST, text));
        }
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n".to_owned());
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(response);
        }
        let base = now.preview.snapshot.base();
        let Some(encoded) = uri.path().strip_prefix(base) else {
            return Some(outside(uri, base));
        };
        let mut response = if let Some(own) = encoded.strip_prefix(FOLDER) {
            match own {
                SCRIPT => self.script(headers),
                // Nobody reads on.
                EVENTS if request.method() == Method::HEAD => {
                    stream(Body::from_stream(futures_util::stream::empty::<Ended>()))
                }
                EVENTS => listen(uri, self.shown.clone(), &self.readers),
                _ => plain(StatusCode::NOT_FOUND, "not an address of the preview\n".to_owned()),
            }
        } else {
            self.page(uri, encoded, now, is_late, headers)?
        };
        // The stream has no length to tell.
        if request.method() == Method::HEAD
            && let Some(length) = response.body().size_hint().exact()
        {
            response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
            *response.body_mut() = Body::empty();
        }
        Some(response)
    }

    /// A file of the site, or what is said in its place.
    fn page(
        &self,
        uri: &Uri,
        encoded: &str,
        now: &Shown,
        is_late: bool,
        headers: &HeaderMap,
    ) -> Option<Response<Body>> {
        let snapshot = &now.preview.snapshot;
        let Ok(path) = percent_encoding::percent_decode_str(encoded).decode_utf8() else {
            return Some(plain(StatusCode::BAD_REQUEST, "the address is no UTF-8 text\n".to_owned()));
        };
        let found = match snapshot.find(&path) {
            Found::Coming if is_late => snapshot.was(&path),
            found => found,
        };
        Some(match found {
            Found::Coming => self.file(StatusCode::OK, now.retired(&path)?, &path, headers),
            Found::File(output) => self.file(StatusCode::OK, output, &path, headers),
            Found::Folder => redirect(uri, &format!("{}/", relative(path.rsplit('/').next().unwrap_or(&path)))),
            Found::Nothing(missing) => match (now.retired(&path), missing) {
                (Some(output), _) => self.file(StatusCode::OK, output, &path, headers),
                (None, Some(output)) => self.file(StatusCode::NOT_FOUND, output, &path, headers),
                (None, None) => {
                    let text = b"<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Nothing here</title>\
                        <body><p>Nothing is at this address yet.</p></body></html>\n";
                    let body = Bytes::from(live::inject(text, &path, "none"));
                    self.send(StatusCode::NOT_FOUND, "text/html; charset=utf-8", body, &path, "none", headers)
                }
            },
        })
    }

    fn file(&self, status: StatusCode, output: &Output, path: &str, headers: &HeaderMap) -> Response<Body> {
        let media_type = media::of(&output.path.file());
        let version = output.digest.short();
        let body = if media_type.starts_with("text/html") {
            Bytes::from(live::inject(&output.bytes, path, &version))
        } else {
            Bytes::from_owner(Arc::clone(&output.bytes))
        };
        self.send(status, media_type, body, path, &version, headers)
    }

    fn script(&self, headers: &HeaderMap) -> Response<Body> {
        let version = Digest::of(live::SOURCE.as_bytes()).short();
        let body = Bytes::from_static(live::SOURCE.as_bytes());
        self.send(StatusCode::OK, media::of(SCRIPT), body, SCRIPT, &version, headers)
    }

    /// A body with its type and version; not at all when the browser has it, compressed when it can take that.
    fn send(
        &self,
        status: StatusCode,
        media_type: &'static str,
        body: Bytes,
        path: &str,
        version: &str,
        asked: &HeaderMap,
    ) -> Response<Body> {
        let tag = format!("W/\"{version}\"");
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, tag);
        }
        let compressible = media::is_compressible(media_type) && body.len() >= SMALL;
        if compressible {
            headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if status == StatusCode::OK && is_held(asked, &tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let compressed = if !compressible || !accepts_gzip(asked) {
            None
        } else if status == StatusCode::OK {
            self.packed.body(path, version, &body)
        } else {
            // Of wrong addresses there is no end.
            gzip(&body)
        };
        if compressed.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        *response.status_mut() = status;
        *response.body_mut() = Body::from(compressed.unwrap_or(body));
        response
    }
}

/// Whether the browser says that it holds this version: the tags are weak, as compressed and plain bodies share them.
fn is_held(asked: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|held| held.trim() == "*" || opaque(held) == opaque(tag))
}

/// Whether the browser takes gzip: what it says of gzip counts before what it says of all codings.
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let codings: Vec<(&str, f32)> = asked
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let weight = parts.filter_map(|part| part.split_once('=')).find(|(key, _)| key.eq_ignore_ascii_case("q"));
            (name, weight.map_or(1.0, |(_, weight)| weight.parse().unwrap_or(0.0)))
        })
        .collect();
    let of = |wanted: &str| codings.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    of("gzip").or_else(|| of("*")).is_some_and(|(_, weight)| *weight > 0.0)
}

/// The stream for a page that a browser shows: `?page=…&version=…`.
fn listen(uri: &Uri, shown: watch::Receiver<Arc<Shown>>, readers: &Readers) -> Response<Body> {
    let value = |name: &str| {
        let query = uri.query().unwrap_or_default();
        let raw = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        Some(percent_encoding::percent_decode_str(raw).decode_utf8().ok()?.into_owned())
    };
    let (page, version) = (value("page").unwrap_or_default(), value("version").unwrap_or_default());
    let reader = Reader::new(shown, page, &version, readers);
    stream(events::stream(reader).into_response().into_body())
}

/// A response whose body does not end.
fn stream(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Some proxies hold streams back until told not to.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// An address that is not below the site's base: its root leads there.
fn outside(uri: &Uri, base: &str) -> Response<Body> {
    let path = uri.path();
    if path == "/" || format!("{path}/") == base {
        redirect(uri, base)
    } else {
        plain(StatusCode::NOT_FOUND, format!("the site is at {base}\n"))
    }
}

fn redirect(uri: &Uri, to: &str) -> Response<Body> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // Not for good: the next build may put something else there.
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT, String::new());
    if let Ok(location) = HeaderValue::from_str(&format!("{to}{query}")) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A segment as a relative address: one with a colon would read as a scheme.
fn relative(segment: &str) -> String {
    let encoded = encode(segment);
    if encoded.contains(':') { format!("./{encoded}") } else { encoded }
}

fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
