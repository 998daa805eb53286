//! `maillage serve` as it is run: what is saved is shown, faults keep the last good page, and Ctrl-C ends it. Nothing here waits for time to pass.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::project::{Project, data, split};

/// A project's preview. It ends with the value.
struct Preview {
    project: Project,
    child: Child,
    port: u16,
}

impl Preview {
    fn of(project: Project, arguments: &str) -> Self {
        Self::saying(project, arguments, Stdio::null())
    }

    /// The same, with what it says going somewhere.
    fn saying(project: Project, arguments: &str, stderr: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_maillage"))
            .arg("serve")
            .args(split(arguments))
            .current_dir(project.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program runs");
        let mut address = String::new();
        let stdout = child.stdout.take().expect("a standard output");
        BufReader::new(stdout).read_line(&mut address).expect("an address");
        let port = address.trim_end().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        Self { project, child, port: port.unwrap_or_else(|| panic!("no address: {address}")) }
    }

    fn notes() -> Self {
        Self::of(
            Project::new()
                .copy(&data("cases/root-one-language"), "")
                .write("content/notes/one.md", note("One", "first")),
            "--port 0",
        )
    }

    fn path(&self, path: &str) -> PathBuf {
        self.project.path(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).expect("a file can be written");
    }

    fn connect(&self, path: &str, host: &str) -> TcpStream {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("it listens");
        // A test that waits for ever says nothing.
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("a request");
        stream
    }

    /// The answer's status and body.
    fn get(&self, path: &str) -> (u16, String) {
        self.ask(path, "localhost")
    }

    fn ask(&self, path: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    /// Waits until a page shows these words; `None`: until there is no such page.
    fn shows(&self, path: &str, words: Option<&str>) {
        for _ in 0..6000 {
            let (status, body) = self.get(path);
            if words.map_or(status == 404, |words| status == 200 && body.contains(words)) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{path} never showed {words:?}");
    }

    /// A reader's messages.
    fn events(&self) -> Events {
        Events(BufReader::new(self.connect("/__maillage/events?page=&version=", "localhost")))
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// Reads on until a message about faults says that there are some, or none.
    fn faults(&mut self, are_some: bool) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("a line") > 0, "the stream ended");
            if let Some(faults) = line.strip_prefix("data: [").filter(|faults| faults.starts_with(']') != are_some) {
                return faults.to_owned();
            }
        }
    }
}

fn note(title: &str, words: &str) -> String {
    format!("---\ntitle: {title}\n---\n\n{words}\n")
}

/// Each way twice: what was learnt of a file by its first save must not hide the second.
#[test]
fn every_way_of_saving_ends_in_the_page() {
    let preview = Preview::notes();
    let file = "content/notes/one.md";
    let (at, rename) = (
        |path: &str| preview.path(path),
        |from: &str, to: &str| fs::rename(preview.path(from), preview.path(to)).expect("a new name"),
    );
    for time in ["once", "again"] {
        let save = |way: &str, act: &dyn Fn(&str)| {
            let words = format!("{way} {time}");
            act(&note("One", &words));
            preview.shows("/notes/one/", Some(&words));
        };
        save("in place", &|text| preview.write(file, text));
        save("temporary file", &|text| {
            preview.write("content/notes/one.md.new", text);
            rename("content/notes/one.md.new", file);
        });
        save("backup", &|text| {
            rename(file, "content/notes/one.md~");
            preview.write(file, text);
        });
        save("vim", &|text| {
            preview.write("content/notes/4913", "");
            fs::remove_file(at("content/notes/4913")).expect("it was there");
            rename(file, "content/notes/one.md~");
            preview.write(file, text);
            fs::remove_file(at("content/notes/one.md~")).expect("it was there");
        });
        save("safe write", &|text| {
            preview.write("content/notes/one.md___jb_tmp___", text);
            rename(file, "content/notes/one.md___jb_old___");
            rename("content/notes/one.md___jb_tmp___", file);
            fs::remove_file(at("content/notes/one.md___jb_old___")).expect("it was there");
        });
        save("two halves", &|text| {
            preview.write(file, &text[..10]);
            fs::File::options()
                .append(true)
                .open(at(file))
                .and_then(|mut file| file.write_all(&text.as_bytes()[10..]))
                .expect("more");
        });
        fs::create_dir(at("content/notes/new")).expect("a folder");
        preview.write("content/notes/new/index.md", &note("New", time));
        preview.shows("/notes/new/", Some(time));
        rename("content/notes/new", "content/notes/moved");
        preview.shows("/notes/moved/", Some(time));
        preview.shows("/notes/new/", None);
        preview.write("content/notes/moved/File.txt", time);
        preview.shows("/notes/moved/File.txt", Some(time));
        rename("content/notes/moved/File.txt", "content/notes/moved/file.txt");
        preview.shows("/notes/moved/file.txt", Some(time));
        fs::remove_dir_all(at("content/notes/moved")).expect("it was there");
        preview.shows("/notes/moved/", None);
        (0..100).for_each(|number| preview.write(&format!("content/notes/lot-{number}.md"), &note("Lot", time)));
        (0..100).for_each(|number| preview.shows(&format!("/notes/lot-{number}/"), Some(time)));
    }
}

#[test]
fn a_fault_keeps_the_last_good_page_until_it_is_mended() {
    let preview = Preview::notes();
    let mut events = preview.events();
    events.faults(false);
    preview.write("content/notes/one.md", "---\ntitel: One\n---\n\nbroken\n");
    let faults = events.faults(true);
    assert!(faults.contains("unknown-field") && faults.contains("content/notes/one.md"), "{faults}");
    preview.shows("/notes/one/", Some("first"));
    preview.write("content/notes/one.md", &note("One", "mended"));
    preview.shows("/notes/one/", Some("mended"));
    events.faults(false);
    fs::rename(preview.path("site.toml"), preview.path("aside.toml")).expect("a new name");
    assert!(events.faults(true).contains("no-centre"));
    preview.shows("/notes/one/", Some("mended"));
    fs::rename(preview.path("aside.toml"), preview.path("site.toml")).expect("a new name");
    events.faults(false);
}

/// A page that is made anew is said to be, with the file or thing that changed and nothing that did not.
#[test]
fn why_a_page_is_made_anew_is_said_to_those_who_ask() {
    let project = Project::new()
        .copy(&data("cases/root-one-language"), "")
        .write("themes/bare/templates/part.html", "first part")
        .write("themes/bare/templates/note.html", "{% include \"part.html\" %} {{ entry.title }}");
    let mut preview = Preview::saying(project, "--port 0 --explain", Stdio::piped());
    let mut said = BufReader::new(preview.child.stderr.take().expect("a standard error"));
    let mut last = String::new();
    // A save that is seen in two halves has the same reason twice.
    let mut because = |act: &dyn Fn()| {
        act();
        loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).expect("a line") > 0, "it ended");
            if let Some(reason) = line.trim_end().strip_prefix("/notes/one/ is made anew: ")
                && reason != last
            {
                reason.clone_into(&mut last);
                break last.clone();
            }
        }
    };
    let reason = because(&|| preview.write("content/notes/one.md", &note("One", "other words")));
    assert!(reason.contains("notes/one") && !reason.contains("template") && !reason.contains("two"), "{reason}");
    let reason = because(&|| preview.write("themes/bare/templates/part.html", "second part"));
    assert_eq!(reason, "template themes/bare/templates/part.html");
    let settings = fs::read_to_string(preview.path("site.toml")).expect("settings");
    let reason = because(&|| preview.write("site.toml", &settings.replace("\"Notes\"", "\"Other notes\"")));
    assert_eq!(reason, "settings, definitions, strings, static files or the date");
}

#[test]
fn readers_who_only_connect_keep_nobody_from_an_answer() {
    let preview = Preview::notes();
    let idle: Vec<TcpStream> = (0..200)
        .map(|_| TcpStream::connect((Ipv4Addr::LOCALHOST, preview.port)).expect("it listens"))
        .chain((0..20).map(|_| preview.connect("/__maillage/events?page=&version=", "localhost")))
        .collect();
    preview.shows("/notes/one/", Some("first"));
    preview.write("content/notes/one.md", &note("One", "second"));
    preview.shows("/notes/one/", Some("second"));
    drop(idle);
}

#[test]
fn names_that_would_never_match_are_refused() {
    let project = Project::new().copy(&data("cases/root-one-language"), "");
    for name in ["preview.example:80", "https://preview.example/", "preview.example."] {
        let ran = project.run(&format!("serve --port 0 --allow-host {name}"));
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("write it like preview.example\n"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_may_come_later() {
    let project =
        Project::new().copy(&data("cases/root-one-language"), "").write("README.md", note("Read", "me first"));
    std::os::unix::fs::symlink("../../README.md", project.path("content/notes/read.md")).expect("a link");
    std::os::unix::fs::symlink("../../shared/later.md", project.path("content/notes/later.md")).expect("a link");
    let preview = Preview::of(project, "--port 0");
    preview.shows("/notes/read/", Some("me first"));
    preview.write("README.md", &note("Read", "me second"));
    preview.shows("/notes/read/", Some("me second"));
    preview.shows("/notes/later/", None);
    fs::create_dir(preview.path("shared")).expect("a folder");
    for words in ["once", "again"] {
        preview.write("shared/later.md", &note("Later", words));
        preview.shows("/notes/later/", Some(words));
        fs::rename(preview.path("shared/later.md"), preview.path("shared/aside")).expect("a new name");
        preview.shows("/notes/later/", None);
    }
}

#[test]
fn unfinished_entries_are_shown_to_those_who_ask() {
    let project = || {
        Project::new()
            .copy(&data("cases/root-one-language"), "")
            .write("content/notes/later.md", "---\ntitle: Later\npublish_from: 2999-01-01\n---\n")
            .write("content/notes/draft.md", "---\ntitle: Draft\ndraft: true\n---\n")
    };
    for (arguments, status) in [("--port 0", 404), ("--port 0 --drafts --future", 200)] {
        let preview = Preview::of(project(), arguments);
        assert_eq!((preview.get("/notes/draft/").0, preview.get("/notes/later/").0), (status, status), "{arguments}");
    }
}

#[test]
fn a_taken_port_gives_way_and_foreign_names_are_refused() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let project = Project::new().copy(&data("cases/root-one-language"), "");
    let preview = Preview::of(project, &format!("--port {port} --allow-host preview.example"));
    assert!(preview.port > port);
    let status = |host| preview.ask("/", host).0;
    assert_eq!((status("localhost"), status("preview.example"), status("evil.example")), (200, 200, 421));
    let foreign = std::net::UdpSocket::bind("0.0.0.0:0")
        .and_then(|socket| socket.connect("192.0.2.1:9").and(socket.local_addr()));
    // A machine without a network has no address but its own.
    if let Some(address) = foreign.ok().map(|address| address.ip()).filter(|address| !address.is_loopback()) {
        assert!(TcpStream::connect((address, preview.port)).is_err(), "{address} is not this machine's alone");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once_though_readers_listen() {
    ["-INT", "-TERM"].into_iter().for_each(ends_at_once);
}

#[cfg(unix)]
fn ends_at_once(signal: &str) {
    let mut preview = Preview::notes();
    let mut events = preview.events();
    events.faults(false);
    let killed = Command::new("kill").args([signal, &preview.child.id().to_string()]).status().expect("`kill` runs");
    assert!(killed.success());
    assert_eq!(preview.child.wait().expect("its end").code(), Some(0));
    let mut rest = String::new();
    // Cut or closed: the stream has ended.
    let _ = events.0.read_to_string(&mut rest);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, preview.port)).is_err(), "somebody listens still");
    let left: Vec<_> =
        fs::read_dir(preview.path("")).expect("the project").flatten().map(|entry| entry.file_name()).collect();
    assert!(
        left.iter().all(|name| ["site.toml", "content", "themes", "expected"].iter().any(|own| name == own)),
        "{left:?}"
    );
}
