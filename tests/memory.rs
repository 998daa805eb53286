//! A preview takes what one site takes, however many saves it has seen. A test program of its own: it counts what all of the preview has allocated, so
//! nothing else may run beside it.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use std::alloc::System;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use cap::Cap;
use clap::Parser;
use maillage::cli::Cli;
use maillage::commands;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

/// Saves after which nothing new is kept, and after which that is seen.
const SAVES: [usize; 2] = [500, 1000];

/// What the second half of them may add, in bytes: two numbers kept for each save would be as much.
const SLACK: usize = 8 * 1024;

/// A page that every save changes.
const PAGE: &str = "/essai/lieux/alpha/";

/// The body of an answer with status 200.
fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 200").then_some(answer)
}

/// Waits until a page shows these words.
fn shows(port: u16, path: &str, words: &str) {
    for _ in 0..20_000 {
        if get(port, path).is_some_and(|page| page.contains(words)) {
            return;
        }
        thread::sleep(Duration::from_millis(3));
    }
    panic!("{path} never showed {words}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for file in fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        let (path, to) = (file.path(), to.join(file.file_name()));
        if path.is_dir() { copy(&path, &to) } else { fs::copy(&path, &to).map(drop).expect("a copy") }
    }
}

/// What the preview holds when all is done: the least that is seen for a while, as requests and looks take something for a moment.
fn held() -> usize {
    let sample = |_| {
        thread::sleep(Duration::from_millis(10));
        ALLOCATED.allocated()
    };
    (0..200).map(sample).min().unwrap_or_default()
}

#[test]
fn a_thousand_rebuilds_take_no_more_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    copy(&cases.join("everything"), folder.path());
    copy(&cases.join("_theme"), &folder.path().join("themes/bare"));
    let port = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let root = folder.path().to_str().expect("a path").to_owned();
    let typed = ["maillage", "-C", &root, "--quiet", "serve", "--port", &port.to_string()];
    let cli = Cli::parse_from(typed);
    // It serves until the test ends.
    thread::spawn(move || commands::run(&cli));
    shows(port, PAGE, "Fin");
    let place = folder.path().join("content/places/alpha.md");
    let text = fs::read_to_string(&place).expect("an entry");
    let (new, added) = (folder.path().join("content/places/new.md"), "---\ntitle: Neuf\nkind: fablab\n---\n");
    let mut sizes = Vec::new();
    for number in 1..=SAVES[1] {
        // Another word each time, of a few, as the engine remembers some thousands that are gone; now and then another title, an entry that comes or
        // goes, a fault.
        let title = if number.is_multiple_of(7) { "Alpha sept" } else { "Alpha" };
        let word = format!("mot{:04}", number % 20);
        match number % 10 {
            3 => fs::write(&new, added).expect("an entry"),
            6 => fs::remove_file(&new).expect("no entry"),
            _ => {}
        }
        if number % 50 == 9 {
            fs::write(&place, text.replace("title:", "titel:")).expect("a fault");
            // Most times it is seen before it is mended.
            thread::sleep(Duration::from_millis(300));
        }
        fs::write(&place, text.replace("Fin.", &word).replace("title: Alpha", &format!("title: {title}")))
            .expect("a save");
        shows(port, PAGE, &word);
        if SAVES.contains(&number) {
            // Whoever asks for the index gets it when it is made.
            assert!(get(port, "/essai/search/current.json").is_some(), "there is no index");
            sizes.push(held());
        }
    }
    assert!(
        sizes[1] <= sizes[0] + SLACK,
        "{} bytes after {} saves, {} after {}",
        sizes[0],
        SAVES[0],
        sizes[1],
        SAVES[1]
    );
}
