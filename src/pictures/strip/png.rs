//! What enters: a PNG file. What leaves: its chunks that make the picture, still or moving. Source: W3C, PNG specification, third edition.

use super::{Reader, Stripped};

/// Chunks that decide what is seen.
const KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI",
    b"sBIT", b"pHYs", b"bKGD", b"hIST", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut reader = Reader::new(bytes);
    let mut kept = reader.take(8)?.to_vec();
    let mut moves = false;
    loop {
        let start = reader.at;
        let length = usize::try_from(reader.number(4)?).ok()?;
        let kind = reader.take(4)?;
        reader.take(length.checked_add(4)?)?;
        if KEPT.iter().any(|known| *known == kind) {
            kept.extend(&bytes[start..reader.at]);
        }
        moves |= kind == b"acTL";
        if kind == b"IEND" {
            return Some(Stripped { bytes: kept, moves });
        }
    }
}
