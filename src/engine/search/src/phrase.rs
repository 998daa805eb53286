//! Posting lists with positions in, documents in which they stand at given distances out.

use std::io;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED};

/// Calls `visit` with each document that has the terms at their distances, and how often.
pub(crate) fn find(
    index: &InvertedIndexReader,
    lists: &[(&TermInfo, u32)],
    mut visit: impl FnMut(u32, u32),
) -> io::Result<()> {
    if let [(info, _)] = lists {
        // A word alone: it doesn't matter where it stands.
        let mut postings = index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
        while postings.block_len() > 0 {
            postings.docs().iter().zip(postings.freqs()).for_each(|(document, frequency)| visit(*document, *frequency));
            postings.advance();
        }
        return Ok(());
    }
    let mut terms: Vec<(SegmentPostings, u32)> = Vec::new();
    let mut miss = None;
    for (info, distance) in lists {
        match index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions) {
            Ok(postings) => terms.push((postings, *distance)),
            // Go on, so that all missing blocks are noted.
            Err(error) => miss = Some(error),
        }
    }
    if let Some(miss) = miss {
        return Err(miss);
    }
    let Some(((leader, leader_distance), others)) = terms.split_first_mut() else { return Ok(()) };
    let mut starts = Vec::new();
    let mut positions = Vec::new();
    let mut document = leader.doc();
    while document != TERMINATED {
        if others.iter_mut().all(|(postings, _)| {
            postings.doc() == document || (postings.doc() < document && postings.seek(document) == document)
        }) {
            leader.positions(&mut starts);
            for (postings, distance) in others.iter_mut() {
                postings.positions(&mut positions);
                starts.retain(|start| {
                    (*start + *distance)
                        .checked_sub(*leader_distance)
                        .is_some_and(|wanted| positions.binary_search(&wanted).is_ok())
                });
            }
            if !starts.is_empty() {
                visit(document, starts.len() as u32);
            }
        }
        document = leader.advance();
    }
    Ok(())
}
