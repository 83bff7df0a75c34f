-- When the store got a report: microseconds since 1970 UTC; null when nobody noted it. Reports have keys since then, too (see
-- graph.FindKeys): those of the reports that are there are written by the program that upgrades the file.

ALTER TABLE report ADD COLUMN ingested INTEGER;
