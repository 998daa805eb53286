//! What enters: the bytes of a still picture. What leaves: its pixels, upright, in the colours of sRGB. It must not trust what the file says of its size.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, ProfileText, TransformOptions};

use super::{Fault, Format, PIXELS};

/// Bytes that decoding may take, whatever the file says: twice the largest picture with 16 bits a channel.
const MEMORY: u64 = PIXELS * 16;

/// Pixels, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) depth: Depth,
    pub(super) bytes: Vec<u8>,
}

/// What a pixel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Red, green, blue.
    Opaque,
    /// Red, green, blue, and how opaque it is.
    Translucent,
}

/// A decoded picture, and whether its file holds it upright.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) pixels: Pixels,
    pub(super) is_upright: bool,
}

/// Decodes a still picture.
///
/// # Errors
/// When it is damaged or has too many pixels.
pub(super) fn decode(format: Format, bytes: &[u8]) -> Result<Decoded, Fault> {
    let cursor = Cursor::new(bytes);
    match format {
        Format::Gif => read(GifDecoder::new(cursor).map_err(damaged)?),
        Format::Jpeg => read(JpegDecoder::new(cursor).map_err(damaged)?),
        Format::Png => read(PngDecoder::with_limits(cursor, limits()).map_err(damaged)?),
        Format::WebP => read(WebPDecoder::new(cursor).map_err(damaged)?),
        Format::Avif | Format::Svg => Err(Fault::damaged("this picture can't be decoded")),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY);
    limits
}

fn damaged(_: impl std::error::Error) -> Fault {
    Fault::damaged("this picture is damaged: it can't be decoded")
}

fn read(mut decoder: impl ImageDecoder) -> Result<Decoded, Fault> {
    let (width, height) = decoder.dimensions();
    super::check_size(width, height)?;
    decoder.set_limits(limits()).map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    let opaque = !picture.color().has_alpha() || is_opaque(&picture);
    let (depth, mut bytes) = match opaque {
        true => (Depth::Opaque, picture.into_rgb8().into_raw()),
        false => (Depth::Translucent, picture.into_rgba8().into_raw()),
    };
    if let Some(converted) = profile.and_then(|profile| to_srgb(&profile, depth, &bytes)) {
        bytes = converted;
    }
    let is_upright = orientation == Orientation::NoTransforms;
    Ok(Decoded { pixels: Pixels { width, height, depth, bytes }, is_upright })
}

/// Whether all pixels hide what is behind them, although they could do otherwise.
fn is_opaque(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(pixels) => pixels.as_raw().chunks_exact(4).all(|pixel| pixel[3] == u8::MAX),
        DynamicImage::ImageLumaA8(pixels) => pixels.as_raw().chunks_exact(2).all(|pixel| pixel[1] == u8::MAX),
        _ => false,
    }
}

/// The pixels in sRGB, which needs no profile; `None` where they are, or where the profile is of no use.
fn to_srgb(profile: &[u8], depth: Depth, bytes: &[u8]) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != DataColorSpace::Rgb || profile.description.as_ref().is_some_and(is_srgb) {
        return None;
    }
    let layout = match depth {
        Depth::Opaque => Layout::Rgb,
        Depth::Translucent => Layout::Rgba,
    };
    // Fixed point: the same on every processor.
    let options = TransformOptions { prefer_fixed_point: true, ..TransformOptions::default() };
    let transform = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, options).ok()?;
    let mut converted = vec![0; bytes.len()];
    transform.transform(bytes, &mut converted).ok()?;
    Some(converted)
}

fn is_srgb(description: &ProfileText) -> bool {
    let says = |text: &str| text.contains("sRGB");
    match description {
        ProfileText::PlainString(text) => says(text),
        ProfileText::Localizable(texts) => texts.iter().any(|text| says(&text.value)),
        ProfileText::Description(text) => says(&text.ascii_string),
    }
}
