//! Little numbers and texts to bytes and back. Reading never panics: damaged or foreign bytes give `None`.

/// Appends a number, seven bits a byte.
pub(crate) fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`put_number`] takes for a number.
#[cfg(feature = "build")]
pub(crate) fn length_of_number(number: u64) -> usize {
    (u64::BITS - (number | 1).leading_zeros()).div_ceil(7) as usize
}

/// Writes a number as [`put_number`] does where the bytes begin, which have room for it; gives how many it takes.
#[cfg(feature = "build")]
pub(crate) fn set_number(mut number: u64, out: &mut [u8]) -> usize {
    let mut at = 0;
    while number >= 0x80 {
        out[at] = number as u8 | 0x80;
        number >>= 7;
        at += 1;
    }
    out[at] = number as u8;
    at + 1
}

/// Appends a signed number; small ones of either sign are short.
#[cfg(any(feature = "build", test))]
pub(crate) fn put_signed(number: i64, out: &mut Vec<u8>) {
    put_number(((number << 1) ^ (number >> 63)) as u64, out);
}

/// Appends a text with its length.
pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    put_number(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// Reads from the front of a slice.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next bytes.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The next number, as a length or an index.
    pub(crate) fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// The next signed number.
    pub(crate) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// The next text.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, put_number, put_signed, put_text};
    #[cfg(feature = "build")]
    use super::{length_of_number, set_number};

    #[test]
    fn numbers_and_texts_come_back() {
        let mut bytes = Vec::new();
        for number in [0, 127, 128, 300, u64::MAX] {
            put_number(number, &mut bytes);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            put_signed(number, &mut bytes);
        }
        put_text("été", &mut bytes);
        let mut reader = Reader(&bytes);
        for number in [0, 127, 128, 300, u64::MAX] {
            assert_eq!(reader.number(), Some(number));
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(reader.signed(), Some(number));
        }
        assert_eq!(reader.text(), Some("été"));
        assert!(reader.0.is_empty());
    }

    #[cfg(feature = "build")]
    #[test]
    fn a_number_is_the_same_bytes_wherever_it_is_written() {
        for number in [0, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX] {
            let (mut put, mut set) = (Vec::new(), [0; 10]);
            put_number(number, &mut put);
            let length = set_number(number, &mut set);
            assert_eq!((&set[..length], length_of_number(number)), (&put[..], put.len()));
        }
    }

    #[test]
    fn damaged_bytes_give_none() {
        assert_eq!(Reader(&[0x80]).number(), None);
        assert_eq!(Reader(&[0xff; 11]).number(), None);
        assert_eq!(Reader(&[5, b'a']).text(), None);
        assert_eq!(Reader(&[1, 0xff]).text(), None);
    }
}
