package schema

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/whence-graph/whence/graph/graphtest"
)

// What the benchmarks ask. The first answers about a thousand objects.
var asked = []struct{ name, query string }{
	{"1000 objects", `{a: attributions(first: 100, order: ID) {nodes {id stance words confidence sources {id name kind} report {id title published outlet {name}} claim {id text}
		content {quote start end} evidence {quote start end prefix suffix}}}
		r: relations(first: 100, order: ID) {nodes {id predicate subject {id name} object {id name}}}}`},
	{"a page", `{claims(first: 20) {nodes {text attributions {nodes {stance sources {name} report {outlet {name} published}}}} pageInfo {hasNextPage endCursor}}}`},
	{"a trace", `{trace(text: "had invited") {claim {text} origin {actor {name}} chains {hops {actor {name} report {title} evidence {quote start end}}}}}`},
	{"a network", `{network(limit: 500) {actors {id name kind} relations {id predicate subject {id} object {id}}}}`},
	{"next to nothing", `{stats {generation}}`},
}

func BenchmarkExecute(b *testing.B) {
	s := New(openStore(b, graphtest.Generate(7, 300)...))
	for _, c := range asked {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := s.Execute(b.Context(), c.query, nil, "")
				if r.Errors != nil {
					b.Fatal(r.Errors[0])
				}
				b.SetBytes(int64(len(r.Data)))
			}
		})
	}
	b.Run("reckoned dear", func(b *testing.B) {
		// Near the limit by what it may come to; what it does come to is a few thousand fields.
		const query = `{claims(first: 100) {nodes {attributions(first: 16) {nodes {id stance words confidence quotation order
			report {attributions(first: 6) {nodes {id words stance confidence}}}}}}}}`
		for b.Loop() {
			r := s.Execute(b.Context(), query, nil, "")
			if r.Errors != nil {
				b.Fatal(r.Errors[0])
			}
			b.ReportMetric(float64(len(r.Data)), "bytes")
		}
	})
}

func BenchmarkHandler(b *testing.B) {
	h := Handler(openStore(b, graphtest.Generate(7, 300)...), Options{})
	body, _ := json.Marshal(map[string]string{"query": asked[0].query})
	for _, encoding := range []string{"", "gzip"} {
		b.Run("1000 objects "+encoding, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest("POST", "/graphql", strings.NewReader(string(body)))
					r.Header.Set("Content-Type", "application/json")
					r.Header.Set("Accept-Encoding", encoding)
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					if w.Code != http.StatusOK {
						b.Error(w.Body)
					}
				}
			})
		})
	}
}

// Refusing costs little, so that who sends rubbish gains nothing.
func BenchmarkRefuse(b *testing.B) {
	store, _ := openStory(b)
	s := New(store)
	for _, h := range hostile {
		b.Run(strings.ReplaceAll(h.name, ",", ""), func(b *testing.B) {
			for b.Loop() {
				if r := s.Execute(b.Context(), h.query, nil, ""); r.Errors == nil {
					b.Fatal("answered")
				}
			}
		})
	}
}
