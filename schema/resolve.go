package schema

import (
	"context"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

// fields are what an object has.
type fields map[string]field

// field is one of them, and what it costs.
type field struct {
	kind    graphql.Output
	about   string
	args    graphql.FieldConfigArgument
	resolve graphql.FieldResolveFn
	price   price
}

// has makes a field out of what the object holds already.
func has[T any](kind graphql.Output, about string, get func(T) any) field {
	return field{kind: kind, about: about, resolve: guarded(false, func(_ context.Context, _ *request, from T, _ arguments) (any, error) {
		return get(from), nil
	})}
}

// word makes a field out of a text that may be missing.
func word[T any](about string, get func(T) string) field {
	return has(graphql.String, about, func(from T) any { return orNull(get(from)) })
}

// asks makes a field that has to ask the store. Such a field can be null: graphql-go, when a thunk of another fails,
// throws away the whole answer.
func asks[T any](kind graphql.Output, about string, p price, get func(context.Context, *request, T, arguments) (any, error)) field {
	if _, never := kind.(*graphql.NonNull); never {
		panic("schema: a field that asks the store must be allowed to be null: " + about)
	}
	return field{kind: kind, about: about, price: p, resolve: guarded(true, get)}
}

// with gives a field arguments.
func (f field) with(args graphql.FieldConfigArgument) field {
	f.args = args
	return f
}

// guarded makes a resolver that neither shows an error from below nor the text of a panic, and that stops
// when the query is over.
func guarded[T any](stops bool, get func(context.Context, *request, T, arguments) (any, error)) graphql.FieldResolveFn {
	return func(p graphql.ResolveParams) (v any, err error) {
		q := p.Info.RootValue.(*request)
		ctx := p.Context.(patient).Context
		if q.stopped(ctx) && stops {
			return nil, nil
		}
		v, err = q.safe(ctx, func() (any, error) { return get(ctx, q, p.Source.(T), p.Args) })
		if later, ok := v.(thunk); ok {
			return func() (any, error) {
				if q.failed != nil || ctx.Err() != nil {
					return nil, nil
				}
				return q.safe(ctx, later)
			}, nil
		}
		return v, err
	}
}

func (q *request) safe(ctx context.Context, f thunk) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, q.publish(ctx, panicked(r))
		}
	}()
	if v, err = f(); err != nil {
		return nil, q.publish(ctx, err)
	}
	if text, ok := v.(string); ok {
		q.left -= len(text) / textUnit
	}
	return v, nil
}

// textUnit is how many bytes of text count as much as a field.
const textUnit = 128

// node resolves to what f makes of a node: at once if it is there, else with the others of its layer. An absent
// one is null.
func (q *request) node(ctx context.Context, id graph.ID, f func(graph.Node) any) (any, error) {
	if id == "" {
		return nil, nil
	}
	get := func() (any, error) {
		n, there, err := q.nodes.get(ctx, id)
		if err != nil || !there {
			return nil, err
		}
		return f(n), nil
	}
	if q.nodes.want(id) {
		return get()
	}
	return thunk(get), nil
}

func same(n graph.Node) any { return n }

// list resolves to the nodes that are there.
func (q *request) list(ctx context.Context, ids []graph.ID) (any, error) {
	here := true
	for _, id := range ids {
		here = q.nodes.want(id) && here
	}
	get := func() (any, error) {
		nodes, err := q.all(ctx, ids)
		return anys(nodes), err
	}
	if here {
		return get()
	}
	return thunk(get), nil
}

// far resolves to what f makes of the nodes at the other end of edges.
func (q *request) far(ctx context.Context, e end, f func([]graph.Node) (any, error)) (any, error) {
	q.ends.want(e)
	return thunk(func() (any, error) {
		nodes, _, err := q.ends.get(ctx, e)
		if err != nil {
			return nil, err
		}
		return f(nodes)
	}), nil
}

// anys is a list as graphql-go takes it without reflection.
func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
