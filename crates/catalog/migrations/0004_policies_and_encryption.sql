-- Resource policies and the encryption setting. Times are nanoseconds since 1970.

CREATE TABLE resource_policies (
    name TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    -- How often this policy was put, from 1.
    revision BIGINT NOT NULL,
    updated_ns BIGINT NOT NULL
);

-- One row: how often any policy was put or deleted.
CREATE TABLE resource_policy_changes (
    revision BIGINT NOT NULL
);
INSERT INTO resource_policy_changes (revision) VALUES (0);

-- One row: the setting that was put last. A key only with KMS.
CREATE TABLE encryption (
    kind TEXT NOT NULL,
    key_arn TEXT,
    changed_ns BIGINT NOT NULL
);
INSERT INTO encryption (kind, key_arn, changed_ns) VALUES ('NONE', NULL, 0);
