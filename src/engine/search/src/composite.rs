//! The content of the one field in, a file of tantivy's segment out, with what stands behind it: where the field lies, and the file's checksum.
//!
//! tantivy's own directory in memory writes a file and copies it twice. Here a file is written once, where it stays.

use crate::build_error::BuildError;
use std::io::{self, Write as _};
use tantivy::directory::footer::Footer;
use tantivy::directory::{CompositeWrite, OwnedBytes};
use tantivy::schema::Field;

/// What ends a file, behind the length of its checksum's JSON.
const MAGIC: u32 = 1337;
/// About what stands behind the content.
const BEHIND: usize = 256;

/// A file of a segment; its content is the parts, one after the other.
pub(crate) fn file(field: Field, parts: &[&[u8]]) -> Result<OwnedBytes, BuildError> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + BEHIND);
    let mut writing = CompositeWrite::wrap(&mut bytes);
    let content = writing.for_field(field);
    parts.iter().try_for_each(|part| content.write_all(part))?;
    writing.close()?;
    let footer = Footer { version: tantivy::version().clone(), crc: crc32fast::hash(&bytes) };
    let footer = serde_json::to_vec(&footer).map_err(io::Error::from)?;
    bytes.extend_from_slice(&footer);
    bytes.extend((footer.len() as u32).to_le_bytes());
    bytes.extend(MAGIC.to_le_bytes());
    Ok(OwnedBytes::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::file;
    use crate::schema::schema;
    use std::io::Write as _;
    use tantivy::Index;
    use tantivy::directory::{CompositeWrite, Directory, RamDirectory};
    use tantivy::index::SegmentComponent;

    #[test]
    fn files_are_written_as_tantivy_writes_them() {
        let (schema, field) = schema();
        let cases: [&[&[u8]]; 3] = [&[], &[b"abc"], &[&[7; 9_000], &[], b"z"]];
        for parts in cases {
            let directory = RamDirectory::create();
            let index = Index::create(directory.clone(), schema.clone(), Default::default()).expect("memory has room");
            let segment = index.new_segment();
            let write = segment.open_write(SegmentComponent::Positions).expect("memory has room");
            let mut writing = CompositeWrite::wrap(write);
            let content = writing.for_field(field);
            parts.iter().for_each(|part| content.write_all(part).expect("memory has room"));
            writing.close().expect("memory has room");
            let path = segment.relative_path(SegmentComponent::Positions);
            let theirs = directory.open_read(&path).expect("just written").read_bytes().expect("just written");
            assert_eq!(file(field, parts).expect("memory has room").as_slice(), theirs.as_slice());
        }
    }
}
