//! What enters: the name of a file or folder. What leaves: whether it is a dropping of an editor or the system, and whether every system can store it.
//! It must not know where the name stands.

/// Names that Windows keeps for devices, whatever follows after a dot.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Bytes of a name: all file systems take 255, archives and encrypted folders fewer.
const LONGEST: usize = 200;

/// Whether a name is a hidden file, or one that an editor or the system leaves behind while it works. Such files are neither read nor watched.
#[must_use]
pub fn is_dropping(name: &str) -> bool {
    let bytes = name.as_bytes();
    name.starts_with('.')
        || name.ends_with('~')
        || name.starts_with("~$")
        || (bytes.len() > 1 && name.starts_with('#') && name.ends_with('#'))
        || matches!(name, "4913" | "Thumbs.db" | "ehthumbs.db" | "desktop.ini")
        // What macOS keeps of a document while it is saved.
        || name.contains(".sb-")
        || [".swp", ".swo", ".swx", ".tmp", ".bak", ".orig", "___jb_tmp___", "___jb_old___"].iter().any(|end| name.ends_with(end))
        || is_sed_copy(bytes)
}

/// `sed -i` writes to `sedXXXXXX` and renames it. Slugs such as `sediments` have no capitals, and nearly all such copies do.
fn is_sed_copy(name: &[u8]) -> bool {
    name.len() == 9
        && name.starts_with(b"sed")
        && name[3..].iter().all(u8::is_ascii_alphanumeric)
        && name[3..].iter().any(u8::is_ascii_uppercase)
}

/// Why a name can't be stored on every system, and what to do; `None` when it can.
pub(super) fn fault(name: &str) -> Option<(String, &'static str)> {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    if let Some(character) = name.chars().find(|character| r#"<>:"|?*\"#.contains(*character)) {
        Some((
            format!("the name has a `{character}`, which Windows does not allow"),
            "rename it without that character",
        ))
    } else if name.chars().any(char::is_control) {
        Some(("the name has a control character".to_owned(), "rename it without that character"))
    } else if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        Some(("the name starts with a blank, or ends with a blank or a dot".to_owned(), "rename it without them"))
    } else if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        Some((format!("`{stem}` is the name of a device on Windows"), "choose another name"))
    } else if name.len() > LONGEST {
        Some((format!("the name has {} bytes, more than {LONGEST}", name.len()), "choose a shorter name"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn droppings_are_told_from_files() {
        for name in [
            ".git",
            ".DS_Store",
            ".#a.md",
            "#a.md#",
            "a.md~",
            "4913",
            "a.swp",
            "a.md.bak",
            "a.md.orig",
            "a.md.sb-4f1c2b7a-Xk2",
            "a.md.tmp",
            "Thumbs.db",
            "sedAb12Cd",
            "a.md___jb_tmp___",
            "~$plan.docx",
            ".goutputstream-X1",
        ] {
            assert!(is_dropping(name), "{name}");
        }
        for name in [
            "a.md",
            "bak",
            "orig.md",
            "sb-1.md",
            "_collection.yaml",
            "#",
            "sedan.md",
            "sediments",
            "4914",
            "tmp",
            "~a",
            "sed-12345",
        ] {
            assert!(!is_dropping(name), "{name}");
        }
    }

    #[test]
    fn names_that_some_system_refuses_are_faults() {
        for name in ["a:b", "a?", "a\\b", "aux", "AUX.md", "com1.tar.gz", "a.", "a ", " a", "a\u{7}", &"x".repeat(201)]
        {
            assert!(fault(name).is_some(), "{name}");
        }
        for name in ["a", "auxiliary.md", "com0", "été.md", "a b.md", "index.en.md", &"x".repeat(200)] {
            assert!(fault(name).is_none(), "{name}: {:?}", fault(name));
        }
    }
}
