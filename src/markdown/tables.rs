//! What enters: the parts of a table. What leaves: their HTML, with classes for alignment, in a region that scrolls.
//! It must not know what cells hold.

use std::ops::Range;

use pulldown_cmark::{Alignment, Tag, TagEnd};

use crate::diagnostic::Diagnostic;

use super::sink::Sink;
use super::style::Style;

/// A table that is open.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    in_head: bool,
    in_body: bool,
    cell: usize,
}

impl Table {
    /// Starts a table, the `number`th of the page.
    pub(super) fn open(alignments: &[Alignment], number: usize, style: &Style, sink: &mut Sink<'_>) -> Self {
        sink.tag("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
        sink.attribute("aria-label", &style.words.table.replace("{number}", &number.to_string()));
        sink.tag(">\n<table>\n");
        Self { alignments: alignments.to_vec(), in_head: false, in_body: false, cell: 0 }
    }

    /// Reports a row with more cells than the table has columns: the last ones are lost.
    pub(super) fn check_row(&self, place: &Range<usize>, sink: &mut Sink<'_>) {
        let (cells, columns) = (count_cells(sink.written(place)), self.alignments.len());
        if cells > columns {
            let message =
                format!("this row has {cells} cells, the table has {columns} columns: what is too much is lost");
            let diagnostic = Diagnostic::warning("table-row-too-long", sink.at(place), message);
            sink.report(diagnostic.help("write `\\|` where a bar separates no cells, between backticks too"));
        }
    }

    /// Starts a head, a row or a cell; what closes it.
    pub(super) fn start(&mut self, tag: &Tag<'_>, sink: &mut Sink<'_>) -> &'static str {
        match tag {
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                sink.tag("<thead>\n<tr>");
                "</tr>\n</thead>\n"
            }
            Tag::TableRow => {
                self.cell = 0;
                if !std::mem::replace(&mut self.in_body, true) {
                    sink.tag("<tbody>\n");
                }
                sink.tag("<tr>");
                "</tr>\n"
            }
            _ => {
                sink.tag(if self.in_head { "<th scope=\"col\"" } else { "<td" });
                sink.tag(match self.alignments.get(self.cell) {
                    Some(Alignment::Left) => " class=\"align-left\"",
                    Some(Alignment::Center) => " class=\"align-center\"",
                    Some(Alignment::Right) => " class=\"align-right\"",
                    Some(Alignment::None) | None => "",
                });
                sink.tag(">");
                self.cell += 1;
                if self.in_head { "</th>" } else { "</td>" }
            }
        }
    }

    /// Notes the end of a head, a row or a cell.
    pub(super) fn end(&mut self, tag: TagEnd, sink: &mut Sink<'_>) {
        match tag {
            TagEnd::TableHead => {
                self.in_head = false;
                sink.plain.end_block();
            }
            TagEnd::TableRow => sink.plain.end_block(),
            TagEnd::TableCell => sink.plain.push(" "),
            _ => {}
        }
    }

    /// Ends the table.
    pub(super) fn close(self, sink: &mut Sink<'_>) {
        if self.in_body {
            sink.tag("</tbody>\n");
        }
        sink.tag("</table>\n</div>\n");
    }
}

/// How many cells a row has as written.
fn count_cells(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut escaped = false;
    let mut bars = 0;
    let mut last_is_bar = false;
    for byte in row.bytes() {
        last_is_bar = byte == b'|' && !escaped;
        bars += usize::from(last_is_bar);
        escaped = byte == b'\\' && !escaped;
    }
    bars + usize::from(!last_is_bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_counted_as_written() {
        for (row, cells) in
            [("|a|b|", 2), ("a|b", 2), (r"| a \| b | c", 2), ("| |", 1), ("|", 1), ("a", 1), ("|a|b|\n", 2)]
        {
            assert_eq!(count_cells(row), cells, "{row}");
        }
    }
}
