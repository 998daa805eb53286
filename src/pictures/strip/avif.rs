//! What enters: an AVIF file. What leaves: a file of the same length, in which items and boxes of metadata are blank: offsets in the file stay right.
//! Source: ISO/IEC 14496-12 (boxes, `iinf`, `iloc`); ISO/IEC 23008-12, annex A (Exif and XMP as items).

use std::ops::Range;

use super::{Reader, Stripped};

/// An Exif block that holds nothing: four bytes to the TIFF header, the header, a directory of no entries, no next one.
const NO_EXIF: [u8; 18] = *b"\0\0\0\0II*\0\x08\0\0\0\0\0\0\0\0\0";

struct Part {
    kind: [u8; 4],
    /// From the start of the head.
    start: usize,
    content: Range<usize>,
}

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut kept = bytes.to_vec();
    let mut moves = false;
    let mut has_picture = false;
    for part in parts(bytes, 0..bytes.len())? {
        match &part.kind {
            b"meta" => {
                has_picture = true;
                blank_items(bytes, &part, &mut kept)?;
            }
            b"moov" => {
                moves = true;
                for inner in parts(bytes, part.content)? {
                    if matches!(&inner.kind, b"udta" | b"meta" | b"uuid") {
                        free(&inner, &mut kept);
                    }
                }
            }
            b"uuid" | b"udta" | b"free" | b"skip" => free(&part, &mut kept),
            _ => {}
        }
    }
    has_picture.then_some(Stripped { bytes: kept, moves })
}

/// The boxes in a stretch, which they must fill.
fn parts(bytes: &[u8], within: Range<usize>) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut reader = Reader { bytes: bytes.get(..within.end)?, at: within.start };
    while !reader.is_at_end() {
        let start = reader.at;
        let size = usize::try_from(reader.number(4)?).ok()?;
        let kind = *reader.take(4)?.first_chunk::<4>()?;
        let end = match size {
            0 => within.end,
            1 => start.checked_add(usize::try_from(reader.number(8)?).ok()?)?,
            _ => start.checked_add(size)?,
        };
        let content = reader.at..end;
        reader.take(end.checked_sub(reader.at)?)?;
        parts.push(Part { kind, start, content });
    }
    Some(parts)
}

/// Turns a box into free space.
fn free(part: &Part, kept: &mut [u8]) {
    kept[part.start + 4..part.start + 8].copy_from_slice(b"free");
    kept[part.content.clone()].fill(0);
}

/// Blanks the items of a `meta` box that hold Exif or XMP.
fn blank_items(bytes: &[u8], meta: &Part, kept: &mut [u8]) -> Option<()> {
    let inner = parts(bytes, meta.content.start + 4..meta.content.end)?;
    let find = |kind: &[u8; 4]| inner.iter().find(|part| part.kind == *kind);
    let (Some(items), Some(places)) = (find(b"iinf"), find(b"iloc")) else { return Some(()) };
    let described = described(bytes, items)?;
    let data = find(b"idat").map_or(0, |part| part.content.start);
    for (item, is_in_data, extents) in located(bytes, places)? {
        let Some(kind) = described.iter().find(|(id, _)| *id == item).map(|(_, kind)| kind) else { continue };
        for extent in extents {
            let base = if is_in_data { data } else { 0 };
            let space = kept.get_mut(base.checked_add(extent.start)?..base.checked_add(extent.end)?)?;
            space.fill(if kind == b"mime" { b' ' } else { 0 });
            if kind == b"Exif" && space.len() >= NO_EXIF.len() {
                space[..NO_EXIF.len()].copy_from_slice(&NO_EXIF);
            }
        }
    }
    Some(())
}

/// Items of metadata, with their kind.
fn described(bytes: &[u8], items: &Part) -> Option<Vec<(u64, [u8; 4])>> {
    let version = *bytes.get(items.content.start)?;
    let start = items.content.start + if version == 0 { 6 } else { 8 };
    let mut described = Vec::new();
    for part in parts(bytes, start..items.content.end)? {
        let mut reader = Reader { bytes: &bytes[..part.content.end], at: part.content.start };
        let version = reader.byte()?;
        reader.take(3)?;
        if version < 2 {
            continue;
        }
        let id = reader.number(if version == 2 { 2 } else { 4 })?;
        reader.take(2)?;
        let kind = *reader.take(4)?.first_chunk::<4>()?;
        if matches!(&kind, b"Exif" | b"mime") {
            described.push((id, kind));
        }
    }
    Some(described)
}

/// An item's number, whether its stretches count from the `idat` box, and the stretches.
type Located = (u64, bool, Vec<Range<usize>>);

fn located(bytes: &[u8], places: &Part) -> Option<Vec<Located>> {
    let mut reader = Reader { bytes: &bytes[..places.content.end], at: places.content.start };
    let version = reader.byte()?;
    reader.take(3)?;
    let sizes = [reader.byte()?, reader.byte()?].map(|byte| (usize::from(byte >> 4), usize::from(byte & 15)));
    let [(offset_size, length_size), (base_size, index_size)] = sizes;
    let wide = if version < 2 { 2 } else { 4 };
    let mut located = Vec::new();
    for _ in 0..reader.number(wide)? {
        let id = reader.number(wide)?;
        let method = if version == 0 { 0 } else { reader.number(2)? & 15 };
        reader.take(2)?;
        let base = reader.number(base_size)?;
        let mut extents = Vec::new();
        for _ in 0..reader.number(2)? {
            if version > 0 {
                reader.take(index_size)?;
            }
            let start = base.checked_add(reader.number(offset_size)?)?;
            let end = start.checked_add(reader.number(length_size)?)?;
            extents.push(usize::try_from(start).ok()?..usize::try_from(end).ok()?);
        }
        located.push((id, method == 1, extents));
    }
    Some(located)
}
