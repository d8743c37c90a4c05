//! A simulated storage of objects. A put that is answered is durable; a replacement or deletion is so only in time,
//! as in a directory whose renames nobody synced. A put that power loss met may be there, torn or not.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, Error, Extensions, GetOptions, GetRange, GetResult, GetResultPayload,
    ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result,
};

use crate::fate::{Change, Fate, Part, Verdict};

/// Objects in memory; a cheap handle.
#[derive(Clone)]
pub(crate) struct SimObjects {
    kept: Arc<Mutex<Kept>>,
    fate: Arc<Fate>,
}

#[derive(Default)]
struct Kept {
    objects: BTreeMap<Path, Bytes>,
    /// What lay there before changes that power loss may undo.
    undoable: BTreeMap<Path, Option<Bytes>>,
}

impl SimObjects {
    pub(crate) fn new(fate: Arc<Fate>) -> SimObjects {
        SimObjects {
            kept: Arc::default(),
            fate,
        }
    }

    /// What a loss of power leaves: some replacements are undone or torn, some deleted objects are back.
    pub(crate) fn lose_unsynced(&self) {
        let mut kept = self.kept();
        for (path, before) in std::mem::take(&mut kept.undoable) {
            match (self.fate.below(3), before) {
                (0, Some(before)) => {
                    self.fate.count("an object's change undone by a crash");
                    kept.objects.insert(path, before);
                }
                (1, _) => {
                    if let Some(bytes) = kept.objects.get_mut(&path) {
                        self.fate.count("an object's replacement torn by a crash");
                        *bytes = Bytes::new();
                    }
                }
                _ => {}
            }
        }
    }

    /// The names of what is there, of one kind.
    pub(crate) fn names(&self, ending: &str) -> Vec<String> {
        let kept = self.kept();
        let names = kept.objects.keys().map(ToString::to_string);
        names.filter(|name| name.ends_with(ending)).collect()
    }

    /// Flips one bit of an object.
    pub(crate) fn flip_bit(&self, name: &str) {
        let mut kept = self.kept();
        if let Some(object) = kept
            .objects
            .get_mut(&Path::from(name))
            .filter(|object| !object.is_empty())
        {
            let mut bytes = object.to_vec();
            let bit = self.fate.below(bytes.len() as u64 * 8);
            bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
            *object = bytes.into();
        }
    }

    fn object(&self, path: &Path) -> Result<Bytes> {
        if !self.fate.may_read() {
            return Err(failed("the storage gives no answer"));
        }
        self.kept()
            .objects
            .get(path)
            .cloned()
            .ok_or_else(|| Error::NotFound {
                path: path.to_string(),
                source: "nothing lies there".into(),
            })
    }

    fn delete_one(&self, path: Path) -> Result<Path> {
        if !self.kept().objects.contains_key(&path) {
            return Ok(path);
        }
        let verdict = self.fate.judge(Change::Delete, path.as_ref(), 0);
        if matches!(verdict, Verdict::Done | Verdict::Struck(Part::All)) {
            let mut kept = self.kept();
            let before = kept.objects.remove(&path);
            kept.undoable.entry(path.clone()).or_insert(before);
        }
        answer(verdict).map(|()| path)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nothing panics while it holds this lock")
    }
}

#[async_trait]
impl ObjectStore for SimObjects {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let bytes = Bytes::from(payload);
        let is_replacement = options.mode == PutMode::Overwrite;
        let change = match (is_replacement, path.as_ref().ends_with(".rollups")) {
            (true, _) => Change::ReplaceRollups,
            (false, true) => Change::PutRollups,
            (false, false) => Change::PutBlock,
        };
        if !is_replacement && self.kept().objects.contains_key(path) {
            return Err(Error::AlreadyExists {
                path: path.to_string(),
                source: "something lies there".into(),
            });
        }
        let verdict = self.fate.judge(change, path.as_ref(), bytes.len() as u64);
        let written = match verdict {
            Verdict::Done | Verdict::Struck(Part::All) => Some(bytes),
            Verdict::Struck(Part::Some) if !is_replacement => {
                Some(bytes.slice(..self.fate.below(bytes.len() as u64 + 1) as usize))
            }
            Verdict::Fails { bytes: some } if !is_replacement && some > 0 => {
                Some(bytes.slice(..bytes.len().min(some as usize)))
            }
            Verdict::Struck(Part::None | Part::Some) | Verdict::Fails { .. } => None,
        };
        if let Some(written) = written {
            let mut kept = self.kept();
            let before = kept.objects.insert(path.clone(), written);
            if is_replacement {
                kept.undoable.entry(path.clone()).or_insert(before);
            }
        }
        answer(verdict).map(|()| PutResult {
            e_tag: None,
            version: None,
            extensions: Extensions::default(),
        })
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(failed("nobody puts objects in parts"))
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let object = self.object(path)?;
        let range = range_of(options.range, object.len() as u64)?;
        let bytes = object.slice(range.start as usize..range.end as usize);
        Ok(GetResult {
            payload: GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed()),
            meta: meta_of(path, &object),
            range,
            attributes: Attributes::default(),
            extensions: Extensions::default(),
        })
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let object = self.object(path)?;
        let slices = ranges.iter().map(|range| {
            let range = range_of(Some(GetRange::Bounded(range.clone())), object.len() as u64)?;
            Ok(object.slice(range.start as usize..range.end as usize))
        });
        slices.collect()
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let objects = self.clone();
        paths.map(move |path| objects.delete_one(path?)).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        if !self.fate.may_read() {
            return stream::once(async { Err(failed("the storage gives no answer")) }).boxed();
        }
        let kept = self.kept();
        let below = kept
            .objects
            .iter()
            .filter(|(path, _)| prefix.is_none_or(|prefix| path.prefix_matches(prefix)));
        let metas: Vec<Result<ObjectMeta>> = below.map(|(path, bytes)| Ok(meta_of(path, bytes))).collect();
        stream::iter(metas).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Err(failed("nobody lists folders"))
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(failed("nobody copies objects"))
    }
}

impl fmt::Display for SimObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("simulated objects")
    }
}

impl fmt::Debug for SimObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn range_of(range: Option<GetRange>, length: u64) -> Result<Range<u64>> {
    let range = match range {
        None => 0..length,
        Some(GetRange::Bounded(range)) => range.start..range.end.min(length),
        Some(GetRange::Offset(start)) => start..length,
        Some(GetRange::Suffix(bytes)) => length.saturating_sub(bytes)..length,
    };
    match range.start < range.end || (range.start == 0 && length == 0) {
        true => Ok(range),
        false => Err(failed("the range lies outside the object")),
    }
}

fn meta_of(path: &Path, bytes: &Bytes) -> ObjectMeta {
    ObjectMeta {
        location: path.clone(),
        last_modified: Default::default(),
        size: bytes.len() as u64,
        e_tag: None,
        version: None,
    }
}

fn answer(verdict: Verdict) -> Result<()> {
    match verdict {
        Verdict::Done => Ok(()),
        Verdict::Fails { .. } => Err(failed("the storage fails for now")),
        Verdict::Struck(_) => Err(failed("power is lost")),
    }
}

fn failed(what: &'static str) -> Error {
    Error::Generic {
        store: "simulated objects",
        source: what.into(),
    }
}
