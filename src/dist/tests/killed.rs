//! Builds that end, or meet an error, at every single step.

use super::*;

/// What happens to a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// From some step on nothing is done any more: the program was killed.
    Killed,
    /// One step fails, the others are done: the disk was full for a moment.
    Fails,
}

/// How a disk takes the exchange of two folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    Works,
    /// The system has no such step.
    Unknown,
    /// The folder is a mount point, as it turns out.
    Refused,
}

#[derive(Debug)]
struct FatedDisk {
    fate: Fate,
    exchange: Exchange,
    /// Steps until then.
    left: AtomicUsize,
}

impl FatedDisk {
    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
            0 if self.fate == Fate::Killed => None,
            0 => Some(usize::MAX),
            usize::MAX => Some(usize::MAX),
            left => Some(left - 1),
        });
        match left {
            Ok(left) if left > 0 => Ok(()),
            _ => Err(io::Error::other("the end of the world")),
        }
    }
}

impl Disk for FatedDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.make_folder(path))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.step() {
            // Half of it, if the file wasn't there.
            let _ = RealDisk.write(path, &bytes[..bytes.len() / 2]);
            return Err(error);
        }
        RealDisk.write(path, bytes)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.link(from, to))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.rename(from, to))
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.step()?;
        match self.exchange {
            Exchange::Works => RealDisk.exchange(one, other),
            Exchange::Unknown => Err(io::ErrorKind::Unsupported.into()),
            Exchange::Refused => Err(io::ErrorKind::ResourceBusy.into()),
        }
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.remove_file(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.remove_folder(path))
    }

    fn permit(&self, path: &Path, permissions: Permissions) -> io::Result<()> {
        self.step().and_then(|()| RealDisk.permit(path, permissions))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        assert!(path.exists());
        self.step()
    }

    fn sync_file_system(&self, path: &Path) -> io::Result<()> {
        assert!(path.exists());
        self.step()
    }
}

/// Writes a site on a disk that outlives it.
fn write_on_quick_disk(files: &[(&str, &str)], target: &Target) -> Result<Written, DistError> {
    let disk = FatedDisk { fate: Fate::Fails, exchange: Exchange::Works, left: AtomicUsize::new(usize::MAX) };
    write_on(Arc::new(disk), files, target)
}

fn write_on(disk: Arc<FatedDisk>, files: &[(&str, &str)], target: &Target) -> Result<Written, DistError> {
    let staging = Staging::open_on(disk, target)?;
    site(files).iter().try_for_each(|output| staging.put(output))?;
    staging.finish()
}

/// One way to write a site, and one way for it to end.
#[derive(Clone, Copy, Debug)]
struct Case {
    fate: Fate,
    exchange: Exchange,
    replace: Replace,
}

impl Case {
    /// Whether every moment must show a whole site.
    fn is_atomic(self) -> bool {
        self.replace == Replace::AtOnce && self.exchange == Exchange::Works
    }

    /// Writes the new site on a disk that ends after `steps`. `None` when the disk outlived it.
    fn run(self, place: &Place, steps: usize) -> Option<Result<Written, DistError>> {
        let disk = Arc::new(FatedDisk { fate: self.fate, exchange: self.exchange, left: AtomicUsize::new(steps) });
        let target = Target { replace: self.replace, ..place.target() };
        let outcome = write_on(Arc::clone(&disk), NEW, &target);
        let left = disk.left.load(Ordering::SeqCst);
        let outlived = if self.fate == Fate::Killed { left > 0 } else { left < usize::MAX };
        if outlived { None } else { Some(outcome) }
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for fate in [Fate::Killed, Fate::Fails] {
        for exchange in [Exchange::Works, Exchange::Unknown, Exchange::Refused] {
            cases.push(Case { fate, exchange, replace: Replace::AtOnce });
        }
        cases.push(Case { fate, exchange: Exchange::Works, replace: Replace::FileByFile });
    }
    cases
}

/// Whether a page stands without the style that it names.
fn is_torn(files: &BTreeMap<String, String>) -> bool {
    files.get("index.html").is_none_or(|home| {
        let style = home.trim_start_matches("home <").trim_end_matches('>');
        !files.contains_key(style)
    })
}

#[test]
fn a_build_that_ends_at_any_step_leaves_a_site_that_the_next_build_completes() {
    for case in cases() {
        let mut ends = 0;
        for steps in 0.. {
            assert!(steps < 1000, "{case:?} never ends");
            let place = Place::new();
            write_on_quick_disk(OLD, &place.target()).unwrap();
            add_foreign(&place);
            let Some(outcome) = case.run(&place, steps) else { break };
            ends += 1;
            let seen = place.files();
            let context = format!("{case:?} after {steps} steps: {outcome:?}\n{seen:#?}");
            if case.is_atomic() || outcome.is_ok() {
                assert!(seen == with_foreign(OLD) || seen == with_foreign(NEW), "{context}");
            } else if place.public().exists() {
                assert!(!is_torn(&seen), "{context}");
                let foreign = map(FOREIGN);
                assert!(foreign.iter().all(|(path, text)| seen.get(path) == Some(text)), "{context}");
            }
            if outcome.is_ok() {
                assert_eq!(seen, with_foreign(NEW), "{context}");
            }
            // Half of the next builds bring the same site, half of them another.
            let next = if steps % 2 == 0 { NEW } else { OLD };
            let target =
                Target { replace: if steps % 4 < 2 { case.replace } else { Replace::AtOnce }, ..place.target() };
            write_on_quick_disk(next, &target).unwrap_or_else(|error| panic!("{context}\nthen: {error}"));
            assert_eq!(place.files(), with_foreign(next), "{context}");
            assert_eq!(place.neighbours(), [""; 0], "{context}");
            let ours: Vec<_> = fs::read_dir(place.public())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.starts_with(work::PREFIX))
                .collect();
            assert_eq!(ours, [MANIFEST], "{context}");
        }
        assert!(ends > 30, "{case:?} met only {ends} steps");
    }
}

#[test]
fn a_first_build_that_ends_at_any_step_leaves_no_site_or_a_whole_one() {
    for fate in [Fate::Killed, Fate::Fails] {
        let case = Case { fate, exchange: Exchange::Works, replace: Replace::AtOnce };
        for steps in 0.. {
            let place = Place::new();
            let Some(outcome) = case.run(&place, steps) else { break };
            assert!(!place.public().exists() || place.files() == map(NEW), "{steps}: {outcome:?}");
            write_on_quick_disk(NEW, &place.target()).unwrap();
            assert_eq!((place.files(), place.neighbours()), (map(NEW), Vec::new()), "{steps}");
        }
    }
}

/// Ends again and again, one step later each time, without a clean build in between.
#[test]
fn a_build_that_is_killed_over_and_over_gets_there() {
    for case in cases().into_iter().filter(|case| case.fate == Fate::Killed) {
        let place = Place::new();
        write_on_quick_disk(OLD, &place.target()).unwrap();
        add_foreign(&place);
        let mut steps = 0;
        while let Some(outcome) = case.run(&place, steps) {
            let seen = place.files();
            if case.is_atomic() {
                assert!(seen == with_foreign(OLD) || seen == with_foreign(NEW), "{steps}: {outcome:?}");
            }
            steps += 1;
        }
        write_on_quick_disk(NEW, &place.target()).unwrap();
        assert_eq!((place.files(), place.neighbours()), (with_foreign(NEW), Vec::new()), "{case:?}");
    }
}
