//! What enters: the kind of an alert, `> [!NOTE]`. What leaves: how it starts. Its text goes on as that of any block.

use pulldown_cmark::BlockQuoteKind;

use super::escape;
use super::sink::Sink;
use super::style::Words;

/// Starts an alert; `</div>` ends it.
pub(super) fn open(kind: BlockQuoteKind, words: &Words, sink: &mut Sink<'_>) {
    let (class, title) = match kind {
        BlockQuoteKind::Note => ("note", &words.note),
        BlockQuoteKind::Tip => ("tip", &words.tip),
        BlockQuoteKind::Important => ("important", &words.important),
        BlockQuoteKind::Warning => ("warning", &words.warning),
        BlockQuoteKind::Caution => ("caution", &words.caution),
    };
    sink.tag("<div");
    sink.attribute("class", &format!("alert alert-{class}"));
    sink.tag(" role=\"note\">\n<p class=\"alert-title\">");
    // The word is the theme's, not the text's: a search for it must not find every note.
    escape::text(&mut sink.html, title);
    sink.tag("</p>\n");
}
