//! What enters: bytes, or any serialisable value. What leaves: a digest that is equal when they are.
//! It must not know what the bytes mean.

use std::fmt;

use serde::Serialize;

/// A 256-bit BLAKE3 digest. Two inputs with equal digests are taken to be the same input.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).into())
    }

    /// The digest of a value by its JSON text, without holding that text.
    ///
    /// # Errors
    /// Where the value's own serialisation fails (a map whose keys are no text).
    pub fn of_value<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        serde_json::to_writer(&mut hasher, value)?;
        Ok(Self(hasher.finalize().into()))
    }

    /// The digest of a value by its parts, as they hash themselves.
    #[must_use]
    pub fn of_hash<T: std::hash::Hash + ?Sized>(value: &T) -> Self {
        // Parts are small, and a hasher is two kilobytes: they are digested at once, when all are there.
        struct Parts(Vec<u8>);
        impl std::hash::Hasher for Parts {
            fn write(&mut self, bytes: &[u8]) {
                self.0.extend_from_slice(bytes);
            }

            fn finish(&self) -> u64 {
                0
            }
        }
        let mut parts = Parts(Vec::with_capacity(256));
        value.hash(&mut parts);
        Self::of(&parts.0)
    }

    /// The digest of several digests, in this order.
    #[must_use]
    pub fn of_all<'a>(digests: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for digest in digests {
            hasher.update(&digest.0);
        }
        Self(hasher.finalize().into())
    }

    /// The first ten hexadecimal digits: enough to name a file of one site.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({})", self.short())
    }
}
