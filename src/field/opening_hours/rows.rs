//! What enters: checked opening hours. What leaves: rows of days and hours in words: a plain week by days that have the same hours, anything
//! else rule by rule. It must not know HTML.

use opening_hours_syntax::rules::day::{HolidayKind, WeekDayRange};
use opening_hours_syntax::rules::{RuleOperator, RuleSequence};
use opening_hours_syntax::{RuleKind, rules::OpeningHoursExpression};

use super::super::Showing;
use super::week::PlainWeek;
use super::words::{all_day, day, days, holiday, hours, stretch};

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Empty when the line holds for every day.
    pub(super) days: String,
    /// Times, or `fermé`.
    pub(super) hours: String,
    /// The days of the week (0 = Monday) of a plain week's line.
    pub(super) weekdays: std::ops::Range<usize>,
    /// Whether it is the line of public holidays.
    pub(super) public: bool,
}

impl Row {
    fn new(days: String, hours: String) -> Self {
        Self { days, hours, weekdays: 0..0, public: false }
    }

    /// The days as scripts read them: `1 2 3` from Monday, or `holiday`.
    pub(super) fn weekdays(&self) -> String {
        if self.public {
            return "holiday".to_owned();
        }
        self.weekdays.clone().map(|day| (day + 1).to_string()).collect::<Vec<_>>().join(" ")
    }

    /// When the place is open on these days: `540-750 840-1080`, in minutes; empty = closed.
    pub(super) fn open(&self, week: &PlainWeek) -> Option<String> {
        let spans = match self.public {
            true => week.public.as_deref()?,
            false => {
                week.days.get(self.weekdays.start).filter(|_| !self.weekdays.is_empty())?.as_deref().unwrap_or(&[])
            }
        };
        Some(spans.iter().map(|(from, to)| format!("{from}-{to}")).collect::<Vec<_>>().join(" "))
    }
}

/// The rows of hours that were read before.
pub(super) fn rows(raw: &str, showing: &Showing<'_>) -> Vec<Row> {
    let as_typed = || vec![Row::new(String::new(), raw.to_owned())];
    let Some(parsed) = super::parse(raw) else { return as_typed() };
    if crosses(raw) {
        return as_typed();
    }
    week(&parsed, showing).unwrap_or_else(|| parsed.rules.iter().map(|rule| row(rule, showing)).collect())
}

/// `PH Mo-Fr` means holidays that fall on these days; the parser reads it as both, so the text stands as it was typed.
pub(super) fn crosses(raw: &str) -> bool {
    let words: Vec<&str> = raw.split([' ', ';']).collect();
    let is_day = |word: &str| {
        let day = word.get(..2).unwrap_or_default();
        ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"].iter().any(|one| one.eq_ignore_ascii_case(day))
            && word.get(2..3).is_none_or(|next| next == "-" || next == ",")
    };
    let is_holiday = |word: &str| matches!(word, "PH" | "SH");
    words.windows(2).any(|pair| is_holiday(pair[0]) && is_day(pair[1]) || is_day(pair[0]) && is_holiday(pair[1]))
}

fn row(rule: &RuleSequence, showing: &Showing<'_>) -> Row {
    let days = days(&rule.day_selector, showing);
    let hours = hours(rule, showing);
    let days = match rule.operator {
        RuleOperator::Fallback if days.is_empty() => (showing.word)("hours_otherwise"),
        RuleOperator::Fallback => format!("{}, {days}", (showing.word)("hours_otherwise")),
        _ => days,
    };
    Row::new(days, hours)
}

/// What a day has: hours, rule by rule; `None` = no rule speaks of it.
#[derive(Debug)]
pub(super) struct Week<T> {
    pub(super) days: [Option<Vec<T>>; 7],
    pub(super) public: Option<Vec<T>>,
    pub(super) school: Option<Vec<T>>,
}

impl<T> Default for Week<T> {
    fn default() -> Self {
        Self { days: [const { None }; 7], public: None, school: None }
    }
}

impl<T> Week<T> {
    /// The days that a rule names, if it names nothing but whole weekdays and holidays.
    pub(super) fn named(&mut self, rule: &RuleSequence) -> Option<Vec<&mut Option<Vec<T>>>> {
        let selector = &rule.day_selector;
        if !(selector.year.is_empty() && selector.monthday.is_empty() && selector.week.is_empty()) {
            return None;
        }
        let (mut chosen, mut public, mut school) = ([selector.weekday.is_empty(); 7], false, false);
        for range in &selector.weekday {
            match range {
                WeekDayRange::Holiday { kind: HolidayKind::Public, offset: 0 } => public = true,
                WeekDayRange::Holiday { kind: HolidayKind::School, offset: 0 } => school = true,
                WeekDayRange::Fixed { range, offset: 0, nth_from_start, nth_from_end }
                    if nth_from_start.iter().chain(nth_from_end).all(|one| *one) =>
                {
                    let (mut at, last) = (range.start().num_days_from_monday(), range.end().num_days_from_monday());
                    chosen[at as usize] = true;
                    // `Fr-Mo` goes round the week's end.
                    while at != last {
                        at = (at + 1) % 7;
                        chosen[at as usize] = true;
                    }
                }
                _ => return None,
            }
        }
        let days = self.days.iter_mut().zip(chosen).filter(|(_, chosen)| *chosen).map(|(day, _)| day);
        let holidays = [(&mut self.public, public), (&mut self.school, school)];
        let holidays = holidays.into_iter().filter(|(_, chosen)| *chosen).map(|(day, _)| day);
        Some(days.chain(holidays).collect())
    }
}

/// The rows of a plain week; `None` when the hours depend on seasons, dates or one another.
fn week(parsed: &OpeningHoursExpression, showing: &Showing<'_>) -> Option<Vec<Row>> {
    let mut week = Week::<String>::default();
    for rule in &parsed.rules {
        let partly = rule.kind != RuleKind::Open && !all_day(&rule.time_selector);
        if rule.operator == RuleOperator::Fallback || partly {
            return None;
        }
        let text = hours(rule, showing);
        for day in week.named(rule)? {
            match (rule.operator, &mut *day) {
                (RuleOperator::Additional, Some(texts)) => texts.push(text.clone()),
                _ => *day = Some(vec![text.clone()]),
            }
        }
    }
    let closed = (showing.word)("hours_closed");
    let words = |day: &Option<Vec<String>>| day.as_ref().map_or_else(|| closed.clone(), |texts| texts.join(", "));
    let hours: Vec<String> = week.days.iter().map(words).collect();
    let mut rows = Vec::new();
    let mut first = 0;
    for last in 0..7 {
        if last < 6 && hours[last + 1] == hours[first] {
            continue;
        }
        let days = if last - first == 6 {
            (showing.word)("days_every")
        } else {
            stretch(&day(first, showing), &day(last, showing))
        };
        rows.push(Row { weekdays: first..last + 1, ..Row::new(days, hours[first].clone()) });
        first = last + 1;
    }
    // Hours for holidays alone say nothing of the week.
    if week.days.iter().all(Option::is_none) {
        rows.clear();
    }
    for (kind, day) in [(HolidayKind::Public, &week.public), (HolidayKind::School, &week.school)] {
        if day.is_some() {
            let public = kind == HolidayKind::Public;
            rows.push(Row { public, ..Row::new(holiday(kind, showing), words(day)) });
        }
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{more, show};
    use super::super::OpeningHours;

    /// The rows as text, with the keys of words in place of the words.
    fn rows(raw: &str, lang: &str) -> String {
        show(&OpeningHours, &format!("'{raw}'"), lang)
            .text
            .replace("days_", "")
            .replace("hours_", "")
            .replace('\u{a0}', " ")
    }

    #[test]
    fn a_plain_week_is_shown_by_days() {
        let table = [
            ("Mo-Fr 09:00-18:00; PH off", "mo – fr: 9 h – 18 h; sa – su: closed; ph: closed"),
            ("Mo-Fr 09:00-12:30,14:00-18:00", "mo – fr: 9 h – 12 h 30, 14 h – 18 h; sa – su: closed"),
            ("Mo,We 09:00-18:00", "mo: 9 h – 18 h; tu: closed; we: 9 h – 18 h; th – su: closed"),
            ("Mo-Su 09:00-18:00; We off", "mo – tu: 9 h – 18 h; we: closed; th – su: 9 h – 18 h"),
            (
                "Mo-Fr 09:00-12:00, We 14:00-18:00",
                "mo – tu: 9 h – 12 h; we: 9 h – 12 h, 14 h – 18 h; th – fr: 9 h – 12 h; sa – su: closed",
            ),
            ("Fr-Mo 18:00-26:00", "mo: 18 h – 2 h; tu – th: closed; fr – su: 18 h – 2 h"),
            ("24/7", "every: always"),
            ("09:00-18:00", "every: 9 h – 18 h"),
            ("Mo-Fr 09:00-18:00 \"badge\"; SH off", "mo – fr: 9 h – 18 h (badge); sa – su: closed; sh: closed"),
            ("\"sur rendez-vous\"", "every: sur rendez-vous"),
            ("PH off", "ph: closed"),
            ("Mo-Fr 18:00+", "mo – fr: from; sa – su: closed"),
        ];
        for (raw, expected) in table {
            assert_eq!(rows(raw, "fr"), expected, "{raw}");
        }
        assert_eq!(rows("Mo-Fr 09:30-18:00", "en"), "mo – fr: 09:30 – 18:00; sa – su: closed");
    }

    #[test]
    fn seasons_and_exceptions_are_shown_rule_by_rule() {
        let table = [
            (
                "Apr-Sep Mo-Fr 09:00-18:00; Oct-Mar Mo 10:00-12:00",
                "avril – septembre, mo – fr: 9 h – 18 h; octobre – mars, mo: 10 h – 12 h",
            ),
            ("Mo-Fr 09:00-18:00; Dec 24 off", "mo – fr: 9 h – 18 h; 24 décembre: closed"),
            ("Mo[1] 14:00-17:00; Sa[-1] 10:00-12:00", "nth_1: 14 h – 17 h; nth_last: 10 h – 12 h"),
            ("2024 Jul 01-2024 Aug 31 off", "1er juillet 2024 – 31 août 2024: closed"),
            ("Mo-Fr 09:00-18:00; Mo-Fr 12:00-13:00 off", "mo – fr: 9 h – 18 h; mo – fr: 12 h – 13 h closed"),
            ("Mo-Fr 09:00-18:00 || \"sur rendez-vous\"", "mo – fr: 9 h – 18 h; otherwise: sur rendez-vous"),
            ("Mo-Fr sunrise-(sunset-01:30); PH off", "mo – fr: sunrise – sunset − 1:30; sa – su: closed; ph: closed"),
            ("week 1-26 Mo 09:00-12:00", "week, mo: 9 h – 12 h"),
            ("2024-2026 Mo 09:00-12:00", "2024 – 2026, mo: 9 h – 12 h"),
            ("PH Mo-Fr 09:00-12:00", "PH Mo-Fr 09:00-12:00"),
        ];
        for (raw, expected) in table {
            assert_eq!(rows(raw, "fr"), expected, "{raw}");
        }
    }

    #[test]
    fn html_is_a_table_with_row_headings() {
        let shown = show(&OpeningHours, "'Mo-Su 09:00-18:00 \"<b>\"'", "en");
        let html = "<table class=\"opening-hours\"><tbody><tr><th scope=\"row\">days_every</th><td>09:00 – 18:00 (&lt;b&gt;)</td></tr></tbody></table>";
        assert_eq!(shown.html, html);
        assert_eq!(more(&shown)["raw"], "Mo-Su 09:00-18:00 \"<b>\"");
        assert_eq!(more(&shown)["rows"][0]["hours"], "09:00 – 18:00 (<b>)");
    }
}
