-- In which generation a report came and a claim last changed (see graph.NodeQuery); 0 where that was not noted yet.

ALTER TABLE report ADD COLUMN came INTEGER NOT NULL DEFAULT 0;
CREATE INDEX report_came ON report (came);
ALTER TABLE claim ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX claim_changed ON claim (changed);
