//! What enters: a value's parts, as its type names them. What leaves: [`Exported`], the value as open data, which JSON files and cells of tables are
//! written from. It holds no copy of what the value has. It must not know types.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::{Serialize, Serializer};
use serde_json::Number;

/// A value, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported<'v> {
    /// Nothing; also a value of another type, which no type gives.
    Nothing,
    /// A text.
    Text(Cow<'v, str>),
    /// A number.
    Number(Number),
    /// True or false.
    Truth(bool),
    /// Parts by name, in their order.
    Parts(Vec<(&'static str, Self)>),
}

impl Exported<'_> {
    /// Adds the value, or a part of it, to a cell of a table. Where the whole of several parts is asked for, the first one stands for it.
    pub fn put(&self, part: &str, cell: &mut String) {
        match self {
            Self::Nothing => {}
            Self::Text(text) => cell.push_str(text),
            // Writing to a text never fails.
            Self::Number(number) => drop(write!(cell, "{number}")),
            Self::Truth(truth) => drop(write!(cell, "{truth}")),
            Self::Parts(parts) => {
                let named = parts.iter().find(|(name, _)| part.is_empty() || *name == part);
                named.into_iter().for_each(|(_, value)| value.put("", cell));
            }
        }
    }
}

impl From<f64> for Exported<'_> {
    /// A whole number has no fraction; what is no number is nothing.
    #[expect(clippy::cast_possible_truncation, reason = "only whole numbers that a 53-bit mantissa holds are cast")]
    fn from(number: f64) -> Self {
        if number.fract() == 0.0 && number.abs() < 9e15 {
            return Self::Number((number as i64).into());
        }
        Number::from_f64(number).map_or(Self::Nothing, Self::Number)
    }
}

impl<'v> From<&'v str> for Exported<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Exported<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl Serialize for Exported<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Truth(truth) => serializer.serialize_bool(*truth),
            Self::Parts(parts) => serializer.collect_map(parts.iter().map(|(name, value)| (name, value))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_to_files_and_cells() {
        let parts = |parts: &[(&'static str, f64)]| {
            Exported::Parts(parts.iter().map(|(name, number)| (*name, Exported::from(*number))).collect())
        };
        let table = [
            (Exported::from("a,\"b\"\n"), "", r#""a,\"b\"\n""#, "a,\"b\"\n"),
            (4.5.into(), "", "4.5", "4.5"),
            (f64::NAN.into(), "", "null", ""),
            (Exported::Truth(true), "", "true", "true"),
            (parts(&[("lat", 1.5), ("lon", 2.0)]), "lon", r#"{"lat":1.5,"lon":2}"#, "2"),
            (parts(&[("lat", 1.5), ("lon", 2.0)]), "", r#"{"lat":1.5,"lon":2}"#, "1.5"),
            (parts(&[]), "lat", "{}", ""),
            (Exported::Nothing, "", "null", ""),
        ];
        for (value, part, file, in_table) in table {
            let mut cell = String::new();
            value.put(part, &mut cell);
            assert_eq!((serde_json::to_string(&value).expect("JSON").as_str(), cell.as_str()), (file, in_table));
        }
    }
}
