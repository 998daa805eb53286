//! What enters: pixels and a width or a format. What leaves: fewer pixels, or a file. It must not know where files go.
//!
//! **Invariant: the same bytes on every machine.** The decoders, the resizer and the encoders compute in integers, or give the same with and without the
//! processor's vector instructions; the expected files of `tests/cases/pictures` hold them to it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as RowFilter, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use webp::WebPConfig;

use super::decode::{Depth, Pixels};
use super::{Fault, Format};

/// Of 100, for the picture that was turned upright: nothing that can be seen is lost.
const FINE: u8 = 92;

/// Of 0 to 6: half the time of libwebp's usual 4 for 1.4 % more bytes (`tests/bench/photos.mjs`).
const EFFORT: i32 = 2;

/// How careful an encoder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// For screens: of 100.
    Usual(u8),
    /// Instead of the original.
    Fine,
}

impl Care {
    fn quality(self) -> u8 {
        match self {
            Self::Usual(quality) => quality,
            Self::Fine => FINE,
        }
    }
}

/// The picture at a width below its own.
///
/// # Errors
/// When the pixels are not as many as they should be.
pub(super) fn narrow(pixels: &Pixels, width: u32) -> Result<Pixels, Fault> {
    let height = height_at(pixels, width);
    let kind = match pixels.depth {
        Depth::Opaque => PixelType::U8x3,
        Depth::Translucent => PixelType::U8x4,
    };
    let failed = |_| Fault::damaged("this picture can't be resized");
    let source = ImageRef::new(pixels.width, pixels.height, &pixels.bytes, kind).map_err(failed)?;
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|_| Fault::damaged("this picture can't be resized"))?;
    Ok(Pixels { width, height, depth: pixels.depth, bytes: target.into_vec() })
}

/// The height that keeps the proportions.
pub(super) fn height_at(pixels: &Pixels, width: u32) -> u32 {
    let (width, full, height) = (u64::from(width), u64::from(pixels.width), u64::from(pixels.height));
    u32::try_from((height * width + full / 2) / full).unwrap_or(u32::MAX).max(1)
}

/// A JPEG or PNG file.
///
/// # Errors
/// When the picture is too long for the format.
pub(super) fn encode(pixels: &Pixels, format: Format, care: Care) -> Result<Vec<u8>, Fault> {
    let mut file = Vec::new();
    let colour = match pixels.depth {
        Depth::Opaque => ExtendedColorType::Rgb8,
        Depth::Translucent => ExtendedColorType::Rgba8,
    };
    let (bytes, width, height) = (&pixels.bytes, pixels.width, pixels.height);
    let written = match format {
        Format::Jpeg => {
            JpegEncoder::new_with_quality(&mut file, care.quality()).write_image(bytes, width, height, colour)
        }
        Format::Png => PngEncoder::new_with_quality(&mut file, CompressionType::Default, RowFilter::Adaptive)
            .write_image(bytes, width, height, colour),
        _ => return webp(pixels, Kind::Photograph, care),
    };
    written.map_err(|_| Fault::damaged("this picture can't be written"))?;
    Ok(file)
}

/// What WebP has a way of its own for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Continuous tones: some of it is left out.
    Photograph,
    /// Edges and flat colours: nothing is left out, unless that is far larger.
    Drawing,
}

/// Whether the format has room for it. Source: RFC 9649.
pub(super) fn fits_webp(pixels: &Pixels) -> bool {
    pixels.width <= 16_383 && pixels.height <= 16_383
}

/// A WebP file.
///
/// # Errors
/// When the picture doesn't fit.
pub(super) fn webp(pixels: &Pixels, kind: Kind, care: Care) -> Result<Vec<u8>, Fault> {
    let lossy = webp_with(pixels, 0, care.quality())?;
    if kind == Kind::Photograph {
        return Ok(lossy);
    }
    let exact = webp_with(pixels, 1, 75)?;
    // A photograph that was saved as PNG is one all the same.
    Ok(if exact.len() / 2 > lossy.len() { lossy } else { exact })
}

fn webp_with(pixels: &Pixels, lossless: i32, quality: u8) -> Result<Vec<u8>, Fault> {
    let failed = || Fault::damaged("this picture can't be written as WebP");
    let mut config = WebPConfig::new().map_err(|()| failed())?;
    config.lossless = lossless;
    config.quality = f32::from(quality);
    config.method = EFFORT;
    let encoder = match pixels.depth {
        Depth::Opaque => webp::Encoder::from_rgb(&pixels.bytes, pixels.width, pixels.height),
        Depth::Translucent => webp::Encoder::from_rgba(&pixels.bytes, pixels.width, pixels.height),
    };
    encoder.encode_advanced(&config).map(|memory| memory.to_vec()).map_err(|_| failed())
}
