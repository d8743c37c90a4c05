//! The web console as built files, inside the binary. Knows no HTTP: it hands out bytes, their type and how long to keep them.
//!
//! ```
//! let index = console::asset("/").expect("the console has an index");
//! assert_eq!(index.content_type, "text/html; charset=utf-8");
//! ```

use std::borrow::Cow;

/// One file of the console.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The bytes.
    pub content: Cow<'static, [u8]>,
    /// For the `content-type` header.
    pub content_type: &'static str,
    /// How long a browser may keep it.
    pub caching: Caching,
}

/// How long a file's content holds for its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// The name holds a hash of the content: for ever.
    Immutable,
    /// Ask again each time.
    Revalidate,
}

/// The file at a path of the console's URL space, with or without a slash in front; `/` is the index.
pub fn asset(path: &str) -> Option<Asset> {
    let name = match path.trim_start_matches('/') {
        "" => INDEX,
        name => name,
    };
    let (_, content) = FILES.iter().find(|(known, _)| *known == name)?;
    Some(Asset {
        content: Cow::Borrowed(content),
        content_type: content_type(name),
        caching: caching(name),
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

/// INVARIANT: the build puts a hash into the name of every file under `assets/`, and of no other.
fn caching(name: &str) -> Caching {
    if name.starts_with("assets/") {
        Caching::Immutable
    } else {
        Caching::Revalidate
    }
}

const INDEX: &str = "index.html";

// `FILES`: name and bytes of every built file, as `build.rs` lists them.
include!(concat!(env!("OUT_DIR"), "/files.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        let asset = asset(path).unwrap_or_else(|| panic!("no asset `{path}`"));
        String::from_utf8(asset.content.into_owned()).unwrap()
    }

    /// The address in `src="…"` or `href="…"` of the first such tag.
    fn address_in(index: &str, before: &str) -> String {
        let (_, rest) = index.split_once(before).unwrap();
        rest.split('"').next().unwrap().trim_start_matches('.').to_owned()
    }

    #[test]
    fn the_index_and_what_it_names_are_there() {
        let index = text("/");
        let script = address_in(&index, "src=\"");
        assert!(
            script.starts_with("/assets/") && script.ends_with(".js"),
            "{script}"
        );
        let asset = asset(&script).unwrap();
        assert_eq!(asset.content_type, "text/javascript; charset=utf-8");
        assert_eq!(asset.caching, Caching::Immutable);
        assert!(!asset.content.is_empty());
        assert!(index.contains("<div id=\"root\">"));
    }

    #[test]
    fn the_index_is_asked_for_again_each_time() {
        let index = asset("/index.html").unwrap();
        assert_eq!(index.caching, Caching::Revalidate);
        assert_eq!(index.content_type, "text/html; charset=utf-8");
    }

    #[test]
    fn every_script_of_the_index_is_a_file_of_its_own() {
        // A strict content security policy forbids inline scripts.
        for tag in text("/").split("<script").skip(1) {
            let attributes = tag.split('>').next().unwrap();
            assert!(attributes.contains(" src="), "{attributes}");
        }
    }

    #[test]
    fn an_unknown_path_has_no_asset() {
        assert!(asset("/TraceSummaries").is_none());
        assert!(asset("/../Cargo.toml").is_none());
    }
}
