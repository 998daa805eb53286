//! What enters: a slug and those that are taken. What leaves: one that is free. It must not know what the slugs name.

/// The longest slug that is made here: room for a number below the limit of [`crate::entry_id::is_slug`].
const LONGEST: usize = 100;

/// The slug, or with `-2`, `-3`… the first that is free.
#[must_use]
pub fn free(slug: &str, taken: impl Fn(&str) -> bool) -> String {
    let base = slug.get(..LONGEST).unwrap_or(slug).trim_end_matches('-');
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
