//! What enters: a price or a range of prices with a currency. What leaves: the lowest and the highest amount and the currency's code; nothing to
//! pay is 0. It must not know what is sold.

use serde_json::json;

use super::number::{decimal, display, to_json};
use super::text::{refuse, scalar};
use super::{Exported, FacetValue, FieldType, Indexed, Reading, Showing, Shown, SortKey, Value, convert};
use crate::diagnostic::{Diagnostic, nearest};
use crate::localised::Localised;
use crate::node::{Content, Node, Notes};

/// An amount of money.
#[derive(Debug)]
pub struct Money;

/// ISO 4217: the currencies in use.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC \
CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR \
KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP \
PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS \
VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// The currency of what is free, where none is named.
const FREE: &str = "EUR";

fn currency(text: &str) -> Option<&str> {
    match text {
        "€" => Some("EUR"),
        code if code.len() == 3 && CURRENCIES.split_ascii_whitespace().any(|one| one == code) => Some(code),
        _ => None,
    }
}

/// `120`, `12.50`, `12,50`, `1 200`; at most two decimals, as a comma before three digits could mean thousands.
fn amount(text: &str) -> Option<f64> {
    let bare: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let bare = bare.replace(',', ".");
    let decimals = bare.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    (decimals <= 2 && !bare.starts_with('-')).then(|| decimal(&bare)).flatten().filter(|amount| *amount < 1e12)
}

/// `80..120 EUR`: lowest, highest, currency.
fn parse(text: &str) -> Option<(f64, f64, String)> {
    if matches!(text.to_lowercase().as_str(), "gratuit" | "free" | "0") {
        return Some((0.0, 0.0, FREE.to_owned()));
    }
    let at = text.rfind(|character: char| !character.is_alphabetic() && character != '€').map(|at| {
        let width = text[at..].chars().next().map_or(0, char::len_utf8);
        at + width
    })?;
    let (amounts, code) = text.split_at(at);
    let code = currency(code)?;
    let (low, high) = amounts.split_once("..").unwrap_or((amounts, amounts));
    Some((amount(low.trim())?, amount(high.trim())?, code.to_owned()))
}

/// What was probably meant: `de 80 à 120 euros`, `80-120 €`, `€120`, `120 eur`.
fn guess(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let numbers: Vec<String> = lower
        .replace(['\u{a0}', '\u{202f}'], " ")
        .split(|character: char| !character.is_ascii_digit() && !".,".contains(character))
        .map(|number| number.trim_matches(['.', ',']).to_owned())
        .filter(|number| !number.is_empty())
        .collect();
    let word = |word: &&str| !word.is_empty();
    let words = lower.split(|character: char| !character.is_alphabetic() && !"€$£".contains(character)).filter(word);
    let code = words.clone().find_map(|word| match word {
        "€" | "euro" | "euros" => Some("EUR".to_owned()),
        "£" => Some("GBP".to_owned()),
        "$" => Some("USD".to_owned()),
        code => currency(&code.to_uppercase()).map(str::to_owned),
    });
    let code = code.or_else(|| words.count().eq(&0).then(|| FREE.to_owned()))?;
    let amounts = numbers.join("..");
    let meant = format!("{amounts} {code}");
    (numbers.len() <= 2).then(|| parse(&meant)).flatten().filter(|(low, high, _)| low <= high).map(|_| meant)
}

/// `12`, `12.50`.
fn plain(amount: f64) -> String {
    if amount.fract() == 0.0 { format!("{amount:.0}") } else { format!("{amount:.2}") }
}

/// One amount or a range as the language writes it, without words: `120 €`, `€120`.
fn written(amount: f64, code: &str, lang: &str) -> String {
    let number = display(&plain(amount), lang);
    let english = lang.split('-').next() == Some("en");
    match (english, code) {
        (true, "EUR") => format!("€{number}"),
        (true, "GBP") => format!("£{number}"),
        (true, "USD") => format!("${number}"),
        (true, _) => format!("{code}\u{a0}{number}"),
        (false, "EUR") => format!("{number}\u{a0}€"),
        (false, _) => format!("{number}\u{a0}{code}"),
    }
}

impl FieldType for Money {
    fn name(&self) -> &'static str {
        "money"
    }

    fn icon(&self) -> &'static str {
        "euro"
    }

    fn hint(&self) -> String {
        "an amount with its currency such as `120 EUR` or `80..120 EUR`, or `0` for what is free".to_owned()
    }

    fn example(&self) -> String {
        "120 EUR".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        match parse(text) {
            Some((low, high, code)) if low <= high => Some(Value::Money(low, high, code)),
            Some((low, high, code)) => {
                let message = format!("`{text}` ends below its start");
                let turned = format!("{}..{} {code}", plain(high), plain(low));
                refuse(node, notes, "backwards-range", message, |fault| Diagnostic {
                    nearest: Some(turned),
                    ..fault.help("write the lower amount first")
                })
            }
            None => {
                let word = text.rsplit(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
                let codes = CURRENCIES.split_ascii_whitespace();
                let meant = guess(text);
                let code =
                    Some(word).filter(|word| word.len() == 3 && meant.is_none()).and_then(|word| nearest(word, codes));
                let help = match code {
                    Some(code) => format!("the nearest code of a currency is `{code}`"),
                    None => "write the code of the currency after the amount, and `..` between two amounts".to_owned(),
                };
                refuse(node, notes, "not-money", format!("`{text}` is no amount of money"), |fault| Diagnostic {
                    nearest: meant,
                    ..fault.expected(self.hint()).help(help)
                })
            }
        }
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        let amount = r"[0-9][0-9 ]*([.,][0-9]{1,2})?";
        let pattern = format!(r"^([Gg]ratuit|[Ff]ree|0|{amount} *(\.\. *{amount})? *([A-Z]{{3}}|€))$");
        json!({ "anyOf": [
            { "type": "string", "pattern": pattern, "description": self.hint() },
            { "const": 0, "description": "free" },
        ] })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Value::Money(low, high, code) = value else { return Shown::default() };
        let free = *high == 0.0;
        let (from, to) = (written(*low, code, showing.lang), written(*high, code, showing.lang));
        let text = if free {
            (showing.word)("free")
        } else if low == high {
            from
        } else {
            (showing.word)("money_range").replace("{min}", &from).replace("{max}", &to)
        };
        let shown = Shown::plain(text).with("min", to_json(*low)).with("max", to_json(*high));
        shown.with("currency", code.clone()).with("free", free)
    }

    fn words(&self, value: &Value, lang: &str) -> String {
        match value {
            // What costs nothing is looked for by that word; amounts are not.
            Value::Money(_, high, _) if *high == 0.0 => cost(true).get(lang).to_owned(),
            _ => String::new(),
        }
    }

    fn badge(&self, value: &Value, lang: &str) -> String {
        let Value::Money(low, high, code) = value else { return String::new() };
        let to = written(*high, code, lang);
        match (*high == 0.0, low == high) {
            (true, _) => cost(true).get(lang).to_owned(),
            (false, true) => to,
            (false, false) => format!("{} – {to}", written(*low, code, lang)),
        }
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        let free = matches!(value, Value::Money(_, high, _) if *high == 0.0);
        let path = if free { "free" } else { "paid" };
        vec![FacetValue { path: vec![path.to_owned()], labels: vec![cost(free)] }]
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn sort_key(&self, value: &Value, _lang: &str) -> SortKey {
        SortKey::Number(self.index(value).number.unwrap_or_default())
    }

    fn index(&self, value: &Value) -> Indexed {
        match value {
            Value::Money(low, high, code) => {
                let currency = Some(code.clone()).filter(|_| *high > 0.0);
                Indexed { number: Some(*low), is_price: true, currency, ..Indexed::default() }
            }
            _ => Indexed::default(),
        }
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        match value {
            Value::Money(low, high, code) if low == high => format!("{} {code}", plain(*low)).into(),
            Value::Money(low, high, code) => format!("{}..{} {code}", plain(*low), plain(*high)).into(),
            _ => Exported::Nothing,
        }
    }
}

fn cost(free: bool) -> Localised {
    let (french, english) = if free { ("Gratuit", "Free") } else { ("Payant", "Paid") };
    Localised::same(english).with("fr", french).with("en", english)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn amounts_have_a_currency() {
        check(
            &Money,
            &[
                ("120 EUR", "120 EUR"),
                ("120€", "120 EUR"),
                ("12,50 EUR", "12.50 EUR"),
                ("12.5 €", "12.50 EUR"),
                ("1 200 EUR", "1200 EUR"),
                ("80..120 EUR", "80..120 EUR"),
                ("0..20 CHF", "0..20 CHF"),
                ("gratuit", "0 EUR"),
                ("0", "0 EUR"),
                ("0 XPF", "0 XPF"),
                ("120", "!not-money ~120 EUR"),
                ("120 euros", "!not-money ~120 EUR"),
                ("de 80 à 120 euros", "!not-money ~80..120 EUR"),
                ("80-120 €", "!not-money ~80..120 EUR"),
                ("€120", "!not-money ~120 EUR"),
                ("120 eur", "!not-money ~120 EUR"),
                ("120 EURO", "!not-money ~120 EUR"),
                ("120 EUT", "!not-money"),
                ("1,200 EUR", "!not-money"),
                ("-5 EUR", "!not-money ~5 EUR"),
                ("120..80 EUR", "!backwards-range ~80..120 EUR"),
                ("selon revenus", "!not-money"),
                ("[1]", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn amounts_are_written_as_the_language_does() {
        let table = [
            ("1250.5 EUR", "fr", "1250,50\u{a0}€"),
            ("12500 EUR", "en", "€12,500"),
            ("120 CHF", "fr", "120\u{a0}CHF"),
            ("120 CHF", "en", "CHF\u{a0}120"),
            ("gratuit", "fr", "free"),
            ("80..120 EUR", "fr", "money_range"),
        ];
        for (written, lang, text) in table {
            assert_eq!(show(&Money, written, lang).text, text);
        }
        assert_eq!(Money.badge(&Value::Money(80.0, 120.0, "EUR".into()), "en"), "€80 – €120");
        assert_eq!(Money.facets(&Value::Money(0.0, 20.0, "EUR".into()))[0].path, ["paid"]);
        assert_eq!(Money.words(&Value::Money(0.0, 0.0, "EUR".into()), "fr"), "Gratuit");
    }
}
