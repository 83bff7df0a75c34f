package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/graphql-go/graphql"
	"golang.org/x/tools/txtar"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

var update = flag.Bool("update", false, "rewrite the wanted output in testdata")

// The queries in testdata/query are asked of the story. ${NAME} in one stands for the ID of the actor, report
// or claim of that name.
func TestQueries(t *testing.T) {
	files, err := filepath.Glob("testdata/query/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no queries", err)
	}
	store, story := openStory(t)
	var names []string
	for name, id := range story.names {
		names = append(names, "${"+name+"}", string(id))
	}
	ids := strings.NewReplacer(names...)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var query, operation string
			var variables map[string]any
			want := -1
			for i, f := range archive.Files {
				text := ids.Replace(string(f.Data))
				switch f.Name {
				case "query":
					query = text
				case "operation":
					operation = strings.TrimSpace(text)
				case "variables":
					if err := json.Unmarshal([]byte(text), &variables); err != nil {
						t.Fatal(err)
					}
				case "want":
					want = i
				}
			}
			s := New(store)
			s.Options.OnError = func(_ context.Context, err error) { t.Error(err) }
			var got bytes.Buffer
			if err := json.Indent(&got, s.Execute(t.Context(), query, variables, operation).AppendJSON(nil), "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			if *update {
				if want < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					want = len(archive.Files) - 1
				}
				archive.Files[want].Data = got.Bytes()
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatal("nothing wanted: run with -update and read what it writes")
			}
			if diff := cmp.Diff(string(archive.Files[want].Data), got.String()); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", query, diff)
			}
		})
	}
}

// The schema in SDL, so that a change of it shows in review.
func TestIntrospection(t *testing.T) {
	const file = "testdata/introspection.golden"
	got := sdl(schema())
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the schema has changed; if that is meant, run with -update: (-want +got)\n%s", diff)
	}
}

func ownTypes() []graphql.Type {
	var list []graphql.Type
	for name, t := range schema().TypeMap() {
		if !strings.HasPrefix(name, "__") && !slices.Contains([]string{"String", "Int", "Float", "Boolean", "ID"}, name) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b graphql.Type) int { return strings.Compare(a.Name(), b.Name()) })
	return list
}

func TestEverythingIsDescribed(t *testing.T) {
	check := func(what, text string) {
		if strings.TrimSpace(text) == "" || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: described as %q", what, text)
		}
	}
	for _, of := range ownTypes() {
		check(of.Name(), of.Description())
		switch of := of.(type) {
		case *graphql.Object:
			for name, f := range of.Fields() {
				check(of.Name()+"."+name, f.Description)
				if f.Resolve == nil {
					t.Errorf("%s.%s: no resolver", of.Name(), name)
				}
				for _, a := range f.Args {
					check(of.Name()+"."+name+"("+a.Name()+")", a.Description())
				}
			}
		case *graphql.Interface:
			for name, f := range of.Fields() {
				check(of.Name()+"."+name, f.Description)
			}
		case *graphql.Enum:
			for _, v := range of.Values() {
				check(of.Name()+"."+v.Name, v.Description)
			}
		}
	}
}

func TestEnumsHaveEveryWord(t *testing.T) {
	complete := func(e *graphql.Enum, values any) {
		t.Helper()
		v := reflect.ValueOf(values)
		for i := range v.Len() {
			if e.Serialize(v.Index(i).Interface()) == nil {
				t.Errorf("%s lacks %v", e.Name(), v.Index(i))
			}
		}
		if len(e.Values()) != v.Len() {
			t.Errorf("%s has %d values, the graph %d", e.Name(), len(e.Values()), v.Len())
		}
	}
	complete(nodeKind, graph.Kinds)
	complete(actorKind, graph.ActorTypes)
	complete(stance, graph.Stances)
	complete(quotation, graph.Quotations)
	complete(polarity, graph.Polarities)
	complete(modality, graph.Modalities)
	complete(chainEnd, graph.Ends)
	complete(order, []graph.Order{graph.ByID, graph.Oldest, graph.Newest})
}

// counter counts the calls to a Reader.
type counter struct {
	graph.Reader
	mu    sync.Mutex
	calls map[string]int
}

func (c *counter) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[name]++
}

func (c *counter) Nodes(ctx context.Context, ids []graph.ID) (map[graph.ID]graph.Node, error) {
	c.count("nodes")
	return c.Reader.Nodes(ctx, ids)
}

func (c *counter) Edges(ctx context.Context, q graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	c.count("edges")
	return c.Reader.Edges(ctx, q)
}

func (c *counter) Find(ctx context.Context, q graph.NodeQuery) (graph.Page, error) {
	c.count("find")
	return c.Reader.Find(ctx, q)
}

func (c *counter) Count(ctx context.Context, q graph.NodeQuery) (int, error) {
	c.count("count")
	return c.Reader.Count(ctx, q)
}

func (c *counter) Generation(ctx context.Context) (int64, error) {
	c.count("generation")
	return c.Reader.Generation(ctx)
}

func (c *counter) String() string {
	var parts []string
	for _, name := range []string{"find", "nodes", "edges", "count", "generation"} {
		if n := c.calls[name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", name, n))
		}
	}
	return strings.Join(parts, ", ")
}

// A layer of fields costs one call, however many objects it has.
func TestStoreCalls(t *testing.T) {
	store := openStore(t, graphtest.Generate(1, 20)...)
	for _, c := range []struct{ name, query, want string }{
		{"a list", `{reports(first: 50) {nodes {title text}}}`, "find 1"},
		{"a list and its size", `{reports {totalCount nodes {title}}}`, "find 1, count 1"},
		{"a reference of each", `{reports(first: 50) {nodes {outlet {name}}}}`, "find 1, nodes 1"},
		{"two references of each", `{attributions(first: 50) {nodes {report {title} claim {text} sources {name}}}}`, "find 1, nodes 1"},
		{"references of references", `{relations(first: 50) {nodes {subject {name} assertedBy {sources {name} report {outlet {name}}}}}}`, "find 1, nodes 3"},
		{"places of evidence", `{relations(first: 50) {nodes {evidence {quote start end prefix suffix}}}}`, "find 1, nodes 1"},
		{"what is in reports", `{reports(first: 20) {nodes {attributions {nodes {words sources {name}}} relations {nodes {predicate}} mentions {nodes {evidence {start}}}}}}`, "find 1, nodes 2, edges 3"},
		{"whom reports mention", `{reports(first: 20) {nodes {actors {name}}}}`, "find 1, nodes 1, edges 1"},
		{"what is inside", `{attributions(first: 50) {nodes {inner {words} relations {predicate}}}}`, "find 1, nodes 1, edges 2"},
		{"attributions of claims", `{claims(first: 50) {nodes {attributions {totalCount nodes {words report {title}}}}}}`, "find 1, nodes 2, edges 1"},
		{"cursors", `{attributions(first: 50) {edges {cursor} pageInfo {startCursor endCursor}}}`, "find 1, nodes 1"},
		{"a trace", `{trace(text: "invited") {chains {hops {actor {name} report {outlet {name}} evidence {start}}} origin {actor {name}} earliest {title}}}`, "find 3, nodes 4, edges 2"},
		{"counts", `{stats {reports claims generation}}`, "count 2, generation 1"},
		{"the same node many times", `{reports(first: 50, outlets: ["TASS"]) {nodes {outlet {name}}} actor(name: "TASS") {id}}`, "find 1, nodes 1"},
	} {
		counted := &counter{Reader: store, calls: map[string]int{}}
		r := New(counted).Execute(t.Context(), c.query, nil, "")
		if r.Errors != nil {
			t.Errorf("%s: %v", c.name, r.Errors[0])
		}
		if got := counted.String(); got != c.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.name, c.query, got, c.want)
		}
	}
}

// Lists whose nodes are loaded together are the same as when each is found by itself.
func TestPagesLoadedTogether(t *testing.T) {
	store := openStore(t, graphtest.Generate(2, 25)...)
	for _, c := range []struct{ all, one, inner string }{
		{"claims", "claim", "attributions(first: 30, order: %s) {totalCount nodes {id} edges {cursor} pageInfo {hasNextPage endCursor}}"},
		{"actors", "actor", "attributions(first: 7, order: %s) {totalCount nodes {id} edges {cursor} pageInfo {hasNextPage endCursor}}"},
		{"actors", "actor", "relations(first: 7, order: %s) {totalCount nodes {id} edges {cursor} pageInfo {hasNextPage endCursor}}"},
	} {
		for _, o := range []string{"OLDEST", "NEWEST", "ID"} {
			inner := fmt.Sprintf(c.inner, o)
			var together map[string]struct {
				Nodes []map[string]json.RawMessage
			}
			ask(t, store, fmt.Sprintf("{%s(first: 100) {nodes {id x: %s}}}", c.all, inner), &together)
			if len(together[c.all].Nodes) < 20 {
				t.Fatal("too few")
			}
			for _, n := range together[c.all].Nodes[:20] {
				var alone map[string]map[string]json.RawMessage
				ask(t, store, fmt.Sprintf("{%s(id: %s) {x: %s}}", c.one, n["id"], inner), &alone)
				if got, want := string(n["x"]), string(alone[c.one]["x"]); got != want {
					t.Fatalf("%s %s: %s\ntogether %s\nalone    %s", c.one, n["id"], inner, got, want)
				}
			}
		}
	}
}

func ask(t testing.TB, r graph.Reader, query string, v any) {
	t.Helper()
	res := New(r).Execute(t.Context(), query, nil, "")
	if res.Errors != nil {
		t.Fatalf("%s: %v", query, res.Errors[0])
	}
	if err := json.Unmarshal(res.Data, v); err != nil {
		t.Fatal(err)
	}
}

// Paging with after gives everything once, in every kind of list.
func TestPaging(t *testing.T) {
	store := openStore(t, graphtest.Generate(3, 12)...)
	for _, c := range []struct{ list, inside string }{
		{"reports(%s)", ""}, {"reports(order: ID, %s)", ""}, {"actors(%s)", ""}, {"claims(%s)", ""}, {"attributions(order: OLDEST, %s)", ""},
		{"relations(%s)", ""}, {"claims(text: \"had\", %s)", ""}, {"attributions(stances: [DENIES DOUBTS], %s)", ""},
		{"attributions(%s)", "report"}, {"relations(%s)", "report"}, {"mentions(%s)", "report"}, {"mentions(%s)", "actor"}, {"relations(%s)", "actor"},
	} {
		open, shut := "{", "}"
		switch c.inside {
		case "report":
			var all struct {
				Reports struct{ Nodes []struct{ ID string } }
			}
			ask(t, store, "{reports(first: 1) {nodes {id}}}", &all)
			open, shut = fmt.Sprintf("{in: report(id: %q) {", all.Reports.Nodes[0].ID), "}}"
		case "actor":
			open, shut = `{in: actor(name: "Foreign Ministry") {`, "}}"
		}
		item := "nodes {id}"
		if strings.HasPrefix(c.list, "mentions") {
			item = "nodes: edges {cursor}" // one may be there twice
		}
		page := func(args string) (nodes []json.RawMessage, more bool, cursor string, total int) {
			type list struct {
				Nodes    []json.RawMessage
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
				TotalCount int
			}
			var got struct {
				X  list
				In struct{ X list }
			}
			ask(t, store, open+"x: "+fmt.Sprintf(c.list, args)+" {"+item+" pageInfo {hasNextPage endCursor} totalCount}"+shut, &got)
			if c.inside != "" {
				got.X = got.In.X
			}
			return got.X.Nodes, got.X.PageInfo.HasNextPage, got.X.PageInfo.EndCursor, got.X.TotalCount
		}
		var nodes []json.RawMessage
		seen := map[string]bool{}
		args := "first: 3"
		for {
			some, more, cursor, total := page(args)
			for _, n := range some {
				if seen[string(n)] {
					t.Fatalf("%s: %s twice", c.list, n)
				}
				seen[string(n)] = true
			}
			nodes = append(nodes, some...)
			if !more {
				if len(nodes) != total || total == 0 {
					t.Errorf("%s in %q: %d on all pages, total %d", c.list, c.inside, len(nodes), total)
				}
				if len(nodes) > 0 {
					if rest, _, _, _ := page(fmt.Sprintf("first: 3, after: %q", cursor)); len(rest) != 0 {
						t.Errorf("%s: %d behind the last", c.list, len(rest))
					}
				}
				break
			}
			args = fmt.Sprintf("first: 3, after: %q", cursor)
		}
	}
}

// Many goroutines may ask at once: of the schema, too, which graphql-go would complete while it is used.
func TestConcurrentQueries(t *testing.T) {
	store, _ := openStory(t)
	s := New(store)
	s.Options.Timeout, s.Options.Concurrent = time.Minute, 8
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, q := range []string{
				`{search(text: "invited") {score node {id ... on Claim {text attributions {nodes {sources {name}}}} ... on Report {title}}}}`,
				`{claims(first: 30) {nodes {trace {chains {hops {actor {name}}}}}} actors {nodes {attributions(first: 2) {nodes {words}}}}}`,
				`{__schema {types {name possibleTypes {name}}} network {relations {subject {name}}}}`,
			} {
				if r := s.Execute(t.Context(), q, nil, ""); r.Errors != nil {
					t.Errorf("%s: %v", q, r.Errors[0])
				}
			}
		})
	}
	wg.Wait()
}

func TestFieldsComeInOrder(t *testing.T) {
	store, _ := openStory(t)
	const query = `fragment F on Report {url language title} query {z: stats {generation} reports(first: 1) {pageInfo {hasNextPage} nodes {title ...F ... on Node {id} hash} totalCount} a: stats {generation}}`
	got := string(New(store).Execute(t.Context(), query, nil, "").Data)
	last := -1
	for _, name := range []string{`"z"`, `"reports"`, `"pageInfo"`, `"nodes"`, `"title"`, `"url"`, `"language"`, `"id"`, `"hash"`, `"totalCount"`, `"a"`} {
		at := strings.Index(got, name)
		if at <= last {
			t.Errorf("%s is not where it was asked for: %s", name, got)
		}
		last = at
	}
}

// A cursor of one report's or actor's list is refused by another's.
func TestPagingElsewhere(t *testing.T) {
	store := openStore(t, graphtest.Generate(3, 12)...)
	for _, c := range []struct{ owners, list string }{
		{"reports", "attributions"}, {"reports", "relations"}, {"reports", "mentions"}, {"actors", "attributions"}, {"actors", "mentions"},
	} {
		var all map[string]struct {
			Nodes []struct {
				ID   string
				List struct{ PageInfo struct{ EndCursor string } }
			}
		}
		ask(t, store, fmt.Sprintf("{%s(first: 20) {nodes {id list: %s(first: 1) {pageInfo {endCursor}}}}}", c.owners, c.list), &all)
		var ids, cursors []string
		for _, n := range all[c.owners].Nodes {
			if n.List.PageInfo.EndCursor != "" {
				ids, cursors = append(ids, n.ID), append(cursors, n.List.PageInfo.EndCursor)
			}
		}
		if len(ids) < 2 {
			t.Fatalf("%d %s have %s", len(ids), c.owners, c.list)
		}
		query := fmt.Sprintf("{%s(id: %q) {%s(after: %q) {totalCount}}}", strings.TrimSuffix(c.owners, "s"), ids[1], c.list, cursors[0])
		if res := New(store).Execute(t.Context(), query, nil, ""); len(res.Errors) != 1 || res.Errors[0].Code() != Invalid {
			t.Errorf("%s: got %s, %v", query, res.Data, res.Errors)
		}
	}
}
