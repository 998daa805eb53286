//! Opening hours, to bytes and back: which places are open at a moment. They were worked out when the site was built; here are only stretches of time.
//!
//! Places keep the hours of their own clock, so a week looks the same in summer and in winter and many places share one. A schedule is a week of day
//! patterns, the days that differ from it (public holidays, a season) and the clock; a document has the number of its schedule.
//! Stretches of UTC would have been different ones on each side of a change of time, for each place.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_signed};
#[cfg(feature = "build")]
use crate::definition::Hours;
use crate::request::{Moment, Opening};
use std::cmp::Ordering;
use std::ops::Range;
#[cfg(feature = "build")]
use std::{collections::BTreeMap, sync::Arc};

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// What of a day is not closed: minutes of the day, in order.
type DayPattern = Vec<(Range<i64>, Opening)>;

/// The same hours in the same place of the world.
struct Schedule {
    /// Number of its clock.
    clock: usize,
    /// Number of the pattern of each day of the horizon.
    days: Vec<usize>,
}

/// The hours of all documents.
pub(crate) struct AllHours {
    /// First day that is known, in days since 1970-01-01.
    first_day: i64,
    /// From which minute of UTC which offset holds, in minutes.
    clocks: Vec<Vec<(i64, i64)>>,
    patterns: Vec<DayPattern>,
    schedules: Vec<Schedule>,
    /// By document: 0 where nothing is known, else the number of the schedule and one.
    documents: Vec<usize>,
}

/// Writes the hours of documents; empty where no document has any.
#[cfg(feature = "build")]
pub(crate) fn write(horizon: (i64, i64), documents: &[Option<&Arc<Hours>>]) -> Vec<u8> {
    let days = horizon.0..horizon.1.max(horizon.0);
    let mut clocks: Numbered<&Vec<(i64, i64)>> = Numbered::default();
    let mut patterns: Numbered<DayBytes> = Numbered::default();
    let mut schedules: Numbered<Vec<u8>> = Numbered::default();
    // Most hours are shared: each is cut into days once.
    let mut known: BTreeMap<*const Hours, usize> = BTreeMap::new();
    let mut numbers = Vec::with_capacity(documents.len());
    for hours in documents {
        let Some(hours) = hours else {
            numbers.push(0);
            continue;
        };
        numbers.push(*known.entry(Arc::as_ptr(hours)).or_insert_with(|| {
            let clock = clocks.number(&hours.offsets);
            let days: Vec<usize> = day_patterns(hours, days.clone()).map(|day| patterns.number(day)).collect();
            schedules.number(schedule(clock, &days)) + 1
        }));
    }
    let mut out = Vec::new();
    if schedules.0.is_empty() {
        return out;
    }
    put_signed(days.start, &mut out);
    put_number((days.end - days.start) as u64, &mut out);
    put_number(clocks.0.len() as u64, &mut out);
    for clock in clocks.in_order() {
        put_number(clock.len() as u64, &mut out);
        for (from, offset) in *clock {
            put_signed(*from, &mut out);
            put_signed(*offset, &mut out);
        }
    }
    for all in [patterns.in_order(), schedules.in_order()] {
        put_number(all.len() as u64, &mut out);
        out.extend(all.into_iter().flatten());
    }
    let planes = (0..usize::BITS).step_by(8).take_while(|shift| *shift == 0 || schedules.0.len() >> shift > 0);
    for shift in planes {
        out.extend(numbers.iter().map(|number| (number >> shift) as u8));
    }
    out
}

/// A day pattern as it is written.
#[cfg(feature = "build")]
type DayBytes = Vec<u8>;

/// Things by the number that each got when it was first seen.
#[cfg(feature = "build")]
struct Numbered<T>(BTreeMap<T, usize>);

#[cfg(feature = "build")]
impl<T> Default for Numbered<T> {
    fn default() -> Numbered<T> {
        Numbered(BTreeMap::new())
    }
}

#[cfg(feature = "build")]
impl<T: Ord> Numbered<T> {
    fn number(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }

    fn in_order(&self) -> Vec<&T> {
        let mut things: Vec<(&T, &usize)> = self.0.iter().collect();
        things.sort_by_key(|(_, number)| **number);
        things.into_iter().map(|(thing, _)| thing).collect()
    }
}

/// The pattern of each day.
#[cfg(feature = "build")]
fn day_patterns(hours: &Hours, days: Range<i64>) -> impl Iterator<Item = DayBytes> {
    let mut first = 0;
    days.map(move |day| {
        let day = day * DAY..(day + 1) * DAY;
        while hours.stretches.get(first).is_some_and(|stretch| stretch.until <= day.start) {
            first += 1;
        }
        let own = hours.stretches[first..].iter().take_while(|stretch| stretch.from < day.end);
        let mut pattern = Vec::new();
        put_number(own.clone().count() as u64, &mut pattern);
        let mut last = day.start;
        for stretch in own {
            let (from, until) = (stretch.from.max(day.start), stretch.until.min(day.end));
            put_number((from - last) as u64, &mut pattern);
            put_number((until - from) as u64, &mut pattern);
            pattern.push(u8::from(stretch.unknown));
            last = until;
        }
        pattern
    })
}

/// A clock, the pattern of each day of most weeks, and runs of days that differ: distance from the last run, length, pattern.
#[cfg(feature = "build")]
fn schedule(clock: usize, days: &[usize]) -> Vec<u8> {
    let mut week = [0; 7];
    for (weekday, pattern) in week.iter_mut().enumerate() {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for pattern in days.iter().skip(weekday).step_by(7) {
            *counts.entry(*pattern).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(pattern, count)| (*count, std::cmp::Reverse(*pattern)));
        *pattern = most.map_or(0, |(pattern, _)| pattern);
    }
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (day, pattern) in days.iter().enumerate().filter(|(day, pattern)| **pattern != week[day % 7]) {
        match runs.last_mut() {
            Some((start, length, known)) if *start + *length == day && known == pattern => *length += 1,
            _ => runs.push((day, 1, *pattern)),
        }
    }
    let mut out = Vec::new();
    put_number(clock as u64, &mut out);
    for pattern in week {
        put_number(pattern as u64, &mut out);
    }
    put_number(runs.len() as u64, &mut out);
    let mut last = 0;
    for (start, length, pattern) in runs {
        put_number((start - last) as u64, &mut out);
        put_number(length as u64, &mut out);
        put_number(pattern as u64, &mut out);
        last = start;
    }
    out
}

impl AllHours {
    /// Reads what [`write`] wrote.
    pub(crate) fn read(bytes: &[u8], documents: usize) -> Option<AllHours> {
        /// Nobody builds a site for more than a lifetime; a larger number is damage.
        const MOST_DAYS: usize = 40_000;
        let mut reader = Reader(bytes);
        let first_day = reader.signed()?;
        let count = reader.size().filter(|count| *count <= MOST_DAYS)?;
        let mut clocks = Vec::new();
        for _ in 0..reader.size()? {
            let mut clock = Vec::new();
            for _ in 0..reader.size()? {
                clock.push((reader.signed()?, reader.signed()?));
            }
            clocks.push(clock);
        }
        let mut patterns = Vec::new();
        for _ in 0..reader.size()? {
            let mut pattern = DayPattern::new();
            let mut at: i64 = 0;
            for _ in 0..reader.size()? {
                let from = at.checked_add_unsigned(reader.number()?)?;
                at = from.checked_add_unsigned(reader.number()?)?;
                let state = if *reader.take(1)?.first()? == 0 { Opening::Open } else { Opening::Unknown };
                pattern.push((from..at, state));
            }
            patterns.push(pattern);
        }
        let mut schedules = Vec::new();
        for _ in 0..reader.size()? {
            let clock = reader.size().filter(|clock| *clock < clocks.len())?;
            let mut week = [0; 7];
            for pattern in &mut week {
                *pattern = reader.size().filter(|pattern| *pattern < patterns.len())?;
            }
            let mut days: Vec<usize> = (0..count).map(|day| week[day % 7]).collect();
            let mut start = 0_usize;
            for _ in 0..reader.size()? {
                start = start.checked_add(reader.size()?)?;
                let length = reader.size()?;
                let pattern = reader.size().filter(|pattern| *pattern < patterns.len())?;
                days.get_mut(start..start.checked_add(length)?)?.fill(pattern);
            }
            schedules.push(Schedule { clock, days });
        }
        let mut numbers = vec![0_usize; documents];
        let planes = (0..usize::BITS).step_by(8).take_while(|shift| *shift == 0 || schedules.len() >> shift > 0);
        for shift in planes {
            for (number, byte) in numbers.iter_mut().zip(reader.take(documents)?) {
                *number |= usize::from(*byte) << shift;
            }
        }
        let all_known = numbers.iter().all(|number| *number <= schedules.len());
        (all_known && reader.0.is_empty()).then_some(AllHours {
            first_day,
            clocks,
            patterns,
            schedules,
            documents: numbers,
        })
    }

    /// What each document is at a moment.
    pub(crate) fn at(&self, moment: &Moment) -> Vec<Opening> {
        let of_schedules: Vec<Opening> = self.schedules.iter().map(|schedule| self.state(schedule, moment)).collect();
        let of = |number: &usize| number.checked_sub(1).map_or(Opening::Unknown, |schedule| of_schedules[schedule]);
        self.documents.iter().map(of).collect()
    }

    /// When an open document closes, in minutes since 1970-01-01T00:00 on its clock; `None` if that is beyond what is known.
    pub(crate) fn closes(&self, document: usize, moment: &Moment) -> Option<i64> {
        let schedule = &self.schedules[self.documents.get(document)?.checked_sub(1)?];
        let mut minute = self.on_clock(schedule, moment).start;
        // The stretch may go on over midnight, and again.
        loop {
            let (day, of_day) = (minute.div_euclid(DAY), minute.rem_euclid(DAY));
            let pattern = self.pattern(schedule, day)?;
            match pattern.iter().find(|(stretch, state)| *state == Opening::Open && stretch.contains(&of_day)) {
                Some((stretch, _)) => minute = day * DAY + stretch.end,
                None => return Some(minute),
            }
        }
    }

    /// The stretch that a moment is on the clock of a schedule.
    fn on_clock(&self, schedule: &Schedule, moment: &Moment) -> Range<i64> {
        match *moment {
            Moment::Between(from, until) => from..until,
            Moment::At(utc) => {
                let clock = &self.clocks[schedule.clock];
                let holds = clock.partition_point(|(from, _)| *from <= utc).saturating_sub(1);
                let local = utc.saturating_add(clock.get(holds).map_or(0, |(_, offset)| *offset));
                local..local.saturating_add(1)
            }
        }
    }

    fn pattern(&self, schedule: &Schedule, day: i64) -> Option<&DayPattern> {
        let day = usize::try_from(day.checked_sub(self.first_day)?).ok()?;
        self.patterns.get(*schedule.days.get(day)?)
    }

    /// Open if it is open some time of the moment; unknown if it might be.
    fn state(&self, schedule: &Schedule, moment: &Moment) -> Opening {
        let wanted = self.on_clock(schedule, moment);
        if wanted.is_empty() {
            return Opening::Closed;
        }
        let (first, last) = (wanted.start.div_euclid(DAY), (wanted.end - 1).div_euclid(DAY));
        let horizon = self.first_day..self.first_day.saturating_add(schedule.days.len() as i64);
        let mut best =
            if horizon.contains(&first) && horizon.contains(&last) { Opening::Closed } else { Opening::Unknown };
        for day in first.max(horizon.start)..last.saturating_add(1).min(horizon.end) {
            for (stretch, state) in self.pattern(schedule, day).into_iter().flatten() {
                let start = day * DAY + stretch.start;
                if start < wanted.end && day * DAY + stretch.end > wanted.start {
                    best = best.max(*state);
                }
            }
        }
        best
    }
}

impl PartialOrd for Opening {
    fn partial_cmp(&self, other: &Opening) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Opening {
    /// What is more open is greater.
    fn cmp(&self, other: &Opening) -> Ordering {
        let rank = |state: &Opening| match state {
            Opening::Closed => 0,
            Opening::Unknown => 1,
            Opening::Open => 2,
        };
        rank(self).cmp(&rank(other))
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{AllHours, DAY, write};
    use crate::definition::{Hours, Stretch};
    use crate::request::{Moment, Opening};
    use std::sync::Arc;

    /// Open from 20:00 to 02:00 each night but the third, unknown on the fifth day at noon; a clock that goes forward on the second day at 01:00 UTC.
    fn hours() -> Hours {
        let open = |day: i64| Stretch { from: day * DAY + 1200, until: (day + 1) * DAY + 120, unknown: false };
        let mut stretches: Vec<Stretch> = (99..130).filter(|day| *day != 102).map(open).collect();
        stretches.push(Stretch { from: 104 * DAY + 720, until: 104 * DAY + 780, unknown: true });
        stretches.sort_by_key(|stretch| stretch.from);
        Hours { offsets: vec![(i64::MIN / 2, 60), (101 * DAY + 60, 120)], stretches }
    }

    #[test]
    fn moments_are_looked_up_on_the_clock_of_the_place() {
        let shared = Arc::new(hours());
        let bytes = write((100, 120), &[None, Some(&shared), Some(&Arc::new(hours()))]);
        let all = AllHours::read(&bytes, 3).expect("hours just written can be read");
        assert_eq!(all.schedules.len(), 1);
        let day = |day: i64, minute: i64| day * DAY + minute;
        for (moment, expected) in [
            (Moment::At(day(100, 0)), Opening::Open),
            (Moment::At(day(100, 59)), Opening::Open),
            (Moment::At(day(100, 60)), Opening::Closed),
            // An hour ahead in winter, two in summer.
            (Moment::At(day(100, 1139)), Opening::Closed),
            (Moment::At(day(100, 1140)), Opening::Open),
            (Moment::At(day(101, 1079)), Opening::Closed),
            (Moment::At(day(101, 1080)), Opening::Open),
            (Moment::Between(day(102, 120), day(103, 1200)), Opening::Closed),
            (Moment::Between(day(102, 119), day(103, 1200)), Opening::Open),
            (Moment::Between(day(102, 120), day(103, 1201)), Opening::Open),
            (Moment::Between(day(104, 700), day(104, 721)), Opening::Unknown),
            (Moment::Between(day(104, 0), day(105, 0)), Opening::Open),
            (Moment::Between(day(104, 780), day(104, 780)), Opening::Closed),
            (Moment::Between(day(119, 0), day(121, 0)), Opening::Open),
            (Moment::Between(day(119, 600), day(119, 700)), Opening::Closed),
            (Moment::At(day(120, 0)), Opening::Unknown),
            (Moment::At(day(99, 1200)), Opening::Unknown),
            (Moment::Between(i64::MIN, i64::MAX), Opening::Open),
        ] {
            assert_eq!(all.at(&moment), [Opening::Unknown, expected, expected], "{moment:?}");
        }
        assert_eq!(all.closes(1, &Moment::At(day(100, 1140))), Some(day(101, 120)));
        assert_eq!(all.closes(1, &Moment::At(day(119, 1180))), None);
        assert_eq!(all.closes(0, &Moment::At(day(100, 1140))), None);
        for cut in 0..bytes.len() {
            assert!(AllHours::read(&bytes[..cut], 3).is_none());
        }
    }
}
