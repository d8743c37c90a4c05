-- Where a block's roll-ups lie since blocks were lost that they reckoned with; NULL: beside the block, as `blocks/ID.rollups`.
ALTER TABLE blocks ADD COLUMN rollups_path TEXT;
-- Roll-ups of before took back what lay in damaged blocks; no object has this name, so they are made anew.
UPDATE blocks SET rollups_path = 'blocks/' || id || '-step6.rollups' WHERE id IN (
    SELECT superseded.by_block_id FROM superseded JOIN blocks AS lost ON lost.id = superseded.block_id
    WHERE lost.quarantined_ns IS NOT NULL
);
