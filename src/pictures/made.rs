//! What enters: one picture. What leaves: the files that are made of it, from the cache where it has them. It must not know where they go.

use std::sync::Arc;

use rayon::prelude::*;

use super::decode::{Decoded, decode};
use super::encode::{self, Care, Kind};
use super::{Cache, Fault, Format, Work, check_size, stored, strip, svg};
use crate::digest::Digest;
use crate::settings::PictureSettings;
use crate::source::Source;

/// What is made of a picture's pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) format: Format,
    pub(super) size: Option<(u32, u32)>,
    /// The original, turned; `None` where it was upright.
    pub(super) upright: Option<Arc<[u8]>>,
    pub(super) variants: Vec<Variant>,
}

/// The picture at a width and in a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) format: Format,
    pub(super) bytes: Arc<[u8]>,
}

/// A picture's files with the original as it is published.
pub(super) struct Whole {
    pub(super) made: Made,
    pub(super) bytes: Arc<[u8]>,
}

/// Makes the files of a picture.
pub(super) fn make(
    source: &Source,
    format: Format,
    settings: &PictureSettings,
    key: Digest,
    work: Work,
    cache: Option<&dyn Cache>,
) -> Result<Whole, Fault> {
    let single = |size| Made { format, size, upright: None, variants: Vec::new() };
    if format == Format::Svg {
        return Ok(Whole { made: single(svg::read(&source.bytes)?), bytes: Arc::clone(&source.bytes) });
    }
    let stripped = strip::strip(format, &source.bytes)?;
    if stripped.moves || format == Format::Avif {
        let size = imagesize::blob_size(&source.bytes);
        let size = size.ok().and_then(|size| Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)));
        let (width, height) = size.ok_or_else(|| Fault::damaged("this picture doesn't say how large it is"))?;
        check_size(width, height)?;
        return Ok(Whole { made: single(Some((width, height))), bytes: stripped.bytes.into() });
    }
    let found = cache.and_then(|cache| stored::read(&cache.get(key)?, format));
    let made = match found {
        Some(made) => made,
        None => {
            let decoded = decode(format, &source.bytes)?;
            if work == Work::Look {
                single(Some((decoded.pixels.width, decoded.pixels.height)))
            } else {
                let made = variants(&decoded, format, settings, stripped.bytes.len())?;
                if let Some(cache) = cache {
                    cache.put(key, &stored::write(&made));
                }
                made
            }
        }
    };
    let bytes = made.upright.clone().unwrap_or_else(|| stripped.bytes.into());
    Ok(Whole { made, bytes })
}

/// The widths of a picture's files: those that are clearly below its own, and its own where that isn't too wide.
fn widths(own: u32, settings: &PictureSettings) -> Vec<u32> {
    let widest = own.min(settings.widest());
    let clearly_below = |width: &u32| width * 10 < widest * 9;
    let mut widths: Vec<u32> = settings.widths.iter().copied().filter(clearly_below).collect();
    widths.push(widest);
    widths
}

fn variants(decoded: &Decoded, format: Format, settings: &PictureSettings, original: usize) -> Result<Made, Fault> {
    let pixels = &decoded.pixels;
    let usual = Care::Usual(settings.quality);
    let upright = (!decoded.is_upright).then(|| encode::encode(pixels, format, Care::Fine)).transpose()?;
    let original = upright.as_ref().map_or(original, Vec::len);
    let kind = if format == Format::Jpeg { Kind::Photograph } else { Kind::Drawing };
    /// Width, height, the file in the own format, WebP.
    type Pair = (u32, u32, Option<Vec<u8>>, Option<Vec<u8>>);
    let pairs: Vec<Pair> = widths(pixels.width, settings)
        .into_par_iter()
        .map(|width| {
            let is_own = width == pixels.width;
            let narrow = if is_own { None } else { Some(encode::narrow(pixels, width)?) };
            let pixels = narrow.as_ref().unwrap_or(pixels);
            // The original is its own file; a GIF of a picture that was resized would be worse and larger.
            let own = match format {
                Format::Jpeg | Format::Png if !is_own => Some(encode::encode(pixels, format, usual)?),
                _ => None,
            };
            let webp = encode::fits_webp(pixels).then(|| encode::webp(pixels, kind, usual)).transpose()?;
            Ok((width, pixels.height, own, webp))
        })
        .collect::<Result<_, Fault>>()?;
    // A drawing of few colours has many when it is resized, and can have more bytes than it had.
    let pairs = pairs
        .into_iter()
        .map(|(width, height, own, webp)| (width, height, own.filter(|own| own.len() < original), webp));
    let pairs: Vec<Pair> = pairs.collect();
    let of_own: usize = pairs.iter().map(|(_, _, own, _)| own.as_ref().map_or(original, Vec::len)).sum();
    let of_webp: Option<usize> = pairs.iter().map(|(_, _, _, webp)| webp.as_ref().map(Vec::len)).sum();
    // Another format is of use where it is smaller.
    let has_webp = of_webp.is_some_and(|bytes| bytes < of_own);
    let mut variants = Vec::new();
    for (width, height, own, webp) in pairs {
        let variant = |format, bytes: Vec<u8>| Variant { width, height, format, bytes: bytes.into() };
        // A WebP picture that is narrow enough is its own widest file.
        let is_needed = format != Format::WebP || width < pixels.width;
        variants.extend(own.map(|own| variant(format, own)));
        variants.extend(webp.filter(|_| has_webp && is_needed).map(|webp| variant(Format::WebP, webp)));
    }
    let size = Some((pixels.width, pixels.height));
    Ok(Made { format, size, upright: upright.map(Into::into), variants })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_never_enlarged_and_no_two_files_are_nearly_the_same() {
        let usual = PictureSettings::default();
        assert_eq!(widths(4000, &usual), [400, 800, 1200, 1600]);
        assert_eq!(widths(1300, &usual), [400, 800, 1300]);
        assert_eq!(widths(420, &usual), [420]);
        assert_eq!(widths(36, &usual), [36]);
        assert_eq!(widths(4000, &PictureSettings { widths: vec![300], ..usual }), [300]);
    }
}
