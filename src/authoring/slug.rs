//! What enters: a slug and those that are taken. What leaves: one that is free. It must not know what the slugs name.

/// The longest slug that is made here: room for a number below the limit of [`crate::entry_id::is_slug`].
const LONGEST: usize = 100;

/// The slug, or with `-2`, `-3`… the first that is free.
#[must_use]
pub fn free(slug: &str, taken: impl Fn(&str) -> bool) -> String {
    let base = shortened(slug);
    let taken = |slug: &str| is_reserved(slug) || taken(slug);
    if !taken(base) {
        return base.to_owned();
    }
    let mut number = 2_usize;
    loop {
        let candidate = format!("{base}-{number}");
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

/// The slug, cut so that there is room for a number.
#[must_use]
pub fn shortened(slug: &str) -> &str {
    slug.get(..LONGEST).unwrap_or(slug).trim_end_matches('-')
}

/// Names that no entry can have: `index` is the file of a folder, the others are devices to Windows whatever their ending.
#[must_use]
pub fn is_reserved(slug: &str) -> bool {
    let numbered = |name: &str| matches!(slug.strip_prefix(name).map(str::as_bytes), Some([b'0'..=b'9']));
    slug.starts_with('_')
        || matches!(slug, "index" | "con" | "prn" | "aux" | "nul")
        || numbered("com")
        || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry_id::is_slug;

    #[test]
    fn the_first_free_number_is_taken() {
        let taken = ["a", "a-2"];
        assert_eq!(free("a", |slug| taken.contains(&slug)), "a-3");
        assert_eq!(free("b", |slug| taken.contains(&slug)), "b");
        let long = "x".repeat(120);
        assert!(is_slug(&free(&long, |slug| slug.len() == LONGEST)));
    }
}
