package graphtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

type idList = []graph.ID

func findReports(t *test) {
	y := newStory()
	untold := newReport("https://example.org/untold", "Untold", "No time is told.", time.Time{}, "")
	s := t.openWith(y.batch, graph.Batch{Reports: []*graph.Report{untold}})
	report, reply := y.report.ID, y.reply.ID
	first, second := y.report.Published, y.reply.Published
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.ReportKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, report, reply, untold.ID)
	find(graph.NodeQuery{URLs: []string{y.reply.URL}}, reply)
	find(graph.NodeQuery{URLs: []string{y.reply.URL, "https://example.org", y.report.URL}}, report, reply)
	find(graph.NodeQuery{URLs: []string{strings.ToUpper(y.reply.URL)}})
	find(graph.NodeQuery{Outlets: idList{y.tass.ID}}, report)
	find(graph.NodeQuery{Outlets: idList{y.tass.ID, y.reuters.ID}}, report, reply)
	find(graph.NodeQuery{Outlets: idList{y.pankin.ID}})
	find(graph.NodeQuery{Actors: idList{y.pankin.ID}}, report)
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}}, report, reply)
	find(graph.NodeQuery{Actors: idList{y.observers.ID}})
	find(graph.NodeQuery{Text: "reception"}, report)
	find(graph.NodeQuery{Text: "denies"}, reply) // in the title
	find(graph.NodeQuery{Text: "lavrov department"}, report, reply)
	find(graph.NodeQuery{Since: first}, report, reply)
	find(graph.NodeQuery{Since: first.Add(time.Microsecond)}, reply)
	find(graph.NodeQuery{Until: second}, report)
	find(graph.NodeQuery{Until: second.Add(time.Microsecond)}, report, reply)
	find(graph.NodeQuery{Until: first})
	find(graph.NodeQuery{Since: first, Until: second}, report)
	find(graph.NodeQuery{Since: first.In(time.FixedZone("away", 3600)), Until: second}, report)
	find(graph.NodeQuery{Since: second, Until: first})
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}, Outlets: idList{y.reuters.ID}, Since: first, Text: "threatened", URLs: []string{y.reply.URL}}, reply)
	find(graph.NodeQuery{Actors: idList{y.pankin.ID}, Outlets: idList{y.reuters.ID}})
}

func findActors(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.ActorKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{Types: []graph.ActorType{graph.Person}}, y.lavrov.ID, y.blinken.ID, y.pankin.ID, y.antonov.ID)
	find(graph.NodeQuery{Types: []graph.ActorType{graph.Group, graph.Outlet}}, y.observers.ID, y.tass.ID, y.reuters.ID)
	find(graph.NodeQuery{Types: []graph.ActorType{graph.Document}})
	find(graph.NodeQuery{Keys: []string{"name:pankin"}}, y.pankin.ID)
	find(graph.NodeQuery{Keys: []string{"name:pankin", "title:deputy foreign minister"}}, y.pankin.ID)
	find(graph.NodeQuery{Keys: []string{"name:lavrov", "title:deputy foreign minister"}}, y.pankin.ID, y.lavrov.ID)
	find(graph.NodeQuery{Keys: []string{"name:"}})
	find(graph.NodeQuery{Reports: idList{y.reply.ID}}, y.state.ID, y.lavrov.ID)
	find(graph.NodeQuery{Reports: idList{y.reply.ID, y.report.ID}}, y.state.ID, y.lavrov.ID, y.blinken.ID, y.tass.ID, y.pankin.ID)
	find(graph.NodeQuery{Text: "pankin"}, y.pankin.ID)
	find(graph.NodeQuery{Text: "minister"}, y.pankin.ID, y.lavrov.ID) // in a role
	find(graph.NodeQuery{Text: "moscow"}, y.russia.ID)                // an alias
	find(graph.NodeQuery{Text: "sergey", Types: []graph.ActorType{graph.Person}, Reports: idList{y.reply.ID}, Keys: []string{"name:lavrov"}}, y.lavrov.ID)
	find(graph.NodeQuery{Text: "sergey", Types: []graph.ActorType{graph.Place}})
}

func findAttributions(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.AttributionKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID, y.denial.ID)
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}}, y.denial.ID)
	find(graph.NodeQuery{Reports: idList{y.report.ID}}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID}}, y.warning.ID, y.denial.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID, y.antonov.ID}}, y.warning.ID, y.denial.ID, y.promise.ID)
	find(graph.NodeQuery{Claims: idList{y.invitation.ID}}, y.agency.ID, y.deputy.ID)
	find(graph.NodeQuery{Claims: idList{y.invitation.ID, y.threat.ID}}, y.agency.ID, y.deputy.ID, y.denial.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies}}, y.denial.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies, graph.Predicts}}, y.denial.ID, y.warning.ID)
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Mixed}}, y.promise.ID)
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Direct}})
	find(graph.NodeQuery{MinConfidence: 0.5}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID, y.denial.ID)
	find(graph.NodeQuery{MinConfidence: 0.9}, y.agency.ID, y.deputy.ID, y.warning.ID, y.denial.ID)
	find(graph.NodeQuery{MinConfidence: 0.91})
	find(graph.NodeQuery{Since: y.reply.Published}, y.denial.ID)
	find(graph.NodeQuery{Until: y.reply.Published}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID)
	find(graph.NodeQuery{Text: "security council"}, y.agency.ID, y.deputy.ID)
	find(graph.NodeQuery{Text: "pankin"}) // the source is not the content
	find(graph.NodeQuery{Actors: idList{y.state.ID}, Stances: []graph.Stance{graph.Denies, graph.Asserts}, Outlets: idList{y.reuters.ID}, Since: y.report.Published}, y.denial.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID}, Outlets: idList{y.tass.ID}, Stances: []graph.Stance{graph.Denies}})
}

func findClaims(t *test) {
	y := newStory()
	// The agency's claim is denied, with little confidence, by its own outlet's rival; and nobody states the last.
	denial := said(y.reply, 5, y.blinken, "Lavrov", "reported", y.threat, graph.Denies, nil)
	denial.Claim, denial.Confidence, denial.Quotation = y.invitation.ID, 0.2, graph.Direct
	unstated := graph.NewClaim([]graph.Form{{Text: "Nobody states this", First: y.report.Published}})
	unstated.Keys = []string{"k:24"}
	s := t.openWith(y.batch, graph.Batch{Attributions: []*graph.Attribution{denial}, Claims: []*graph.Claim{unstated}})
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.ClaimKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, y.invitation.ID, y.cool.ID, y.watched.ID, y.threat.ID, unstated.ID)
	find(graph.NodeQuery{Keys: []string{"k:24"}}, y.invitation.ID, unstated.ID)
	find(graph.NodeQuery{Keys: []string{"k:invited", "k:cool"}}, y.invitation.ID, y.cool.ID)
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}}, y.threat.ID, y.invitation.ID)
	find(graph.NodeQuery{Reports: idList{y.report.ID}}, y.invitation.ID, y.cool.ID, y.watched.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID}}, y.cool.ID, y.threat.ID)
	find(graph.NodeQuery{Actors: idList{y.pankin.ID, y.tass.ID}}, y.invitation.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies}}, y.threat.ID, y.invitation.ID)
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Mixed, graph.Direct}}, y.watched.ID, y.invitation.ID)
	find(graph.NodeQuery{MinConfidence: 0.9}, y.invitation.ID, y.cool.ID, y.threat.ID)
	find(graph.NodeQuery{Since: y.reply.Published}, y.threat.ID, y.invitation.ID) // when stated, not when first stated
	find(graph.NodeQuery{Until: y.reply.Published}, y.invitation.ID, y.cool.ID, y.watched.ID)
	find(graph.NodeQuery{Text: "observe closely"}, y.watched.ID)
	find(graph.NodeQuery{Text: "nobody", Keys: []string{"k:24"}}, unstated.ID)
	find(graph.NodeQuery{Text: "nobody", MinConfidence: 0.1})

	// Of one and the same attribution: TASS published the claim and Blinken denied it, but not there.
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, Outlets: idList{y.reuters.ID}}, y.invitation.ID)
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, Outlets: idList{y.tass.ID}})
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, Reports: idList{y.report.ID}})
	find(graph.NodeQuery{Actors: idList{y.tass.ID}, Stances: []graph.Stance{graph.Denies}})
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, MinConfidence: 0.3})
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, MinConfidence: 0.2}, y.invitation.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies}, Until: y.reply.Published})
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Direct}, Reports: idList{y.report.ID}})
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}, MinConfidence: 0.5}, y.threat.ID)
	find(graph.NodeQuery{Keys: []string{"k:24"}, Actors: idList{y.blinken.ID}, Reports: idList{y.reply.ID}, Text: "blinken", Since: y.reply.Published}, y.invitation.ID)
}

func findRelations(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	invited, talks := y.invited.ID, y.talks.ID
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.RelationKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, invited, talks)
	find(graph.NodeQuery{Predicates: []string{"INVITED"}}, invited)
	find(graph.NodeQuery{Predicates: []string{"INVITED", "HELD_TALKS"}}, invited, talks)
	find(graph.NodeQuery{Predicates: []string{"invited"}})
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}}, invited, talks)
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}}, invited)
	find(graph.NodeQuery{Actors: idList{y.antonov.ID, y.usa.ID}}, talks)
	find(graph.NodeQuery{Polarities: []graph.Polarity{graph.Negated}}, talks)
	find(graph.NodeQuery{Polarities: graph.Polarities}, invited, talks)
	find(graph.NodeQuery{Modalities: []graph.Modality{graph.Planned, graph.Possible}}, invited)
	find(graph.NodeQuery{AssertedBy: idList{y.deputy.ID}}, invited)
	find(graph.NodeQuery{AssertedBy: idList{y.agency.ID}})
	find(graph.NodeQuery{Outlets: idList{y.tass.ID}}, invited, talks)
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}})
	find(graph.NodeQuery{Reports: idList{y.report.ID}}, invited, talks)
	find(graph.NodeQuery{Reports: idList{y.reply.ID}})
	find(graph.NodeQuery{MinConfidence: 0.5}, invited)
	find(graph.NodeQuery{Since: y.report.Published, Until: y.reply.Published}, invited, talks)
	find(graph.NodeQuery{Since: y.reply.Published})
	find(graph.NodeQuery{Text: "held"}, talks)
	find(graph.NodeQuery{Text: "invited blinken"}, invited)
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}, Modalities: []graph.Modality{graph.Actual}, Polarities: []graph.Polarity{graph.Negated}, Text: "talks", Reports: idList{y.report.ID}}, talks)
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}, Modalities: []graph.Modality{graph.Planned}, Polarities: []graph.Polarity{graph.Negated}})
}

func claims(texts ...string) graph.Batch {
	var b graph.Batch
	for _, text := range texts {
		b.Claims = append(b.Claims, graph.NewClaim([]graph.Form{{Text: text}}))
	}
	return b
}

func findWords(t *test) {
	texts := []string{
		"Mr. O'Neil's visit cost 14.5 million",    // 0
		"ŁÓDŹ and Straße, Ærø and Đà Nẵng",        // 1
		"the visit was cancelled by 14 ministers", // 2
		"visiting hours", // 3
		"Лавров пригласил Блинкена",                // 4
		"拉夫罗夫 邀请 布林肯",                              // 5
		"नमस्ते दुनिया",                            // 6
		"وزير الخارجية",                            // 7
		"twice twice",                              // 8
		"an-other 𝔸𐍈 number٣ e\u0301tude NATO-led", // 9
	}
	b := claims(texts...)
	s := t.openWith(b)
	for _, c := range []struct {
		text string
		want []int
	}{
		{"visit", []int{0, 2}},
		{"VISIT cost", []int{0}},
		{"cost visit", []int{0}},
		{"oneil", []int{0}},
		{"O’Neil", []int{0}},
		{"14", []int{0, 2}},
		{"lodz", []int{1}},
		{"Łódź strasse", []int{1}},
		{"aero da nang", []int{1}},
		{"visi", nil},
		{"лавров", []int{4}},
		{"ЛАВРОВ блинкена", []int{4}},
		{"邀请", []int{5}},
		{"नमस्ते", []int{6}},
		{"وزير", []int{7}},
		{"twice", []int{8}},
		{"twice twice twice", []int{8}},
		{"other", []int{9}},
		{"an other", []int{9}},
		{"𝔸𐍈", []int{9}},
		{"étude", []int{9}},
		{"nato", []int{9}},
		{"visit nowhere", nil},
		{"?! ..", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, // no word asks nothing
	} {
		var want []graph.ID
		for _, i := range c.want {
			want = append(want, b.Claims[i].ID)
		}
		t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: c.text}, want...)
	}

	long := strings.Repeat("longword", 20)
	more := claims("a "+long+" in it", "a "+long+"er in it")
	t.put(s, more)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: long}, more.Claims[0].ID)
}

func findSyntax(t *test) {
	b := claims("this and that or not near", "plain words only", "text column forms", "claims kind id")
	s := t.openWith(b)
	for text, want := range map[string][]int{
		"AND": {0}, "OR": {0}, "NOT": {0}, "NEAR": {0}, "this NOT plain": nil, "plain OR this": nil, "NEAR(this that)": {0},
		`"words plain"`: {1}, "pla*": nil, "plain*": {1}, "text:plain": nil, "text:forms": {2}, "-plain": {1}, "^words": {1},
		"forms:text": {2}, "{text}:column": {2}, "plain~": {1}, "+plain -only": {1}, "(plain": {1}, `"`: {0, 1, 2, 3}, `\plain\`: {1}, "kind:claims": {3},
		"plain && words": {1}, "[a TO z]": nil, "pl?in": nil, "'; --": {0, 1, 2, 3},
	} {
		var list []graph.ID
		for _, i := range want {
			list = append(list, b.Claims[i].ID)
		}
		t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: text}, list...)
	}
}

// pages reads the query page by page and checks that no page but the last is short.
func (t *test) pages(s graph.Store, q graph.NodeQuery) []graph.ID {
	t.Helper()
	list := []graph.ID{}
	for {
		p := t.find(s, q)
		list = append(list, ids(p.Nodes)...)
		if p.Next == "" {
			return list
		}
		if len(p.Nodes) != q.PageSize() {
			t.Fatalf("Find(%s): a page of %d, though more follows", brief(q), len(p.Nodes))
		}
		q.After = p.Next
	}
}

func pageOrder(t *test) {
	s := t.open()
	var b graph.Batch
	at := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	micro := at.Add(time.Microsecond)
	for i, when := range []time.Time{at, {}, at, micro, {}, at.AddDate(-60, 0, 0), at, {}, at.AddDate(1, 0, 0), micro, at, {}} {
		r := newReport(fmt.Sprintf("https://example.org/%d", i), "", "It happened.", when, "")
		c := graph.NewClaim([]graph.Form{{Text: fmt.Sprintf("happening %d", i), First: when}})
		a := said(r, 0, &graph.Actor{}, "It", "happened", &graph.Claim{ID: c.ID, Text: "It happened"}, graph.Asserts, nil)
		a.Sources = nil
		who := actors(fmt.Sprintf("Who %d", i), 1)[0]
		rel := did(r, 0, who, "HAPPENED", who, "happened", nil)
		b.Reports, b.Claims, b.Attributions = append(b.Reports, r), append(b.Claims, c), append(b.Attributions, a)
		b.Relations, b.Actors = append(b.Relations, rel), append(b.Actors, who)
	}
	t.put(s, b)
	m := newModel()
	if err := m.Put(t.ctx, b); err != nil {
		t.Fatal(err)
	}
	for _, k := range graph.Kinds {
		for _, order := range []graph.Order{graph.ByID, graph.Oldest, graph.Newest} {
			if k == graph.ActorKind && order != graph.ByID {
				continue
			}
			want, err := collect(graph.All(t.ctx, m, graph.NodeQuery{Kind: k, Order: order}))
			if err != nil {
				t.Fatal(err)
			}
			for limit := 1; limit <= len(want)+1; limit++ {
				q := graph.NodeQuery{Kind: k, Order: order, Limit: limit}
				t.same("Find("+brief(q)+")", ids(want), t.pages(s, q))
				if k != graph.ActorKind {
					q.Since, q.Until = at.AddDate(-60, 0, 0), at.AddDate(1, 0, 0)
					t.same("Find("+brief(q)+")", 7, len(t.pages(s, q)))
				}
			}
		}
	}
}

func pageSize(t *test) {
	const n = graph.MaxLimit + 5
	s := t.openWith(graph.Batch{Actors: actors("Sized", n)})
	for limit, want := range map[int]int{0: graph.DefaultLimit, 1: 1, 7: 7, graph.MaxLimit: graph.MaxLimit, graph.MaxLimit + 1: graph.MaxLimit, 1 << 40: graph.MaxLimit} {
		q := graph.NodeQuery{Kind: graph.ActorKind, Text: "sized", Limit: limit}
		p := t.find(s, q)
		if len(p.Nodes) != want || p.Next == "" {
			t.Errorf("Find(limit %d): got %d and next %q, want %d and more", limit, len(p.Nodes), p.Next, want)
		}
		if count, err := s.Count(t.ctx, q); count != n || err != nil {
			t.Errorf("Count(limit %d): got %d, %v, want %d", limit, count, err, n)
		}
	}
	p := t.find(s, graph.NodeQuery{Kind: graph.ActorKind, Limit: 5})
	q := graph.NodeQuery{Kind: graph.ActorKind, After: p.Next, Limit: graph.MaxLimit} // another limit goes on with the same query
	if p = t.find(s, q); len(p.Nodes) != graph.MaxLimit || p.Next != "" {
		t.Errorf("Find of exactly the rest: got %d and next %q, want %d and none", len(p.Nodes), p.Next, graph.MaxLimit)
	}
	q.Limit = 1
	if count, err := s.Count(t.ctx, q); count != n || err != nil {
		t.Errorf("Count with After: got %d, %v, want %d", count, err, n)
	}
}

func senselessQuery(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	refuse := func(q graph.NodeQuery) {
		t.Helper()
		if _, err := s.Find(t.ctx, q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Find(%s): got %v, want %v", brief(q), err, graph.ErrInvalid)
		}
		if q.Limit < 0 || q.Order != graph.ByID {
			return // these don't matter to Count
		}
		if _, err := s.Count(t.ctx, q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Count(%s): got %v, want %v", brief(q), err, graph.ErrInvalid)
		}
	}
	refuse(graph.NodeQuery{})
	refuse(graph.NodeQuery{Kind: 'x'})
	refuse(graph.NodeQuery{Kind: graph.ClaimKind, Limit: -1})
	refuse(graph.NodeQuery{Kind: graph.ClaimKind, Order: "sideways"})
	refuse(graph.NodeQuery{Kind: graph.ActorKind, Order: graph.Oldest})
	for _, f := range []struct {
		set   func(*graph.NodeQuery)
		kinds string // with which it goes
	}{
		{func(q *graph.NodeQuery) { q.Keys = []string{"k"} }, "ac"},
		{func(q *graph.NodeQuery) { q.URLs = []string{"u"} }, "r"},
		{func(q *graph.NodeQuery) { q.Types = graph.ActorTypes }, "a"},
		{func(q *graph.NodeQuery) { q.Outlets = idList{y.tass.ID} }, "rcte"},
		{func(q *graph.NodeQuery) { q.Reports = idList{y.report.ID} }, "acte"},
		{func(q *graph.NodeQuery) { q.Actors = idList{y.tass.ID} }, "rcte"},
		{func(q *graph.NodeQuery) { q.Claims = idList{y.cool.ID} }, "t"},
		{func(q *graph.NodeQuery) { q.Stances = graph.Stances }, "ct"},
		{func(q *graph.NodeQuery) { q.Quotations = graph.Quotations }, "ct"},
		{func(q *graph.NodeQuery) { q.Predicates = []string{"P"} }, "e"},
		{func(q *graph.NodeQuery) { q.Polarities = graph.Polarities }, "e"},
		{func(q *graph.NodeQuery) { q.Modalities = graph.Modalities }, "e"},
		{func(q *graph.NodeQuery) { q.AssertedBy = idList{y.agency.ID} }, "e"},
		{func(q *graph.NodeQuery) { q.Since = y.report.Published }, "rcte"},
		{func(q *graph.NodeQuery) { q.Until = y.report.Published }, "rcte"},
		{func(q *graph.NodeQuery) { q.MinConfidence = 0.5 }, "cte"},
	} {
		for _, k := range graph.Kinds {
			q := graph.NodeQuery{Kind: k}
			f.set(&q)
			if strings.ContainsRune(f.kinds, rune(k)) {
				t.find(s, q)
			} else {
				refuse(q)
			}
		}
	}
}

func foreignCursor(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	q := graph.NodeQuery{Kind: graph.AttributionKind, Stances: graph.Stances, Limit: 1}
	next := t.find(s, q).Next
	others := []graph.NodeQuery{
		{Kind: graph.ClaimKind, Stances: graph.Stances},
		{Kind: graph.AttributionKind},
		{Kind: graph.AttributionKind, Stances: graph.Stances, Order: graph.Newest},
		{Kind: graph.AttributionKind, Stances: graph.Stances[:3]},
		{Kind: graph.AttributionKind, Stances: graph.Stances, Text: "a"},
	}
	for _, other := range others {
		other.After = next
		if _, err := s.Find(t.ctx, other); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Find(%s) with another's cursor: got %v, want %v", brief(other), err, graph.ErrInvalid)
		}
	}
	for _, garbage := range []string{"x", " ", "!", "1", "bnVsbA", next + "x", next[1:], next[:len(next)-2], strings.ToUpper(next), "e30", "\xff"} {
		q.After = garbage
		if _, err := s.Find(t.ctx, q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Find(after %q): got %v, want %v", garbage, err, graph.ErrInvalid)
		}
		if n, err := s.Count(t.ctx, q); n != 5 || err != nil {
			t.Errorf("Count(after %q): got %d, %v, want 5", garbage, n, err)
		}
	}
	// A cursor is good for another handle, and when what it points to has gone.
	q.After = next
	first := t.find(t.open(), graph.NodeQuery{Kind: q.Kind, Stances: q.Stances, Limit: 1}).Nodes[0]
	rest := t.pages(t.open(), q)
	t.put(s, graph.Batch{Remove: append(ids(t.all(s, graph.NodeQuery{Kind: graph.RelationKind})), without(y, first.NodeID())...)})
	t.same("the rest of the pages", keep(rest, ids(t.all(s, graph.NodeQuery{Kind: q.Kind}))), t.pages(s, q))
}

// without are the attributions that cannot stand without the one removed, and itself.
func without(y *story, id graph.ID) []graph.ID {
	if id == y.agency.ID {
		return []graph.ID{id, y.deputy.ID}
	}
	return []graph.ID{id}
}

func keep(list, in []graph.ID) []graph.ID {
	out := []graph.ID{}
	for _, id := range list {
		if slices.Contains(in, id) {
			out = append(out, id)
		}
	}
	return out
}

func stablePages(t *test) {
	stay := Generate(11, 8)
	s := t.openWith(stay...)
	was := map[graph.Kind][]graph.ID{}
	for _, k := range graph.Kinds {
		was[k] = ids(t.all(s, graph.NodeQuery{Kind: k}))
	}
	round := 0
	for _, k := range graph.Kinds {
		for _, order := range []graph.Order{graph.ByID, graph.Oldest, graph.Newest} {
			if k == graph.ActorKind && order != graph.ByID {
				continue
			}
			q := graph.NodeQuery{Kind: k, Order: order, Limit: max(1, len(was[k])/5)}
			seen := map[graph.ID]int{}
			for page := 0; ; page++ {
				p := t.find(s, q)
				for _, n := range p.Nodes {
					seen[n.NodeID()]++
				}
				if q.After = p.Next; p.Next == "" {
					break
				}
				if page >= 10 {
					continue // or there would be more and more to come
				}
				// Come and gone between two pages: before, after and at the times of what stays.
				round++
				passing := passers(round, t.nodes(s, stay[round%len(stay)].Reports[0].ID))
				t.put(s, passing)
				if round%2 == 0 {
					t.put(s, graph.Batch{Remove: ids(passing.Nodes())})
				}
			}
			for _, id := range was[k] {
				if seen[id] != 1 {
					t.Errorf("Find(%s): %s came %d times", brief(q), id, seen[id])
				}
			}
			for id, n := range seen {
				if n > 1 {
					t.Errorf("Find(%s): %s came %d times", brief(q), id, n)
				}
			}
		}
	}
}

// passers are a few nodes of every kind, some at the time of the report given.
func passers(round int, beside map[graph.ID]graph.Node) graph.Batch {
	at := time.Date(2000+round%50, 1, 1, 0, 0, 0, 0, time.UTC)
	var b graph.Batch
	for i := range 6 {
		when := at.AddDate(i, 0, 0)
		for _, n := range beside {
			if i%2 == 0 {
				when = n.(*graph.Report).Published
			}
		}
		r := newReport(fmt.Sprintf("https://example.org/passing/%d/%d", round, i), "", "Somebody passed by.", when, "")
		who := actors(fmt.Sprintf("Passer %d %d", round, i), 1)[0]
		c := graph.NewClaim([]graph.Form{{Text: fmt.Sprintf("passing %d %d", round, i), First: when}})
		a := said(r, 0, who, "Somebody", "by", &graph.Claim{ID: c.ID, Text: "passed"}, graph.Asserts, nil)
		b.Reports, b.Actors, b.Claims = append(b.Reports, r), append(b.Actors, who), append(b.Claims, c)
		b.Attributions = append(b.Attributions, a)
		b.Relations = append(b.Relations, did(r, 0, who, "PASSED", who, "passed", a))
	}
	return b
}
