//! Posting lists: as tantivy has them, and as they travel.
//!
//! tantivy packs 128 distances into as many bits as the longest of them takes, which is quick to read and a quarter more than they need. In a block of the
//! pack lists are written by how likely each distance is, given how many documents a list has still to name among how many; the reader lays them out again
//! as tantivy's own serializer does, byte for byte.

#[cfg(feature = "build")]
use crate::bytes::Reader;
use crate::entropy::{Coder, Model};
use bitpacking::{BitPacker, BitPacker4x};

/// Documents that tantivy packs together; the rest of a list is written byte by byte.
const PACKED: usize = BitPacker4x::BLOCK_LEN;
/// The mark of the last byte of a number that is written byte by byte.
const LAST_BYTE: u8 = 128;
/// The mark of distances that are never nothing, in the width of packed documents.
const STRICT: u8 = 1 << 6;

/// A document and how often it has the word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) document: u32,
    pub(crate) frequency: u32,
}

/// Appends a number as tantivy does.
pub(crate) fn put(mut number: u64, out: &mut Vec<u8>) {
    while number >= u64::from(LAST_BYTE) {
        out.push(number as u8 & !LAST_BYTE);
        number >>= 7;
    }
    out.push(number as u8 | LAST_BYTE);
}

/// Takes a number as tantivy writes it.
#[cfg(feature = "build")]
pub(crate) fn take(reader: &mut Reader<'_>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *reader.take(1)?.first()?;
        number |= u64::from(byte & !LAST_BYTE) << shift;
        if byte & LAST_BYTE != 0 {
            return Some(number);
        }
    }
    None
}

/// Appends a list, documents in order, as tantivy lays it out where frequencies and positions are kept.
pub(crate) fn lay(list: &[Posting], out: &mut Vec<u8>) {
    let (full, rest) = list.as_chunks::<PACKED>();
    let mut last = 0;
    if !full.is_empty() {
        let packer = BitPacker4x::new();
        let mut room = [0; size_of::<u32>() * PACKED];
        let (mut skips, mut packed) = (Vec::new(), Vec::new());
        for block in full {
            let documents = block.map(|posting| posting.document);
            let more = block.map(|posting| posting.frequency.wrapping_sub(1));
            let before = Some(last).filter(|last| *last > 0);
            last = documents[PACKED - 1];
            let width = packer.num_bits_strictly_sorted(before, &documents);
            let length = packer.compress_strictly_sorted(before, &documents, &mut room, width);
            packed.extend_from_slice(&room[..length]);
            skips.extend(last.to_le_bytes());
            skips.push(width | STRICT);
            let width = packer.num_bits(&more);
            let length = packer.compress(&more, &mut room, width);
            packed.extend_from_slice(&room[..length]);
            skips.push(width);
            let occurrences = block.iter().fold(0_u32, |sum, posting| sum.wrapping_add(posting.frequency));
            skips.extend(occurrences.to_le_bytes());
            // The best score of the block, which without lengths of documents nobody knows.
            skips.extend([0, 0]);
        }
        put(skips.len() as u64, out);
        out.extend(skips);
        out.extend(packed);
    }
    for posting in rest {
        put(u64::from(posting.document.wrapping_sub(last)), out);
        last = posting.document;
    }
    for posting in rest {
        put(u64::from(posting.frequency), out);
    }
}

/// Reads a list of so many documents that [`lay`] laid; `None` where the bytes are none.
#[cfg(feature = "build")]
pub(crate) fn read(bytes: &[u8], documents: usize, list: &mut Vec<Posting>) -> Option<()> {
    list.resize(documents, Posting::default());
    let (full, rest) = list.as_chunks_mut::<PACKED>();
    let mut reader = Reader(bytes);
    let mut last = 0;
    if !full.is_empty() {
        let skips = take(&mut reader).and_then(|length| usize::try_from(length).ok())?;
        let mut skips = Reader(reader.take(skips)?);
        let packer = BitPacker4x::new();
        let mut numbers = [0; PACKED];
        for block in full {
            let &[.., width, more_width, _, _, _, _, _, _] = skips.take(SKIP)? else { return None };
            let before = Some(last).filter(|last| *last > 0);
            let width = width & !STRICT;
            let packed = reader.take(usize::from(width) * PACKED / 8)?;
            packer.decompress_strictly_sorted(before, packed, &mut numbers, width);
            last = numbers[PACKED - 1];
            block.iter_mut().zip(numbers).for_each(|(posting, document)| posting.document = document);
            let packed = reader.take(usize::from(more_width) * PACKED / 8)?;
            packer.decompress(packed, &mut numbers, more_width);
            block.iter_mut().zip(numbers).for_each(|(posting, more)| posting.frequency = more.wrapping_add(1));
        }
    }
    for posting in rest.iter_mut() {
        last = last.wrapping_add(take(&mut reader)? as u32);
        posting.document = last;
    }
    for posting in rest {
        posting.frequency = take(&mut reader)? as u32;
    }
    reader.0.is_empty().then_some(())
}

/// Bytes that are said of packed documents before all of them: the last one, both widths, occurrences and the best score.
#[cfg(feature = "build")]
const SKIP: usize = 12;

/// What is learnt of lists while they go by.
pub(crate) struct Lists {
    /// Documents that there are.
    documents: u32,
    /// How many bits the number of a list's documents has, by how many that of the list before has.
    sizes: Vec<Model>,
    last_size: usize,
    /// How many bits a distance has against the expected one, by that and by whether the distance before was short.
    distances: Vec<Model>,
    /// The first bits of a distance after its highest, by how many it has against the expected one.
    details: Vec<Model>,
    /// Whether all documents of a list have the word once, by the bits of their number.
    single: Vec<Model>,
    /// How often a document has the word, by how often the one before has it.
    frequencies: Vec<Model>,
}

/// Numbers have less bits than this.
const BITS: usize = 32;
/// Expected distances below this many bits are told apart.
const SHORT: u32 = 3;
/// So many bits of a distance are learnt after its highest; the others are as likely as their opposites.
const DETAIL: u32 = 2;
/// Frequencies from here on are learnt together.
const OFTEN: u32 = 15;
/// And so many of those before them are told apart.
const TOLD_APART: u32 = 6;

impl Lists {
    pub(crate) fn new(documents: u32) -> Lists {
        let models = |kinds: usize, count: usize| vec![Model::new(count); kinds];
        Lists {
            documents,
            sizes: models(BITS, BITS),
            last_size: 0,
            distances: models(2 * (SHORT as usize + 1) * 4, BITS),
            details: models(8, 1 << DETAIL),
            single: models(BITS, 2),
            frequencies: models(TOLD_APART as usize + 1, OFTEN as usize + 1),
        }
    }

    /// Passes a list of one document or more; `None` where it can't be one.
    pub(crate) fn pass(&mut self, list: &mut Vec<Posting>, coder: &mut impl Coder) -> Option<()> {
        let count = list.len() as u32;
        let bits = coder.number(count.max(1).ilog2() as usize, &mut self.sizes[self.last_size]);
        self.last_size = bits;
        let count = 1_u32.checked_shl(bits as u32)? | coder.even(count, bits as u32);
        if count > self.documents {
            return None;
        }
        list.resize(count as usize, Posting::default());
        let (mut next, mut was_short) = (0, false);
        for (posting, left) in list.iter_mut().zip((1..=count).rev()) {
            let expected = u64::from(self.documents.checked_sub(next)?) * 8 / u64::from(left);
            let distance = self.distance(posting.document.wrapping_sub(next), expected, &mut was_short, coder)?;
            posting.document = next.checked_add(distance).filter(|document| *document < self.documents)?;
            next = posting.document + 1;
        }
        let is_single = list.iter().all(|posting| posting.frequency == 1);
        let is_single = coder.number(usize::from(is_single), &mut self.single[bits]) == 1;
        let mut before = 0;
        for posting in list.iter_mut() {
            if !is_single {
                let known = posting.frequency.wrapping_sub(1).min(OFTEN);
                let mut frequency = coder.number(known as usize, &mut self.frequencies[before as usize]) as u32;
                if frequency == OFTEN {
                    let more = posting.frequency.wrapping_sub(OFTEN).max(1);
                    let bits = coder.even(more.ilog2(), 5);
                    frequency = (1 << bits | coder.even(more, bits)).checked_add(OFTEN - 1)?;
                }
                posting.frequency = frequency.checked_add(1)?;
                before = posting.frequency.min(TOLD_APART);
            } else {
                posting.frequency = 1;
            }
        }
        Some(())
    }

    /// Passes a distance; `expected` is the mean of those that follow, in eighths.
    fn distance(&mut self, distance: u32, expected: u64, was_short: &mut bool, coder: &mut impl Coder) -> Option<u32> {
        let size = u64::BITS - 1 - expected.max(8).leading_zeros();
        let quarter = expected.max(8) >> (size - 2) & 3;
        let size = size - 3;
        let kind = (size.min(SHORT) * 4 + quarter as u32) * 2 + u32::from(*was_short);
        let more = distance.wrapping_add(1).max(1);
        // Against the expected size, and round: most are near it.
        let against = (more.ilog2().wrapping_sub(size).wrapping_add(BITS as u32 / 2)) as usize % BITS;
        let against = coder.number(against, &mut self.distances[kind as usize]);
        let bits = (against as u32 + size).wrapping_sub(BITS as u32 / 2) % BITS as u32;
        *was_short = bits + 2 < size;
        let Some(even) = bits.checked_sub(DETAIL) else {
            return Some((1 << bits | coder.even(more, bits)) - 1);
        };
        let details = &mut self.details[against.saturating_sub(BITS / 2 - 4).min(7)];
        let detail = coder.number((more >> even & ((1 << DETAIL) - 1)) as usize, details) as u32;
        ((1 << DETAIL | detail) << even | coder.even(more, even)).checked_sub(1)
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Lists, Posting, lay, read};
    use crate::entropy::{Decoder, Encoder};
    use crate::schema::schema;
    use tantivy::Index;
    use tantivy::directory::CompositeFile;
    use tantivy::index::SegmentComponent;
    use tantivy::postings::InvertedIndexSerializer;

    /// Documents of the index.
    const DOCUMENTS: u32 = 20_000;

    /// Lists of many lengths, drawn.
    fn lists() -> Vec<Vec<Posting>> {
        let mut seed = 7_u64;
        let mut draw = |below: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((seed >> 33) % u64::from(below)) as u32
        };
        let counts = [1, 2, 127, 128, 129, 256, 1_000, 20_000];
        let mut lists = vec![vec![Posting { document: DOCUMENTS - 1, frequency: u32::MAX }]];
        for (number, count) in counts.into_iter().chain((0..200).map(|number| number % 9 + 1)).enumerate() {
            let mut documents: Vec<u32> =
                (0..count).map(|at| if count == DOCUMENTS { at } else { draw(DOCUMENTS) }).collect();
            documents.sort_unstable();
            documents.dedup();
            let mut posting =
                |document| Posting { document, frequency: if number % 3 == 0 { 1 } else { draw(40) + 1 } };
            lists.push(documents.into_iter().map(&mut posting).collect());
        }
        lists
    }

    #[test]
    fn lists_are_laid_as_tantivy_lays_them() {
        let (schema, field) = schema();
        let index = Index::create_in_ram(schema);
        let segment = index.new_segment();
        let mut serializer = InvertedIndexSerializer::open(&segment).expect("memory has room");
        let mut writing = serializer.new_field(field, 0, None).expect("memory has room");
        let mut laid = Vec::new();
        // Positions are written one by one.
        for (number, list) in lists().iter().skip(1).enumerate() {
            let term = format!("{number:04}");
            writing.new_term(term.as_bytes(), list.len() as u32, true).expect("memory has room");
            for posting in list {
                writing.write_doc(posting.document, posting.frequency, &vec![1; posting.frequency as usize]);
            }
            writing.close_term().expect("memory has room");
            lay(list, &mut laid);
        }
        writing.close().expect("memory has room");
        serializer.close().expect("memory has room");
        let file = segment.open_read(SegmentComponent::Postings).expect("just written");
        let file = CompositeFile::open(&file).expect("just written").open_read(field).expect("just written");
        assert_eq!(&file.read_bytes().expect("just written")[8..], laid);
    }

    #[test]
    fn lists_are_read_as_they_were_laid() {
        for list in lists() {
            let mut laid = Vec::new();
            lay(&list, &mut laid);
            let mut found = vec![Posting::default(); 3];
            assert_eq!((read(&laid, list.len(), &mut found), &found), (Some(()), &list));
            assert_eq!(read(&laid[..laid.len() - 1], list.len(), &mut found), None);
        }
    }

    /// Lists as they travel.
    fn pack(lists: &[Vec<Posting>]) -> Vec<u8> {
        let (mut models, mut encoder) = (Lists::new(DOCUMENTS), Encoder::new());
        for list in lists {
            models.pass(&mut list.clone(), &mut encoder).expect("a list");
        }
        encoder.finish()
    }

    #[test]
    fn lists_come_back_and_take_what_chance_takes() {
        let lists = lists();
        let packed = pack(&lists);
        let (mut models, mut decoder) = (Lists::new(DOCUMENTS), Decoder::new(&packed));
        for list in lists {
            let mut found = Vec::new();
            models.pass(&mut found, &mut decoder).expect("just packed");
            assert_eq!(found, list);
        }
        // A thousand documents out of twenty thousand: 5.7 bits each, and nothing for being there once.
        let list = (0..1_000_u32).map(|at| Posting { document: at * 20 + at * 7_919 % 20, frequency: 1 }).collect();
        let packed = pack(&[list]);
        assert!(packed.len() < 800, "{}", packed.len());
    }

    #[test]
    fn damaged_lists_are_lists_or_none() {
        for bytes in [&[][..], &[3], &[0, 1, 0xff], &[0xff; 30]] {
            let mut found = Vec::new();
            let passed = Lists::new(DOCUMENTS).pass(&mut found, &mut Decoder::new(bytes));
            assert!(passed.is_none() || found.is_sorted_by(|one, other| one.document < other.document));
        }
    }
}
