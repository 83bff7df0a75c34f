// What the store needs of a database, each statement idempotent and ended by a semicolon at the end of a line.

CREATE CONSTRAINT whence_one IF NOT EXISTS FOR (n:Whence) REQUIRE n.singleton IS UNIQUE;
CREATE CONSTRAINT whence_report IF NOT EXISTS FOR (n:Report) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_actor IF NOT EXISTS FOR (n:Actor) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_attribution IF NOT EXISTS FOR (n:Attribution) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_claim IF NOT EXISTS FOR (n:Claim) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_relation IF NOT EXISTS FOR (n:Relation) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_former IF NOT EXISTS FOR (n:Former) REQUIRE n.id IS UNIQUE;

CREATE INDEX whence_report_published IF NOT EXISTS FOR (n:Report) ON (n.published);
CREATE INDEX whence_attribution_published IF NOT EXISTS FOR (n:Attribution) ON (n.published);
CREATE INDEX whence_relation_published IF NOT EXISTS FOR (n:Relation) ON (n.published);
CREATE INDEX whence_claim_first IF NOT EXISTS FOR (n:Claim) ON (n.first);

// In which generation a report came, and a claim last changed.
CREATE INDEX whence_report_came IF NOT EXISTS FOR (n:Report) ON (n.came);
CREATE INDEX whence_claim_changed IF NOT EXISTS FOR (n:Claim) ON (n.changed);

// Drawn edges are found again by the attribution that they are drawn for.
CREATE INDEX whence_cited IF NOT EXISTS FOR ()-[r:CITED]-() ON (r.drawnFor);
CREATE INDEX whence_reported_by IF NOT EXISTS FOR ()-[r:REPORTED_BY]-() ON (r.drawnFor);
CREATE INDEX whence_denied_by IF NOT EXISTS FOR ()-[r:DENIED_BY]-() ON (r.drawnFor);

// Words are folded before they come here, and keys are hashes: whitespace is all there is to split at. It is one index
// for all kinds, because each index makes every commit slower; keyed begins with the kind.
CREATE FULLTEXT INDEX whence_words IF NOT EXISTS FOR (n:Report|Actor|Attribution|Claim|Relation) ON EACH [n.words, n.keyed] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}};
