//! What enters: bodies, each with a name for what it is made from. What leaves: the same, compressed, each once: a page that is loaded again
//! costs nothing again. It must not know what is in them.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Mutex;

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes that are kept; a preview of a large site goes through some thousand pages before it begins anew.
const MOST: usize = 32 << 20;

/// Compressed bodies by the address and the digest that they come from.
#[derive(Debug, Default)]
pub(super) struct Packed(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    bodies: HashMap<(String, String), Bytes>,
    size: usize,
}

impl Packed {
    /// A body by gzip; `None` where compressing fails.
    pub(super) fn body(&self, path: &str, version: &str, body: &[u8]) -> Option<Bytes> {
        let key = (path.to_owned(), version.to_owned());
        if let Some(known) = self.0.lock().ok()?.bodies.get(&key) {
            return Some(known.clone());
        }
        // Others are answered meanwhile.
        let packed = gzip(body)?;
        let mut kept = self.0.lock().ok()?;
        if kept.size + packed.len() > MOST {
            *kept = Kept::default();
        }
        kept.size += packed.len();
        kept.bodies.insert(key, packed.clone());
        Some(packed)
    }
}

/// A body by gzip, fast rather than small.
pub(super) fn gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_body_is_compressed_once_and_memory_has_an_end() {
        let packed = Packed::default();
        let first = packed.body("a/", "1", b"text").unwrap();
        assert_eq!(packed.body("a/", "1", b"text").unwrap().as_ptr(), first.as_ptr());
        assert_ne!(packed.body("a/", "2", b"other").unwrap(), first);
        // Noise hardly shrinks.
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        })
        .take(MOST / 4)
        .collect();
        for version in 0..8 {
            packed.body("b/", &version.to_string(), &noise).unwrap();
        }
        let kept = packed.0.lock().unwrap();
        assert!(kept.size <= MOST);
        assert_eq!(kept.size, kept.bodies.values().map(Bytes::len).sum::<usize>());
    }
}
