//! What enters: opening hours in French or English words. What leaves: what was probably meant, in OpenStreetMap's syntax, for a suggestion.
//! It must not know how well it guesses: the caller only proposes it.

use super::parse;

/// Words and what they stand for; longest first where one begins another.
const WORDS: [(&str, &str); 62] = [
    ("jours fériés", "PH"),
    ("jour férié", "PH"),
    ("vacances scolaires", "SH"),
    ("public holidays", "PH"),
    ("bank holidays", "PH"),
    ("school holidays", "SH"),
    ("tous les jours", "Mo-Su"),
    ("7j/7", "Mo-Su"),
    ("7/7", "Mo-Su"),
    ("every day", "Mo-Su"),
    ("24h/24", "00:00-24:00"),
    ("lundi", "Mo"),
    ("mardi", "Tu"),
    ("mercredi", "We"),
    ("jeudi", "Th"),
    ("vendredi", "Fr"),
    ("samedi", "Sa"),
    ("dimanche", "Su"),
    ("monday", "Mo"),
    ("tuesday", "Tu"),
    ("wednesday", "We"),
    ("thursday", "Th"),
    ("friday", "Fr"),
    ("saturday", "Sa"),
    ("sunday", "Su"),
    ("lun", "Mo"),
    ("mar", "Tu"),
    ("mer", "We"),
    ("jeu", "Th"),
    ("ven", "Fr"),
    ("sam", "Sa"),
    ("dim", "Su"),
    ("mon", "Mo"),
    ("tue", "Tu"),
    ("wed", "We"),
    ("thu", "Th"),
    ("fri", "Fr"),
    ("sat", "Sa"),
    ("sun", "Su"),
    ("lu", "Mo"),
    ("ma", "Tu"),
    ("me", "We"),
    ("je", "Th"),
    ("ve", "Fr"),
    ("sa", "Sa"),
    ("di", "Su"),
    ("mo", "Mo"),
    ("tu", "Tu"),
    ("we", "We"),
    ("th", "Th"),
    ("fr", "Fr"),
    ("su", "Su"),
    ("ph", "PH"),
    ("sh", "SH"),
    ("fermée", "off"),
    ("fermé", "off"),
    ("ferme", "off"),
    ("closed", "off"),
    ("ouvert", ""),
    ("open", ""),
    ("midi", "12:00"),
    ("noon", "12:00"),
];

/// Words between two ends of a range, and words that say nothing here.
const TO: [&str; 5] = ["à", "au", "to", "-", "jusque"];
const AND: [&str; 4] = ["et", "and", "&", "puis"];
const EMPTY: [&str; 8] = ["de", "du", "le", "les", "from", "on", "the", "ouverture"];

/// The hours that were probably meant, if the guess is valid.
pub(super) fn meant(text: &str) -> Option<String> {
    let translated: Vec<String> = text.split(';').map(rule).collect::<Option<_>>().unwrap_or_default();
    let hours = translated.join("; ");
    if !hours.is_empty() && hours != text && parse(&hours).is_some() {
        return Some(hours);
    }
    // A remark in words is valid in quotes.
    let remark = format!("\"{}\"", text.replace('"', "'"));
    let says =
        !text.is_empty() && !text.bytes().any(|byte| byte.is_ascii_digit()) && text.contains(char::is_alphabetic);
    (says && parse(&remark).is_some()).then_some(remark)
}

/// One rule; `None` when a word has no meaning here.
fn rule(text: &str) -> Option<String> {
    let mut lower = text.to_lowercase().replace(['–', '—'], "-").replace('\u{a0}', " ");
    for (word, code) in WORDS.iter().filter(|(word, _)| word.contains([' ', '/'])) {
        lower = lower.replace(word, &format!(" {code} "));
    }
    let spaced = lower.replace('-', " - ").replace(',', " , ");
    let mut rule = String::new();
    let mut after_time = false;
    for word in spaced.split_whitespace() {
        let word = word.trim_end_matches('.');
        let word = if word.len() > 1 { word.trim_end_matches(':') } else { word };
        if TO.contains(&word) {
            rule.push('-');
        } else if AND.contains(&word) || word == "," {
            rule.push(',');
        } else if let Some(time) = clock(word) {
            if !rule.is_empty() && !rule.ends_with(['-', ',']) {
                rule.push(if after_time { ',' } else { ' ' });
            }
            rule.push_str(&time);
            after_time = true;
        } else if !EMPTY.contains(&word) && !word.is_empty() {
            let upper = ["PH", "SH"].iter().find(|code| code.eq_ignore_ascii_case(word)).map(|code| (*code).to_owned());
            let known = || {
                WORDS.iter().find(|(one, code)| {
                    *one == word || code.eq_ignore_ascii_case(word) || word.strip_suffix('s') == Some(one)
                })
            };
            let code = upper.or_else(|| known().map(|(_, code)| (*code).to_owned()))?;
            if !rule.is_empty() && !rule.ends_with(['-', ',']) && !code.is_empty() {
                rule.push(if after_time && code != "off" { ',' } else { ' ' });
            }
            rule.push_str(&code);
            after_time = false;
        }
    }
    Some(rule)
}

/// `9h` as `09:00`, `12h30` as `12:30`; `9:00` stays.
fn clock(word: &str) -> Option<String> {
    let (hour, minute) = word.split_once(['h', ':'])?;
    let digits = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let minute = minute.trim_end_matches("min");
    if !digits(hour) || !(minute.is_empty() || digits(minute)) {
        return None;
    }
    if word.contains(':') {
        return Some(word.to_owned());
    }
    let minute = if minute.is_empty() { "00" } else { minute };
    Some(format!("{hour:0>2}:{minute:0>2}"))
}
