//! Blocks, and marks on their rows.

use clock::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::{BlockId, BlockRecord, Catalog, CatalogError, LinkRecord, SupersededRow, links};

impl Catalog {
    /// Lists a block, marks the rows of older blocks of which it holds a higher writing, and keeps the links of its
    /// traces: all or nothing.
    ///
    /// # Errors
    /// [`CatalogError::Statement`], also where a marked block is not listed.
    pub async fn list_block(
        &self,
        block: &BlockRecord,
        superseded: &[(BlockId, u32)],
        links: &[LinkRecord],
    ) -> Result<(), CatalogError> {
        let failed = CatalogError::in_attempt("list a block");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        insert_block(&mut transaction, block).await.map_err(&failed)?;
        for (older, row) in superseded {
            insert_mark(&mut transaction, (*older, *row), block.id)
                .await
                .map_err(&failed)?;
        }
        for link in links {
            links::insert(&mut transaction, link).await.map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }

    /// Every listed block, in the order of their writing.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] and [`CatalogError::Malformed`].
    pub async fn blocks(&self) -> Result<Vec<BlockRecord>, CatalogError> {
        let rows = sqlx::query("SELECT * FROM blocks ORDER BY created_ns, id")
            .fetch_all(&self.pool)
            .await;
        let rows = rows.map_err(CatalogError::in_attempt("read the list of blocks"))?;
        rows.iter().map(BlockRecord::from_row).collect()
    }

    /// Every mark.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] and [`CatalogError::Malformed`].
    pub async fn superseded(&self) -> Result<Vec<SupersededRow>, CatalogError> {
        let rows = sqlx::query("SELECT block_id, row_number, by_block_id FROM superseded");
        let rows = rows.fetch_all(&self.pool).await;
        let rows = rows.map_err(CatalogError::in_attempt("read the marks on superseded rows"))?;
        rows.iter().map(SupersededRow::from_row).collect()
    }

    /// Takes blocks off the list, with the marks on their rows: all or nothing. Absent ones count as removed.
    /// Marks that they made on rows of other blocks stay.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn remove_blocks(&self, blocks: &[BlockId]) -> Result<(), CatalogError> {
        let failed = CatalogError::in_attempt("remove blocks");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        for block in blocks {
            let delete = sqlx::query("DELETE FROM blocks WHERE id = $1").bind(block.to_string());
            delete.execute(&mut *transaction).await.map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }

    /// Lists a block in the place of others, whose rows it holds: the marks on them go, those that they made are its own
    /// now, and some of its own rows, by number, have been superseded by blocks that stay. All or nothing.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn replace_blocks(
        &self,
        replaced: &[BlockId],
        block: &BlockRecord,
        superseded: &[(u32, BlockId)],
    ) -> Result<(), CatalogError> {
        let failed = CatalogError::in_attempt("replace blocks");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        insert_block(&mut transaction, block).await.map_err(&failed)?;
        for old in replaced {
            let delete = sqlx::query("DELETE FROM blocks WHERE id = $1").bind(old.to_string());
            delete.execute(&mut *transaction).await.map_err(&failed)?;
            let take_over = "UPDATE superseded SET by_block_id = $1 WHERE by_block_id = $2";
            let take_over = sqlx::query(take_over)
                .bind(block.id.to_string())
                .bind(old.to_string());
            take_over.execute(&mut *transaction).await.map_err(&failed)?;
        }
        for (row, by) in superseded {
            insert_mark(&mut transaction, (block.id, *row), *by)
                .await
                .map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }

    /// Notes that blocks are damaged, each the first time that it is found so, and where the roll-ups of other blocks
    /// lie from now on, which reckoned with those: all or nothing.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn quarantine_blocks(
        &self,
        blocks: &[BlockId],
        now: Timestamp,
        rollups: &[(BlockId, String)],
    ) -> Result<(), CatalogError> {
        let failed = CatalogError::in_attempt("quarantine a block");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        for block in blocks {
            let note = "UPDATE blocks SET quarantined_ns = $1 WHERE id = $2 AND quarantined_ns IS NULL";
            let note = sqlx::query(note).bind(now.as_nanos()).bind(block.to_string());
            note.execute(&mut *transaction).await.map_err(&failed)?;
        }
        for (block, path) in rollups {
            let place = sqlx::query("UPDATE blocks SET rollups_path = $1 WHERE id = $2");
            let place = place.bind(path).bind(block.to_string());
            place.execute(&mut *transaction).await.map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }
}

async fn insert_mark(
    transaction: &mut Transaction<'_, Sqlite>,
    (block, row): (BlockId, u32),
    by: BlockId,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO superseded (block_id, row_number, by_block_id) VALUES ($1, $2, $3)")
        .bind(block.to_string())
        .bind(i64::from(row))
        .bind(by.to_string())
        .execute(&mut **transaction)
        .await
        .map(|_| ())
}

async fn insert_block(
    transaction: &mut Transaction<'_, Sqlite>,
    block: &BlockRecord,
) -> Result<(), sqlx::Error> {
    let insert = "INSERT INTO blocks (id, object_path, format_version, created_ns, row_count, size_bytes, \
                  start_min_ns, start_max_ns, end_max_ns, receipt_min_ns, receipt_max_ns, positions, quarantined_ns, \
                  rollups_path) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    sqlx::query(insert)
        .bind(block.id.to_string())
        .bind(&block.object_path)
        .bind(i64::from(block.format_version))
        .bind(block.created.as_nanos())
        .bind(i64::from(block.rows))
        .bind(i64::try_from(block.size_bytes).unwrap_or(i64::MAX))
        .bind(block.start.0.as_nanos())
        .bind(block.start.1.as_nanos())
        .bind(block.end_max.map(Timestamp::as_nanos))
        .bind(block.receipt.0.as_nanos())
        .bind(block.receipt.1.as_nanos())
        .bind(&block.positions)
        .bind(block.quarantined.map(Timestamp::as_nanos))
        .bind(&block.rollups_path)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
