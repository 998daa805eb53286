//! What enters: the name that a request is addressed to. What leaves: whether this preview has that name.
//! A page elsewhere can make its own name lead to this machine, and then read what it likes (DNS rebinding); it can't do so with an address or `localhost`.

use std::net::IpAddr;

/// Whether a `Host` header names this preview: this machine, an address, or one of `names`.
pub(super) fn is_ours(host: &str, names: &[String]) -> bool {
    let Some(name) = without_port(host) else { return false };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
    address.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || names.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

/// The name that was meant, where a text is no name alone: an address of a page, a name with a port, or with the root's dot.
///
/// # Errors
/// With the name that is in it, where there is one.
pub fn name_alone(text: &str) -> Result<(), Option<&str>> {
    if text.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    let is_name = |name: &str| {
        let is_part = |part: &str| {
            !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
        };
        name.split('.').all(is_part)
    };
    if is_name(text) {
        return Ok(());
    }
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let name = rest.split(['/', '?', '#']).next().and_then(without_port).unwrap_or_default();
    let name = name.strip_suffix('.').unwrap_or(name);
    Err(Some(name).filter(|name| is_name(name)))
}

fn without_port(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at(end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_alone_is_told_and_the_name_in_it() {
        for name in ["preview.example", "a", "192.168.1.4", "::1", "été.example", "a_b"] {
            assert_eq!(name_alone(name), Ok(()), "{name}");
        }
        for text in ["a.example:80", "https://a.example", "http://a.example:80/x?y", "a.example.", "a.example/"] {
            assert_eq!(name_alone(text), Err(Some("a.example")), "{text}");
        }
        for text in ["", "a b", "*.example", "http://", "."] {
            assert_eq!(name_alone(text), Err(None), "{text}");
        }
    }

    #[test]
    fn only_names_of_this_machine_are_ours() {
        let names = ["preview.example".to_owned()];
        for host in [
            "localhost",
            "LOCALHOST:1111",
            "127.0.0.1:80",
            "[::1]:8080",
            "[::1]",
            "192.168.1.4:1",
            "a.localhost",
            "localhost.",
            "Preview.Example:443",
        ] {
            assert!(is_ours(host, &names), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:localhost",
            "localhost:80@evil",
            "[::1",
            "notlocalhost",
            "preview.example.evil",
            "[localhost",
            "a b",
        ] {
            assert!(!is_ours(host, &names), "{host}");
        }
    }
}
