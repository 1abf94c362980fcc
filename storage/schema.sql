-- Written by `python -m aggregator.store.schema` from the migrations; a test holds the two equal.

CREATE TRIGGER article_added AFTER INSERT ON article BEGIN INSERT INTO article_search (rowid, title, text) VALUES (new.id, new.title, new.text); END;

CREATE TRIGGER article_edited AFTER UPDATE OF title, text ON article BEGIN INSERT INTO article_search (article_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text); INSERT INTO article_search (rowid, title, text) VALUES (new.id, new.title, new.text); END;

CREATE TRIGGER article_removed AFTER DELETE ON article BEGIN INSERT INTO article_search (article_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text); END;

CREATE TABLE article (
    id INTEGER NOT NULL, 
    url TEXT NOT NULL, 
    outlet TEXT NOT NULL, 
    title TEXT NOT NULL, 
    text TEXT NOT NULL, 
    byline TEXT NOT NULL, 
    language TEXT NOT NULL, 
    published DATETIME, 
    first_seen DATETIME, 
    links JSON NOT NULL, 
    canonical TEXT, 
    quality TEXT NOT NULL, 
    reason TEXT NOT NULL, 
    attributed BOOLEAN NOT NULL, 
    clustered BOOLEAN NOT NULL, 
    PRIMARY KEY (id), 
    UNIQUE (url)
);

CREATE VIRTUAL TABLE article_search USING fts5(title, text, content='article', content_rowid='id', tokenize='unicode61 remove_diacritics 2');

CREATE TABLE attribution (
    article BIGINT NOT NULL, 
    place INTEGER NOT NULL, 
    outlet TEXT NOT NULL, 
    role TEXT NOT NULL, 
    detail JSON NOT NULL, 
    PRIMARY KEY (article, place)
);

CREATE TABLE band (
    kind SMALLINT NOT NULL, 
    "key" BIGINT NOT NULL, 
    second BIGINT NOT NULL, 
    article BIGINT NOT NULL, 
    PRIMARY KEY (kind, "key", second, article)
)
 WITHOUT ROWID

;

CREATE TABLE chore (
    name TEXT NOT NULL, 
    done_at DATETIME NOT NULL, 
    PRIMARY KEY (name)
)
 WITHOUT ROWID

;

CREATE TABLE cluster (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    size INTEGER NOT NULL, 
    first FLOAT, 
    last FLOAT, 
    merged_into BIGINT, 
    unresolved BOOLEAN NOT NULL, 
    unswept BOOLEAN NOT NULL
);

CREATE TABLE correction (
    id INTEGER NOT NULL, 
    at DATETIME NOT NULL, 
    kind TEXT NOT NULL, 
    detail JSON NOT NULL, 
    undone_at DATETIME, 
    PRIMARY KEY (id)
);

CREATE TABLE entry (
    id INTEGER NOT NULL, 
    feed TEXT NOT NULL, 
    "key" TEXT NOT NULL, 
    url TEXT, 
    title TEXT NOT NULL, 
    summary TEXT NOT NULL, 
    content TEXT NOT NULL, 
    published DATETIME, 
    published_raw TEXT NOT NULL, 
    author TEXT NOT NULL, 
    language TEXT, 
    source_name TEXT NOT NULL, 
    source_url TEXT NOT NULL, 
    first_seen DATETIME NOT NULL, 
    revised_at DATETIME, 
    revisions INTEGER NOT NULL, 
    next_try DATETIME, 
    tries INTEGER NOT NULL, 
    article BIGINT, left_at DATETIME, 
    PRIMARY KEY (id), 
    CONSTRAINT uq_entry_feed_key UNIQUE (feed, "key")
);

CREATE TABLE event (
    id INTEGER NOT NULL, 
    at DATETIME NOT NULL, 
    kind TEXT NOT NULL, 
    cluster BIGINT NOT NULL, 
    detail JSON NOT NULL, 
    PRIMARY KEY (id)
);

CREATE TABLE feed_state (
    feed TEXT NOT NULL, 
    etag TEXT, 
    last_modified TEXT, 
    validated_at DATETIME, 
    body_hash TEXT, 
    interval FLOAT NOT NULL, 
    next_due DATETIME, 
    last_attempt DATETIME, 
    last_success DATETIME, 
    failures INTEGER NOT NULL, 
    error TEXT, 
    wait_until DATETIME, 
    gone_since DATETIME, 
    moved_to TEXT, 
    moved_since DATETIME, 
    moved_polls INTEGER NOT NULL, 
    link_keys BOOLEAN NOT NULL, 
    ttl FLOAT NOT NULL, 
    skip_hours INTEGER NOT NULL, 
    PRIMARY KEY (feed)
);

CREATE TABLE fingerprint (
    article INTEGER NOT NULL, 
    "when" FLOAT, 
    language TEXT NOT NULL, 
    outlet TEXT NOT NULL, 
    brief BOOLEAN NOT NULL, 
    shingles INTEGER NOT NULL, 
    signature BLOB NOT NULL, 
    vector BLOB NOT NULL, 
    names BLOB NOT NULL, 
    terms TEXT NOT NULL, 
    name_forms TEXT NOT NULL, 
    credits TEXT NOT NULL, 
    kinds TEXT NOT NULL, 
    headline TEXT NOT NULL, 
    halves BLOB NOT NULL, 
    PRIMARY KEY (article)
);

CREATE TABLE form (
    name TEXT NOT NULL, 
    form TEXT NOT NULL, 
    PRIMARY KEY (name)
)
 WITHOUT ROWID

;

CREATE TABLE host_pause (
    host TEXT NOT NULL, 
    until DATETIME NOT NULL, 
    PRIMARY KEY (host)
);

CREATE TABLE membership (
    article INTEGER NOT NULL, 
    cluster BIGINT NOT NULL, 
    level TEXT NOT NULL, 
    partner BIGINT, 
    score FLOAT NOT NULL, 
    PRIMARY KEY (article)
);

CREATE TABLE mention (
    article BIGINT NOT NULL, 
    cluster BIGINT NOT NULL, 
    score FLOAT NOT NULL, 
    PRIMARY KEY (article, cluster)
)
 WITHOUT ROWID

;

CREATE TABLE origin (
    cluster BIGINT NOT NULL, 
    state TEXT NOT NULL, 
    outlet TEXT, 
    detail JSON NOT NULL, 
    resolved_at DATETIME NOT NULL, 
    PRIMARY KEY (cluster)
);

CREATE TABLE poll (
    id INTEGER NOT NULL, 
    feed TEXT NOT NULL, 
    at DATETIME NOT NULL, 
    outcome TEXT NOT NULL, 
    status INTEGER, 
    size INTEGER NOT NULL, 
    added INTEGER NOT NULL, 
    detail TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE TABLE robots (
    host TEXT NOT NULL, 
    lines TEXT, 
    until DATETIME NOT NULL, 
    PRIMARY KEY (host)
);

CREATE TABLE sentence (
    "key" BIGINT NOT NULL, 
    titles INTEGER NOT NULL, 
    title BIGINT NOT NULL, 
    day INTEGER NOT NULL, 
    PRIMARY KEY ("key")
)
 WITHOUT ROWID

;

CREATE TABLE strand (
    cluster BIGINT NOT NULL, 
    language TEXT NOT NULL, 
    size INTEGER NOT NULL, 
    weight FLOAT NOT NULL, 
    total BLOB NOT NULL, 
    names BLOB NOT NULL, 
    "when" FLOAT, 
    spread FLOAT NOT NULL, 
    PRIMARY KEY (cluster, language)
)
 WITHOUT ROWID

;

CREATE TABLE tie (
    correction BIGINT NOT NULL, 
    one BIGINT NOT NULL, 
    other BIGINT NOT NULL, 
    together BOOLEAN NOT NULL, 
    PRIMARY KEY (correction, one, other)
)
 WITHOUT ROWID

;

CREATE TABLE verdict (
    correction BIGINT NOT NULL, 
    cluster BIGINT NOT NULL, 
    outlet TEXT NOT NULL, 
    name TEXT NOT NULL, 
    pinned BOOLEAN NOT NULL, 
    url TEXT, 
    PRIMARY KEY (correction)
)
 WITHOUT ROWID

;

CREATE TABLE vocabulary (
    language TEXT NOT NULL, 
    term BIGINT NOT NULL, 
    documents INTEGER NOT NULL, 
    PRIMARY KEY (language, term)
)
 WITHOUT ROWID

;

CREATE INDEX ix_article_first_seen ON article (first_seen);

CREATE INDEX ix_article_outlet ON article (outlet, first_seen);

CREATE INDEX ix_article_queue ON article (attributed, clustered, id);

CREATE INDEX ix_attribution_outlet ON attribution (outlet);

CREATE INDEX ix_cluster_unresolved ON cluster (unresolved);

CREATE INDEX ix_cluster_unswept ON cluster (unswept);

CREATE INDEX ix_entry_article ON entry (article);

CREATE INDEX ix_entry_carried ON entry (feed) WHERE left_at IS NULL;

CREATE INDEX ix_entry_next_try ON entry (next_try, id);

CREATE INDEX ix_entry_url ON entry (url);

CREATE INDEX ix_event_cluster ON event (cluster);

CREATE INDEX ix_feed_state_next_due ON feed_state (next_due);

CREATE INDEX ix_membership_cluster ON membership (cluster);

CREATE INDEX ix_mention_cluster ON mention (cluster);

CREATE INDEX ix_origin_outlet ON origin (outlet);

CREATE INDEX ix_poll_feed ON poll (feed, id);

CREATE INDEX ix_tie_one ON tie (one);

CREATE INDEX ix_tie_other ON tie (other);
