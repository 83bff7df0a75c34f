package neo4j

import (
	"context"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/whence-graph/whence/graph"
)

// Neo4j holds the locks of a transaction until all that it has committed can be seen. Two of them are used here
// as one lock that readers share and a writer has alone:
//
//   - MERGE on a unique property locks the index entry of the value that it finds, shared;
//   - giving a unique property a value locks the index entry of that value, alone. Setting the value that is there
//     already does not, so it is taken away first.
const (
	lockShared = planned + `MERGE (w:Whence {singleton: 1})
WITH w
CALL (w) {
  UNWIND $p.ids AS id
  MATCH (f:Former {id: id}) USING INDEX SEEK f:Former(id)
  MATCH (f)-[:NOW]->(n)
  RETURN collect([id, n.id]) AS now
}
RETURN w.generation AS generation, now`

	lockAlone = planned + `MATCH (w:Whence)
SET w.singleton = 0
SET w.singleton = 1
WITH w.generation AS generation
`
)

// A transaction that has lost its client is ended by the server after this time, so that it locks nobody out for ever.
const longest = 10 * time.Minute

// planned begins a statement that the server is to plan once, not again whenever the graph has grown: one that says
// itself where to start.
const planned = "CYPHER replan=skip "

// tx runs statements in a transaction.
type tx struct {
	transaction interface {
		Run(context.Context, string, map[string]any) (neo4j.ResultWithContext, error)
	}
}

// run runs a statement, in which $p.name is the parameter of the name. They are one to the server, as it would plan
// the statement for every combination of the sizes of lists.
func (t tx) run(ctx context.Context, cypher string, params map[string]any) ([]*neo4j.Record, error) {
	result, err := t.transaction.Run(ctx, cypher, map[string]any{"p": params})
	if err != nil {
		return nil, err
	}
	return result.Collect(ctx)
}

type access func(neo4j.SessionWithContext, context.Context, neo4j.ManagedTransactionWork, ...func(*neo4j.TransactionConfig)) (any, error)

var (
	reading access = neo4j.SessionWithContext.ExecuteRead
	writing access = neo4j.SessionWithContext.ExecuteWrite
)

// transact runs the work in one transaction, again when the server asks for it or is away. The context ends the work
// at any time, but not the commit after it, which has time of its own: so who is told of a cancellation knows that nothing
// was written.
func (s *Store) transact(ctx context.Context, how access, work func(context.Context, tx) error) error {
	if !s.enter() {
		return s.closed()
	}
	defer s.busy.Done()
	if err := ctx.Err(); err != nil {
		return err
	}
	until, end := context.WithCancel(ctx)
	defer end()
	defer context.AfterFunc(s.closing, end)()
	// The driver heeds a cancellation at once only where there is a deadline, too.
	in, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	release := context.AfterFunc(until, cancel)
	committing := time.AfterFunc(longest, cancel)
	defer committing.Stop()

	session := s.driver.NewSession(in, s.session)
	defer session.Close(in)
	_, err := how(session, in, func(t neo4j.ManagedTransaction) (any, error) {
		release() // of a try before this one
		release = context.AfterFunc(until, cancel)
		if err := work(in, tx{t}); err != nil {
			return nil, err
		}
		if !release() {
			return nil, until.Err()
		}
		committing.Reset(patience)
		return nil, nil
	}, neo4j.WithTxTimeout(longest))
	return s.translate(ctx, err)
}

// reader is a transaction that sees one state of the graph.
type reader struct {
	tx
	now map[graph.ID]graph.ID // where those of the IDs given to read that were merged have gone
}

// read runs the work with the graph held still, and the given IDs followed through merges.
func (s *Store) read(ctx context.Context, ids []graph.ID, work func(context.Context, reader) error) error {
	mergeable := []string{}
	for _, id := range ids {
		if k := id.Kind(); k == graph.ActorKind || k == graph.ClaimKind {
			mergeable = append(mergeable, string(id))
		}
	}
	return s.transact(ctx, writing, func(ctx context.Context, t tx) error {
		rows, err := t.run(ctx, lockShared, map[string]any{"ids": mergeable})
		if err != nil {
			return err
		}
		if rows[0].Values[0] == nil {
			return s.emptied()
		}
		r := reader{t, map[graph.ID]graph.ID{}}
		for _, pair := range rows[0].Values[1].([]any) {
			p := pair.([]any)
			r.now[graph.ID(p[0].(string))] = graph.ID(p[1].(string))
		}
		return work(ctx, r)
	})
}

// follow are the IDs of the nodes that answer to those given, each once, as a parameter.
func (r reader) follow(ids []graph.ID) []string {
	out := make([]string, 0, len(ids))
	seen := make(map[graph.ID]bool, len(ids))
	for _, id := range ids {
		if to, merged := r.now[id]; merged {
			id = to
		}
		if !seen[id] && id.Kind() != 0 {
			seen[id] = true
			out = append(out, string(id))
		}
	}
	return out
}
