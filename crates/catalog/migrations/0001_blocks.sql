-- Plain SQL that SQLite and PostgreSQL both read. Times are nanoseconds since 1970.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);

-- What is listed here is stored; an object that is not listed is none of ours.
CREATE TABLE blocks (
    id TEXT NOT NULL PRIMARY KEY,
    object_path TEXT NOT NULL,
    format_version BIGINT NOT NULL,
    created_ns BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    start_min_ns BIGINT NOT NULL,
    start_max_ns BIGINT NOT NULL,
    end_max_ns BIGINT,
    receipt_min_ns BIGINT NOT NULL,
    receipt_max_ns BIGINT NOT NULL,
    -- The journal positions of its documents: a 64-bit Roaring bitmap in the portable format.
    positions BYTEA NOT NULL,
    -- When it was found damaged; such a block is kept out of answers and never removed.
    quarantined_ns BIGINT
);

-- Rows of which a later block holds a higher writing. The later block may be gone; a mark goes with its own block.
CREATE TABLE superseded (
    block_id TEXT NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
    row_number BIGINT NOT NULL,
    by_block_id TEXT NOT NULL,
    PRIMARY KEY (block_id, row_number, by_block_id)
);
