-- The tables that whence reads and writes. A person looking in wants the views of 002.sql, whose names are plurals.

CREATE TABLE meta (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL -- grows with every change
);
INSERT INTO meta VALUES (1, 1);

CREATE TABLE node (
    n    INTEGER PRIMARY KEY,  -- its number in this file
    pos  INTEGER NOT NULL,     -- its place among all IDs: the first 12 characters of the ID as a number
    id   TEXT NOT NULL,        -- its ID everywhere
    kind TEXT NOT NULL,        -- the ID's first letter: a(ctor), r(eport), t: attribution, e: relation, c(laim)
    time INTEGER               -- by which it is ordered: microseconds since 1970 UTC; null when not told
);
CREATE UNIQUE INDEX node_pos ON node (pos);
CREATE INDEX node_time ON node (kind, time, pos);

CREATE TABLE merged (
    id TEXT PRIMARY KEY,       -- an ID that another node answers to
    n  INTEGER NOT NULL        -- that node
) WITHOUT ROWID;

CREATE TABLE actor (
    n    INTEGER PRIMARY KEY REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    more TEXT NOT NULL         -- JSON: aliases, roles (whom they are of is in link), keys, merged
);
CREATE INDEX actor_type ON actor (type);

CREATE TABLE report (          -- when it was published is node.time
    n        INTEGER PRIMARY KEY REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    given    TEXT NOT NULL,
    url      TEXT NOT NULL,
    title    TEXT NOT NULL,
    language TEXT NOT NULL,
    author   TEXT NOT NULL,
    wire     TEXT NOT NULL,
    credit   TEXT NOT NULL,
    hash     TEXT NOT NULL,
    extra    TEXT NOT NULL,
    text     TEXT NOT NULL
);
CREATE INDEX report_url ON report (url);

CREATE TABLE attribution (
    n          INTEGER PRIMARY KEY REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    stance     TEXT NOT NULL,
    quotation  TEXT NOT NULL,
    confidence REAL NOT NULL,
    evidence   TEXT NOT NULL   -- JSON: source, cue, content
);
CREATE INDEX attribution_stance ON attribution (stance);

CREATE TABLE relation (
    n          INTEGER PRIMARY KEY REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    predicate  TEXT NOT NULL,
    class      TEXT NOT NULL,
    polarity   TEXT NOT NULL,
    modality   TEXT NOT NULL,
    confidence REAL NOT NULL,
    evidence   TEXT NOT NULL   -- JSON
);
CREATE INDEX relation_predicate ON relation (predicate);

CREATE TABLE claim (
    n    INTEGER PRIMARY KEY REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    text TEXT NOT NULL,
    more TEXT NOT NULL         -- JSON: forms, keys, merged
);

CREATE TABLE key (             -- under which the resolver finds actors and claims
    key TEXT NOT NULL,
    n   INTEGER NOT NULL,
    PRIMARY KEY (key, n)
) WITHOUT ROWID;

CREATE TABLE link (            -- every reference of one node to another; they are nowhere else
    from_n INTEGER NOT NULL REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    kind   INTEGER NOT NULL,   -- see link_kind
    ord    INTEGER NOT NULL,   -- among those of this kind from the same node
    to_n   INTEGER NOT NULL REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    report TEXT,               -- the evidence of offices and mentions; of the latter, from_n is the report
    start  INTEGER,
    stop   INTEGER,
    quote  TEXT,
    PRIMARY KEY (from_n, kind, ord, to_n)
) WITHOUT ROWID;
CREATE INDEX link_to ON link (to_n, kind);

CREATE TABLE link_kind (
    kind INTEGER PRIMARY KEY,  -- in the order of the names
    name TEXT NOT NULL UNIQUE
);
INSERT INTO link_kind VALUES
    (10, 'ASSERTED_BY'), (20, 'FROM'), (30, 'HAS'), (40, 'HOLDS'), (50, 'MENTIONS'), (60, 'OBJECT'),
    (70, 'PUBLISHED_BY'), (80, 'READ_IN'), (90, 'REVISES'), (100, 'STATES'), (110, 'SUBJECT'), (120, 'VIA');

-- The words of every node, folded, under its pos. It keeps no text of its own, nor where in it a word stands.
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
