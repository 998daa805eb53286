//! Bytes in, short digest out: the name and the proof of a block.
//!
//! 64 bits of SHA-256 over what a file holds (not over its compressed form), of which blocks use 48: enough against damage and mix-ups, which is
//! what it is for; whoever can write to the host can replace the page too. Sixteen bytes more a block would cost 10 KB in the boot file.

use sha2::{Digest as _, Sha256};

/// Digest of a block.
pub(crate) type Digest = [u8; 8];

/// Digest of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> Digest {
    short(Sha256::new_with_prefix(bytes))
}

/// Digest of some parts: of what they are and where one ends and the next begins.
#[cfg(feature = "build")]
pub(crate) fn digest_of(parts: &[&[u8]]) -> Digest {
    let mut whole = Sha256::new();
    for part in parts {
        whole.update((part.len() as u64).to_le_bytes());
        whole.update(part);
    }
    short(whole)
}

/// The beginning of a whole digest.
fn short(whole: Sha256) -> Digest {
    let mut short = Digest::default();
    short.copy_from_slice(&whole.finalize()[..size_of::<Digest>()]);
    short
}

/// Two hexadecimal digits a byte.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
        .collect()
}
