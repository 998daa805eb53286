//! What enters: any text. What leaves: the same as HTML text, attribute value or URL. Every byte of output that the author chose
//! passes through here; nothing else may write it.

/// Adds a text. Control characters, which HTML has not, are replaced.
pub(super) fn text(html: &mut String, text: &str) {
    escape(html, text, false);
}

/// Adds a text inside an attribute's double quotes.
pub(super) fn attribute(html: &mut String, text: &str) {
    escape(html, text, true);
}

fn escape(html: &mut String, text: &str, attribute: bool) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Nearly all bytes stay: one look in a table each.
        if !MAY_CHANGE[usize::from(byte)] {
            continue;
        }
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if attribute => "&quot;",
            b'"' => continue,
            b'\r' => "\n",
            _ => "\u{fffd}",
        };
        html.push_str(&text[written..at]);
        html.push_str(replacement);
        written = at + 1;
    }
    html.push_str(&text[written..]);
}

/// Whether a byte is another text in HTML.
const MAY_CHANGE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'&' | b'<' | b'>' | b'"' | 0x7f)
            || (byte < 0x20 && byte as u8 != b'\t' && byte as u8 != b'\n');
        byte += 1;
    }
    table
};

/// Adds a URL inside an attribute's double quotes: what may not stand in a URL is percent-encoded, what is encoded stays.
pub(super) fn url(html: &mut String, url: &str) {
    for byte in url.bytes() {
        match byte {
            b'&' => html.push_str("&amp;"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => html.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'+' | b'!' | b'*' | b'(' | b')' | b',' | b'%' | b'#' | b'@' | b'?' | b'=' | b';'
            | b':' | b'/' | b'$' | b'~' | b'\'' => html.push(char::from(byte)),
            _ => {
                html.push('%');
                for digit in [byte >> 4, byte & 15] {
                    html.extend(char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(escape: fn(&mut String, &str), input: &str) -> String {
        let mut html = String::new();
        escape(&mut html, input);
        html
    }

    #[test]
    fn nothing_that_html_reads_as_markup_is_left() {
        assert_eq!(with(text, "<b title=\"x\">&amp; é\0\r\n"), "&lt;b title=\"x\"&gt;&amp;amp; é\u{fffd}\n\n");
        assert_eq!(with(attribute, "\"<'>&"), "&quot;&lt;'&gt;&amp;");
        assert_eq!(with(url, "a b?é=\"1\"&[%20]\\#x"), "a%20b?%C3%A9=%221%22&amp;%5B%20%5D%5C#x");
    }
}
