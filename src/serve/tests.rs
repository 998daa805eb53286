//! The preview, over loopback.

use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::thread;
use std::time::Duration;

use super::*;
use crate::diagnostic::Location;
use crate::site_path::SitePath;

#[path = "tests/client.rs"]
mod client;

use client::{Server, preview};

const SITE: &[(&str, &str)] = &[
    ("", "<html><body>home</body></html>"),
    ("lieux/", "<body>places</body>"),
    ("lieux/été à/", "<body>summer</body>"),
    ("404.html", "<body>not here</body>"),
    ("style.css", "a{}"),
    (".nojekyll", ""),
];

#[test]
fn files_pages_and_redirects() {
    let server = Server::start(preview(SITE, 1));
    let home = server.get("/");
    assert_eq!(home.status(), 200);
    assert_eq!(home.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(home.header("cache-control"), Some("no-cache"));
    assert_eq!(home.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(home.header("access-control-allow-origin"), None);
    assert!(home.text().starts_with("<html><body>home<script type=\"module\" src=\"__maillage/live.js\""));
    let style = server.get("/style.css?x");
    assert_eq!((style.header("content-type"), style.text()), (Some("text/css; charset=utf-8"), "a{}".to_owned()));
    let redirect = server.get("/lieux?q=1");
    assert_eq!((redirect.status(), redirect.header("location")), (307, Some("lieux/?q=1")));
    let page = server.get("/lieux/%C3%A9t%C3%A9%20%C3%A0/");
    assert!(page.text().contains("summer<script type=\"module\" src=\"../../__maillage/live.js\""));
    let redirect = server.get("/lieux/%C3%A9t%C3%A9%20%C3%A0");
    assert_eq!(redirect.header("location"), Some("%C3%A9t%C3%A9%20%C3%A0/"));
    let missing = server.get("/lieux/none");
    assert_eq!(missing.status(), 404);
    assert!(missing.text().contains("not here<script type=\"module\" src=\"../__maillage/live.js\""));
    let script = server.get("/__maillage/live.js");
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(script.text(), live::SOURCE);
    assert_eq!(server.get("/__maillage/other").status(), 404);
}

#[test]
fn nothing_outside_the_site_can_be_read() {
    let server = Server::start(preview(SITE, 1));
    for path in [
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "/lieux/../style.css",
        "/lieux/%2e%2e/style.css",
        "/%5cstyle.css",
        "/..%5cstyle.css",
        "/style.css%00",
        "//style.css",
        "/.nojekyll",
        "/%2enojekyll",
        "/./style.css",
        "/%252e%252e/style.css",
        "/etc/passwd",
        "/C:/style.css",
        "/%c0%ae%c0%ae/style.css",
        "/__maillage/../style.css",
    ] {
        let answer = server.get(path);
        assert!(matches!(answer.status(), 400 | 404), "{path}: {}", answer.head);
        assert!(!answer.text().contains("a{}"), "{path}");
    }
}

#[test]
fn only_names_of_this_machine_are_answered() {
    let server = Server::start(preview(SITE, 1));
    for host in ["evil.example", "localhost.evil.example", "evil.example:80", ""] {
        for path in ["/", "/__maillage/events", "/__maillage/live.js"] {
            assert_eq!(server.ask("GET", path, &format!("Host: {host}\n")).status(), 421, "{host} {path}");
        }
    }
    assert_eq!(server.ask("GET", "http://evil.example/", "").status(), 421, "the address wins over the header");
    assert_eq!(server.ask("GET", "/", "Host: localhost\nHost: evil.example\n").status(), 400);
    for host in ["localhost", "127.0.0.1:1111", "[::1]:1", "preview.example", "192.168.0.2"] {
        assert_eq!(server.ask("GET", "/", &format!("Host: {host}\n")).status(), 200, "{host}");
    }
}

#[test]
fn only_reading_is_allowed() {
    let server = Server::start(preview(SITE, 1));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = server.ask(method, "/", "Content-Length: 0\n");
        assert_eq!((answer.status(), answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    let (get, head) = (server.get("/"), server.ask("HEAD", "/", ""));
    assert_eq!((head.status(), head.body.len()), (200, 0));
    let length = head.header("content-length").unwrap();
    assert_eq!((Some(length), length), (get.header("content-length"), &*get.body.len().to_string()));
    assert_eq!(server.ask("HEAD", "/none", "").status(), 404);
    let stream = server.ask("HEAD", "/__maillage/events?page=&version=", "");
    assert_eq!((stream.status(), stream.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!((stream.body.len(), stream.header("content-length")), (0, None));
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let server = Server::start(preview(SITE, 1));
    for path in ["/", "/style.css", "/__maillage/live.js"] {
        let tag = server.get(path).header("etag").unwrap().to_owned();
        let again = server.ask("GET", path, &format!("If-None-Match: \"other\", {tag}\n"));
        assert_eq!((again.status(), again.body.len(), again.header("etag")), (304, 0, Some(&*tag)), "{path}");
        assert_eq!(server.ask("GET", path, "If-None-Match: \"other\"\n").status(), 200);
    }
    let tag = server.get("/style.css").header("etag").unwrap().to_owned();
    server.previews.send_replace(preview(&[("style.css", "b{}")], 2));
    let fresh = wait(|| {
        Some(server.ask("GET", "/style.css", &format!("If-None-Match: {tag}\n"))).filter(|fresh| fresh.status() != 304)
    });
    assert_eq!(fresh.text(), "b{}");
}

/// Tries until something is so: the server takes what it is sent in its own time.
fn wait<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..6000 {
        if let Some(value) = attempt() {
            return value;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came to be");
}

#[test]
fn texts_are_compressed_for_those_who_ask() {
    let long = format!("<body>{}</body>", "long ".repeat(1000));
    let server = Server::start(preview(&[("", &long), ("a.bin", &long), ("b.txt", "short")], 1));
    let plain = server.get("/");
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, Some("Accept-Encoding")));
    let packed = server.ask("GET", "/", "Accept-Encoding: br, gzip;q=0.5\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*packed.body).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    assert!(packed.body.len() < text.len() / 4);
    for (accepted, coding) in [
        ("gzip;q=0", None),
        ("gzip;Q=0.000, *", None),
        ("*;q=0", None),
        ("*, gzip; q=0", None),
        ("br", None),
        ("*", Some("gzip")),
        ("identity, GZIP;q=0.1, *;q=0", Some("gzip")),
    ] {
        let answer = server.ask("GET", "/", &format!("Accept-Encoding: {accepted}\n"));
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
    }
    for path in ["/a.bin", "/b.txt"] {
        assert_eq!(server.ask("GET", path, "Accept-Encoding: gzip\n").header("content-encoding"), None, "{path}");
    }
}

#[test]
fn a_site_may_live_on_a_sub_path() {
    let Preview { faults, .. } = preview(SITE, 1);
    let outputs = SITE.iter().map(|(path, text)| Output::new(SitePath::new(path), text.as_bytes())).collect();
    let snapshot = Arc::new(Snapshot::new(outputs, 1).under("/sub/dir/"));
    let server = Server::start(Preview { snapshot, faults });
    assert_eq!(server.get("/").header("location"), Some("/sub/dir/"));
    assert_eq!(server.get("/sub/dir").header("location"), Some("/sub/dir/"));
    assert_eq!(server.get("/sub/dir/").status(), 200);
    assert!(server.get("/sub/dir/lieux/").text().contains("\"../__maillage/live.js\""));
    assert_eq!(server.get("/sub/dir/__maillage/live.js").status(), 200);
    for outside in ["/lieux/", "/sub/", "/sub/directory/", "/__maillage/live.js"] {
        assert_eq!(server.get(outside).status(), 404, "{outside}");
    }
}

#[test]
fn before_the_first_good_build_the_page_waits() {
    let server = Server::start(preview(&[], 0));
    let answer = server.get("/lieux/");
    assert_eq!(answer.status(), 404);
    assert!(answer.text().contains("data-maillage-page=\"lieux/\" data-maillage-version=\"none\""));
    let mut events = server.events("lieux/", "none");
    assert_eq!(events.next(), ("faults".to_owned(), serde_json::json!([])));
    server.previews.send_replace(preview(SITE, 1));
    assert_eq!(events.next().0, "reload");
}

fn version_of(server: &Server, path: &str) -> String {
    let text = server.get(&format!("/{path}")).text();
    let (_, after) = text.split_once("data-maillage-version=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[test]
fn readers_hear_of_their_own_page_only() {
    let server = Server::start(preview(&[("a/", "1"), ("b/", "1")], 1));
    let mut a = server.events("a/", &version_of(&server, "a/"));
    let mut b = server.events("b/", &version_of(&server, "b/"));
    assert_eq!((a.next().0, b.next().0), ("faults".to_owned(), "faults".to_owned()));
    server.previews.send_replace(preview(&[("a/", "1"), ("b/", "2")], 2));
    assert_eq!(b.next().0, "reload");
    // The first message that `a` gets is about the next build.
    let mut broken = preview(&[("a/", "1"), ("b/", "2")], 3);
    let location = Location::new(&Arc::from("content/x.md"), 3..5);
    let fault = Diagnostic::error("x", location, "`<b>`").help("h");
    broken.faults = Arc::from([Fault::new(&fault, Some("é fault\n"))]);
    server.previews.send_replace(broken);
    let expected = serde_json::json!([{
        "severity": "error", "code": "x", "message": "`<b>`", "file": "content/x.md", "line": 1, "column": 3,
        "source": "é fault", "mark": [2, 2], "expected": null, "nearest": null, "help": "h",
    }]);
    assert_eq!(a.next(), ("faults".to_owned(), expected.clone()));
    let mut late = server.events("a/", "old");
    assert_eq!(late.next(), ("faults".to_owned(), expected));
    assert_eq!(late.next().0, "reload", "the page was out of date when it connected");
    server.previews.send_replace(preview(&[("a/", "3"), ("b/", "2")], 4));
    assert_eq!(a.next(), ("faults".to_owned(), serde_json::json!([])));
    assert_eq!(a.next().0, "reload");
}

#[test]
fn styles_are_swapped_and_the_old_ones_served_for_a_while() {
    let site = |digest: &str, style: &str| {
        let address = format!("assets/{digest}/style.css");
        let page = format!("<link rel=\"stylesheet\" href=\"../{address}\"><body>a</body>");
        preview(&[("a/", &page), (&address, style)], 1)
    };
    let server = Server::start(site("1", "old"));
    let mut events = server.events("a/", &version_of(&server, "a/"));
    events.next();
    server.previews.send_replace(site("2", "new"));
    let (name, data) = events.next();
    assert_eq!(name, "styles");
    assert_eq!(data["styles"], serde_json::json!([{ "from": "assets/1/style.css", "to": "assets/2/style.css" }]));
    assert_eq!(data["version"], version_of(&server, "a/"));
    assert_eq!(server.get("/assets/2/style.css").text(), "new");
    assert_eq!(server.get("/assets/1/style.css").text(), "old", "a page of the build before still asks for it");
    for generation in 3..10 {
        server.previews.send_replace(site(&generation.to_string(), "new"));
        events.next();
    }
    assert_eq!(server.get("/assets/1/style.css").status(), 404);
}

#[test]
fn who_stops_in_the_middle_of_a_request_is_given_up_and_who_listens_is_not() {
    let server = Server::start(preview(SITE, 1));
    let mut events = server.events("", &version_of(&server, ""));
    assert_eq!(events.next().0, "faults");
    let mut idle = server.connect("");
    let mut half = server.connect("GET / HTTP/1.1\nHost: loc");
    let mut rest = Vec::new();
    // Cut or closed: nothing more comes.
    let _ = half.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP/1.1 200"), "{rest:?}");
    server.previews.send_replace(preview(&[("", "other")], 2));
    assert_eq!(events.next().0, "reload");
    idle.get_mut().write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    idle.read_to_end(&mut rest).unwrap();
    assert!(rest.starts_with(b"HTTP/1.1 200"), "who has not begun may begin");
}

#[test]
fn every_response_is_of_one_build() {
    let site = |generation: u64| {
        let text = format!("<body>{}</body>", format!("{generation} ").repeat(5000));
        preview(&[("", &text)], generation)
    };
    let server = Server::start(site(0));
    thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..60 {
                        let text = server.get("/").text();
                        let body = text.strip_prefix("<body>").unwrap().split('<').next().unwrap();
                        let mut numbers = body.split_whitespace();
                        let first = numbers.next().unwrap();
                        assert!(numbers.all(|number| number == first));
                    }
                })
            })
            .collect();
        for generation in 1..200 {
            server.previews.send_replace(site(generation));
            thread::yield_now();
        }
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

/// While saves go on, nobody waits for the end of them: a file as it was is a file of one build, and its version is known to be old.
#[test]
fn what_is_long_in_coming_is_shown_as_it_was() {
    let site = &[("a/", "<body>a 1</body>"), ("b/", "<body>b 1</body>"), ("404.html", "<body>not here</body>")];
    let server = Server::start(preview(site, 1));
    let old = version_of(&server, "b/");
    let mut last = Arc::clone(&server.previews.borrow().snapshot);
    for text in ["a 2", "a 3"] {
        last = Arc::new(Snapshot::begun(vec![Output::new(SitePath::new("a/"), text.as_bytes())], &last));
        server.previews.send_replace(Preview { snapshot: Arc::clone(&last), faults: Arc::from([]) });
    }
    wait(|| server.get("/a/").text().contains("a 3").then_some(()));
    assert!(server.get("/b/").text().contains("b 1"));
    assert_eq!((server.get("/none/").status(), server.get("/b").status()), (404, 307));
    let mut events = server.events("b/", &version_of(&server, "b/"));
    let mut nobody = server.events("none/", &version_of(&server, "none/"));
    assert_eq!((events.next().0, nobody.next().0), ("faults".to_owned(), "faults".to_owned()));
    server.previews.send_replace(preview(&[("a/", "a 3"), ("b/", "b 3"), site[2]], 4));
    assert_eq!(events.next().0, "reload");
    assert_ne!(version_of(&server, "b/"), old);
    // The page for wrong addresses is as it was: its reader hears of the next fault first.
    let mut broken = preview(&[("a/", "a 3"), ("b/", "b 3"), site[2]], 5);
    broken.faults = Arc::from([Fault::new(&Diagnostic::error("x", Location::start_of(&Arc::from("x")), "y"), None)]);
    server.previews.send_replace(broken);
    assert_eq!(nobody.next().0, "faults");
}

#[test]
fn a_taken_port_gives_way_to_the_next() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let host = Ipv4Addr::LOCALHOST.into();
        let first = listen(host, 0).await.unwrap().local_addr().unwrap();
        let taken = listen(host, first.port()).await.unwrap();
        let next = listen(host, taken.local_addr().unwrap().port()).await.unwrap();
        assert_ne!(taken.local_addr().unwrap(), next.local_addr().unwrap());
        let error = listen(Ipv4Addr::new(203, 0, 113, 1).into(), 0).await.unwrap_err();
        assert!(error.to_string().starts_with("can't listen on `203.0.113.1:0`"), "{error}");
    });
}

#[test]
fn addresses_to_open_are_ones_that_browsers_take() {
    let shown = |address: &str| url(address.parse().unwrap(), "/sub/", false);
    assert_eq!(shown("127.0.0.1:1111"), "http://localhost:1111/sub/");
    assert_eq!(shown("0.0.0.0:80"), "http://localhost:80/sub/");
    assert_eq!(shown("192.168.0.2:1"), "http://192.168.0.2:1/sub/");
    assert_eq!(shown("[fe80::1]:1"), "http://[fe80::1]:1/sub/");
    assert_eq!(shown("127.0.0.2:1"), "http://127.0.0.2:1/sub/");
    let shared = |address: &str| url(address.parse().unwrap(), "/", true);
    assert_eq!(shared("127.0.0.1:1111"), "http://127.0.0.1:1111/");
    assert_eq!(shared("0.0.0.0:1111"), "http://127.0.0.1:1111/");
    assert_eq!(shared("[::1]:1111"), "http://[::1]:1111/");
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let other = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, taken.local_addr().unwrap().port()));
    assert!(is_shared(other), "another program has {other} of the other family");
    drop(taken);
    assert!(!is_shared(other));
}
