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
