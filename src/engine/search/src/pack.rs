//! Documents in, the files of a search pack out.

use crate::build_error::BuildError;
use crate::cut::{cut, deflate, json};
use crate::definition::{Definition, Document};
use crate::digest::{digest, hex};
use crate::header::{Current, FORMAT};
use crate::kept::Kept;
use crate::write;
use flate2::write::GzEncoder;
use flate2::{Compression, Crc, GzBuilder};
use std::io::Write as _;
use std::sync::Arc;

/// A file of the site's `search/` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Name in the folder.
    pub name: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// A search pack: `current.json` and what it leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// Its files, `current.json` first, no name twice.
    pub files: Vec<PackFile>,
}

/// Makes the search pack of a site. The order of the documents makes no difference, and the same documents give the same bytes.
///
/// `engine_file` is the name, in the same folder, of the compressed engine (see [`pack_engine`]).
pub fn build(definition: &Definition, documents: Vec<Document>, engine_file: &str) -> Result<Pack, BuildError> {
    build_again(definition, documents, engine_file, &mut Kept::forgetful())
}

/// Makes the search pack of a site that differs little from the last one: the same pack as [`build`] makes, sooner.
pub fn build_again(
    definition: &Definition,
    documents: Vec<Document>,
    engine_file: &str,
    kept: &mut Kept,
) -> Result<Pack, BuildError> {
    let count = documents.len();
    let index = write::write(definition, documents, kept)?;
    let (boot, mut files) = cut(&index, kept)?;
    let boot_digest = hex(&digest(&boot));
    let boot_file = PackFile { name: format!("boot-{boot_digest}.bin"), bytes: deflate(&boot)? };
    let current = Current {
        format: FORMAT,
        generation: boot_digest,
        engine: engine_file.to_owned(),
        boot: boot_file.name.clone(),
        boot_length: boot.len(),
        documents: count,
    };
    let mut current_json = json(&current)?;
    current_json.push(b'\n');
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files.dedup_by(|one, other| one.name == other.name);
    files.splice(0..0, [PackFile { name: "current.json".to_owned(), bytes: current_json.into() }, boot_file]);
    Ok(Pack { files })
}

/// The engine as the site serves it: gzip, whose checksum the browser verifies, under a name made of its digest.
///
/// `packed` is taken as it is where it is the gzip of this engine; that of another one, or none, costs compressing the engine.
pub fn pack_engine(wasm: &[u8], packed: &Arc<[u8]>) -> PackFile {
    let bytes = if is_gzip_of(packed, wasm) { Arc::clone(packed) } else { gzip(wasm).into() };
    PackFile { name: format!("engine-{}.bin", hex(&digest(wasm))), bytes }
}

/// By the checksum and the length that gzip ends with (RFC 1952, 2.3.1).
fn is_gzip_of(gzip: &[u8], data: &[u8]) -> bool {
    let mut checksum = Crc::new();
    checksum.update(data);
    let end = [checksum.sum().to_le_bytes(), checksum.amount().to_le_bytes()].concat();
    gzip.starts_with(&[0x1f, 0x8b]) && gzip.ends_with(&end)
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder: GzEncoder<Vec<u8>> = GzBuilder::new().write(Vec::new(), Compression::best());
    // Writing to memory can't fail; were it to, the empty file would be refused by the page.
    encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_taken_packed_only_where_it_is_that_engine() {
        let (wasm, other) = ([7; 5000], [8; 5000]);
        let stored = |data: &[u8]| -> Arc<[u8]> {
            let mut encoder = GzBuilder::new().write(Vec::new(), Compression::none());
            encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default().into()
        };
        assert_eq!(pack_engine(&wasm, &stored(&wasm)).bytes, stored(&wasm));
        for foreign in [stored(&other), Arc::from([])] {
            assert_eq!(*pack_engine(&wasm, &foreign).bytes, gzip(&wasm));
        }
    }
}
