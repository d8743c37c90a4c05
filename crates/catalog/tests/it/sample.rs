//! Records to list.

use catalog::{BlockId, BlockRecord, Catalog};
use clock::Timestamp;

pub(crate) async fn open(folder: &tempfile::TempDir) -> Catalog {
    Catalog::open(&folder.path().join("catalog.sqlite"))
        .await
        .expect("a catalog")
}

pub(crate) fn id(number: u8) -> BlockId {
    BlockId::from_bytes([number; 16])
}

pub(crate) fn record(number: u8) -> BlockRecord {
    let second = |offset: i64| Timestamp::from_seconds(1_767_225_600 + i64::from(number) * 100 + offset);
    BlockRecord {
        id: id(number),
        object_path: format!("blocks/{}.parquet", id(number)),
        format_version: 1,
        created: second(9),
        rows: u32::from(number) * 1_000,
        size_bytes: u64::from(number) << 33,
        start: (second(0), second(4)),
        end_max: number.is_multiple_of(2).then_some(second(5)),
        receipt: (second(6), second(7)),
        positions: vec![0, number, 0xFF],
        quarantined: None,
        rollups_path: None,
    }
}
