/** `Podl` in ASCII: distinguishes our files from other SQLite files (PRAGMA application_id). */
export const APPLICATION_ID = 0x506f646c;

/** Version of a row in `executions`, raised when the meaning of its columns changes without a migration of old rows. */
export const ROW_VERSION = 1;

/** The statuses with entries in the index `executions_active`; queries repeat the list literally to be allowed to use it. */
export const ACTIVE = `status IN ('QUEUED', 'STARTING', 'RUNNING')`;

/**
 * Entry n takes a database from version n to n + 1 (PRAGMA user_version), in one transaction. Released entries are
 * never edited: a change of the schema is a new entry.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- What a commit costs is the pages it touches, so a new execution touches few: this table and four indexes. A large
  -- program stands apart in programs (code and args are NULL here), so that a change of status does not rewrite it.
  CREATE TABLE executions (
    number INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    -- NULL stands for 'id:<id>', which the id's own uniqueness covers, and costs no entry in an index.
    unique_key TEXT,
    input_hash TEXT,
    status TEXT NOT NULL,
    end_reason TEXT,
    message TEXT,
    exit_code INTEGER,
    signal TEXT,
    language TEXT NOT NULL,
    file_name TEXT NOT NULL,
    labels TEXT NOT NULL,
    limits TEXT NOT NULL,
    last_seq INTEGER,
    output_bytes INTEGER NOT NULL,
    output_truncated INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    cancel_requested_at INTEGER,
    usage TEXT,
    runner TEXT,
    owner TEXT,
    epoch INTEGER NOT NULL,
    code TEXT,
    args TEXT,
    -- 1 while its payload is there and empty; one that is not empty is a row of payloads.
    empty_payload INTEGER NOT NULL,
    hidden INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX executions_by_unique_key ON executions (unique_key) WHERE unique_key IS NOT NULL;
  CREATE INDEX executions_by_caller ON executions (caller, id) WHERE hidden = 0;
  CREATE INDEX executions_by_status ON executions (caller, language, status, id) WHERE hidden = 0;
  CREATE INDEX executions_active ON executions (status, caller, id) WHERE ${ACTIVE};
  CREATE INDEX executions_expiring ON executions (finished_at) WHERE hidden = 0 AND finished_at IS NOT NULL;
  CREATE INDEX executions_hidden ON executions (hidden) WHERE hidden = 1;

  CREATE TABLE programs (number INTEGER PRIMARY KEY, code TEXT NOT NULL, args TEXT NOT NULL);

  -- files: JSON array of {path, bytes}; contents: their bytes one after the other.
  CREATE TABLE payloads (
    number INTEGER PRIMARY KEY,
    stdin TEXT NOT NULL,
    env TEXT NOT NULL,
    files TEXT NOT NULL,
    contents BLOB NOT NULL
  );

  -- key: the execution's number in the upper, seq in the lower 32 bits. A table by rowid keeps texts up to a page
  -- within the page; one by (number, seq) without rowid moves them out from 1,000 bytes on and halves the speed.
  CREATE TABLE chunks (key INTEGER PRIMARY KEY, stream TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL);

  -- One row for each label of each execution that is not hidden, kept by the triggers below.
  CREATE TABLE labels (
    caller TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (caller, name, value, language, status, id)
  ) WITHOUT ROWID;
  CREATE INDEX labels_by_execution ON labels (number);
  CREATE TRIGGER labels_added AFTER INSERT ON executions WHEN new.labels <> '[]' BEGIN
    INSERT INTO labels (caller, name, value, language, status, id, number)
      SELECT DISTINCT new.caller, value ->> '$.name', value ->> '$.value', new.language, new.status, new.id, new.number
      FROM json_each(new.labels);
  END;
  CREATE TRIGGER labels_moved AFTER UPDATE OF status ON executions WHEN new.labels <> '[]' BEGIN
    UPDATE labels SET status = new.status WHERE number = new.number;
  END;
  CREATE TRIGGER labels_removed AFTER UPDATE OF hidden ON executions WHEN new.labels <> '[]' BEGIN
    DELETE FROM labels WHERE number = new.number;
  END;

  -- The maximum distance between an execution's createdAt and the time in its id, where that is beyond what is usual.
  CREATE TABLE skew (one INTEGER PRIMARY KEY CHECK (one = 1), ms INTEGER NOT NULL);
  INSERT INTO skew (one, ms) VALUES (1, 0);
  `,
  `
  -- How many bytes of stdin an execution of before was given is not known once its payload is erased.
  ALTER TABLE executions ADD COLUMN stdin_open INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE executions ADD COLUMN stdin_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE executions ADD COLUMN stdin_closed INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE executions ADD COLUMN stdin_read INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE executions ADD COLUMN last_stdin_write TEXT;
  ALTER TABLE executions ADD COLUMN interrupts INTEGER NOT NULL DEFAULT 0;

  -- Writes to an open stdin that the program has not read: one row each, at the offset where it begins.
  CREATE TABLE stdin (number INTEGER NOT NULL, offset INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (number, offset))
    WITHOUT ROWID;
  `,
  `
  -- What a DISPLAY chunk displays, as JSON; NULL in all others, where it costs a byte of the row's head.
  ALTER TABLE chunks ADD COLUMN display TEXT;
  `,
  `
  ALTER TABLE executions ADD COLUMN session_id TEXT;
  ALTER TABLE executions ADD COLUMN context TEXT;
  CREATE INDEX executions_by_session ON executions (session_id, id) WHERE session_id IS NOT NULL AND hidden = 0;
  DROP INDEX executions_active;
  CREATE INDEX executions_active ON executions (status, session_id, caller, id) WHERE ${ACTIVE};

  -- record: the whole as JSON; sessions are few, and none of their fields is large.
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL,
    caller TEXT NOT NULL AS (record ->> '$.caller'),
    unique_key TEXT NOT NULL AS (record ->> '$.uniqueKey'),
    status TEXT NOT NULL AS (record ->> '$.status'),
    ended_at INTEGER AS (record ->> '$.endedAt')
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX sessions_by_unique_key ON sessions (unique_key);
  CREATE INDEX sessions_by_caller ON sessions (caller, id);
  CREATE INDEX sessions_by_status ON sessions (caller, status, id);
  CREATE INDEX sessions_open ON sessions (status) WHERE status IN ('STARTING', 'IDLE', 'BUSY');
  CREATE INDEX sessions_expiring ON sessions (ended_at) WHERE ended_at IS NOT NULL;
  `,
  `
  -- NULL stands for every file, and for no files.
  ALTER TABLE executions ADD COLUMN output_files TEXT;
  ALTER TABLE executions ADD COLUMN left_files TEXT;
  ALTER TABLE executions ADD COLUMN omitted_files TEXT;

  -- What is in the files that programs left, in pieces of up to 256 KiB, each once for an execution.
  CREATE TABLE file_pieces (number INTEGER NOT NULL, hash BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (number, hash));
  `,
];
