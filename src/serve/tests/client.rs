//! A preview on a free port, and a client that shows every byte of an answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::super::*;
use crate::site_path::SitePath;

/// A preview on a free port. It ends when it goes out of scope.
pub(super) struct Server {
    address: SocketAddr,
    pub(super) previews: watch::Sender<Preview>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    ended: Option<thread::JoinHandle<()>>,
}

pub(super) fn preview(files: &[(&str, &str)], generation: u64) -> Preview {
    let outputs = files.iter().map(|(path, text)| Output::new(SitePath::new(path), text.as_bytes())).collect();
    Preview { snapshot: Arc::new(Snapshot::new(outputs, generation)), faults: Arc::from([]) }
}

impl Server {
    pub(super) fn start(first: Preview) -> Self {
        let (previews, receiver) = watch::channel(first);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = mpsc::channel();
        let ended = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = listen(Ipv4Addr::LOCALHOST.into(), 0).await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let stop = async {
                    let _ = stopped.await;
                };
                run(listener, vec!["preview.example".to_owned()], Readers::default(), receiver, stop).await.unwrap();
            });
            runtime.shutdown_background();
        });
        Self { address: told.recv().unwrap(), previews, stop: Some(stop), ended: Some(ended) }
    }

    pub(super) fn connect(&self, head: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        // A test that waits for ever says nothing.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head.replace('\n', "\r\n").as_bytes()).unwrap();
        BufReader::new(stream)
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = if headers.contains("Host:") { "" } else { "Host: localhost\n" };
        let mut reader = self.connect(&format!("{method} {path} HTTP/1.1\n{host}{headers}Connection: close\n\n"));
        let head = read_head(&mut reader);
        let mut body = Vec::new();
        reader.read_to_end(&mut body).unwrap();
        Answer { head, body }
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    pub(super) fn events(&self, page: &str, version: &str) -> Events {
        let address = format!("/__maillage/events?page={page}&version={version}");
        let mut reader = self.connect(&format!("GET {address} HTTP/1.1\nHost: localhost\n\n"));
        let head = read_head(&mut reader);
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        Events { reader }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        // Joined at once, though streams are open: the end of a preview waits for nobody.
        let ended = self.ended.take().map(thread::JoinHandle::join);
        if !thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

fn read_head(reader: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the connection closed after: {head}");
    }
    head.replace("\r\n", "\n")
}

pub(super) struct Answer {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

pub(super) struct Events {
    reader: BufReader<TcpStream>,
}

impl Events {
    /// The next message's name and data.
    pub(super) fn next(&mut self) -> (String, serde_json::Value) {
        let (mut name, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            assert!(self.reader.read_line(&mut line).unwrap() > 0, "the stream ended");
            match line.trim_end().split_once(": ") {
                Some(("event", value)) => name = value.to_owned(),
                Some(("data", value)) => data = value.to_owned(),
                // Between messages stand lengths of chunks.
                None if line.trim().is_empty() && !name.is_empty() => {
                    return (name, serde_json::from_str(&data).unwrap());
                }
                _ => {}
            }
        }
    }
}
