//! What enters: a file's path. What leaves: its media type, and whether compressing it pays.
//! It must not look into the file.

/// The media type, as a `Content-Type` header says it.
pub(super) fn of(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "jsonld" => "application/ld+json",
        "geojson" => "application/geo+json",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "rss" => "application/rss+xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "yaml" | "yml" => "application/yaml",
        "ics" => "text/calendar; charset=utf-8",
        "vcf" => "text/vcard; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odp" => "application/vnd.oasis.opendocument.presentation",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

/// Whether a type is text at heart, so that compressing it pays.
pub(super) fn is_compressible(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || media_type == "image/svg+xml"
        || media_type == "application/wasm"
        || ["json", "xml", "yaml"]
            .iter()
            .any(|kind| media_type.starts_with("application/") && media_type.contains(kind))
            && !media_type.contains("openxml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_follow_the_extension() {
        assert_eq!(of("lieux/index.html"), "text/html; charset=utf-8");
        assert_eq!(of("search/b-1.bin"), "application/octet-stream");
        assert_eq!(of("CNAME"), "application/octet-stream");
        assert!(is_compressible(of("a.geojson")) && is_compressible(of("feed.xml")) && is_compressible(of("a.wasm")));
        assert!(!is_compressible(of("a.png")) && !is_compressible(of("a.docx")) && !is_compressible(of("a.woff2")));
    }
}
