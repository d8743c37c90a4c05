-- Which trace names which other one in its links, to be found by the other one.
CREATE TABLE links (
    -- Sixteen bytes each.
    other_trace_id BYTEA NOT NULL,
    trace_id BYTEA NOT NULL,
    -- Last receipt of the naming trace when it was written.
    receipt_ns BIGINT NOT NULL,
    PRIMARY KEY (other_trace_id, trace_id)
);
