//! What enters: pictures with all that programs write beside them. What leaves: the certainty that nothing of it is left and every pixel is.

use image::codecs::gif::GifEncoder;
use image::{ExtendedColorType, Frame, ImageEncoder, RgbaImage};

use super::*;
use crate::pictures::decode::decode;

/// Stands wherever metadata stands, and may not be found afterwards.
const SECRET: &[u8] = b"GPS 48.8566 2.3522 of a secret meeting";

const FORMATS: [Format; 4] = [Format::Gif, Format::Jpeg, Format::Png, Format::WebP];

fn pixels() -> Vec<u8> {
    (0..24 * 16).flat_map(|at: u32| [(at % 24 * 10) as u8, (at / 24 * 15) as u8, 90]).collect()
}

/// A small picture as an encoder writes it.
fn clean(format: Format) -> Vec<u8> {
    let mut file = Vec::new();
    let written = match format {
        Format::Jpeg => image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 90).write_image(
            &pixels(),
            24,
            16,
            ExtendedColorType::Rgb8,
        ),
        Format::Png => {
            image::codecs::png::PngEncoder::new(&mut file).write_image(&pixels(), 24, 16, ExtendedColorType::Rgb8)
        }
        Format::WebP => {
            file = ::webp::Encoder::from_rgb(&pixels(), 24, 16).encode(80.0).to_vec();
            Ok(())
        }
        _ => return frames(1),
    };
    written.expect("a picture");
    file
}

fn frames(count: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for frame in 0..count {
        let picture = RgbaImage::from_pixel(24, 16, image::Rgba([frame * 90, 9, 9, 255]));
        encoder.encode_frame(Frame::new(picture)).expect("a frame");
    }
    drop(encoder);
    file
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, marker][..], &u16::try_from(content.len() + 2).expect("short").to_be_bytes(), content].concat()
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("short").to_be_bytes();
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(content);
    [&length[..], kind, content, &crc.sum().to_be_bytes()].concat()
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunk = |(kind, content): &(&[u8; 4], &[u8])| {
        let pad = vec![0; content.len() % 2];
        [&kind[..], &u32::try_from(content.len()).expect("short").to_le_bytes(), content, &pad].concat()
    };
    let body: Vec<u8> = chunks.iter().flat_map(chunk).collect();
    [b"RIFF", &u32::try_from(body.len() + 4).expect("short").to_le_bytes()[..], b"WEBP", &body].concat()
}

/// The same picture with metadata wherever the format has room for it.
fn burdened(format: Format) -> Vec<u8> {
    let clean = clean(format);
    let exif = [b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", SECRET].concat();
    match format {
        Format::Jpeg => [
            &clean[..2],
            &segment(0xE1, &exif),
            &segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
            &segment(0xE2, &[b"MPF\0", SECRET].concat()),
            &segment(0xED, &[b"Photoshop 3.0\0", SECRET].concat()),
            &segment(0xFE, SECRET),
            &clean[2..],
            SECRET,
        ]
        .concat(),
        Format::Png => [
            &clean[..33],
            &chunk(b"tEXt", SECRET),
            &chunk(b"eXIf", SECRET),
            &chunk(b"tIME", SECRET),
            &chunk(b"prVt", SECRET),
            &clean[33..],
            SECRET,
        ]
        .concat(),
        Format::Gif => {
            let comment = [&[0x21, 0xFE, SECRET.len() as u8], SECRET, &[0]].concat();
            let xmp = [&[0x21, 0xFF, 11], &b"XMP DataXMP"[..], &[SECRET.len() as u8], SECRET, &[0]].concat();
            let end = clean.len() - 1;
            [&clean[..end], &comment, &xmp, &clean[end..], SECRET].concat()
        }
        _ => {
            let extended = [&[0x0C, 0, 0, 0][..], &[23, 0, 0], &[15, 0, 0]].concat();
            let picture = &clean[20..];
            let kind = clean[12..16].first_chunk::<4>().expect("four bytes");
            let length = u32::from_le_bytes(*clean[16..20].first_chunk::<4>().expect("four bytes")) as usize;
            [
                riff(&[(b"VP8X", &extended), (kind, &picture[..length]), (b"EXIF", SECRET), (b"XMP ", SECRET)]),
                SECRET.to_vec(),
            ]
            .concat()
        }
    }
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

#[test]
fn nothing_of_what_was_written_beside_a_picture_is_left_and_every_pixel_is() {
    for format in FORMATS {
        let burdened = burdened(format);
        assert!(holds(&burdened, SECRET), "{format:?}");
        let stripped = strip(format, &burdened).expect("a picture");
        assert!(
            !stripped.moves && !holds(&stripped.bytes, b"secret") && !holds(&stripped.bytes, b"Exif"),
            "{format:?}"
        );
        let pixels = |bytes: &[u8]| decode(format, bytes).expect("a picture").pixels;
        assert_eq!(pixels(&stripped.bytes), pixels(&burdened), "{format:?}");
        assert_eq!(strip(format, &stripped.bytes).expect("a picture").bytes, stripped.bytes, "{format:?}");
        if format != Format::WebP {
            assert_eq!(stripped.bytes, clean(format), "{format:?}");
        }
    }
}

#[test]
fn what_decides_how_a_picture_looks_stays() {
    let profile = segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", &SECRET[..3]].concat());
    let colours = segment(0xEE, b"Adobe\0d\0\0\0\0\x01");
    let clean = clean(Format::Jpeg);
    let burdened = [&clean[..2], &profile, &colours, &clean[2..]].concat();
    assert_eq!(strip(Format::Jpeg, &burdened).expect("a picture").bytes, burdened);
    let thumbnail = [b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01", &SECRET[..3]].concat();
    let plain = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let rest = &clean[2 + plain.len()..];
    let burdened = [&clean[..2], &segment(0xE0, &thumbnail), rest].concat();
    assert_eq!(strip(Format::Jpeg, &burdened).expect("a picture").bytes, [&clean[..2], &plain, rest].concat());
    assert!(strip(Format::Gif, &frames(3)).expect("a picture").moves);
}

/// A box of ISO/IEC 14496-12.
fn part(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len() + 8).expect("short").to_be_bytes()[..], kind, content].concat()
}

#[test]
fn metadata_of_an_avif_is_blank_and_all_else_stands_where_it_stood() {
    let item = |id: u8, kind: &[u8; 4]| part(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0][..], kind, b"\0"].concat());
    let items = [item(1, b"av01"), item(2, b"Exif"), item(3, b"mime")].concat();
    let items = part(b"iinf", &[&[0, 0, 0, 0, 0, 3][..], &items].concat());
    let build = |offsets: [u32; 3]| {
        let place = |(id, offset): (u8, u32)| {
            [&[0, id, 0, 0, 0, 1][..], &offset.to_be_bytes(), &(SECRET.len() as u32).to_be_bytes()].concat()
        };
        let places: Vec<u8> = [1, 2, 3].into_iter().zip(offsets).flat_map(place).collect();
        let places = part(b"iloc", &[&[0, 0, 0, 0, 0x44, 0, 0, 3][..], &places].concat());
        let meta = part(b"meta", &[&[0; 4][..], &items, &places].concat());
        let head = [part(b"ftyp", b"avif\0\0\0\0avif"), meta].concat();
        let coded = b"the coded picture, as long as it is long"[..SECRET.len()].to_vec();
        let start = head.len() as u32 + 8;
        ([head, part(b"mdat", &[coded, SECRET.to_vec(), SECRET.to_vec()].concat())].concat(), start)
    };
    let (_, start) = build([0; 3]);
    let length = SECRET.len() as u32;
    let (burdened, _) = build([start, start + length, start + 2 * length]);
    let stripped = strip(Format::Avif, &burdened).expect("a picture");
    assert_eq!(stripped.bytes.len(), burdened.len());
    assert!(holds(&stripped.bytes, b"the coded picture") && !holds(&stripped.bytes, b"secret"));
    assert!(holds(&stripped.bytes, b"II*\0") && !stripped.moves);
}

#[test]
fn whatever_a_file_holds_it_is_read_or_refused() {
    for format in FORMATS.into_iter().chain([Format::Avif]) {
        let whole =
            if format == Format::Avif { part(b"meta", &part(b"iinf", b"\0\0\0\0\0\0")) } else { burdened(format) };
        for at in 0..whole.len() {
            let cut = strip(format, &whole[..at]);
            assert!(cut.is_err() || at >= whole.len() - SECRET.len(), "{format:?} {at}");
            let mut changed = whole.clone();
            for value in [0, 0x7F, 0xFF, changed[at] ^ 1] {
                changed[at] = value;
                if let Ok(stripped) = strip(format, &changed) {
                    let _ = decode(format, &stripped.bytes);
                }
            }
        }
    }
}
