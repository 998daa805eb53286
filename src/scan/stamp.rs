//! What enters: a file's metadata. What leaves: a [`Stamp`] that changes when the file does, and whether it can be relied upon.
//! It must not read the file.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// Size, times and identity of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    identity: Identity,
}

/// Inode and the time of its last change: a file that was replaced by another of the same size and date differs here.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Identity {
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

#[cfg(not(unix))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Identity {
    created: Option<SystemTime>,
}

/// Two writes within this time may leave the same dates: FAT counts two seconds, some network file systems one.
const GRAIN: Duration = Duration::from_secs(2);

impl Stamp {
    /// The stamp of a file.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok(), identity: Identity::of(metadata) }
    }

    /// Whether the file was left alone for so long before `time` that a later write must show in the stamp.
    /// Dates in the future (another machine's clock) never count as settled.
    pub(crate) fn settled_before(&self, time: SystemTime) -> bool {
        self.modified
            .into_iter()
            .chain(self.identity.changed())
            .all(|date| time.duration_since(date).is_ok_and(|age| age > GRAIN))
            && self.modified.is_some()
    }
}

#[cfg(unix)]
impl Identity {
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { device: metadata.dev(), inode: metadata.ino(), changed: (metadata.ctime(), metadata.ctime_nsec()) }
    }

    fn changed(&self) -> Option<SystemTime> {
        let seconds = Duration::from_secs(u64::try_from(self.changed.0).ok()?);
        SystemTime::UNIX_EPOCH.checked_add(seconds)
    }
}

#[cfg(not(unix))]
impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self { created: metadata.created().ok() }
    }

    fn changed(&self) -> Option<SystemTime> {
        self.created
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_dates_are_relied_upon() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stamp = Stamp::of(&file.as_file().metadata().unwrap());
        let now = SystemTime::now();
        assert!(!stamp.settled_before(now));
        assert!(stamp.settled_before(now + Duration::from_secs(10)));
        assert!(!stamp.settled_before(now - Duration::from_secs(10)), "a date in the future");
    }
}
