//! What enters: the moments at which something changed. What leaves: the moments at which to look, and how far.
//! It must not read a clock: every moment is an argument.

use std::time::{Duration, Instant};

/// Saving a file is several changes within a few milliseconds: emptied, written, closed; or moved away and written anew. Where the system
/// tells of the last one, it is looked at at once, and this is how long a save may take to get there. Elsewhere, quiet is the only sign.
const QUIET: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 100 } else { 8 });

/// No first look waits longer than this.
const FIRST: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 500 } else { 30 });

/// Changes that follow a look within this time belong to it: a checkout, a copy of a folder.
const SETTLE: Duration = Duration::from_millis(500);

/// Such changes are looked at when nothing happened for this long, or when the settling time is over.
const FOLLOWING: Duration = Duration::from_millis(50);

/// What is faulty or gone is believed when nothing happened for this long: it may be half of what somebody is doing.
const CALM: Duration = Duration::from_millis(150);

/// A file may come into a new folder before the platform watches that folder: it is looked at once more.
const AGAIN: Duration = Duration::from_millis(250);

/// What a change leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// A file that somebody has finished: closed, or moved into its place.
    Finished,
    /// Perhaps half of a save.
    Unfinished,
    /// A folder that is new: files may have come into it unheard.
    Folder,
}

/// How to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ring {
    /// At everything, whatever was named.
    pub(super) everywhere: bool,
    /// Nothing happens any more: what is seen is what is meant.
    pub(super) is_calm: bool,
    /// Whether it is so because of the quiet, and not because it was doubted for long enough.
    pub(super) is_quiet: bool,
}

/// Gathers changes, and says when it is time to look.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// The first and the last change since the last look, and the first that left something finished.
    changes: Option<(Instant, Instant, Option<Instant>)>,
    /// The last change, looked at or not.
    last: Option<Instant>,
    /// The last look at changes.
    rang: Option<Instant>,
    /// When to look again for what came into new folders.
    again: Option<Instant>,
    /// Since when what is seen is not believed.
    doubt: Option<Instant>,
    /// When to look everywhere, as what was named is not the only thing that may have changed.
    proof: Option<Instant>,
}

impl Bell {
    /// Something changed.
    pub(super) fn knock(&mut self, at: Instant, left: Left) {
        let (first, finished) = self.changes.map_or((at, None), |(first, _, finished)| (first, finished));
        self.changes = Some((first, at, finished.or((left == Left::Finished).then_some(at))));
        self.last = Some(at);
        self.proof = Some(at + SETTLE);
        if left == Left::Folder {
            self.again = Some(at + AGAIN);
        }
    }

    /// What was seen may be half of something: it is looked at once more when all is calm.
    pub(super) fn doubt(&mut self, now: Instant) {
        self.doubt.get_or_insert(now);
    }

    /// When to look; `None` while there is nothing to look at.
    pub(super) fn due(&self) -> Option<Instant> {
        let changes = self.changes.map(|(first, last, finished)| {
            if self.rang.is_some_and(|rang| first < rang + SETTLE) {
                (last + FOLLOWING).min(first + SETTLE)
            } else {
                finished.unwrap_or_else(|| (last + QUIET).min(first + FIRST))
            }
        });
        [changes, self.again, self.believe_at(), self.proof].into_iter().flatten().min()
    }

    /// When what is doubted is believed after all.
    fn believe_at(&self) -> Option<Instant> {
        let doubt = self.doubt?;
        Some(self.last.map_or(doubt, |last| (last + CALM).min(doubt + SETTLE)))
    }

    /// Somebody looks now. `is_busy`: it is known that more is to come.
    pub(super) fn ring(&mut self, now: Instant, is_busy: bool) -> Ring {
        let is_due = |moment: Option<Instant>| moment.is_some_and(|moment| moment <= now);
        let believed = is_due(self.believe_at());
        let is_quiet = self.last.is_none_or(|last| last + CALM <= now);
        let is_calm = !is_busy && (believed || is_quiet);
        let everywhere = believed || is_due(self.again) || is_due(self.proof);
        if self.changes.take().is_some() {
            self.rang = Some(now);
        }
        if is_due(self.again) {
            self.again = None;
        }
        if is_due(self.proof) {
            self.proof = None;
        }
        if is_calm || believed {
            self.doubt = None;
        }
        if is_busy {
            // Quiet is no sign of the end now.
            self.last = Some(now);
            self.proof = Some(now + SETTLE);
        }
        Ring { everywhere, is_calm, is_quiet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The looks that changes lead to: milliseconds, `*` where it is looked everywhere, `!` where nothing is believed to be going on.
    fn looks(changes: impl IntoIterator<Item = (u64, Left)>) -> String {
        doubted(changes, 0)
    }

    /// The same where the first so many looks see something faulty.
    fn doubted(changes: impl IntoIterator<Item = (u64, Left)>, doubts: usize) -> String {
        busy(changes, doubts, 0)
    }

    /// The same where so many milliseconds long it is known that more is to come.
    fn busy(changes: impl IntoIterator<Item = (u64, Left)>, doubts: usize, until: u64) -> String {
        let start = Instant::now();
        let (mut bell, mut looks) = (Bell::default(), Vec::new());
        for (at, left) in changes.into_iter().map(|(at, left)| (at, Some(left))).chain([(1_000_000, None)]) {
            let at = start + Duration::from_millis(at);
            while let Some(due) = bell.due().filter(|due| *due <= at) {
                let is_busy = due < start + Duration::from_millis(until);
                let Ring { everywhere, is_calm, .. } = bell.ring(due, is_busy);
                if looks.len() < doubts && !is_calm {
                    bell.doubt(due);
                }
                let marks = [if everywhere { "*" } else { "" }, if is_calm { "!" } else { "" }].concat();
                looks.push(format!("{}{marks}", (due - start).as_millis()));
            }
            left.into_iter().for_each(|left| bell.knock(at, left));
        }
        looks.join(" ")
    }

    fn finished(changes: &[u64]) -> impl Iterator<Item = (u64, Left)> {
        changes.iter().map(|at| (*at, Left::Finished))
    }

    #[test]
    fn a_finished_file_is_seen_at_once() {
        assert_eq!(looks(finished(&[0])), "0 500*!");
        assert_eq!(looks([(0, Left::Unfinished), (1, Left::Unfinished), (2, Left::Finished)]), "2 502*!");
        assert_eq!(looks(finished(&[0, 1, 2])), "0 52 502*!", "what follows is one more look");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn half_of_a_save_is_waited_for() {
        assert_eq!(looks([(0, Left::Unfinished)]), "100 500*!");
        assert_eq!(looks([(0, Left::Unfinished), (90, Left::Finished)]), "90 590*!");
        let endless = (0..700).step_by(40).map(|at| (at, Left::Unfinished));
        assert_eq!(looks(endless), "500 730 1180*!", "no look waits for ever");
    }

    #[test]
    fn a_flood_is_looked_at_once_more_when_it_ends() {
        let checkout: Vec<u64> = (0..300).step_by(3).collect();
        assert_eq!(looks(finished(&checkout)), "0 347 797*!");
        let copy: Vec<u64> = (0..2000).step_by(10).collect();
        assert_eq!(looks(finished(&copy)), "0 510 1010 1510 2010 2490*!", "twice a second while it lasts");
    }

    #[test]
    fn saves_apart_are_looks_apart() {
        assert_eq!(looks(finished(&[0, 1000, 2000])), "0 500*! 1000 1500*! 2000 2500*!");
        assert_eq!(looks(finished(&[0, 300])), "0 350 800*!");
    }

    #[test]
    fn a_new_folder_is_looked_at_again() {
        assert_eq!(looks([(0, Left::Folder), (1, Left::Finished)]), "1 250*! 501*!");
    }

    #[test]
    fn what_looks_faulty_is_believed_when_all_is_calm() {
        assert_eq!(doubted(finished(&[0]), 1), "0 150*! 500*!");
        assert_eq!(doubted(finished(&[0, 100]), 2), "0 150 250*! 600*!");
        let endless: Vec<u64> = (0..1000).step_by(20).collect();
        assert_eq!(doubted(finished(&endless), 9), "0 500*! 1000 1130*! 1480*!", "nothing is doubted for ever");
    }

    #[test]
    fn nothing_is_believed_while_more_is_known_to_come() {
        assert_eq!(busy(finished(&[0, 1, 2]), 9, 900), "0 52 202* 352* 502* 652* 802* 952*! 1302*!");
    }
}
