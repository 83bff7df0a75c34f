package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// welcome says where to look, and gives a query that has an answer in this store.
func welcome(ctx context.Context, w io.Writer, url string, r graph.Reader) {
	fmt.Fprintf(w, "whence serves at\n\n  %s/           the explorer: search, trace, network, report\n  %s/graphql    GraphQL, POST or GET\n  %s/graphiql   write queries in the browser\n", url, url, url)
	if id := muchReported(ctx, r); id != "" {
		fmt.Fprintf(w, "\nwhere does a claim come from? In another terminal:\n\n  curl -s %s/graphql -H 'Content-Type: application/json' -d '%s'\n", url, traceRequest(id))
	}
	fmt.Fprintln(w)
}

// traceQuery is the query that README explains.
const traceQuery = `query($id: ID!) { trace(id: $id) { claim { text } independentOrigins origin { actor { name } report { outlet { name } published } } chains { end hops { actor { name } evidence { quote start end } } } } }`

// traceRequest is a body that a shell's single quotes can hold.
func traceRequest(id graph.ID) string {
	raw, _ := json.Marshal(map[string]any{"query": traceQuery, "variables": map[string]any{"id": id}}) // strings always marshal
	return strings.ReplaceAll(string(raw), "'", `\u0027`)
}

// muchReported is a claim that many reports of the store have, looking at the first thousand; empty when there is none.
// The store's troubles are not told here: what comes next will meet them too.
func muchReported(ctx context.Context, r graph.Reader) graph.ID {
	p, err := r.Find(ctx, graph.NodeQuery{Kind: graph.ClaimKind, Limit: graph.MaxLimit})
	if err != nil || len(p.Nodes) == 0 {
		return ""
	}
	ids := make([]graph.ID, len(p.Nodes))
	for i, n := range p.Nodes {
		ids[i] = n.NodeID()
	}
	stated := map[graph.ID]int{}
	for e, err := range r.Edges(ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.States}, To: ids}) {
		if err != nil {
			return ""
		}
		stated[e.To]++
	}
	best := ids[0]
	for _, id := range ids {
		if stated[id] > stated[best] {
			best = id
		}
	}
	return best
}
