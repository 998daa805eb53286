//! Values of documents for ranges, distances and sorting: one column a key, each read in one piece when a request needs it.

use crate::bytes::Reader;
#[cfg(feature = "build")]
use crate::bytes::{put_number, put_signed};

/// Positions are kept to the fifth decimal of a degree, a metre.
const POSITION_SCALE: f64 = 1e5;

/// Name of the column of a numeric or date field.
pub(crate) fn field_column(key: &str) -> String {
    format!("field {key}")
}

/// Name of the column of the last days of a date field.
pub(crate) fn end_column(key: &str) -> String {
    format!("end of {key}")
}

/// Column of the dates of change.
pub(crate) const UPDATED: &str = "updated";
/// Column of the places of titles in alphabetical order.
pub(crate) const TITLE_ORDER: &str = "title order";
/// Columns of the positions.
pub(crate) const LATITUDE: &str = "latitude";
/// See [`LATITUDE`].
pub(crate) const LONGITUDE: &str = "longitude";

/// Writes a column: document and value, documents in order.
#[cfg(feature = "build")]
pub(crate) fn write(values: &[(u32, f64)]) -> Vec<u8> {
    let scale = [1.0, POSITION_SCALE].into_iter().find(|scale| {
        values.iter().all(|(_, value)| {
            let scaled = value * scale;
            scaled.abs() < 9e15 && scaled.round() / scale == *value
        })
    });
    let mut out = Vec::new();
    put_number(values.len() as u64, &mut out);
    out.push(match scale {
        Some(1.0) => 0,
        Some(_) => 1,
        None => 2,
    });
    let mut last_document = 0;
    let mut last_value = 0;
    for (document, value) in values {
        put_number(u64::from(document - last_document), &mut out);
        last_document = *document;
        if let Some(scale) = scale {
            let scaled = (value * scale).round() as i64;
            put_signed(scaled - last_value, &mut out);
            last_value = scaled;
        } else {
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
    out
}

/// A position's coordinate as the column keeps it.
#[cfg(feature = "build")]
pub(crate) fn rounded_degrees(degrees: f64) -> f64 {
    (degrees * POSITION_SCALE).round() / POSITION_SCALE
}

/// Reads a column into a value a document, NaN where it has none.
pub(crate) fn read(bytes: &[u8], documents: usize) -> Option<Vec<f64>> {
    let mut reader = Reader(bytes);
    let count = reader.size()?;
    let scale = match reader.take(1)?.first()? {
        0 => Some(1.0),
        1 => Some(POSITION_SCALE),
        _ => None,
    };
    let mut values = vec![f64::NAN; documents];
    let mut document = 0_usize;
    let mut scaled = 0_i64;
    for _ in 0..count {
        document = document.checked_add(reader.size()?)?;
        let value = match scale {
            Some(scale) => {
                scaled = scaled.checked_add(reader.signed()?)?;
                scaled as f64 / scale
            }
            None => f64::from_le_bytes(reader.take(8)?.try_into().ok()?),
        };
        *values.get_mut(document)? = value;
    }
    Some(values)
}

/// Distance between two positions in kilometres, on a sphere.
pub(crate) fn distance_km(from: (f64, f64), to: (f64, f64)) -> f64 {
    const EARTH_RADIUS_KM: f64 = 6371.0;
    let (from_latitude, to_latitude) = (from.0.to_radians(), to.0.to_radians());
    let half = |one: f64, other: f64| libm::pow(libm::sin((other - one) / 2.0), 2.0);
    let square = half(from_latitude, to_latitude)
        + libm::cos(from_latitude) * libm::cos(to_latitude) * half(from.1.to_radians(), to.1.to_radians());
    2.0 * EARTH_RADIUS_KM * libm::asin(libm::sqrt(square.clamp(0.0, 1.0)))
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{distance_km, read, rounded_degrees, write};

    #[test]
    fn columns_come_back_whatever_their_values() {
        for values in [
            vec![],
            vec![(0, 3.0), (2, -4.0), (9, 1e12)],
            vec![(1, rounded_degrees(44.350_612_3)), (5, rounded_degrees(-1.553_621))],
            vec![(0, 0.1 + 0.2), (1, f64::MAX), (3, -0.0)],
        ] {
            let column = read(&write(&values), 10).expect("a column that was just written can be read");
            for (document, value) in column.iter().enumerate() {
                match values.iter().find(|(known, _)| *known as usize == document) {
                    Some((_, expected)) => assert_eq!(value, expected),
                    None => assert!(value.is_nan()),
                }
            }
        }
        assert_eq!(read(&[9, 0, 1], 10), None);
    }

    #[test]
    fn distances_are_those_of_a_map() {
        let (rodez, paris) = ((44.3506, 2.575), (48.8566, 2.3522));
        assert!((distance_km(rodez, paris) - 501.3).abs() < 1.0);
        assert_eq!(distance_km(rodez, rodez), 0.0);
    }
}
