//! What fuzzing begins from: the fixtures, and what the sample shop sends.

use std::fs;
use std::path::{Path, PathBuf};

use clock::Timestamp;
use demo::Shop;

/// Single documents.
pub fn documents() -> Vec<Vec<u8>> {
    let lines = traces().into_iter().flat_map(|lines| {
        let lines = lines.split(|byte| *byte == b'\n').map(<[u8]>::to_vec);
        lines.collect::<Vec<_>>()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// Several documents, a line each.
pub fn traces() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = ["documents", "graphs", "summaries"]
        .iter()
        .flat_map(|folder| files(&fixtures().join(folder)))
        .filter_map(|path| lines_of(&path))
        .collect();
    let mut shop = Shop::new(1);
    for second in 0..20 {
        let visit = shop.visit(Timestamp::from_seconds(1_767_225_600 + second));
        let documents: Vec<_> = visit.documents.into_iter().map(|sent| sent.document).collect();
        all.push(documents.join("\n").into_bytes());
    }
    all
}

/// Filter expressions, good and bad.
pub fn filters() -> Vec<Vec<u8>> {
    let files = files(&fixtures().join("filters"));
    let texts = files.iter().filter_map(|path| fs::read_to_string(path).ok());
    let mut all = vec![];
    for text in texts {
        let expressions = text.lines().filter_map(|line| line.strip_prefix("> "));
        all.extend(expressions.map(|expression| expression.as_bytes().to_vec()));
    }
    all
}

/// A document over several lines becomes one line; a file of lines stays what it is.
fn lines_of(path: &Path) -> Option<Vec<u8>> {
    let bytes = fs::read(path).ok()?;
    match path.extension()?.to_str()? {
        "jsonl" => Some(bytes),
        "json" => {
            let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
            Some(bytes.into_iter().filter(|byte| !is_break(byte)).collect())
        }
        _ => None,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = listed.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.sort();
    paths
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}
