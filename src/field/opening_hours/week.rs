//! What enters: checked opening hours. What leaves: [`PlainWeek`], the minutes at which a place opens and closes, where the same hours come back
//! every week. It must not know words or dates.

use opening_hours_syntax::RuleKind;
use opening_hours_syntax::rules::time::Time;
use opening_hours_syntax::rules::{RuleOperator, RuleSequence};

use super::rows::Week;
use super::words::all_day;

/// From and to, in minutes since midnight; beyond 1440 is the next day.
pub type Span = (u16, u16);

/// The hours of a week; `None` = nothing is said of the day, an empty list = closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainWeek {
    /// From Monday.
    pub days: [Option<Vec<Span>>; 7],
    /// Public holidays, where the hours speak of them.
    pub public: Option<Vec<Span>>,
}

/// The plain week of hours that were read before; `None` when they depend on seasons, dates, the sun or one another, or are by appointment.
#[must_use]
pub fn plain_week(raw: &str) -> Option<PlainWeek> {
    let parsed = super::parse(raw).filter(|_| !super::rows::crosses(raw))?;
    let mut week = Week::<Vec<Span>>::default();
    for rule in &parsed.rules {
        if rule.operator == RuleOperator::Fallback || !rule.comment.is_empty() {
            return None;
        }
        let spans = spans(rule)?;
        for day in week.named(rule)? {
            match (rule.operator, &mut *day) {
                (RuleOperator::Additional, Some(lists)) => lists.push(spans.clone()),
                _ => *day = Some(vec![spans.clone()]),
            }
        }
    }
    let sorted = |lists: Option<Vec<Vec<Span>>>| {
        lists.map(|lists| {
            let mut spans = lists.concat();
            spans.sort_unstable();
            spans
        })
    };
    Some(PlainWeek { days: week.days.map(sorted), public: sorted(week.public) })
}

fn spans(rule: &RuleSequence) -> Option<Vec<Span>> {
    match (rule.kind, all_day(&rule.time_selector)) {
        (RuleKind::Open, true) => Some(vec![(0, 24 * 60)]),
        (RuleKind::Closed, true) => Some(Vec::new()),
        (RuleKind::Open, false) => rule
            .time_selector
            .spans
            .iter()
            .map(|span| match (&span.range.start, &span.range.end, span.open_end, span.repeats) {
                (Time::Fixed(start), Time::Fixed(end), false, None) => {
                    Some((start.mins_from_midnight(), end.mins_from_midnight()))
                }
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_week_is_read_as_minutes() {
        let week = plain_week("Mo-Fr 09:00-12:30,14:00-18:00; We off; PH off").expect("a plain week");
        assert_eq!(week.days[0], Some(vec![(540, 750), (840, 1080)]));
        assert_eq!((&week.days[2], &week.days[5], &week.public), (&Some(Vec::new()), &None, &Some(Vec::new())));
        assert_eq!(plain_week("Fr 18:00-26:00").and_then(|week| week.days[4].clone()), Some(vec![(1080, 1560)]));
        for other in
            ["Apr-Sep Mo 09:00-12:00", "Mo sunrise-12:00", "\"sur rendez-vous\"", "Mo 09:00+", "Mo[1] 09:00-12:00"]
        {
            assert_eq!(plain_week(other), None, "{other}");
        }
    }
}
