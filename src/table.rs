//! What enters: the bytes of a CSV file. What leaves: [`Table`], its cells as text with their places, and a diagnostic for every row that can't be
//! told from its neighbours. It must not know what the columns mean.

use std::sync::Arc;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use crate::diagnostic::{Diagnostic, Extent, Location};

/// How the bytes of a file are its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// What older spreadsheets write on Windows; ISO 8859-1 is a part of it.
    Windows1252,
    /// UTF-16, the order of bytes as the first two say: “Unicode text” of spreadsheets.
    Utf16,
}

/// The names of encodings, as maps write them.
pub const ENCODINGS: [(&str, Encoding); 5] = [
    ("utf-8", Encoding::Utf8),
    ("windows-1252", Encoding::Windows1252),
    ("iso-8859-1", Encoding::Windows1252),
    ("latin-1", Encoding::Windows1252),
    ("utf-16", Encoding::Utf16),
];

/// How a table is written; what is `None` is found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// What parts the cells.
    pub delimiter: Option<u8>,
    /// The encoding.
    pub encoding: Option<Encoding>,
}

/// A cell's text, unquoted and without blanks around, and where it was written, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// Bytes in [`Table::text`].
    pub extent: Extent,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file where it starts, from 1.
    pub line: usize,
    /// Its cells, as many as were written.
    pub cells: Vec<Cell>,
    /// What is wrong with its cells or quotes.
    pub fault: Option<Diagnostic>,
}

/// A table whose first row names the columns.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file's path, for diagnostics.
    pub file: Arc<str>,
    /// The file as text; places point into it.
    pub text: String,
    /// The names of the columns.
    pub header: Vec<Cell>,
    /// What follows, blank lines left out.
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// A diagnostic where the file is no text in its encoding, has no row, or opens a quote that it never closes.
    pub fn read(file: &Arc<str>, bytes: &[u8], format: Format) -> Result<Self, Box<Diagnostic>> {
        let text = decode(file, bytes, format.encoding)?;
        let delimiter = format.delimiter.unwrap_or_else(|| likely_delimiter(&text));
        let mut rows = rows(&text, delimiter);
        if rows.is_empty() {
            let fault = Diagnostic::error("empty-table", Location::start_of(file), "this table has no row");
            return Err(Box::new(fault.expected("a first row with the names of the columns")));
        }
        let header = rows.remove(0).cells;
        for row in &mut rows {
            row.fault = fault(&row.cells, header.len(), &text, file);
        }
        let last = header.iter().chain(rows.iter().flat_map(|row| &row.cells)).next_back();
        if let Some(open) = last.filter(|cell| is_open(&text[cell.extent.start..cell.extent.end])) {
            let at = open.extent.start;
            let message = "the quote that opens here is never closed";
            let fault = Diagnostic::error("open-quote", Location::new(file, at..at + 1), message);
            return Err(Box::new(
                fault.help("close it at the end of the cell; a quote inside a cell is written twice"),
            ));
        }
        Ok(Self { file: Arc::clone(file), text, header, rows })
    }
}

/// The text of a file, without its byte order mark.
fn decode(file: &Arc<str>, bytes: &[u8], encoding: Option<Encoding>) -> Result<String, Box<Diagnostic>> {
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let text = match encoding.unwrap_or(if wide { Encoding::Utf16 } else { Encoding::Utf8 }) {
        Encoding::Utf8 => String::from_utf8(bytes.to_vec()).map_err(|error| not_utf8(file, bytes, &error)),
        Encoding::Windows1252 => Ok(bytes.iter().map(|&byte| windows_1252(byte)).collect()),
        Encoding::Utf16 => {
            let big = bytes.starts_with(&[0xfe, 0xff]);
            let unit = |pair: &[u8]| match (pair, big) {
                (&[high, low], true) | (&[low, high], false) => u16::from_be_bytes([high, low]),
                _ => 0xfffd,
            };
            String::from_utf16(&bytes.chunks(2).map(unit).collect::<Vec<u16>>()).map_err(|_| {
                let fault = Diagnostic::error("not-utf-16", Location::start_of(file), "this file is no UTF-16 text");
                Box::new(fault.help("say which `encoding` it has under `[table]`"))
            })
        }
    }?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn not_utf8(file: &Arc<str>, bytes: &[u8], error: &std::string::FromUtf8Error) -> Box<Diagnostic> {
    let at = error.utf8_error().valid_up_to();
    let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let message = format!("line {line} of this file is no UTF-8 text");
    let fault = Diagnostic::error("not-utf-8", Location::start_of(file), message);
    let help = "save it as UTF-8, or say `encoding = \"windows-1252\"` under `[table]` in the map";
    Box::new(fault.expected("UTF-8 text").help(help))
}

/// The 32 characters of Windows where ISO 8859-1 has controls (WHATWG Encoding Standard, index windows-1252).
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS.chars().nth(usize::from(byte - 0x80)).unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

/// The delimiter that stands most often in the first line outside quotes; a comma when none does.
fn likely_delimiter(text: &str) -> u8 {
    let line = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && *delimiter == byte);
        }
    }
    // Of equals the first: `max_by_key` would take the last.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

/// All rows that are not blank lines, cells trimmed.
fn rows(text: &str, delimiter: u8) -> Vec<Row> {
    let bytes = text.as_bytes();
    let mut reader: Reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut rows = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1, 0);
    let mut cells: Vec<Cell> = Vec::new();
    loop {
        if cells.is_empty() {
            at += bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        }
        let start = at;
        let Some((content, end, record_end)) = field(&mut reader, bytes, &mut at) else { return rows };
        if cells.is_empty() {
            line += bytes[counted..start].iter().filter(|&&byte| byte == b'\n').count();
            counted = start;
        }
        let content = String::from_utf8_lossy(&content);
        cells.push(Cell { text: content.trim().to_owned(), extent: (start..end).into() });
        if record_end {
            rows.push(Row { line, cells: std::mem::take(&mut cells), fault: None });
        }
    }
}

/// The next cell: its content, where it ends, and whether it ends its row. `at` moves behind what ends it.
fn field(reader: &mut Reader, bytes: &[u8], at: &mut usize) -> Option<(Vec<u8>, usize, bool)> {
    let (mut content, mut filled) = (vec![0; 256], 0);
    loop {
        let (result, read, written) = reader.read_field(&bytes[*at..], &mut content[filled..]);
        *at += read;
        filled += written;
        match result {
            ReadFieldResult::InputEmpty => {}
            ReadFieldResult::OutputFull => content.resize(content.len() * 2, 0),
            ReadFieldResult::End => return None,
            ReadFieldResult::Field { record_end } => {
                content.truncate(filled);
                // The delimiter or the line's end was read too, but for the last cell of a file without one.
                let ended = if read > 0 { *at - 1 } else { *at };
                return Some((content, ended, record_end));
            }
        }
    }
}

/// Whether a written cell opens a quote without closing it.
fn is_open(written: &str) -> bool {
    let written = written.trim();
    written.starts_with('"') && written.matches('"').count() % 2 == 1
}

/// Whether something stands beside the quotes of a cell: `"a" b`. Blanks before them make them a part of the text.
fn is_torn(written: &str) -> bool {
    let Some(rest) = written.trim().strip_prefix('"') else { return false };
    if !written.starts_with('"') {
        return true;
    }
    match rest.strip_suffix('"') {
        Some(inner) => inner.replace("\"\"", "").contains('"'),
        None => true,
    }
}

fn fault(cells: &[Cell], width: usize, text: &str, file: &Arc<str>) -> Option<Diagnostic> {
    if let Some(torn) = cells.iter().find(|cell| is_torn(&text[cell.extent.start..cell.extent.end])) {
        let fault = Diagnostic::error(
            "stray-quote",
            Location::new(file, torn.extent),
            "something stands beside the quotes of this cell",
        );
        return Some(fault.help("put the whole cell in quotes; a quote inside is written twice"));
    }
    if cells.len() == width || cells.iter().all(|cell| cell.text.is_empty()) {
        return None;
    }
    let (first, last) = (cells.first()?, cells.last()?);
    let message = format!("this row has {} cells, the first row {width}", cells.len());
    let fault = Diagnostic::error("wrong-cells", Location::new(file, first.extent.start..last.extent.end), message);
    Some(fault.help("put a cell that holds the delimiter in quotes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Table, &'static str> {
        Table::read(&"a.csv".into(), bytes, Format::default()).map_err(|fault| fault.code)
    }

    fn texts(cells: &[Cell]) -> Vec<&str> {
        cells.iter().map(|cell| cell.text.as_str()).collect()
    }

    #[test]
    fn cells_know_where_they_stand() {
        let table = read("\u{feff}id;nom\r\n1; \"a;\"\"b\"\"\"\r\n\r\n2;c\n;\n3;\"d\ne\"".as_bytes()).expect("a table");
        let rows: Vec<_> = table.rows.iter().map(|row| (row.line, texts(&row.cells))).collect();
        assert_eq!(texts(&table.header), ["id", "nom"]);
        assert_eq!(rows[1..], [(4, vec!["2", "c"]), (5, vec!["", ""]), (6, vec!["3", "d\ne"])]);
        assert_eq!(table.rows[0].fault.as_ref().map(|fault| fault.code), Some("stray-quote"));
        let written: Vec<&str> = table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .map(|cell| &table.text[cell.extent.start..cell.extent.end])
            .collect();
        assert_eq!(written[written.len() - 6..], ["2", "c", "", "", "3", "\"d\ne\""]);
    }

    #[test]
    fn faulty_rows_are_told_and_the_rest_is_read() {
        let table = read(b"a,b\n1\n1,2,3\n1,\"x\"y\n\"1\",\"2\"\n").expect("a table");
        let faults: Vec<_> = table.rows.iter().map(|row| row.fault.as_ref().map(|fault| fault.code)).collect();
        assert_eq!(faults, [Some("wrong-cells"), Some("wrong-cells"), Some("stray-quote"), None]);
        assert_eq!(read(b"a,b\n1,\"x\n2,y\n").err(), Some("open-quote"));
        assert_eq!(read(b"\n\n").err(), Some("empty-table"));
        assert_eq!(read(b"a,b\n1,\xe9\n").err(), Some("not-utf-8"));
    }

    #[test]
    fn encodings_are_read() {
        let table = |bytes: &[u8], encoding| {
            let format = Format { encoding: Some(encoding), ..Format::default() };
            Table::read(&"a.csv".into(), bytes, format).expect("a table").header[0].text.clone()
        };
        assert_eq!(table(b"\xe9\x80\x9c,b\n", Encoding::Windows1252), "é€œ");
        let wide: Vec<u8> = "\u{feff}é,b\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(table(&wide, Encoding::Utf16), "é");
        assert_eq!(read(&wide).expect("a table").header.len(), 2);
        assert_eq!(WINDOWS.chars().count(), 32);
    }
}
