package ingest_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/score"
)

// plainly reads texts such as "Aurelia Grid Company = AGC, operator of Aurelia: the lights are out", each line of which is
// an actor's names, a role it holds of another actor, and what it says. Who has two names is a person.
func plainly(r ingest.Report) (ingest.Analysis, error) {
	var an ingest.Analysis
	at := 0
	for line := range strings.Lines(r.Text) {
		span := func(s string) graph.Span {
			i := at + strings.Index(line, s)
			return graph.Span{Start: i, End: i + len(s)}
		}
		who, content, _ := strings.Cut(strings.TrimSpace(line), ": ")
		who, role, _ := strings.Cut(who, ", ")
		names := strings.Split(who, " = ")
		actor := ingest.Actor{Type: graph.Organization, Name: names[0], Names: names}
		if len(strings.Fields(names[0])) == 2 {
			actor.Type = graph.Person
		}
		an.Mentions = append(an.Mentions, ingest.Mention{Span: span(names[0]), Actor: len(an.Actors)})
		source := len(an.Mentions) - 1
		if title, of, ok := strings.Cut(role, " of "); ok {
			actor.Roles = []ingest.Role{{Title: title, Of: len(an.Actors) + 1, Span: span(role)}}
			an.Mentions = append(an.Mentions, ingest.Mention{Span: span(of), Actor: len(an.Actors) + 1})
			an.Actors = append(an.Actors, actor, ingest.Actor{Type: graph.Place, Name: of, Names: []string{of}})
		} else {
			an.Actors = append(an.Actors, actor)
		}
		if content != "" {
			an.Attributions = append(an.Attributions, ingest.Attribution{Sources: []int{source}, Source: []graph.Span{span(names[0])}, Content: []graph.Span{span(content)},
				Stance: graph.Asserts, Quotation: graph.Indirect, Via: ingest.None, Confidence: 0.5})
		}
		at += len(line)
	}
	return an, nil
}

// permutations of 0..n-1.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for _, p := range permutations(n - 1) {
		for i := range n {
			out = append(out, slices.Insert(slices.Clone(p), i, n-1))
		}
	}
	return out
}

// inEveryOrder ingests the texts in every order, wants the same graph of each, and gives one of the stores.
func inEveryOrder(t *testing.T, texts ...string) graph.Store {
	t.Helper()
	return readInEveryOrder(t, plainly, texts...)
}

func readInEveryOrder(t *testing.T, extract func(ingest.Report) (ingest.Analysis, error), texts ...string) graph.Store {
	t.Helper()
	var list []ingest.Report
	for i, text := range texts {
		list = append(list, ingest.Report{Text: text, Published: time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)})
	}
	return inOrders(t, extract, list, permutations(len(texts)))
}

// inOrders reads the reports in each of the orders, and demands that the graph is the same.
func inOrders(t *testing.T, extract func(ingest.Report) (ingest.Analysis, error), list []ingest.Report, orders [][]int) graph.Store {
	t.Helper()
	var s graph.Store
	want := ""
	for _, order := range orders {
		s = open(t)
		for _, i := range order {
			if tally, err := (ingest.Run{Extract: extract}).Reports(t.Context(), s, stream([]ingest.Report{list[i]})); err != nil || tally.Kept != 1 {
				t.Fatal(tally, err)
			}
		}
		got := dumped(t, s)
		if want == "" {
			want = got
		}
		if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); d != "" {
			t.Fatalf("in the order %v the graph is another (-want +got):\n%s", order, d)
		}
	}
	return s
}

func actor(t *testing.T, s graph.Reader, name string) *graph.Actor {
	t.Helper()
	n, err := graph.Get(t.Context(), s, graph.ActorID(name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n.(*graph.Actor)
}

func TestActorsMeetThroughAName(t *testing.T) {
	s := inEveryOrder(t, "Aurelia Grid Company: the lights are out in the south", "AGC: ice was the cause of the whole failure", "Aurelia Grid Company = AGC, operator of Aurelia: we regret what happened on Sunday", "Chidi Nwosu, spokesman of AGC")
	agc := actor(t, s, "AGC")
	if agc.ID != actor(t, s, "Aurelia Grid Company").ID || agc.Name != "Aurelia Grid Company" {
		t.Errorf("two names of one actor: %+v", agc)
	}
	if d := cmp.Diff([]string{"AGC", "Aurelia Grid Company"}, agc.Aliases); d != "" {
		t.Error(d)
	}
	if r := actor(t, s, "Chidi Nwosu").Roles; len(r) != 1 || r[0].Of != agc.ID {
		t.Errorf("the role is of somebody else: %+v", r)
	}
	if actor(t, s, "Aurelia").ID == agc.ID {
		t.Error("a place was merged with a company")
	}
}

func TestSpellingsAreOnePerson(t *testing.T) {
	s := inEveryOrder(t, "Sergei Volkonskiy: the harbour will be dredged next spring", "Sergey Volkonsky", "Serguei Volkonsky: nobody asked the fishermen about it", "Sergei Volkov")
	one := actor(t, s, "Sergey Volkonsky")
	if d := cmp.Diff([]string{"Sergei Volkonskiy", "Serguei Volkonsky", "Sergey Volkonsky"}, one.Aliases, cmpopts.SortSlices(strings.Compare)); d != "" {
		t.Error(d)
	}
	if actor(t, s, "Sergei Volkov").ID == one.ID {
		t.Error("two people with one given name were merged")
	}
}

func TestClaimsMeet(t *testing.T) {
	s := inEveryOrder(t, "Ada: cracks were found in 12 hangers of the Skarne Bridge", "Bo: cracks have been found in twelve hangers of the bridge", "Cyd: cracks were found in 14 hangers of the Skarne Bridge", "Dan: Yes", "Eve: Yes")
	claims, err := s.Find(t.Context(), graph.NodeQuery{Kind: graph.ClaimKind})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range claims.Nodes {
		c := n.(*graph.Claim)
		forms := []string{}
		for _, f := range c.Forms {
			forms = append(forms, f.Text)
		}
		got = append(got, strings.Join(forms, " = "))
	}
	slices.Sort(got)
	want := []string{"Yes", "Yes", "cracks were found in 12 hangers of the Skarne Bridge = cracks have been found in twelve hangers of the bridge", "cracks were found in 14 hangers of the Skarne Bridge"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("claims (-want +got):\n%s", d)
	}
}

// TestClaimsStandForSomebody reads real prose: who a pronoun is and what a denial points back to is part of what is claimed.
func TestClaimsStandForSomebody(t *testing.T) {
	s := open(t)
	put := func(id, text string) {
		t.Helper()
		r := ingest.Report{ID: id, Text: text}
		an, err := new(ingest.Extractor).Extract(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ingest.Resolve(t.Context(), s, r, an)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	put("1", "Ines Okafor has left the harbour board. She said she would never again work for the port of Lisse.")
	put("2", "Tomas Brandt has left the harbour board. He said he would never again work for the port of Lisse.")
	put("3", "Ines Okafor will never again work for the port of Lisse, a friend said.")
	put("4", "Mikael Strand said that the ministry had ordered him to open the gates. The ministry denied having given any such order.")
	put("5", "Siobhan Pryce said that Lusano Bank had pulled out of financing the sale of the club to Kestrel Capital. A spokesman denied that the bank had pulled out.")
	claims := map[string][]string{} // forms of each claim, by each form
	found, err := s.Find(t.Context(), graph.NodeQuery{Kind: graph.ClaimKind})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range found.Nodes {
		var forms []string
		for _, f := range n.(*graph.Claim).Forms {
			forms = append(forms, f.Meaning())
		}
		for _, f := range forms {
			claims[f] = forms
		}
	}
	ines := "Ines Okafor would never again work for the port of Lisse"
	if got := claims[ines]; len(got) != 2 || !slices.Contains(got, "Ines Okafor will never again work for the port of Lisse") {
		t.Errorf("what Ines Okafor will not do has the forms %q, of %v", got, claims)
	}
	if got := claims["having given any such order"]; len(got) != 2 {
		t.Errorf("the denial of such an order has the forms %q, of %v", got, claims)
	}
	if got := claims["Lusano Bank had pulled out of financing the sale of the club to Kestrel Capital"]; len(got) != 2 {
		t.Errorf("what was denied in words of its own has the forms %q, of %v", got, claims)
	}
}

// TestShortNames reads reports in every order: whom a surname alone stands for changes as reports come that name one who bears it, and another.
func TestShortNames(t *testing.T) {
	read := once()
	const (
		full      = "Yusuf Okan, managing partner of Kestrel Capital, said in Aldine on Monday that the sale to Marek Stolz was off. Siobhan Pryce hoped that Okan would change his mind."
		short     = "The sale of the club to Marek Stolz is off, Mr Okan said in Aldine. Siobhan Pryce thanked Mr Okan."
		other     = "Derya Okan, a sister, told reporters in Aldine that Siobhan Pryce and Marek Stolz had lied to Kestrel Capital."
		elsewhere = "Derya Okan, a painter, said in Lisse that the light over Vorden had changed."
	)
	is := func(s graph.Store, want string) {
		t.Helper()
		found, err := s.Find(t.Context(), graph.NodeQuery{Kind: graph.AttributionKind, Text: "is off"})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range found.Nodes {
			a := n.(*graph.Attribution)
			who, err := graph.Get(t.Context(), s, a.Sources[0])
			if err != nil {
				t.Fatal(err)
			}
			actor := who.(*graph.Actor)
			if actor.Name != want {
				t.Errorf("who said that the sale is off is %q, want %q", actor.Name, want)
			}
			if c, err := graph.Candidates(t.Context(), s, actor, 10); err != nil || len(c) != 2 && want == "Okan" {
				t.Errorf("candidates of %q: %v, %v", actor.Name, c, err)
			}
		}
		if len(found.Nodes) != 1 {
			t.Errorf("%d say that the sale is off", len(found.Nodes))
		}
	}
	is(readInEveryOrder(t, read, short, full), "Yusuf Okan")
	is(readInEveryOrder(t, read, short, full, elsewhere), "Yusuf Okan")
	is(readInEveryOrder(t, read, short, full, other, elsewhere), "Okan")
}

// once reads each text once.
func once() func(ingest.Report) (ingest.Analysis, error) {
	analyses := map[string]ingest.Analysis{}
	return func(r ingest.Report) (ingest.Analysis, error) {
		an, ok := analyses[r.Text]
		if !ok {
			var err error
			if an, err = new(ingest.Extractor).Extract(r); err != nil {
				return an, err
			}
			analyses[r.Text] = an
		}
		return an, nil
	}
}

// TestStoryInAnyOrder reads a told story, in which many are known by their surnames alone, forwards, backwards and shuffled.
func TestStoryInAnyOrder(t *testing.T) {
	var list []ingest.Report
	for m, err := range score.Gold("testdata/gold/24-milk-levy-crisis.json") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m.Report)
	}
	forwards := make([]int, len(list))
	for i := range forwards {
		forwards[i] = i
	}
	backwards := slices.Clone(forwards)
	slices.Reverse(backwards)
	orders := [][]int{forwards, backwards}
	for seed := range uint64(3) {
		orders = append(orders, rand.New(rand.NewPCG(seed, 0)).Perm(len(forwards)))
	}
	inOrders(t, once(), list, orders)
}
