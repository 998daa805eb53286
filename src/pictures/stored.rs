//! What enters: what was made of a picture. What leaves: one run of bytes that a cache can keep, and the same back. It must not trust what a cache
//! gives: a file that was cut short or changed is as good as none.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Format;
use super::made::{Made, Variant};
use crate::digest::Digest;

/// What stands before the files.
#[derive(Serialize, Deserialize)]
struct Head {
    size: (u32, u32),
    /// Bytes of the upright picture, where the original isn't.
    upright: Option<usize>,
    /// Width, height, whether it is WebP, bytes.
    variants: Vec<(u32, u32, bool, usize)>,
}

/// The bytes of a digest.
const DIGEST: usize = 64;

/// Writes it: the digest of all that follows, a line that says what follows, the files.
pub(super) fn write(made: &Made) -> Vec<u8> {
    let (Some(size), own) = (made.size, made.format) else { return Vec::new() };
    let head = Head {
        size,
        upright: made.upright.as_ref().map(|bytes| bytes.len()),
        variants: made
            .variants
            .iter()
            .map(|variant| (variant.width, variant.height, variant.format != own, variant.bytes.len()))
            .collect(),
    };
    let mut content = serde_json::to_vec(&head).unwrap_or_default();
    content.push(b'\n');
    content.extend(made.upright.iter().flat_map(|bytes| bytes.iter()));
    content.extend(made.variants.iter().flat_map(|variant| variant.bytes.iter()));
    let mut stored = Digest::of(&content).to_string().into_bytes();
    stored.extend(content);
    stored
}

/// Reads it back.
pub(super) fn read(stored: &[u8], own: Format) -> Option<Made> {
    let (digest, content) = stored.split_at_checked(DIGEST)?;
    if Digest::of(content).to_string().as_bytes() != digest {
        return None;
    }
    let end = content.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&content[..end]).ok()?;
    let mut rest = &content[end + 1..];
    let mut next = |length: usize| -> Option<Arc<[u8]>> {
        let (bytes, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(bytes.into())
    };
    let upright = match head.upright {
        Some(length) => Some(next(length)?),
        None => None,
    };
    let mut variants = Vec::new();
    for (width, height, is_other, length) in head.variants {
        let format = if is_other { Format::WebP } else { own };
        variants.push(Variant { width, height, format, bytes: next(length)? });
    }
    Some(Made { format: own, size: Some(head.size), upright, variants })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back_and_what_is_damaged_does_not() {
        let variant = |format, bytes: &[u8]| Variant { width: 4, height: 2, format, bytes: bytes.into() };
        let made = Made {
            format: Format::Png,
            size: Some((8, 4)),
            upright: Some(b"up\nright"[..].into()),
            variants: vec![variant(Format::Png, b"png"), variant(Format::WebP, b"\n")],
        };
        let stored = write(&made);
        assert_eq!(read(&stored, Format::Png), Some(made));
        for at in 0..stored.len() {
            assert_eq!(read(&stored[..at], Format::Png), None);
            let mut changed = stored.clone();
            changed[at] ^= 1;
            assert_eq!(read(&changed, Format::Png), None);
        }
    }
}
