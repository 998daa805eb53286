//! What enters: a picture's file. What leaves: all of its files with their addresses, and what pages need of them. It must not know where the original goes.

use std::sync::Arc;

use super::made::{self, Variant};
use super::{BYTES, Cache, Fault, Files, Format, Work, key};
use crate::digest::Digest;
use crate::output::Output;
use crate::settings::PictureSettings;
use crate::site_path::SitePath;
use crate::source::Source;

/// A picture's files, ready to be delivered.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) files: Arc<Files>,
    /// The original as it is published, whose address is its entry's matter.
    pub(super) original: (Arc<[u8]>, Digest),
    pub(super) variants: Vec<Output>,
}

impl Ready {
    /// What pages need, without what was delivered.
    pub(super) fn without_bytes(&self) -> Arc<Self> {
        let files = Arc::clone(&self.files);
        Arc::new(Self { files, original: (Arc::from([]), Digest::default()), variants: Vec::new() })
    }
}

/// Makes a picture's files.
pub(super) fn make(
    source: &Source,
    format: Format,
    settings: &PictureSettings,
    work: Work,
    cache: Option<&dyn Cache>,
) -> Result<Arc<Ready>, Fault> {
    if source.bytes.len() > BYTES {
        return Err(Fault::new("picture-too-large", format!("this picture has {} MB", source.bytes.len() / 1_000_000))
            .expected(format!("{} MB or less", BYTES / 1_000_000))
            .help("save it with a lower quality or fewer pixels"));
    }
    let key = key(settings, source.digest);
    let made::Whole { made, bytes } = made::make(source, format, settings, key, work, cache)?;
    // Bytes that are as they were stand in memory once.
    let original = if bytes == source.bytes { Arc::clone(&source.bytes) } else { bytes };
    let name = key.short();
    let path =
        |variant: &Variant| SitePath::new(format!("pictures/{name}-{}.{}", variant.width, variant.format.ending()));
    let of = |wanted: Format| made.variants.iter().filter(move |variant| variant.format == wanted);
    let mut files = Files {
        size: made.size,
        bytes: original.len() as u64,
        own: of(format).map(|variant| (Some(path(variant)), variant.width)).collect(),
        webp: Vec::new(),
    };
    if format != Format::WebP {
        files.webp = of(Format::WebP).map(|variant| (path(variant), variant.width)).collect();
    }
    // A picture that is narrow enough is its own widest file.
    let width = made.size.map(|(width, _)| width).filter(|width| *width <= settings.widest());
    files.own.extend(width.filter(|_| !made.variants.is_empty()).map(|width| (None, width)));
    let variants = made.variants.iter().map(|variant| Output::new(path(variant), Arc::clone(&variant.bytes)));
    let variants = variants.collect();
    let digest = if Arc::ptr_eq(&original, &source.bytes) { source.digest } else { Digest::of(&original) };
    Ok(Arc::new(Ready { files: Arc::new(files), variants, original: (original, digest) }))
}
