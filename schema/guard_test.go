package schema

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/whence-graph/whence/graph"
)

// diamonds are fragments each of which spreads the next twice.
func diamonds(n int) string {
	var b strings.Builder
	b.WriteString("{stats {...F0}}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Stats {...F%d ... on Stats {...F%d}}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Stats {claims}", n)
	return b.String()
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+" ", i)
	}
	return b.String()
}

// hostile are queries that are refused, and the code that they are refused with.
var hostile = []struct {
	name, query string
	code        Code
}{
	{"fragments that spread each other", `{node(id: "x") {...A}} fragment A on Node {id ...B} fragment B on Node {id ...A}`, Invalid},
	{"a fragment that spreads itself", `{...A} fragment A on Query {...A}`, Invalid},
	{"a ring of fragments that nobody uses", `{stats {claims}} fragment A on Query {...B} fragment B on Query {...A}`, Invalid},
	{"2,000 deep", strings.Repeat("{a", 2000) + strings.Repeat("}", 2000), TooDeep},
	{"30,000 deep", strings.Repeat("{a", 30000), TooDeep},
	{"40 deep, not too deep to be read", strings.Repeat("{a", 40) + strings.Repeat("}", 40), TooDeep},
	{"lists inside lists", `{nodes(ids: ` + strings.Repeat("[", 30000) + `)`, TooDeep},
	{"types inside types", `query ($a: ` + strings.Repeat("[", 30000), TooDeep},
	{"objects inside objects", `{nodes(ids: ` + strings.Repeat("{a:", 15000) + `)`, TooDeep},
	{"10,000 aliases", "{" + numbered(10000, "a%d:__typename") + "}", TooLarge},
	{"5,000 aliases", "{" + numbered(5000, "a%d:stats{claims}") + "}", TooLarge},
	{"600 aliases", "{" + numbered(600, "a%d:stats{claims}") + "}", TooLarge},
	{"the same field 4,000 times", "{" + strings.Repeat("__typename ", 4000) + "}", TooLarge},
	{"the same field 490 times", "{" + strings.Repeat("__typename ", 490) + "}", TooLarge},
	{"diamonds of fragments", diamonds(40), TooLarge},
	{"1,000 fragments", "{stats {claims}} " + numbered(1000, "fragment F%d on Stats {claims}"), TooLarge},
	{"1,000 operations", numbered(1000, "query Q%d {__typename}"), TooLarge},
	{"1,000 variables", "query (" + numbered(1000, "$v%d: Int") + ") {__typename}", TooLarge},
	{"8,000 IDs in a list", `{nodes(ids: [` + strings.Repeat(`"a" `, 8000) + `]) {id}}`, TooLarge},
	{"a name without end", "{" + strings.Repeat("a", 60000) + "}", Syntax},
	{"a number without end", "{reports(first: " + strings.Repeat("9", 60000) + ")}", Syntax},
	{"a string without end", `{search(text: "` + strings.Repeat("a", 60000), Syntax},
	{"a block string without end", `{search(text: """` + strings.Repeat("\n", 60000), Syntax},
	{"a comment and nothing else", "#" + strings.Repeat("x", 60000), Invalid},
	{"one line with a fault at its end", "{" + strings.Repeat("a:b(c:1)", 490) + "!", Syntax},
	{"more than 64 KB", "{" + strings.Repeat(" ", 70000) + "}", TooLarge},
	{"lists of lists", `{claims(first: 100) {nodes {attributions(first: 100) {nodes {claim {attributions(first: 100) {nodes {claim {attributions(first: 100) {nodes {id}}}}}}}}}}}`, TooCostly},
	{"lists of lists behind fragments", `{claims(first: 100) {...C}} fragment C on ClaimConnection {nodes {...D}} fragment D on Claim {attributions(first: 100) {nodes {claim {attributions(first: 100) {nodes {id}}}}}}`, TooCostly},
	{"400 searches", "{" + numbered(200, `a%d:search(text:"a"){score}`) + "}", TooCostly},
	{"many traces", "{" + numbered(240, `a%d:claims(first:100){nodes{trace{chainCount}}}`) + "}", TooLarge},
	{"a trace of each", `{claims(first: 100) {nodes {a: trace {chainCount} b: trace {chainCount} c: trace {chainCount} d: trace {chainCount} e: trace {chainCount} f: trace {chainCount}}}}`, TooCostly},
	{"introspection of introspection", `{__schema {types {fields {type {fields {type {fields {type {fields {type {fields {name}}}}}}}}}}}}`, TooCostly},
	{"variables that are no query", `query ($a: Query) {__typename}`, Invalid},
	{"a subscription", `subscription {a}`, Invalid},
	{"control characters", "{\x00}", Syntax},
	{"no UTF-8", "{\xff}", Syntax},
	{"nothing", "", Invalid},
}

// bound is how much of a processor's time a refusal may take. It takes an eighth of that, and under -race a third.
const bound = 500 * time.Millisecond

// quick runs f and tells how much of the processors' time this program took meanwhile, whatever else the machine does.
func quick(f func()) time.Duration {
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			panic(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := spent()
	f()
	return spent() - start
}

// nothing is a Reader of an empty graph, that takes no time.
type nothing struct{}

func (nothing) Nodes(context.Context, []graph.ID) (map[graph.ID]graph.Node, error) { return nil, nil }
func (nothing) Find(context.Context, graph.NodeQuery) (graph.Page, error)          { return graph.Page{}, nil }
func (nothing) Count(context.Context, graph.NodeQuery) (int, error)                { return 0, nil }
func (nothing) Generation(context.Context) (int64, error)                          { return 1, nil }
func (nothing) Edges(context.Context, graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	return func(func(graph.Edge, error) bool) {}
}

func TestHostileQueries(t *testing.T) {
	s := New(nothing{})
	for _, h := range hostile {
		var r Result
		d := quick(func() { r = s.Execute(t.Context(), h.query, nil, "") })
		if d > bound {
			t.Errorf("%s: took %s", h.name, d)
		}
		if r.Data != nil || len(r.Errors) == 0 || r.Errors[0].Code() != h.code {
			t.Errorf("%s: got %.300s, want code %s", h.name, r.AppendJSON(nil), h.code)
		}
		if n := len(r.AppendJSON(nil)); n > 20000 {
			t.Errorf("%s: the refusal has %d bytes", h.name, n)
		}
		t.Logf("%-45s %8s  %s", h.name, d.Round(10*time.Microsecond), r.Errors[0].Message)
	}
	if r := s.Execute(t.Context(), "{stats {claims}}", nil, ""); r.Errors != nil {
		t.Errorf("afterwards: %v", r.Errors[0])
	}
	s.Options.Body = 1 << 20 // not by its size alone
	for _, h := range hostile {
		var r Result
		if d := quick(func() { r = s.Execute(t.Context(), h.query, nil, "") }); d > bound || r.Data != nil {
			t.Errorf("%s, with more allowed: took %s: %.300s", h.name, d, r.AppendJSON(nil))
		}
	}
}

// What is just allowed is quick to check, however nasty.
func TestQueriesAtTheLimit(t *testing.T) {
	s := New(nothing{})
	text := strings.Repeat("word ", 190)
	for name, query := range map[string]string{
		"aliases":                      "{" + numbered(245, "a%d:stats{claims}") + "}",
		"repeats":                      "{stats {" + strings.Repeat("claims ", 100) + "}}",
		"nested repeats":               "{" + strings.Repeat("stats {"+strings.Repeat("claims ", 9)+"} ", 10) + "}",
		"deep repeats":                 strings.Repeat(`a: claim(id: "x") {attributions {nodes {claim {id attributions {nodes {claim {id}}}}}}} `, 10),
		"long arguments":               "{" + strings.Repeat(`search(text: "`+text+`", kinds: [CLAIM REPORT]) {score} `, 45) + "}",
		"many arguments":               "{" + numbered(100, `a%d: attributions(text: "a" outlets: ["a"] reports: [] actors: ["b"] claims: [] stances: [DENIES] quotations: [] minConfidence: 0.5 first: 3) {totalCount}`) + "}",
		"wrong fields":                 "{" + numbered(490, "wrong%d") + "}",
		"wrong arguments":              "{" + numbered(240, "a%d:stats(wrong: 1){claims}") + "}",
		"fragments":                    "{stats {" + numbered(90, "...F%d") + "}} " + numbered(90, "fragment F%d on Stats {claims}"),
		"chained":                      "{stats {...F0}} " + chain(95),
		"unused fragments":             "{__typename} " + numbered(98, "fragment F%d on Stats {a: claims b: claims a: claims}"),
		"variables":                    "query (" + numbered(100, "$v%d: Int = 1") + ") {" + numbered(100, "a%[1]d:reports(first: $v%[1]d) {totalCount}") + "}",
		"operations":                   numbered(99, "query Q%d {stats {...F}}") + "fragment F on Stats {claims reports actors}",
		"directives":                   "{" + numbered(200, "a%d: __typename @skip(if: true) @include(if: false) @skip(if: true)") + "}",
		"a fault at the end of a line": "{" + strings.Repeat("a:b(c:1)", 480) + "{",
		"a long list":                  `{nodes(ids: [` + strings.Repeat(`"a" `, 7900) + `]) {id}}`,
	} {
		if name == "deep repeats" {
			query = "{" + query + "}"
		}
		var r Result
		d := quick(func() { r = s.Execute(t.Context(), query, nil, "Q0"[:2*btoi(name == "operations")]) })
		if d > bound {
			t.Errorf("%s: took %s", name, d)
		}
		what := "answered"
		if len(r.Errors) > 0 {
			what = r.Errors[0].Message
		}
		t.Logf("%-30s %6d bytes %8s  %.100s", name, len(query), d.Round(10*time.Microsecond), what)
	}
}

func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Stats {...F%d} ", i, i+1)
	}
	return b.String() + fmt.Sprintf("fragment F%d on Stats {claims}", n)
}

func TestHostileVariables(t *testing.T) {
	s := New(nothing{})
	const query = `query ($ids: [ID!]!) {nodes(ids: $ids) {id}}`
	deep := any("x")
	for range 100 {
		deep = []any{deep}
	}
	many := make([]any, 20000)
	for i := range many {
		many[i] = 1
	}
	for _, v := range []any{deep, many, map[string]any{"a": deep}, many[:2000], []any{nil}, nil, true, strings.Repeat("x", 60000), []any{map[string]any{}}} {
		var r Result
		if d := quick(func() { r = s.Execute(t.Context(), query, map[string]any{"ids": v}, "") }); d > bound {
			t.Errorf("%.40v: took %s", v, d)
		}
		if n := len(r.AppendJSON(nil)); n > 2000 {
			t.Errorf("%.40v: the answer has %d bytes", v, n)
		}
		if _, isText := v.(string); !isText && r.Errors == nil {
			t.Errorf("%.40v: answered with %s", v, r.Data)
		}
	}
}

// The query that tools send to learn the schema passes, with room to spare.
func TestIntrospectionPasses(t *testing.T) {
	query, err := os.ReadFile("testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	s := New(nothing{})
	r := s.Execute(t.Context(), string(query), nil, "IntrospectionQuery")
	if r.Errors != nil {
		t.Fatal(r.Errors[0])
	}
	var got struct {
		Schema struct {
			Types []struct{ Name string }
		} `json:"__schema"`
	}
	if err := json.Unmarshal(r.Data, &got); err != nil || len(got.Schema.Types) < 30 {
		t.Errorf("%d types, %v", len(got.Schema.Types), err)
	}
	s.Options.Without = Introspection
	for _, q := range []string{string(query), `{a: __type(name: "Claim") {name}}`, `{...F} fragment F on Query {... {__schema {types {name}}}}`} {
		if r := s.Execute(t.Context(), q, nil, ""); r.Data != nil || r.Errors[0].Message != "introspection is switched off" {
			t.Errorf("switched off, and %s", r.AppendJSON(nil))
		}
	}
	if r := s.Execute(t.Context(), `{__typename report(id: "x") {titel}}`, nil, ""); strings.Contains(r.Errors[0].Message, "title") {
		t.Errorf("switched off, and it is told all the same: %v", r.Errors[0])
	}
}

// Text is counted too: a few names of fields may stand for gigabytes.
func TestTextIsBounded(t *testing.T) {
	s := &story{names: map[string]graph.ID{}}
	long := s.report(nil, "", "", "long", strings.Repeat("word ", 200_000))
	store := openStore(t, s.Batch)
	text := fmt.Sprintf("report(id: %q) {text} ", long.ID)
	r := New(store).Execute(t.Context(), "{"+text+"}", nil, "")
	if r.Errors != nil || len(r.Data) < 1_000_000 {
		t.Errorf("a megabyte: %v", r.Errors)
	}
	r = New(store).Execute(t.Context(), "{"+numbered(200, "a%d:"+strings.ReplaceAll(text, "%", "%%"))+"}", nil, "")
	if r.Errors == nil || r.Errors[0].Code() != TooCostly {
		t.Errorf("200 megabytes: %d bytes, %v", len(r.Data), r.Errors)
	}
}

// No answer is larger than four times what it was reckoned at.
func TestAnswersAreBounded(t *testing.T) {
	store, _ := openStory(t)
	s := New(store)
	s.Options.Cost = 40
	r := s.Execute(t.Context(), `{reports(first: 4) {nodes {attributions(first: 1) {totalCount} actors {aliases}}}}`, nil, "")
	if r.Errors == nil || r.Errors[0].Code() != TooCostly {
		t.Errorf("got %s", r.AppendJSON(nil))
	}
	s.Options.Cost = 8
	r = s.Execute(t.Context(), `{report(url: "https://wire.example/a") {revises {text}}}`, nil, "")
	if r.Errors != nil {
		t.Errorf("got %s", r.AppendJSON(nil))
	}
	s.Options.Cost = 25
	r = s.Execute(t.Context(), `{report(url: "https://tass.example/1") {actors {id name}}}`, nil, "")
	if r.Errors != nil {
		t.Errorf("got %s", r.AppendJSON(nil))
	}
}

func FuzzScan(f *testing.F) {
	for _, h := range hostile {
		if len(h.query) < 2000 {
			f.Add(h.query)
		}
	}
	f.Add("# é\nquery Ä {a(b: \"\\u00e9 \\\" {\", c: \"\"\"x \\\"\"\" } \"\"\", d: -1.5e3) @x ... on Y {z}}")
	f.Fuzz(func(t *testing.T, query string) {
		s, fault := scan(query)
		if fault != nil {
			return
		}
		again, fault := scan(string(s.text))
		if fault != nil || string(again.text) != string(s.text) {
			t.Fatalf("%q: its tokens %q are cut anew as %v, %v", query, s.text, again, fault)
		}
		for i, at := range s.at {
			if s.text[at] != query[s.from[i]] {
				t.Fatalf("%q: token %d is not where it is said to be", query, i)
			}
		}
		s.parse()
	})
}

// Whatever is asked, the answer comes in time, and the process lives.
func FuzzGuard(f *testing.F) {
	for _, h := range hostile {
		f.Add(h.query, "{}")
	}
	files, _ := filepath.Glob("testdata/query/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		variables := "{}"
		for _, x := range a.Files {
			if x.Name == "variables" {
				variables = string(x.Data)
			}
		}
		f.Add(string(a.Files[0].Data), variables)
	}
	s := New(nothing{})
	f.Fuzz(func(t *testing.T, query, variables string) {
		var v map[string]any
		json.Unmarshal([]byte(variables), &v)
		var r Result
		if d := quick(func() { r = s.run(t.Context(), query, v, "") }); d > bound {
			t.Fatalf("took %s", d)
		}
		if !json.Valid(r.AppendJSON(nil)) {
			t.Fatalf("no JSON: %s", r.AppendJSON(nil))
		}
		for _, e := range r.Errors {
			if e.Code() == Internal {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// Queries made by chance out of the schema's own words are answered or refused in time.
func TestRandomQueries(t *testing.T) {
	s := New(nothing{})
	var words []string
	for _, line := range strings.FieldsFunc(sdl(schema()), func(r rune) bool { return strings.ContainsRune(" \n:!", r) }) {
		if len(line) < 20 && !strings.ContainsAny(line, `"`) {
			words = append(words, line)
		}
	}
	words = append(words, "{", "{", "{", "}", "}", "(", ")", ":", "...", "...", "on", "fragment", "query", "$a", "@skip(if:true)", `"x"`, "1", "[", "]", "Query", "__typename")
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := 5 + r.IntN(60)
		parts := []string{"{"}
		for range n {
			parts = append(parts, words[r.IntN(len(words))])
		}
		query := strings.Join(parts, " ")
		var got Result
		if d := quick(func() { got = s.Execute(t.Context(), query, nil, "") }); d > bound {
			t.Errorf("%s: took %s", query, d)
		}
		if len(got.Errors) > 0 && got.Errors[0].Code() == Internal {
			t.Errorf("%s: %v", query, got.Errors[0])
		}
	}
}
