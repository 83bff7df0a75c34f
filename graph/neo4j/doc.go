// Package neo4j keeps a graph in a Neo4j database (5.26 or later, Community is enough), so that people can look at it
// and walk it with Neo4j's own tools, and several programs can share it.
//
//	s, err := neo4j.Open(ctx, "neo4j://user:password@localhost:7687/neo4j")
//
// The database is the store's alone: one that holds anything else is refused. What is in it reads like this:
//
//	(:Report)-[:PUBLISHED_BY]->(:Actor:Outlet)   (:Report)-[:MENTIONS {quote}]->(:Actor)   (:Report)-[:REVISES]->(:Report)
//	(:Report)-[:HAS]->(:Attribution)-[:FROM]->(:Actor)   (:Attribution)-[:STATES]->(:Claim)   (:Attribution)-[:VIA]->(:Attribution)
//	(:Relation)-[:SUBJECT|OBJECT]->(:Actor)   (:Relation)-[:ASSERTED_BY]->(:Attribution)   (:Relation)-[:READ_IN]->(:Report)
//	(:Actor)-[:HOLDS {title, quote}]->(:Actor)   (:Former {id})-[:NOW]->(:Actor|Claim)
//
// An actor has a second label for its type. Former is an ID that was merged. For people, and answered by no method,
// more is drawn from these (see draw.go), so that MATCH p=(:Claim)-[:REPORTED_BY]->()-[:CITED*0..]->(:Actor) RETURN p
// shows the chains of a claim:
//
//	(:Claim)-[:REPORTED_BY {attribution}]->(:Actor)-[:CITED {claim, attribution}]->(:Actor)
//	(:Claim)-[:DENIED_BY {attribution}]->(:Actor)
//	(:Actor)-[:INVITED {relation, polarity, modality, assertedBy, evidence}]->(:Actor)     by the relation's predicate
//
// What a field holds is a property or, where a property cannot hold it, JSON in one (evidence, roles); what it refers
// to is a relationship. Properties that are only there to be searched by: words (the folded text), keyed (hashes of
// keys or of the URL), fingerprint (of all that was put; equal means that there is nothing to write), published of
// what stands in a report, first of a claim.
//
// Neo4j isolates statements little: a query may see half of what another transaction is just committing. So each
// transaction here first takes a lock on the one (:Whence) node: a Put alone, readers together (see lock.go). Thus
// every read is whole, a Put waits for the reads under way and they for it, and nothing is held while a caller thinks.
package neo4j
