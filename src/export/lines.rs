//! What enters: names and values. What leaves: content lines as vCard and iCalendar want them: escaped, folded after 75 bytes, ended by CRLF.
//! It must not know either format's names. Sources: RFC 6350, 3.2 and 3.4; RFC 5545, 3.1 and 3.3.11.

/// The bytes of a line before it is folded.
const WIDTH: usize = 75;

/// Content lines.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line whose value needs no escapes: a number, a date, a URI.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{}", value.replace(['\r', '\n'], ""));
        let mut width = 0;
        for character in line.chars() {
            if width + character.len_utf8() > WIDTH {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(character);
            width += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.put(name, &escape(value));
    }

    /// A line whose value is a list of texts with places of their own.
    pub(super) fn list<'p>(&mut self, name: &str, parts: impl IntoIterator<Item = &'p str>) {
        let parts: Vec<String> = parts.into_iter().map(escape).collect();
        self.put(name, &parts.join(";"));
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ',' | ';' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_escaped_and_folded_between_characters() {
        let mut lines = Lines::default();
        lines.text("FN", "a;b,c\\d\ne");
        lines.list("ADR", ["", "1, rue"]);
        lines.text("N", &"é".repeat(40));
        let text = String::from_utf8(lines.finish()).expect("text");
        assert!(text.starts_with("FN:a\\;b\\,c\\\\d\\ne\r\nADR:;1\\, rue\r\nN:é"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert_eq!(text.replace("\r\n ", "").matches('é').count(), 40);
    }
}
