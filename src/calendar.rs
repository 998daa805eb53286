//! What enters: the INSEE code of a commune or department, and years. What leaves: the place's clock and its public holidays, from rules alone.
//! It must not know today's date, the time zones of this machine, nor what the days are asked for.
//!
//! Sources: article L3133-1 of the Code du travail (the eleven national holidays), L3134-13 (Alsace and Moselle), law 83-550 and decree 83-1003 as amended
//! (the abolition of slavery overseas); decree 78-855 and directive 2000/84/EC (summer time), the time zone database for the clocks overseas.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Holidays of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    /// Public holidays, in order.
    pub public: Vec<Date>,
    /// Days that are public holidays in a part of the place's surroundings, or by a rule of its own that is not known here, in order.
    pub perhaps: Vec<Date>,
}

/// The department of a commune's or department's INSEE code.
#[must_use]
pub fn department(code: &str) -> &str {
    let length = if code.starts_with("97") || code.starts_with("98") { 3 } else { 2 };
    code.get(..length).unwrap_or(code)
}

/// The rule of a place's clock, as POSIX writes it (the sign is that of UTC's distance from it), and its name in the time zone database.
/// Without a code: mainland France.
fn clock(code: Option<&str>) -> (&'static str, &'static str) {
    let code = code.unwrap_or_default();
    match (department(code), code) {
        ("971", _) => ("<-04>4", "America/Guadeloupe"),
        ("972", _) => ("<-04>4", "America/Martinique"),
        ("973", _) => ("<-03>3", "America/Cayenne"),
        ("974", _) => ("<+04>-4", "Indian/Reunion"),
        ("975", _) => ("<-03>3<-02>,M3.2.0,M11.1.0", "America/Miquelon"),
        ("976", _) => ("<+03>-3", "Indian/Mayotte"),
        ("977", _) => ("<-04>4", "America/St_Barthelemy"),
        ("978", _) => ("<-04>4", "America/Marigot"),
        ("984", _) => ("<+05>-5", "Indian/Kerguelen"),
        ("986", _) => ("<+12>-12", "Pacific/Wallis"),
        // The Marquesas and the Gambier islands have clocks of their own.
        ("987", "98718" | "98723" | "98731" | "98746" | "98756" | "98757") => ("<-0930>9:30", "Pacific/Marquesas"),
        ("987", "98719") => ("<-09>9", "Pacific/Gambier"),
        ("987", _) => ("<-10>10", "Pacific/Tahiti"),
        ("988", _) => ("<+11>-11", "Pacific/Noumea"),
        ("989", _) => ("<-08>8", "Etc/GMT+8"),
        _ => ("CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Paris"),
    }
}

/// The time zone of a place by its name, for browsers.
#[must_use]
pub fn zone(code: Option<&str>) -> &'static str {
    clock(code).1
}

/// How many minutes a place's clock is ahead of UTC, from which minute since 1970-01-01T00:00 UTC: at the start of `first` and at each change before
/// the end of `last`.
#[must_use]
pub fn offsets(code: Option<&str>, first: Date, last: Date) -> Vec<(i64, i64)> {
    let Ok(clock) = TimeZone::posix(clock(code).0) else { return Vec::new() };
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|moment| moment.timestamp()).unwrap_or_default();
    // Clocks differ from UTC by less than a day.
    let start = midnight(first.saturating_sub(1.day()));
    let end = midnight(last.saturating_add(2.days()));
    let minutes = |moment: Timestamp| moment.as_second().div_euclid(60);
    let mut offsets = vec![(minutes(start), i64::from(clock.to_offset(start).seconds() / 60))];
    for change in clock.following(start).take_while(|change| change.timestamp() < end) {
        offsets.push((minutes(change.timestamp()), i64::from(change.offset().seconds() / 60)));
    }
    offsets
}

/// The holidays of a place from `first` to `last`. Without a code what some departments have is what may be.
#[must_use]
pub fn holidays(code: Option<&str>, first: Date, last: Date) -> Holidays {
    let mut holidays = Holidays::default();
    let own = code.map(department);
    for year in first.year()..=last.year() {
        let day = |month: i8, day: i8| Date::new(year, month, day).ok();
        let easter = easter(year);
        let after_easter = |days: i64| easter.and_then(|sunday| sunday.checked_add(Span::new().days(days)).ok());
        let national = [
            day(1, 1),
            after_easter(1),
            day(5, 1),
            day(5, 8),
            after_easter(39),
            after_easter(50),
            day(7, 14),
            day(8, 15),
            day(11, 1),
            day(11, 11),
            day(12, 25),
        ];
        holidays.public.extend(national.into_iter().flatten());
        let alsace_moselle = [after_easter(-2), day(12, 26)];
        let abolition = match own {
            Some("971") => day(5, 27),
            Some("972") => day(5, 22),
            Some("973") => day(6, 10),
            Some("974") => day(12, 20),
            Some("976") => day(4, 27),
            Some("977") => day(10, 9),
            Some("978") => day(5, 28),
            _ => None,
        };
        holidays.public.extend(abolition);
        match own {
            Some("57" | "67" | "68") => holidays.public.extend(alsace_moselle.into_iter().flatten()),
            None => holidays.perhaps.extend(alsace_moselle.into_iter().flatten()),
            // Territories that make their own labour law.
            Some("986") => holidays.perhaps.extend([day(4, 28), day(7, 29)].into_iter().flatten()),
            Some("987") => {
                let own = [day(3, 5), after_easter(-2), day(6, 29), day(11, 20)];
                holidays.perhaps.extend(own.into_iter().flatten());
            }
            Some("988") => holidays.perhaps.extend(day(9, 24)),
            Some(_) => {}
        }
    }
    for days in [&mut holidays.public, &mut holidays.perhaps] {
        days.retain(|day| (first..=last).contains(day));
        days.sort();
        days.dedup();
    }
    holidays
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let correction = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    Date::new(i16::try_from(year).ok()?, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_is_that_of_the_tables() {
        for (year, month, day) in [
            (1954, 4, 18),
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2024, 3, 31),
            (2026, 4, 5),
            (2038, 4, 25),
            (2049, 4, 18),
        ] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn holidays_are_those_of_the_department() {
        let days = |code: Option<&str>| {
            let text =
                |days: &[Date]| days.iter().map(|day| day.strftime("%m-%d").to_string()).collect::<Vec<_>>().join(" ");
            let holidays = holidays(code, date(2026, 1, 1), date(2026, 12, 31));
            (text(&holidays.public), text(&holidays.perhaps))
        };
        let national = "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25";
        assert_eq!(days(Some("12")), (national.to_owned(), String::new()));
        assert_eq!(days(Some("2A004")), (national.to_owned(), String::new()));
        assert_eq!(days(None), (national.to_owned(), "04-03 12-26".to_owned()));
        assert_eq!(
            days(Some("67482")).0,
            "01-01 04-03 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25 12-26"
        );
        assert_eq!(days(Some("97411")).0, format!("{national} 12-20").replace("12-25 12-20", "12-20 12-25"));
        assert_eq!(days(Some("972")).0, "01-01 04-06 05-01 05-08 05-14 05-22 05-25 07-14 08-15 11-01 11-11 12-25");
        assert_eq!(days(Some("988")).1, "09-24");
    }

    /// Changes of clocks as the time zone database 2026a lists them, in UTC.
    #[test]
    fn clocks_change_when_they_should() {
        let offsets = |code: &str| -> Vec<String> {
            offsets(Some(code), date(2026, 1, 1), date(2027, 4, 30))
                .into_iter()
                .map(|(from, offset)| {
                    let from = Timestamp::from_second(from * 60).expect("a moment of this century");
                    format!("{} {offset}", from.strftime("%Y-%m-%dT%H:%M"))
                })
                .collect()
        };
        assert_eq!(
            offsets("75056"),
            ["2025-12-31T00:00 60", "2026-03-29T01:00 120", "2026-10-25T01:00 60", "2027-03-28T01:00 120"]
        );
        assert_eq!(
            offsets("975"),
            ["2025-12-31T00:00 -180", "2026-03-08T05:00 -120", "2026-11-01T04:00 -180", "2027-03-14T05:00 -120"]
        );
        for (code, offset) in [
            ("971", -240),
            ("972", -240),
            ("97302", -180),
            ("974", 240),
            ("97611", 180),
            ("977", -240),
            ("984", 300),
            ("986", 720),
            ("98735", -600),
            ("98731", -570),
            ("98719", -540),
            ("988", 660),
        ] {
            assert_eq!(offsets(code), [format!("2025-12-31T00:00 {offset}")], "{code}");
        }
    }

    /// As far as this machine has the time zone database.
    #[test]
    fn a_clock_goes_as_the_time_zone_of_its_name() {
        let overseas = ["971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988", "989"];
        for code in ["75056", "98718", "98719"].into_iter().chain(overseas) {
            let (rule, name) = clock(Some(code));
            let Ok(named) = TimeZone::get(name) else { continue };
            let ruled = TimeZone::posix(rule).expect("a rule");
            for day in [date(2026, 1, 15), date(2026, 7, 15)] {
                let moment = day.to_zoned(TimeZone::UTC).expect("a moment").timestamp();
                assert_eq!(ruled.to_offset(moment), named.to_offset(moment), "{code}: {name}");
            }
        }
    }
}
