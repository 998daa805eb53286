//! What enters: a language as BCP 47 says it: `fr`, `pt-BR`. What leaves: the tag in its canonical form, shown by the language's name.
//! It must not know which languages the site itself has.

use icu_locale_core::LanguageIdentifier;
use serde_json::json;

use super::text::{refuse, scalar};
use super::{FacetValue, FieldType, Reading, Showing, Shown, SortKey, Value, convert, link};
use crate::diagnostic::{Diagnostic, nearest};
use crate::entry_id::slugify;
use crate::localised::Localised;
use crate::node::{Content, Node, Notes};

/// A natural language.
#[derive(Debug)]
pub struct Language;

/// Languages that resources of a French centre are likely to be in: tag, French name, English name, own name.
const NAMES: [(&str, &str, &str, &str); 62] = [
    ("ar", "arabe", "Arabic", "العربية"),
    ("bg", "bulgare", "Bulgarian", "български"),
    ("bm", "bambara", "Bambara", "bamanankan"),
    ("br", "breton", "Breton", "brezhoneg"),
    ("ca", "catalan", "Catalan", "català"),
    ("co", "corse", "Corsican", "corsu"),
    ("cs", "tchèque", "Czech", "čeština"),
    ("cy", "gallois", "Welsh", "Cymraeg"),
    ("da", "danois", "Danish", "dansk"),
    ("de", "allemand", "German", "Deutsch"),
    ("el", "grec", "Greek", "Ελληνικά"),
    ("en", "anglais", "English", "English"),
    ("eo", "espéranto", "Esperanto", "Esperanto"),
    ("es", "espagnol", "Spanish", "español"),
    ("et", "estonien", "Estonian", "eesti"),
    ("eu", "basque", "Basque", "euskara"),
    ("fa", "persan", "Persian", "فارسی"),
    ("fi", "finnois", "Finnish", "suomi"),
    ("fr", "français", "French", "français"),
    ("frp", "francoprovençal", "Arpitan", "arpetan"),
    ("fsl", "langue des signes française", "French Sign Language", "langue des signes française"),
    ("ga", "irlandais", "Irish", "Gaeilge"),
    ("gcf", "créole guadeloupéen", "Guadeloupean Creole", "kréyòl gwadloup"),
    ("gcr", "créole guyanais", "Guianese Creole", "kréyòl gwiyannen"),
    ("gl", "galicien", "Galician", "galego"),
    ("gsw", "alsacien", "Alsatian", "Elsässisch"),
    ("he", "hébreu", "Hebrew", "עברית"),
    ("hi", "hindi", "Hindi", "हिन्दी"),
    ("hr", "croate", "Croatian", "hrvatski"),
    ("ht", "créole haïtien", "Haitian Creole", "kreyòl ayisyen"),
    ("hu", "hongrois", "Hungarian", "magyar"),
    ("it", "italien", "Italian", "italiano"),
    ("ja", "japonais", "Japanese", "日本語"),
    ("kab", "kabyle", "Kabyle", "taqbaylit"),
    ("ko", "coréen", "Korean", "한국어"),
    ("lb", "luxembourgeois", "Luxembourgish", "Lëtzebuergesch"),
    ("lt", "lituanien", "Lithuanian", "lietuvių"),
    ("lv", "letton", "Latvian", "latviešu"),
    ("mt", "maltais", "Maltese", "Malti"),
    ("nb", "norvégien bokmål", "Norwegian Bokmål", "norsk bokmål"),
    ("nl", "néerlandais", "Dutch", "Nederlands"),
    ("oc", "occitan", "Occitan", "occitan"),
    ("pl", "polonais", "Polish", "polski"),
    ("pt", "portugais", "Portuguese", "português"),
    ("rcf", "créole réunionnais", "Réunion Creole", "kréol rénioné"),
    ("ro", "roumain", "Romanian", "română"),
    ("ru", "russe", "Russian", "русский"),
    ("sk", "slovaque", "Slovak", "slovenčina"),
    ("sl", "slovène", "Slovenian", "slovenščina"),
    ("sq", "albanais", "Albanian", "shqip"),
    ("sr", "serbe", "Serbian", "српски"),
    ("sv", "suédois", "Swedish", "svenska"),
    ("swb", "shimaoré", "Maore Comorian", "shimaore"),
    ("ta", "tamoul", "Tamil", "தமிழ்"),
    ("tr", "turc", "Turkish", "Türkçe"),
    ("ty", "tahitien", "Tahitian", "reo tahiti"),
    ("uk", "ukrainien", "Ukrainian", "українська"),
    ("ur", "ourdou", "Urdu", "اردو"),
    ("vi", "vietnamien", "Vietnamese", "Tiếng Việt"),
    ("wls", "wallisien", "Wallisian", "fakaʻuvea"),
    ("wo", "wolof", "Wolof", "wolof"),
    ("zh", "chinois", "Chinese", "中文"),
];

/// ISO 639-1: the two-letter codes that exist.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et \
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky \
la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se \
sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Three-letter codes of languages that BCP 47 names by two letters.
const SHORTER: [(&str, &str); 24] = [
    ("ara", "ar"),
    ("baq", "eu"),
    ("bre", "br"),
    ("cat", "ca"),
    ("chi", "zh"),
    ("cor", "kw"),
    ("cos", "co"),
    ("deu", "de"),
    ("dut", "nl"),
    ("eng", "en"),
    ("eus", "eu"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("nld", "nl"),
    ("oci", "oc"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("spa", "es"),
    ("zho", "zh"),
];

/// The canonical tag, if the text is one of a language that exists. Three-letter codes are not held against a list of thousands.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let tag = LanguageIdentifier::try_from_str(text).ok()?;
    let language = tag.language.as_str();
    let known = match language.len() {
        2 => TWO_LETTERS.split_ascii_whitespace().any(|code| code == language),
        3 => language != "und" && !SHORTER.iter().any(|(long, _)| *long == language),
        _ => false,
    };
    known.then(|| tag.to_string())
}

/// The language's name in another language: French, English or its own; the tag itself when none is known.
#[must_use]
pub fn name(tag: &str, lang: &str) -> String {
    let (language, rest) = tag.split_once('-').unwrap_or((tag, ""));
    let Some((_, french, english, own)) = NAMES.iter().find(|(code, ..)| *code == language) else {
        return tag.to_owned();
    };
    let name = match lang.split('-').next().unwrap_or_default() {
        "fr" => french,
        "en" => english,
        _ => own,
    };
    if rest.is_empty() { (*name).to_owned() } else { format!("{name} ({rest})") }
}

impl FieldType for Language {
    fn name(&self) -> &'static str {
        "language"
    }

    fn icon(&self) -> &'static str {
        "languages"
    }

    fn hint(&self) -> String {
        "a language code such as `fr`, `en` or `pt-BR`".to_owned()
    }

    fn example(&self) -> String {
        "fr".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        if let Some(tag) = canonical(text) {
            return Some(Value::Text(tag));
        }
        let folded = slugify(text);
        let base = folded.split('-').next().unwrap_or_default();
        let shorter = SHORTER.iter().find(|(long, _)| *long == base).map(|(_, short)| *short);
        let same =
            |name: &str| slugify(name) == folded && !folded.is_empty() || name.to_lowercase() == text.to_lowercase();
        let named = NAMES.iter().find(|(_, french, english, own)| same(french) || same(english) || same(own));
        let near = || {
            let names = || NAMES.iter().flat_map(|(_, french, english, own)| [*french, english, own]);
            let name = nearest(text, names()).filter(|_| text.chars().count() > 3)?;
            NAMES.iter().find(|(_, french, english, own)| [*french, english, own].contains(&name)).map(|(tag, ..)| *tag)
        };
        let found = shorter.or_else(|| named.map(|(tag, ..)| *tag)).or_else(near).map(str::to_owned);
        refuse(node, notes, "unknown-language", format!("`{text}` is no language code"), |fault| Diagnostic {
            nearest: found,
            ..fault.expected(self.hint()).help("write the code of the language (BCP 47), not its name")
        })
    }

    fn convert(&self, node: &Node, reading: Reading<'_>) -> Content {
        convert::as_meant(self, node, reading)
    }

    fn schema(&self) -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", "description": self.hint() })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let tag = value.as_text();
        link::facet(showing, &slugify(tag), &name(tag, showing.lang)).with("code", tag)
    }

    fn words(&self, value: &Value, lang: &str) -> String {
        name(value.as_text(), lang)
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        let tag = value.as_text();
        let label = Localised::same(name(tag, "")).with("fr", name(tag, "fr")).with("en", name(tag, "en"));
        vec![FacetValue { path: vec![slugify(tag)], labels: vec![label] }]
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn sort_key(&self, value: &Value, lang: &str) -> SortKey {
        SortKey::Text(name(value.as_text(), lang))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, show};
    use super::*;

    #[test]
    fn codes_exist_and_names_lead_to_them() {
        check(
            &Language,
            &[
                ("fr", "fr"),
                ("FR", "fr"),
                ("no", "no"),
                ("pt-br", "pt-BR"),
                ("zh-hant-tw", "zh-Hant-TW"),
                ("gcf", "gcf"),
                ("français", "!unknown-language ~fr"),
                ("Francais", "!unknown-language ~fr"),
                ("english", "!unknown-language ~en"),
                ("Deutsch", "!unknown-language ~de"),
                ("anglai", "!unknown-language ~en"),
                ("fra", "!unknown-language ~fr"),
                ("xx", "!unknown-language"),
                ("und", "!unknown-language"),
                ("''", "!unknown-language"),
                ("fr en", "!unknown-language ~fr"),
                ("1", "!unknown-language"),
            ],
        );
    }

    #[test]
    fn names_follow_the_page_language() {
        assert_eq!(show(&Language, "de", "fr").text, "allemand");
        assert_eq!(show(&Language, "pt-BR", "en").html, "<a href=\"../key/pt-br/\">Portuguese (BR)</a>");
        assert_eq!((name("eu", "eu"), name("tlh", "fr")), ("euskara".to_owned(), "tlh".to_owned()));
        assert!(NAMES.is_sorted() && SHORTER.is_sorted());
        assert!(NAMES.iter().all(|(tag, ..)| canonical(tag).as_deref() == Some(tag)));
    }
}
