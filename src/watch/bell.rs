//! What enters: the moments at which something changed. What leaves: the moments at which to look.
//! It must not read a clock: every moment is an argument.

use std::time::{Duration, Instant};

/// Saving a file is several changes within a few milliseconds (emptied, written, renamed): one look sees them all.
const QUIET: Duration = Duration::from_millis(8);

/// No first look waits longer than this.
const FIRST: Duration = Duration::from_millis(30);

/// Changes that follow a look within this time belong to it: a checkout, a copy of a folder.
const SETTLE: Duration = Duration::from_millis(500);

/// Such changes are looked at when nothing happened for this long, or when the settling time is over.
const FOLLOWING: Duration = Duration::from_millis(50);

/// A file may come into a new folder before the platform watches that folder: it is looked at once more.
const AGAIN: Duration = Duration::from_millis(250);

/// Gathers changes, and says when it is time to look.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// The first and the last change since the last look.
    changes: Option<(Instant, Instant)>,
    /// The last look.
    rang: Option<Instant>,
    /// When to look again for what came into new folders.
    again: Option<Instant>,
}

impl Bell {
    /// Something changed.
    pub(super) fn knock(&mut self, at: Instant, new_folder: bool) {
        let first = self.changes.map_or(at, |(first, _)| first);
        self.changes = Some((first, at));
        if new_folder {
            self.again = Some(at + AGAIN);
        }
    }

    /// When to look; `None` while there is nothing to look at.
    pub(super) fn due(&self) -> Option<Instant> {
        let changes = self.changes.map(|(first, last)| {
            if self.rang.is_some_and(|rang| first < rang + SETTLE) {
                (last + FOLLOWING).min(first + SETTLE)
            } else {
                (last + QUIET).min(first + FIRST)
            }
        });
        [changes, self.again].into_iter().flatten().min()
    }

    /// Somebody looks now.
    pub(super) fn ring(&mut self, now: Instant) {
        self.changes = None;
        self.rang = Some(now);
        if self.again.is_some_and(|again| again <= now) {
            self.again = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The looks, in milliseconds, that changes at these milliseconds lead to.
    fn looks(changes: &[u64]) -> Vec<u64> {
        looks_of(&changes.iter().map(|at| (*at, false)).collect::<Vec<_>>())
    }

    fn looks_of(changes: &[(u64, bool)]) -> Vec<u64> {
        let start = Instant::now();
        let (mut bell, mut looks) = (Bell::default(), Vec::new());
        let end = (u64::MAX / 2, false);
        for (at, new_folder) in changes.iter().copied().chain([end]) {
            let at = start + Duration::from_millis(at.min(1_000_000));
            while let Some(due) = bell.due().filter(|due| *due <= at) {
                looks.push((due - start).as_millis().try_into().unwrap());
                bell.ring(due);
            }
            bell.knock(at, new_folder);
        }
        looks
    }

    #[test]
    fn the_first_change_is_seen_at_once() {
        assert_eq!(looks(&[0]), [8]);
        assert_eq!(looks(&[0, 1, 2, 3]), [11], "one save is one look");
        assert_eq!(looks(&[0, 5, 10, 15, 20, 25, 30, 35]), [30, 85], "a first look does not wait for the end");
    }

    #[test]
    fn a_flood_is_looked_at_once_more_when_it_ends() {
        let checkout: Vec<u64> = (0..300).step_by(3).collect();
        assert_eq!(looks(&checkout), [30, 347]);
        let copy: Vec<u64> = (0..2000).step_by(10).collect();
        assert_eq!(looks(&copy), [8, 510, 1010, 1510, 2010], "twice a second while it lasts");
    }

    #[test]
    fn saves_apart_are_looks_apart() {
        assert_eq!(looks(&[0, 1000, 2000]), [8, 1008, 2008]);
        assert_eq!(looks(&[0, 300]), [8, 350]);
    }

    #[test]
    fn a_new_folder_is_looked_at_twice() {
        assert_eq!(looks_of(&[(0, true)]), [8, 250]);
        assert_eq!(looks_of(&[(0, true), (245, false)]), [8, 250], "what comes then is seen by the same look");
    }
}
