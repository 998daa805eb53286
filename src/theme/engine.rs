//! What enters: a theme's own search engine (WebAssembly). What leaves: the version of the index that it reads. It must not run it.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location};
use crate::source::Source;

/// The function that gives the version: a constant.
const VERSION: &[u8] = b"format_version";

/// A fault where an engine reads another index than this program writes: visitors would be told that the index is damaged.
pub(super) fn check(engine: &Source) -> Option<Diagnostic> {
    let written = maillage_search::FORMAT;
    let message = match format(&engine.bytes) {
        Some(read) if read == written => return None,
        Some(read) => {
            format!("this search engine reads indexes of version {read}; this program writes version {written}")
        }
        None => "this is no search engine of Maillage".to_owned(),
    };
    let fault = Diagnostic::error("foreign-engine", Location::start_of(&Arc::clone(&engine.path)), message);
    Some(fault.help("remove the file: the program brings its own engine; or build one from the same version's sources"))
}

/// What `format_version` gives: the constant that its code consists of.
fn format(wasm: &[u8]) -> Option<u32> {
    let mut module = Bytes(wasm.strip_prefix(b"\0asm\x01\0\0\0")?);
    let (mut index, mut imported) = (None, 0);
    while !module.0.is_empty() {
        let id = module.byte()?;
        let size = module.number()?;
        let mut section = Bytes(module.take(size)?);
        match id {
            2 => imported = imported_functions(&mut section)?,
            7 => index = exported(&mut section)?,
            10 => {
                let count = section.number()?;
                let wanted = index?.checked_sub(imported).filter(|wanted| *wanted < count)?;
                for _ in 0..wanted {
                    let size = section.number()?;
                    section.take(size)?;
                }
                section.number()?;
                // No locals, `i32.const`, the number, `end`.
                let (locals, operation) = (section.number()?, section.byte()?);
                let version = section.number()?;
                return (locals == 0 && operation == 0x41 && section.byte()? == 0x0b).then_some(version);
            }
            _ => {}
        }
    }
    None
}

/// How many of the imports are functions. The engine has none; an import of another kind is not its own.
fn imported_functions(section: &mut Bytes<'_>) -> Option<u32> {
    let count = section.number()?;
    for _ in 0..count {
        for _ in ["module", "name"] {
            let length = section.number()?;
            section.take(length)?;
        }
        if section.byte()? != 0 {
            return None;
        }
        section.number()?;
    }
    Some(count)
}

/// The index of the function that gives the version; `Some(None)` where there is none.
#[expect(clippy::option_option, reason = "a broken section is told from one without the function")]
fn exported(section: &mut Bytes<'_>) -> Option<Option<u32>> {
    for _ in 0..section.number()? {
        let length = section.number()?;
        let name = section.take(length)?;
        let (kind, index) = (section.byte()?, section.number()?);
        if name == VERSION && kind == 0 {
            return Some(Some(index));
        }
    }
    Some(None)
}

/// What is still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, length: u32) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one function, which gives a number.
    fn module(name: &str, number: u8) -> Vec<u8> {
        let length = u8::try_from(name.len()).expect("a short name");
        let export = [&[1, length], name.as_bytes(), &[0, 0]].concat();
        let size = u8::try_from(export.len()).expect("a short section");
        let code = [10, 6, 1, 4, 0, 0x41, number, 0x0b];
        [b"\0asm\x01\0\0\0".as_slice(), &[7, size], &export, &code].concat()
    }

    #[test]
    fn the_version_is_read_without_running_anything() {
        assert_eq!(format(&module("format_version", 7)), Some(7));
        assert_eq!(format(&module("version", 7)), None);
        let whole = module("format_version", 7);
        assert!((0..whole.len()).all(|end| format(&whole[..end]).is_none()));
        assert_eq!(format(b"<html>"), None);
    }

    #[test]
    fn the_embedded_engine_reads_what_this_program_writes() {
        let theme = crate::embedded::theme();
        let engine = theme.iter().find(|source| source.path.ends_with("/search/engine.wasm")).expect("an engine");
        assert_eq!(format(&engine.bytes), Some(maillage_search::FORMAT));
        assert_eq!(check(engine), None);
        let other = Source::new("themes/default/static/search/engine.wasm", module("format_version", 90));
        assert_eq!(check(&other).map(|fault| fault.code), Some("foreign-engine"));
    }
}
