//! What enters: a WebP file. What leaves: its chunks that make the picture, still or moving. Source: RFC 9649.

use super::{Reader, Stripped};

const KEPT: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// Flags of the extended header.
const MOVES: u8 = 0x02;
const HAS_XMP: u8 = 0x04;
const HAS_EXIF: u8 = 0x08;

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut reader = Reader::new(bytes);
    let head = reader.take(12)?;
    let length = usize::try_from(little(&head[4..8])).ok()?;
    // What stands behind the declared end is no part of the picture.
    reader.bytes = bytes.get(..length.checked_add(8)?)?;
    let mut kept = head.to_vec();
    let (mut moves, mut has_picture) = (false, false);
    while !reader.is_at_end() {
        let start = reader.at;
        let kind = reader.take(4)?;
        let size = usize::try_from(little(reader.take(4)?)).ok()?;
        let content = reader.take(size)?;
        if size % 2 == 1 && !reader.is_at_end() {
            reader.byte()?;
        }
        if !KEPT.iter().any(|known| *known == kind) {
            continue;
        }
        has_picture |= matches!(kind, b"VP8 " | b"VP8L" | b"ANMF");
        let at = kept.len();
        kept.extend(&reader.bytes[start..reader.at]);
        if kind == b"VP8X" {
            moves = content.first()? & MOVES != 0;
            kept[at + 8] &= !(HAS_XMP | HAS_EXIF);
        }
    }
    let size = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&size.to_le_bytes());
    has_picture.then_some(Stripped { bytes: kept, moves })
}

fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
