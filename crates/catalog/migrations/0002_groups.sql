-- Groups, and which expression of them was in force when. Times are nanoseconds since 1970.

CREATE TABLE trace_groups (
    -- The number of its first version; 0 is Default, the group of everything, which has no versions.
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    arn TEXT NOT NULL UNIQUE,
    -- NULL on Default only.
    filter_expression TEXT,
    insights_enabled BOOLEAN NOT NULL,
    notifications_enabled BOOLEAN NOT NULL,
    created_ns BIGINT NOT NULL,
    modified_ns BIGINT NOT NULL,
    -- Grows with each change, so that of two changes that know the same record only one is made.
    revision BIGINT NOT NULL
);

-- Never deleted, so that what was counted under a number is known for what it is, also after its group is gone.
CREATE TABLE group_versions (
    number BIGINT NOT NULL PRIMARY KEY,
    group_id BIGINT NOT NULL,
    filter_expression TEXT NOT NULL,
    -- In force from here, inclusive, until there, exclusive; NULL while it is.
    from_ns BIGINT NOT NULL,
    until_ns BIGINT
);

-- One row: the last number given to a version. It only grows.
CREATE TABLE last_group_version (
    number BIGINT NOT NULL
);
INSERT INTO last_group_version (number) VALUES (0);

CREATE TABLE tags (
    resource_arn TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (resource_arn, tag_key)
);
