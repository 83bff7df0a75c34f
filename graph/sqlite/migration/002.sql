-- The graph as a person would ask for it, with IDs, names and dates. whence itself never reads these.

CREATE VIEW reports AS
    SELECT node.id, strftime('%FT%T', node.time / 1000000, 'unixepoch') AS published, outlet.name AS outlet,
        report.title, report.url, report.text, report.language, report.author, report.wire, report.credit,
        report.given, report.hash, report.extra, node.n
    FROM report JOIN node USING (n)
    LEFT JOIN link ON link.from_n = report.n AND link.kind = 70
    LEFT JOIN actor AS outlet ON outlet.n = link.to_n;

CREATE VIEW actors AS
    SELECT node.id, actor.type, actor.name, actor.more ->> '$.aliases' AS aliases, node.n
    FROM actor JOIN node USING (n);

CREATE VIEW roles AS
    SELECT actor.name AS actor_name, json_extract(role.value, '$.title') AS title, of_actor.name AS of_name,
        json_extract(role.value, '$.evidence[0].quote') AS evidence, json_extract(role.value, '$.evidence[0].report') AS report,
        node.id AS actor, of_node.id AS of_actor
    FROM actor JOIN node USING (n), json_each(actor.more, '$.roles') AS role
    LEFT JOIN link ON link.from_n = actor.n AND link.kind = 40 AND link.ord = role.key
    LEFT JOIN actor AS of_actor ON of_actor.n = link.to_n
    LEFT JOIN node AS of_node ON of_node.n = link.to_n;

CREATE VIEW mentions AS
    SELECT report.id AS report, link.ord, actor.name AS actor_name, link.quote, link.start, link.stop, node.id AS actor
    FROM link JOIN node AS report ON report.n = link.from_n JOIN node ON node.n = link.to_n JOIN actor ON actor.n = link.to_n
    WHERE link.kind = 50;

CREATE VIEW claims AS
    SELECT node.id, strftime('%FT%T', node.time / 1000000, 'unixepoch') AS first, claim.text,
        (SELECT count(*) FROM link WHERE link.to_n = claim.n AND link.kind = 100) AS attributions, node.n
    FROM claim JOIN node USING (n);

CREATE VIEW attributions AS
    SELECT node.id, report.id AS report, has.ord,
        (SELECT group_concat(actor.name, ', ') FROM link JOIN actor ON actor.n = link.to_n WHERE link.from_n = node.n AND link.kind = 20) AS sources,
        attribution.stance, claim.text AS claim_text, attribution.quotation,
        json_extract(attribution.evidence, '$.cue[0].quote') AS cue, json_extract(attribution.evidence, '$.content[0].quote') AS content,
        outer_node.id AS via, claim_node.id AS claim, attribution.confidence, node.n
    FROM attribution JOIN node USING (n)
    JOIN link AS has ON has.to_n = node.n AND has.kind = 30 JOIN node AS report ON report.n = has.from_n
    JOIN link AS states ON states.from_n = node.n AND states.kind = 100
    JOIN claim ON claim.n = states.to_n JOIN node AS claim_node ON claim_node.n = states.to_n
    LEFT JOIN link AS via ON via.from_n = node.n AND via.kind = 120 LEFT JOIN node AS outer_node ON outer_node.n = via.to_n;

CREATE VIEW relations AS
    SELECT node.id, subject.name AS subject, relation.predicate, object.name AS object, relation.polarity, relation.modality,
        relation.class, json_extract(relation.evidence, '$[0].quote') AS evidence, report.id AS report, attribution.id AS asserted_by,
        relation.confidence, node.n
    FROM relation JOIN node USING (n)
    JOIN link AS s ON s.from_n = node.n AND s.kind = 110 JOIN actor AS subject ON subject.n = s.to_n
    JOIN link AS o ON o.from_n = node.n AND o.kind = 60 JOIN actor AS object ON object.n = o.to_n
    JOIN link AS r ON r.from_n = node.n AND r.kind = 80 JOIN node AS report ON report.n = r.to_n
    LEFT JOIN link AS a ON a.from_n = node.n AND a.kind = 10 LEFT JOIN node AS attribution ON attribution.n = a.to_n;

CREATE VIEW edges AS
    SELECT link_kind.name AS kind, a.id AS from_id, b.id AS to_id, link.ord, link.quote
    FROM link JOIN link_kind USING (kind) JOIN node AS a ON a.n = link.from_n JOIN node AS b ON b.n = link.to_n;

-- A chain is walked from reported_by, of a claim, through cited, of the same claim:
-- who reported it, whom they cited, whom those cited.

CREATE VIEW reported_by AS -- by the sources of the attributions that are via no other
    SELECT claim_node.id AS claim, claim.text, source.name AS actor_name, attribution.stance, report.id AS report,
        node.id AS attribution, source_node.id AS actor
    FROM attribution JOIN node USING (n)
    JOIN link AS states ON states.from_n = node.n AND states.kind = 100
    JOIN claim ON claim.n = states.to_n JOIN node AS claim_node ON claim_node.n = states.to_n
    JOIN link AS has ON has.to_n = node.n AND has.kind = 30 JOIN node AS report ON report.n = has.from_n
    JOIN link AS said ON said.from_n = node.n AND said.kind = 20
    JOIN actor AS source ON source.n = said.to_n JOIN node AS source_node ON source_node.n = said.to_n
    WHERE attribution.stance <> 'denies' AND NOT EXISTS (SELECT 1 FROM link AS via WHERE via.from_n = node.n AND via.kind = 120);

CREATE VIEW denied_by AS
    SELECT claim_node.id AS claim, claim.text, source.name AS actor_name, report.id AS report, node.id AS attribution,
        source_node.id AS actor
    FROM attribution JOIN node USING (n)
    JOIN link AS states ON states.from_n = node.n AND states.kind = 100
    JOIN claim ON claim.n = states.to_n JOIN node AS claim_node ON claim_node.n = states.to_n
    JOIN link AS has ON has.to_n = node.n AND has.kind = 30 JOIN node AS report ON report.n = has.from_n
    JOIN link AS said ON said.from_n = node.n AND said.kind = 20
    JOIN actor AS source ON source.n = said.to_n JOIN node AS source_node ON source_node.n = said.to_n
    WHERE attribution.stance = 'denies' AND NOT EXISTS (SELECT 1 FROM link AS via WHERE via.from_n = node.n AND via.kind = 120);

CREATE VIEW cited AS -- the sources of an attribution cited those of the one that is via it
    SELECT claim_node.id AS claim, claim.text, citing.name AS actor_name, source.name AS cited_name, attribution.stance,
        citing_node.id AS actor, source_node.id AS cited, node.id AS attribution
    FROM link AS via JOIN node ON node.n = via.from_n JOIN attribution ON attribution.n = via.from_n
    JOIN link AS states ON states.from_n = node.n AND states.kind = 100
    JOIN claim ON claim.n = states.to_n JOIN node AS claim_node ON claim_node.n = states.to_n
    JOIN link AS outer_said ON outer_said.from_n = via.to_n AND outer_said.kind = 20
    JOIN actor AS citing ON citing.n = outer_said.to_n JOIN node AS citing_node ON citing_node.n = outer_said.to_n
    JOIN link AS said ON said.from_n = node.n AND said.kind = 20
    JOIN actor AS source ON source.n = said.to_n JOIN node AS source_node ON source_node.n = said.to_n
    WHERE via.kind = 120;
