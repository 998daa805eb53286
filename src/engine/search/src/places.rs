//! Where a word stands in a document, as few bytes.
//!
//! The first byte says in which zones and, in its upper half, how often: that is enough for fewer than 16 times in one zone; otherwise it is nothing, and
//! a number for each zone follows. Then the positions zone by zone, each as the distance from the one before. Most words stand in one place: two bytes
//! or three.

use crate::bytes::put_number;
use crate::schema::Zone;

/// Number of zones.
pub(crate) const ZONES: usize = Zone::ALL.len();

/// A word's places in a document.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// How often it stands in each zone.
    pub(crate) counts: [u32; ZONES],
    /// The distances between its positions, zone by zone.
    pub(crate) distances: Vec<u32>,
}

impl Places {
    /// Appends the places.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let zones =
            (0..).zip(self.counts).filter(|(_, count)| *count > 0).fold(0, |zones, (zone, _)| zones | 1 << zone);
        let count = self.distances.len();
        if count < 16 && self.counts.iter().any(|own| *own as usize == count) {
            out.push(zones | (count as u8) << ZONES);
        } else {
            out.push(zones);
            self.counts.iter().filter(|count| **count > 0).for_each(|count| put_number(u64::from(*count), out));
        }
        self.distances.iter().for_each(|distance| put_number(u64::from(*distance), out));
    }

    /// Reads the places that the bytes begin with, which [`Places::write`] wrote; gives the bytes after them.
    pub(crate) fn read<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (counts, mut rest) = counts(bytes);
        self.counts = counts;
        self.distances.clear();
        for _ in 0..counts.iter().sum() {
            let (distance, after) = number(rest);
            self.distances.push(distance);
            rest = after;
        }
        rest
    }
}

/// Appends the places of a word that stands once, as [`Places::write`] does.
pub(crate) fn write_one(zone: usize, position: u32, out: &mut Vec<u8>) {
    out.push(1 << zone | 1 << ZONES);
    put_number(position.into(), out);
}

/// Reads the places that the bytes begin with, where they are those of a word that stands once: its zone, its position, and the bytes after them.
pub(crate) fn read_one(bytes: &[u8]) -> Option<(usize, u32, &[u8])> {
    let (head, rest) = bytes.split_first()?;
    let zones = head & ((1 << ZONES) - 1);
    if head >> ZONES != 1 || !zones.is_power_of_two() {
        return None;
    }
    let (position, rest) = number(rest);
    Some((zones.ilog2() as usize, position, rest))
}

/// Parts the places that the bytes begin with from what follows.
pub(crate) fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (counts, rest) = counts(bytes);
    let mut left: u32 = counts.iter().sum();
    let mut length = bytes.len() - rest.len();
    while left > 0 && length < bytes.len() {
        left -= u32::from(bytes[length] < 0x80);
        length += 1;
    }
    bytes.split_at(length)
}

fn counts(bytes: &[u8]) -> ([u32; ZONES], &[u8]) {
    let mut counts = [0; ZONES];
    let Some((head, mut rest)) = bytes.split_first() else { return (counts, bytes) };
    for count in (0..).zip(&mut counts).filter(|(zone, _)| head >> zone & 1 == 1).map(|(_, count)| count) {
        *count = u32::from(head >> ZONES);
        if *count == 0 {
            (*count, rest) = number(rest);
        }
    }
    (counts, rest)
}

/// The number that the bytes begin with, and the bytes after it.
pub(crate) fn number(bytes: &[u8]) -> (u32, &[u8]) {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate() {
        number |= u32::from(byte & 0x7f) << (7 * at);
        if *byte < 0x80 {
            return (number, &bytes[at + 1..]);
        }
    }
    (number, &[])
}

#[cfg(test)]
mod tests {
    use super::{Places, read_one, split, write_one};

    #[test]
    fn places_come_back_one_after_the_other() {
        let all = [
            ([1, 0, 0, 0], vec![0]),
            ([0, 0, 0, 15], (0..15).collect()),
            ([0, 0, 0, 16], (1_000..1_016).collect()),
            ([1, 2, 0, 300], vec![u32::MAX; 303]),
            ([0, 0, 1, 0], vec![128]),
        ];
        let mut bytes = Vec::new();
        for (counts, distances) in &all {
            Places { counts: *counts, distances: distances.clone() }.write(&mut bytes);
        }
        let (mut rest, mut places) = (&bytes[..], Places::default());
        for (counts, distances) in all {
            let (own, others) = split(rest);
            let one = counts.iter().position(|count| *count > 0).filter(|_| distances.len() == 1);
            assert_eq!(read_one(rest), one.map(|zone| (zone, distances[0], others)));
            assert!(places.read(own).is_empty());
            rest = places.read(rest);
            assert_eq!((rest, places.counts, &places.distances), (others, counts, &distances));
        }
        assert!(rest.is_empty());
        let (mut one, mut any) = (Vec::new(), Vec::new());
        write_one(2, 300, &mut one);
        Places { counts: [0, 0, 1, 0], distances: vec![300] }.write(&mut any);
        assert_eq!(one, any);
    }
}
