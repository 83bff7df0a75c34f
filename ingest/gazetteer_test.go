package ingest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
)

const listed = "name,aliases,type\nTorvald Aksen,Aksen; T. Aksen; Old Tor,person\nBryn Aksen Holding,BAH,organization\nLena Moss,Moss,person\nArne Moss,Moss,person\n"

// sharpened ingests texts (see plainly) with a gazetteer in both orders and gives the second store.
func sharpened(t *testing.T, g *ingest.Gazetteer, texts ...string) (s graph.Store) {
	t.Helper()
	want := ""
	for _, order := range [][]string{texts, {texts[len(texts)-1], texts[0]}} {
		s = open(t)
		for i := range order {
			if _, err := (ingest.Run{Extract: g.Sharpen(plainly)}).Reports(t.Context(), s, stream([]ingest.Report{{Text: order[i]}})); err != nil {
				t.Fatal(err)
			}
		}
		if got := dumped(t, s); want != "" && got != want {
			t.Errorf("another graph in another order:\n%s\nand\n%s", want, got)
		} else {
			want = got
		}
	}
	return s
}

func TestGazetteerJoinsNames(t *testing.T) {
	for format, list := range map[string]string{
		"CSV":            listed,
		"FollowTheMoney": `{"id":"Q1","schema":"Person","caption":"Torvald Aksen","properties":{"name":["Torvald Aksen"],"weakAlias":["Aksen","Old Tor"]}}` + "\n\n" + `{"id":"Q2","schema":"Vessel","properties":{"name":["Old Tor"]}}` + "\n",
	} {
		g, err := ingest.ReadGazetteer("list", strings.NewReader(list))
		if err != nil {
			t.Fatal(format, err)
		}
		s := sharpened(t, g, "Torvald Aksen: the mill is for sale", "Old Tor: nobody wants to buy the mill")
		if a, b := actor(t, s, "Torvald Aksen"), actor(t, s, "Old Tor"); a.ID != b.ID {
			t.Errorf("%s: %q and %q are two", format, a.Name, b.Name)
		}
	}
}

func TestGazetteerInDoubt(t *testing.T) {
	g, err := ingest.ReadGazetteer("list", strings.NewReader(listed))
	if err != nil {
		t.Fatal(err)
	}
	bare := func(names ...string) func(ingest.Report) (ingest.Analysis, error) {
		return func(ingest.Report) (an ingest.Analysis, err error) {
			for _, n := range names {
				an.Actors = append(an.Actors, ingest.Actor{Type: graph.Person, Name: n})
			}
			return an, nil
		}
	}
	for _, tt := range []struct {
		names []string
		want  string
	}{
		{[]string{"Mr Aksen"}, "Torvald Aksen"},
		{[]string{"Aksen", "Bryn Aksen"}, ""}, // which of the two?
		{[]string{"Moss"}, ""},                // Lena or Arne?
		{[]string{"BAH"}, ""},                 // a firm, and here a person
		{[]string{"Nobody Listed"}, ""},
	} {
		an, err := g.Sharpen(bare(tt.names...))(ingest.Report{})
		if got := strings.Join(an.Actors[0].Names, ", "); err != nil || got != tt.want {
			t.Errorf("%q: got the names %q, %v, want %q", tt.names, got, err, tt.want)
		}
	}
}

func TestGazetteerErrors(t *testing.T) {
	for list, line := range map[string]int{
		"label,aliases\nA,B\n":                             1,
		"name,type\nAda,person\nBo,planet\n":               3,
		"name\n\"Ada\nBo\n":                                2,
		`{"schema":"Person"}` + "\n" + `{"schema":` + "\n": 2,
	} {
		_, err := ingest.ReadGazetteer("list.csv", strings.NewReader(list))
		var e *ingest.Error
		if !errors.As(err, &e) || e.Line != line || e.Source != "list.csv" || e.Remedy == "" {
			t.Errorf("%q: got %v, want an error at line %d", list, err, line)
		}
	}
	if g, err := ingest.ReadGazetteer("empty", strings.NewReader(" \n")); err != nil || g == nil {
		t.Errorf("an empty list: %v, %v", g, err)
	}
}
