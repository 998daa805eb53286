//! `ouvert samedi matin`, `open on Monday at 10`, `ouvert à 18h30`: words to a day and a stretch of it. It knows no clock: what `today` is, the caller knows.

use serde::{Deserialize, Serialize};

/// A day, as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Day {
    /// This very moment.
    Now,
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// The next day of this name, today included.
    Monday,
    /// See `Monday`.
    Tuesday,
    /// See `Monday`.
    Wednesday,
    /// See `Monday`.
    Thursday,
    /// See `Monday`.
    Friday,
    /// See `Monday`.
    Saturday,
    /// See `Monday`.
    Sunday,
}

/// A time, as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct When {
    /// The day.
    pub day: Day,
    /// First minute of the day.
    pub from: u16,
    /// The minute after the last.
    pub until: u16,
}

const DAYS: [(&str, Day); 28] = [
    ("maintenant", Day::Now),
    ("actuellement", Day::Now),
    ("now", Day::Now),
    ("aujourd", Day::Today),
    ("today", Day::Today),
    ("tonight", Day::Today),
    ("demain", Day::Tomorrow),
    ("tomorrow", Day::Tomorrow),
    ("lundi", Day::Monday),
    ("mardi", Day::Tuesday),
    ("mercredi", Day::Wednesday),
    ("jeudi", Day::Thursday),
    ("vendredi", Day::Friday),
    ("samedi", Day::Saturday),
    ("dimanche", Day::Sunday),
    ("monday", Day::Monday),
    ("tuesday", Day::Tuesday),
    ("wednesday", Day::Wednesday),
    ("thursday", Day::Thursday),
    ("friday", Day::Friday),
    ("saturday", Day::Saturday),
    ("sunday", Day::Sunday),
    ("lun", Day::Monday),
    ("mer", Day::Wednesday),
    ("jeu", Day::Thursday),
    ("ven", Day::Friday),
    ("sam", Day::Saturday),
    ("dim", Day::Sunday),
];
const OPEN: [&str; 5] = ["ouvert", "ouverte", "ouverts", "ouvertes", "open"];
const FILLERS: [&str; 13] = ["le", "la", "les", "ce", "cet", "a", "au", "en", "on", "at", "in", "the", "this"];
const MINUTES_A_DAY: u16 = 24 * 60;

/// Reads when at the beginning of folded words; gives how many words it took.
pub(crate) fn read(words: &[&str]) -> Option<(usize, When)> {
    if !OPEN.contains(words.first()?) {
        return None;
    }
    let mut at = 1;
    let mut end = 0;
    let mut day = None;
    let mut stretch = None;
    while let Some(word) = words.get(at) {
        let singular = word.strip_suffix('s').unwrap_or(word);
        let named = DAYS.iter().find(|(name, _)| name == word || *name == singular).filter(|_| day.is_none());
        if let Some((name, found)) = named {
            day = Some(*found);
            if *name == "tonight" {
                stretch = Some((18 * 60, MINUTES_A_DAY));
            }
            // `aujourd'hui` is two words.
            at += if *name == "aujourd" && words.get(at + 1) == Some(&"hui") { 2 } else { 1 };
            end = at;
        } else if let Some((length, found)) = part_of_day(&words[at..]).filter(|_| stretch.is_none()) {
            stretch = Some(found);
            at += length;
            end = at;
        } else if FILLERS.contains(word) {
            at += 1;
        } else {
            break;
        }
    }
    if day.is_none() && stretch.is_none() {
        return None;
    }
    let (from, until) = stretch.unwrap_or((0, MINUTES_A_DAY));
    Some((end, When { day: day.unwrap_or(Day::Today), from, until }))
}

/// A stretch of a day: its name, or an hour.
fn part_of_day(words: &[&str]) -> Option<(usize, (u16, u16))> {
    let named = match *words.first()? {
        "matin" | "matinee" | "morning" => Some((1, (8 * 60, 12 * 60))),
        "midi" | "noon" => Some((1, (12 * 60, 14 * 60))),
        "apres" if words.get(1) == Some(&"midi") => Some((2, (14 * 60, 18 * 60))),
        "afternoon" => Some((1, (14 * 60, 18 * 60))),
        "soir" | "soiree" | "evening" => Some((1, (18 * 60, MINUTES_A_DAY))),
        _ => None,
    };
    named.or_else(|| {
        let (length, minute) = hour(words)?;
        Some((length, (minute, minute + 1)))
    })
}

/// `18h`, `18h30`, `18 h 30`, `10am`, `6 pm`: the minute of the day.
fn hour(words: &[&str]) -> Option<(usize, u16)> {
    let first = *words.first()?;
    let digits = first.find(|character: char| !character.is_ascii_digit()).unwrap_or(first.len());
    let hour: u16 = first.get(..digits)?.parse().ok()?;
    let (mut length, unit) = match &first[digits..] {
        "" => (2, *words.get(1)?),
        unit => (1, unit),
    };
    let (unit, minutes) = unit.split_at(unit.find(|character: char| character.is_ascii_digit()).unwrap_or(unit.len()));
    let mut minutes: u16 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let hour = match unit {
        "h" | "heure" | "heures" => hour,
        "am" if hour <= 12 => hour % 12,
        "pm" if hour <= 12 => hour % 12 + 12,
        _ => return None,
    };
    if let (true, "h", Some(more)) =
        (minutes == 0, unit, words.get(length).and_then(|word| word.parse::<u16>().ok()).filter(|more| *more < 60))
    {
        minutes = more;
        length += 1;
    }
    (hour < 24 && minutes < 60).then_some((length, hour * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn times_are_read_in_both_languages() {
        for (text, expected) in [
            ("ouvert samedi", "2 Saturday 0-1440"),
            ("ouverts les samedis matin pres", "4 Saturday 480-720"),
            ("ouvert le dimanche apres midi", "5 Sunday 840-1080"),
            ("ouvert maintenant", "2 Now 0-1440"),
            ("ouvert aujourd hui a 18h30", "5 Today 1110-1111"),
            ("ouvert a 18 h", "4 Today 1080-1081"),
            ("ouvert lundi 9 h 30", "5 Monday 570-571"),
            ("open on saturday at 10am", "5 Saturday 600-601"),
            ("open tonight", "2 Today 1080-1440"),
            ("open tomorrow evening", "3 Tomorrow 1080-1440"),
            ("ouvert", "none"),
            ("ouvert a tous", "none"),
            ("ouvrir samedi", "none"),
            ("ouvert a 25h", "none"),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            let shown =
                read(&words).map(|(length, when)| format!("{length} {:?} {}-{}", when.day, when.from, when.until));
            assert_eq!(shown.as_deref().unwrap_or("none"), expected, "{text}");
        }
    }
}
