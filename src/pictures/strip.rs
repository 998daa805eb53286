//! What enters: a picture's bytes. What leaves: the same picture, bit for bit, without what a camera or a program wrote beside it: place, time, owner,
//! thumbnails, comments, and whatever follows its end. Colour profiles stay: without them colours are others. It must not decode.

mod avif;
mod gif;
mod jpeg;
mod png;
mod webp;

use super::{Fault, Format};

/// A picture without metadata, and whether it moves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stripped {
    pub(super) bytes: Vec<u8>,
    pub(super) moves: bool,
}

/// Strips a picture.
///
/// # Errors
/// When its parts don't fit together.
pub(super) fn strip(format: Format, bytes: &[u8]) -> Result<Stripped, Fault> {
    let stripped = match format {
        Format::Avif => avif::strip(bytes),
        Format::Gif => gif::strip(bytes),
        Format::Jpeg => jpeg::strip(bytes),
        Format::Png => png::strip(bytes),
        Format::WebP => webp::strip(bytes),
        Format::Svg => Some(Stripped { bytes: bytes.to_vec(), moves: false }),
    };
    stripped.ok_or_else(|| Fault::damaged("this picture is cut short, or its parts don't fit together"))
}

/// Reads forward; every read may be the last.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    /// An unsigned number of 1 to 8 bytes, most significant first; of no bytes, zero.
    fn number(&mut self, length: usize) -> Option<u64> {
        let bytes = self.take(length).filter(|_| length <= 8)?;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }
}

#[cfg(test)]
mod tests;
