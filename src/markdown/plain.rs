//! What enters: the text of a page piece by piece. What leaves: the text without markup, a block a line, its excerpt and its length in words.
//! It must not know HTML.

/// The longest excerpt, in characters.
const EXCERPT: usize = 300;

/// The text without markup.
#[derive(Debug, Default)]
pub(super) struct Plain {
    text: String,
    excerpt: Option<String>,
}

impl Plain {
    /// Adds a piece of the current block.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// How long the text is so far: where a piece starts.
    pub(super) fn mark(&self) -> usize {
        self.text.len()
    }

    /// What was added since a mark.
    pub(super) fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or("").trim()
    }

    /// Ends the current block.
    pub(super) fn end_block(&mut self) {
        let length = self.text.trim_end().len();
        self.text.truncate(length);
        if length > 0 {
            self.text.push('\n');
        }
    }

    /// Takes what was added since a mark for the excerpt, unless there is one or nothing was added.
    pub(super) fn offer_excerpt(&mut self, mark: usize) {
        if self.excerpt.is_none() && !self.since(mark).is_empty() {
            self.excerpt = Some(shorten(self.since(mark), EXCERPT));
        }
    }

    /// The text, its excerpt and its number of words.
    pub(super) fn finish(mut self) -> (String, String, usize) {
        self.end_block();
        let words = count_words(&self.text);
        self.text.truncate(self.text.trim_end().len());
        (self.text, self.excerpt.unwrap_or_default(), words)
    }
}

/// How many words with a letter or a digit stand between blanks.
fn count_words(text: &str) -> usize {
    let (mut words, mut counted) = (0, 0);
    let mut count = |class: u8| {
        words += usize::from(class & LETTER & !counted);
        counted = (counted | (class & LETTER)) & !(class >> 1);
    };
    let mut rest = text.as_bytes();
    while let Some(byte) = rest.first() {
        if byte.is_ascii() {
            // Most bytes are a character: no branch for what they are, which nobody could foretell.
            count(CLASSES[usize::from(*byte)]);
            rest = &rest[1..];
        } else {
            let first = text[text.len() - rest.len()..].chars().next().unwrap_or(' ');
            count(class(first.is_alphanumeric(), first.is_whitespace()));
            rest = &rest[first.len_utf8()..];
        }
    }
    words
}

/// A letter or a digit.
const LETTER: u8 = 1;

/// A blank.
const BLANK: u8 = 2;

/// What each character of ASCII is.
const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        classes[byte] = class(character.is_ascii_alphanumeric(), matches!(character, b' ' | b'\t'..=b'\r'));
        byte += 1;
    }
    classes
};

const fn class(letter: bool, blank: bool) -> u8 {
    (LETTER * letter as u8) | (BLANK * blank as u8)
}

/// The text on one line, cut after a word so that it holds at most so many characters, `…` included.
fn shorten(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    // One character less leaves room for the ellipsis; a word that ends just there is whole.
    let end = text.char_indices().nth(most - 1).map_or(text.len(), |(at, _)| at);
    let kept = if text[end..].starts_with(' ') {
        &text[..end]
    } else {
        text[..end].rsplit_once(' ').map_or(&text[..end], |(kept, _)| kept)
    };
    format!("{}…", kept.trim_end_matches(|last: char| !last.is_alphanumeric() && !matches!(last, ')' | '»' | '”')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_letters_or_digits() {
        assert_eq!(count_words(""), 0);
        assert_eq!(count_words("L’été – « 3 € » !\nC’est-à-dire & co."), 4);
    }

    proptest::proptest! {
        #[test]
        fn words_are_counted_as_by_the_characters(text in "(\\PC|[ \t\n\u{b}\u{85}\u{a0}éß0]){0,40}") {
            let mut counted = false;
            let starts = text.chars().filter(|character| {
                let starts = !counted && character.is_alphanumeric();
                counted = (counted || starts) && !character.is_whitespace();
                starts
            });
            proptest::prop_assert_eq!(starts.count(), count_words(&text));
        }
    }

    #[test]
    fn an_excerpt_ends_after_a_word() {
        assert_eq!(shorten("one two", 7), "one two");
        assert_eq!(shorten("one two three", 8), "one two…");
        assert_eq!(shorten("one two, three", 9), "one two…");
        assert_eq!(shorten("one two three", 7), "one…");
        assert_eq!(shorten("éééééé", 3), "éé…");
        assert_eq!(shorten("été là-bas", 4), "été…");
    }
}
