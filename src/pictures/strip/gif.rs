//! What enters: a GIF file. What leaves: its blocks that make the picture, still or moving. Source: GIF89a specification; Netscape's loop extension.

use super::{Reader, Stripped};

const COMMENT: u8 = 0xFE;
const APPLICATION: u8 = 0xFF;

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut reader = Reader::new(bytes);
    let head = reader.take(13)?;
    let mut kept = head.to_vec();
    kept.extend(reader.take(table(head[10]))?);
    let mut pictures = 0;
    loop {
        let start = reader.at;
        match reader.byte()? {
            0x3B if pictures > 0 => {
                kept.push(0x3B);
                return Some(Stripped { bytes: kept, moves: pictures > 1 });
            }
            0x2C => {
                let head = reader.take(9)?;
                reader.take(table(head[8]))?;
                reader.byte()?;
                blocks(&mut reader)?;
                pictures += 1;
                kept.extend(&bytes[start..reader.at]);
            }
            0x21 => {
                let label = reader.byte()?;
                let name = bytes.get(reader.at + 1..reader.at + 12).unwrap_or_default();
                blocks(&mut reader)?;
                let loops = name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0";
                if label != COMMENT && (label != APPLICATION || loops) {
                    kept.extend(&bytes[start..reader.at]);
                }
            }
            _ => return None,
        }
    }
}

/// Bytes of a table of colours, by the flags of what it belongs to.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Sub-blocks up to the empty one.
fn blocks(reader: &mut Reader<'_>) -> Option<()> {
    loop {
        match reader.byte()? {
            0 => return Some(()),
            length => drop(reader.take(usize::from(length))?),
        }
    }
}
