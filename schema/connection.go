package schema

import (
	"context"
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

// The sizes of a page.
const (
	defaultFirst = 20
	maxFirst     = 100
)

// What fields cost beside what they answer, in fields: a question of its own to the store, a trace.
const (
	callPrice  = 5
	tracePrice = 200
)

// paged is the price of a page.
func paged(calls int) price {
	return price{calls: calls, many: defaultFirst, limit: "first", page: true}
}

// onPage makes a field of a page that answers each thing on it.
func onPage[T any](kind graphql.Output, about string, get func(T) any) field {
	f := has(kind, about, get)
	f.price.paged = true
	return f
}

// connection is a page of nodes: found by a query or, where that has no kind, taken from the order of a report's text.
type connection struct {
	query graph.NodeQuery
	nodes []graph.Node
	next  string // the cursor of the last node, if there is more
	total int    // -1 when not known
}

// edge is a node of a page.
type edge struct {
	on   *connection
	node graph.Node
}

func (t *types) connection(name string, node *graphql.Object) *graphql.Object {
	c := t.object(name+"Edge", "A "+strings.ToLower(name)+" on a page.", func() fields {
		return fields{
			"node": has(must(node), "The "+strings.ToLower(name)+".", func(e edge) any { return e.node }),
			"cursor": asks(graphql.String, "Where it stands: after, for a page that starts behind it.", price{},
				func(ctx context.Context, q *request, e edge, _ arguments) (any, error) {
					return e.on.cursor(ctx, q, e.node)
				}),
		}
	})
	return t.object(name+"Connection", "A page of "+strings.ToLower(name)+"s.", func() fields {
		return fields{
			"nodes": onPage(all(node), "What is on the page.", func(c *connection) any { return anys(c.nodes) }),
			"edges": onPage(all(c), "What is on the page, each with its cursor.", func(c *connection) any {
				out := make([]any, len(c.nodes))
				for i, n := range c.nodes {
					out[i] = edge{c, n}
				}
				return out
			}),
			"pageInfo": has(must(t.pageInfo), "Whether there is more, and how to get it.", func(c *connection) any { return c }),
			"totalCount": asks(long, "How many there are on all pages.", price{calls: callPrice},
				func(ctx context.Context, q *request, c *connection, _ arguments) (any, error) {
					if c.total >= 0 {
						return c.total, nil
					}
					q.counts.want(&c.query)
					return thunk(func() (any, error) {
						n, _, err := q.counts.get(ctx, &c.query)
						return n, err
					}), nil
				}),
		}
	})
}

func (t *types) pageInfoFields() fields {
	type c = pageInfo
	cursor := func(about string, of func(c, context.Context, *request) (any, error)) field {
		return asks(graphql.String, about, price{},
			func(ctx context.Context, q *request, from c, _ arguments) (any, error) { return of(from, ctx, q) })
	}
	return fields{
		"hasNextPage": has(must(graphql.Boolean), "Whether there is more: ask for it with after: endCursor.",
			func(from c) any { return from.hasNext() }),
		"hasPreviousPage": has(must(graphql.Boolean), "Whether this is not the first page.",
			func(from c) any { return from.hasPrevious() }),
		"startCursor": cursor("Where the first on the page stands.", c.start),
		"endCursor":   cursor("Where the last on the page stands; null on an empty page.", c.end),
	}
}

// pageInfo is a connection of whatever it is of.
type pageInfo interface {
	hasNext() bool
	hasPrevious() bool
	start(context.Context, *request) (any, error)
	end(context.Context, *request) (any, error)
}

func (c *connection) hasNext() bool     { return c.next != "" }
func (c *connection) hasPrevious() bool { return c.query.After != "" }

func (c *connection) start(ctx context.Context, q *request) (any, error) {
	if len(c.nodes) == 0 {
		return nil, nil
	}
	return c.cursor(ctx, q, c.nodes[0])
}

func (c *connection) end(ctx context.Context, q *request) (any, error) {
	if c.next != "" || len(c.nodes) == 0 {
		return orNull(c.next), nil
	}
	return c.cursor(ctx, q, c.nodes[len(c.nodes)-1])
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// cursor is where a node of the page stands.
func (c *connection) cursor(ctx context.Context, q *request, n graph.Node) (any, error) {
	if c.query.Kind == 0 {
		return textCursor(n.NodeID()), nil
	}
	if c.query.Order == graph.ByID {
		return c.query.Cursor(graph.Mark{ID: n.NodeID()}), nil
	}
	get := func() (any, error) {
		t, err := q.time(ctx, n)
		if err != nil {
			return nil, err
		}
		return c.query.Cursor(graph.Mark{Time: t, ID: n.NodeID()}), nil
	}
	if r := reportOf(n); r != "" && !q.nodes.want(r) {
		return thunk(get), nil
	}
	return get()
}

// found resolves to the page that a query finds.
func found(ctx context.Context, q *request, query graph.NodeQuery, ways ...end) (any, error) {
	k := &pageKey{query: query, ways: ways}
	q.pages.want(k)
	return thunk(func() (any, error) {
		p, _, err := q.pages.get(ctx, k)
		if err != nil {
			return nil, err
		}
		return &connection{query: query, nodes: p.Nodes, next: p.Next, total: p.total}, nil
	}), nil
}

// root resolves a list of all nodes of a kind.
func root(kind graph.Kind) func(context.Context, *request, *request, arguments) (any, error) {
	return func(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
		query, err := q.filter(ctx, kind, a)
		if err == nil {
			err = a.paged(&query)
		}
		if err != nil {
			return nil, err
		}
		return found(ctx, q, query)
	}
}

// related resolves a list of nodes of a kind that go with an actor or a claim. kinds are the edges that lead from
// all such nodes to it.
func related[T graph.Node](kind graph.Kind, kinds ...graph.EdgeKind) func(context.Context, *request, T, arguments) (any, error) {
	return func(ctx context.Context, q *request, of T, a arguments) (any, error) {
		query, err := q.filter(ctx, kind, a)
		if err != nil {
			return nil, err
		}
		plain := reflect.DeepEqual(query, graph.NodeQuery{Kind: kind, Order: query.Order}) // filtered by nothing else
		if of.NodeID().Kind() == graph.ClaimKind {
			query.Claims = []graph.ID{of.NodeID()}
		} else {
			query.Actors = []graph.ID{of.NodeID()}
		}
		if err := a.paged(&query); err != nil {
			return nil, err
		}
		var ways []end
		if plain && query.After == "" {
			for _, k := range kinds {
				ways = append(ways, end{kind: k, to: of.NodeID()})
			}
		}
		return found(ctx, q, query, ways...)
	}
}

// Cursors into the order of a report's text name the last node.

func textCursor(id graph.ID) string {
	return base64.RawURLEncoding.EncodeToString([]byte("text " + id))
}

func startAfter(nodes []graph.Node, cursor string) ([]graph.Node, error) {
	if cursor == "" {
		return nodes, nil
	}
	i := slices.IndexFunc(nodes, func(n graph.Node) bool { return textCursor(n.NodeID()) == cursor })
	if i < 0 {
		return nil, newError(Invalid, "after: the cursor belongs to another list, or to a reading of the report that is no more")
	}
	return nodes[i+1:], nil
}

// inReport resolves a list in the order of a report's text.
func inReport(ctx context.Context, q *request, e end, a arguments, keep func(graph.Node) bool) (any, error) {
	first, err := a.first()
	if err != nil {
		return nil, err
	}
	after, _ := a["after"].(string)
	return q.far(ctx, e, func(all []graph.Node) (any, error) {
		all = slices.DeleteFunc(slices.Clone(all), func(n graph.Node) bool { return !keep(n) })
		c := &connection{query: graph.NodeQuery{After: after}, total: len(all)}
		if c.nodes, err = startAfter(all, after); err != nil {
			return nil, err
		}
		if len(c.nodes) > first {
			c.nodes = c.nodes[:first]
			c.next = textCursor(c.nodes[first-1].NodeID())
		}
		return c, nil
	})
}

func reportAttributions(ctx context.Context, q *request, r *graph.Report, a arguments) (any, error) {
	query, err := q.filter(ctx, graph.AttributionKind, a)
	if err != nil {
		return nil, err
	}
	return inReport(ctx, q, end{kind: graph.Has, from: r.ID}, a, func(n graph.Node) bool {
		x, ok := n.(*graph.Attribution)
		return ok && anyOf(query.Stances, x.Stance) && anyOf(query.Quotations, x.Quotation) && x.Confidence >= query.MinConfidence
	})
}

func reportRelations(ctx context.Context, q *request, r *graph.Report, a arguments) (any, error) {
	query, err := q.filter(ctx, graph.RelationKind, a)
	if err != nil {
		return nil, err
	}
	return inReport(ctx, q, end{kind: graph.ReadIn, to: r.ID}, a, func(n graph.Node) bool {
		x, ok := n.(*graph.Relation)
		return ok && anyOf(query.Predicates, x.Predicate) && anyOf(query.Polarities, x.Polarity) && anyOf(query.Modalities, x.Modality) &&
			x.Confidence >= query.MinConfidence
	})
}

func anyOf[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// mentions is a page of MENTIONS.
type mentions struct {
	list  []graph.Edge
	more  bool
	after string
	total func(context.Context) (int, error)
}

func (m *mentions) hasNext() bool     { return m.more }
func (m *mentions) hasPrevious() bool { return m.after != "" }

func (m *mentions) start(context.Context, *request) (any, error) {
	if len(m.list) == 0 {
		return nil, nil
	}
	return mentionCursor(m.list[0]), nil
}

func (m *mentions) end(context.Context, *request) (any, error) {
	if len(m.list) == 0 {
		return nil, nil
	}
	return mentionCursor(m.list[len(m.list)-1]), nil
}

func mentionCursor(e graph.Edge) string {
	return base64.RawURLEncoding.EncodeToString([]byte("mention " + string(e.From) + " " + string(e.To) + " " + strconv.Itoa(e.Order)))
}

// mentionMark reads a cursor: the last mention of the page before.
func mentionMark(cursor string) (last graph.Edge, err error) {
	raw, bad := base64.RawURLEncoding.DecodeString(cursor)
	words := strings.Split(string(raw), " ")
	if bad == nil && len(words) == 4 && words[0] == "mention" {
		if order, bad := strconv.Atoi(words[3]); bad == nil {
			return graph.Edge{From: graph.ID(words[1]), To: graph.ID(words[2]), Order: order}, nil
		}
	}
	return graph.Edge{}, newError(Invalid, "after: malformed cursor")
}

// mentionArguments are those of a list of mentions. here tells whether a mention is one of the list.
func mentionArguments(a arguments, here func(graph.Edge) bool) (first int, after string, last graph.Edge, err error) {
	if first, err = a.first(); err != nil {
		return
	}
	if after, _ = a["after"].(string); after == "" {
		return
	}
	if last, err = mentionMark(after); err == nil && !here(last) {
		err = newError(Invalid, "after: the cursor belongs to another list")
	}
	return
}

func (t *types) mentionConnection() *graphql.Object {
	edge := t.object("MentionEdge", "A mention on a page.", func() fields {
		return fields{
			"node": has(must(t.mention), "The mention.", func(e graph.Edge) any { return e }),
			"cursor": has(must(graphql.String), "Where it stands: after, for a page that starts behind it.",
				func(e graph.Edge) any { return mentionCursor(e) }),
		}
	})
	return t.object("MentionConnection", "A page of mentions.", func() fields {
		return fields{
			"nodes":    onPage(all(t.mention), "What is on the page.", func(m *mentions) any { return anys(m.list) }),
			"edges":    onPage(all(edge), "What is on the page, each with its cursor.", func(m *mentions) any { return anys(m.list) }),
			"pageInfo": has(must(t.pageInfo), "Whether there is more, and how to get it.", func(m *mentions) any { return m }),
			"totalCount": asks(long, "How many there are on all pages.", price{calls: callPrice},
				func(ctx context.Context, q *request, m *mentions, _ arguments) (any, error) {
					return m.total(ctx)
				}),
		}
	})
}

func reportMentions(ctx context.Context, q *request, r *graph.Report, a arguments) (any, error) {
	first, after, last, err := mentionArguments(a, func(e graph.Edge) bool { return e.From == r.ID })
	if err != nil {
		return nil, err
	}
	k := end{kind: graph.Mentions, from: r.ID}
	q.edges.want(k)
	return thunk(func() (any, error) {
		all, _, err := q.edges.get(ctx, k)
		if err != nil {
			return nil, err
		}
		m := &mentions{after: after, total: func(context.Context) (int, error) { return len(all), nil }}
		for _, e := range all {
			if after == "" || e.Order > last.Order {
				m.list = append(m.list, e)
			}
		}
		if m.more = len(m.list) > first; m.more {
			m.list = m.list[:first]
		}
		return m, nil
	}), nil
}

// actorMentions reads no further than the page: there may be any number.
func actorMentions(ctx context.Context, q *request, of *graph.Actor, a arguments) (any, error) {
	first, after, last, err := mentionArguments(a, func(e graph.Edge) bool { return e.To == of.ID || slices.Contains(of.MergedFrom, e.To) })
	if err != nil {
		return nil, err
	}
	query := graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, To: []graph.ID{of.ID}}
	m := &mentions{after: after, total: func(ctx context.Context) (n int, err error) {
		for _, err := range q.reader.Edges(ctx, query) {
			if err != nil {
				return 0, err
			}
			n++
		}
		return n, nil
	}}
	return thunk(func() (any, error) {
		for e, err := range q.reader.Edges(ctx, query) {
			if err != nil {
				return nil, err
			}
			if after != "" && (e.From < last.From || e.From == last.From && e.Order <= last.Order) {
				continue
			}
			if m.more = len(m.list) == first; m.more {
				break
			}
			m.list = append(m.list, e)
		}
		return m, nil
	}), nil
}
