//! What enters: a JPEG file. What leaves: its segments that make the picture. Source: ITU-T T.81, annex B; JFIF 1.02; ICC.1:2022, annex B.4.
//! What follows the end of the picture (a film, a second picture, a gain map) is left out.

use super::{Reader, Stripped};

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const COMMENT: u8 = 0xFE;

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut reader = Reader::new(bytes);
    let mut kept = Vec::with_capacity(bytes.len());
    if reader.take(2)? != [0xFF, START] {
        return None;
    }
    kept.extend([0xFF, START]);
    let mut has_scan = false;
    loop {
        match marker(&mut reader)? {
            END if has_scan => {
                kept.extend([0xFF, END]);
                return Some(Stripped { bytes: kept, moves: false });
            }
            END => return None,
            alone @ (0x01 | 0xD0..=0xD7) => kept.extend([0xFF, alone]),
            marker => {
                let length = usize::try_from(reader.number(2)?).ok()?;
                let content = reader.take(length.checked_sub(2)?)?;
                segment(marker, content, &mut kept);
                if marker == SCAN {
                    has_scan = true;
                    kept.extend(coded(&mut reader)?);
                }
            }
        }
    }
}

/// The next marker; any number of fill bytes may stand before it.
fn marker(reader: &mut Reader<'_>) -> Option<u8> {
    if reader.byte()? != 0xFF {
        return None;
    }
    loop {
        match reader.byte()? {
            0xFF => {}
            0x00 => return None,
            marker => return Some(marker),
        }
    }
}

/// Adds a segment, unless it is no part of the picture.
fn segment(marker: u8, content: &[u8], kept: &mut Vec<u8>) {
    let content = match marker {
        // The thumbnail of a JFIF header shows what the picture was before it was cropped.
        0xE0 if content.starts_with(b"JFIF\0") && content.len() >= 14 => &[&content[..12], &[0, 0]].concat(),
        0xE2 if content.starts_with(b"ICC_PROFILE\0") => content,
        // How colours are coded.
        0xEE if content.starts_with(b"Adobe") => content,
        0xE0..=0xEF | COMMENT => return,
        _ => content,
    };
    // A segment's length was read from 16 bits, and it only got shorter.
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    kept.extend([0xFF, marker]);
    kept.extend(length.to_be_bytes());
    kept.extend(content);
}

/// The coded data that follows the head of a scan, up to the next marker that is not part of it.
fn coded<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let data = &reader.bytes[reader.at..];
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    let length = data.windows(2).position(ends)?;
    reader.take(length)
}
