-- Sampling rules. Times are nanoseconds since 1970.

CREATE TABLE sampling_rules (
    name TEXT NOT NULL PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    -- The rule's members, serialized by whoever makes it.
    content TEXT NOT NULL,
    created_ns BIGINT NOT NULL,
    modified_ns BIGINT NOT NULL
);

-- One row: how often any rule was made, changed or deleted, and when that last happened.
CREATE TABLE sampling_rule_changes (
    revision BIGINT NOT NULL,
    changed_ns BIGINT NOT NULL
);
INSERT INTO sampling_rule_changes (revision, changed_ns) VALUES (0, 0);
