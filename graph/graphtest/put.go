package graphtest

import (
	"strings"

	"github.com/whence-graph/whence/graph"
)

func emptyStore(t *test) {
	s := t.open()
	if n := t.generation(s); n != 1 {
		t.Errorf("Generation: got %d, want 1", n)
	}
	for _, k := range graph.Kinds {
		t.finds(s, graph.NodeQuery{Kind: k})
	}
	id := newStory().lavrov.ID
	if m := t.nodes(s, id); len(m) != 0 {
		t.Errorf("Nodes: got %v, want none", m)
	}
	if m := t.nodes(s); len(m) != 0 {
		t.Errorf("Nodes of no ID: got %v, want none", m)
	}
	if list := t.edges(s, graph.EdgeQuery{From: []graph.ID{id}}); len(list) != 0 {
		t.Errorf("Edges: got %v, want none", list)
	}
}

func comesBackEqual(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	t.holds(s, y.batch)
	if n := t.generation(s); n <= 1 {
		t.Errorf("Generation after Put: got %d, want more than 1", n)
	}
	n, err := graph.Get(t.ctx, s, y.report.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.same("Get", normal(y.report), n)
	for _, k := range graph.Kinds {
		for _, n := range t.all(s, graph.NodeQuery{Kind: k}) {
			t.same("the node that Find gives", t.nodes(s, n.NodeID())[n.NodeID()], n)
		}
	}
}

func putTwice(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	before := t.dump(s)
	t.put(s, newStory().batch)
	t.same("after the same Put", before, t.dump(s))
	t.put(s, graph.Batch{Actors: []*graph.Actor{y.tass}})
	t.put(s, graph.Batch{Claims: y.batch.Claims, Attributions: y.batch.Attributions})
	t.same("after Put of a part", before, t.dump(s))

	generated := Generate(3, 6)
	for _, b := range generated {
		t.put(s, b)
	}
	before = t.dump(s)
	t.put(s, generated[len(generated)-1])
	t.same("after the last Put again", before, t.dump(s))
}

func replaced(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	old := t.generation(s)

	a := normal(y.deputy).(*graph.Attribution)
	a.Sources = []graph.ID{y.state.ID, y.lavrov.ID}
	a.Via, a.Claim, a.Stance, a.Cue = "", y.cool.ID, graph.Doubts, nil
	p := normal(y.pankin).(*graph.Actor)
	p.Roles, p.Name, p.Keys = nil, "Deputy", []string{"name:deputy"}
	b := graph.Batch{Attributions: []*graph.Attribution{a}, Actors: []*graph.Actor{p}}
	t.put(s, b)
	t.holds(s, b)
	if n := t.generation(s); n <= old {
		t.Errorf("Generation after a change: got %d, want more than %d", n, old)
	}
	t.same("Edges from the attribution", []graph.Edge{
		{Kind: graph.From, From: a.ID, To: y.state.ID},
		{Kind: graph.From, From: a.ID, To: y.lavrov.ID, Order: 1},
		{Kind: graph.States, From: a.ID, To: y.cool.ID},
	}, t.edges(s, graph.EdgeQuery{From: []graph.ID{a.ID}}))
	if list := t.edges(s, graph.EdgeQuery{From: []graph.ID{p.ID}}); len(list) != 0 {
		t.Errorf("Edges from an actor without roles: got %v", list)
	}
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{y.pankin.ID}})
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Claims: []graph.ID{y.invitation.ID}}, y.agency.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Stances: []graph.Stance{graph.Doubts}}, y.cool.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{"name:pankin"}})
	t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{"name:deputy"}}, p.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Text: "minister"}, y.lavrov.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Text: "alexander"}, p.ID) // still an alias

	// A report published at another time takes what stands in it along.
	r := normal(y.report).(*graph.Report)
	r.Published, r.Outlet = y.reply.Published.AddDate(1, 0, 0), y.reuters.ID
	t.put(s, graph.Batch{Reports: []*graph.Report{r}, Mentions: y.batch.Mentions[:2]})
	later := graph.NodeQuery{Since: y.reply.Published.AddDate(0, 6, 0), Outlets: []graph.ID{y.reuters.ID}}
	later.Kind = graph.AttributionKind
	t.finds(s, later, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID)
	later.Kind = graph.RelationKind
	t.finds(s, later, y.invited.ID, y.talks.ID)
	newest := t.all(s, graph.NodeQuery{Kind: graph.AttributionKind, Order: graph.Oldest})
	t.same("the oldest attribution", y.denial.ID, newest[0].NodeID())
}

func mentionsReplaced(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	in := graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{y.report.ID}}
	t.same("Edges", graph.MentionEdges(y.batch.Mentions[:5]), t.edges(s, in))
	old := t.generation(s)

	now := []graph.Mention{
		{Actor: y.observers.ID, Evidence: quote(y.report, "Observers")},
		{Actor: y.lavrov.ID, Evidence: quote(y.report, "Lavrov")},
		{Actor: y.lavrov.ID, Evidence: quote(y.report, "Lavrov")},
	}
	t.put(s, graph.Batch{Reports: []*graph.Report{y.report}, Mentions: now})
	t.same("Edges after Put", graph.MentionEdges(now), t.edges(s, in))
	if n := t.generation(s); n <= old {
		t.Errorf("Generation after other mentions: got %d, want more than %d", n, old)
	}
	other := graph.EdgeQuery{Kinds: in.Kinds, From: []graph.ID{y.reply.ID}}
	t.same("Edges of the other report", graph.MentionEdges(y.batch.Mentions[5:]), t.edges(s, other))
	t.finds(s, graph.NodeQuery{Kind: graph.ReportKind, Actors: []graph.ID{y.tass.ID}})

	t.put(s, graph.Batch{Reports: []*graph.Report{y.report}})
	if list := t.edges(s, in); len(list) != 0 {
		t.Errorf("Edges after Put without mentions: got %v", list)
	}
	t.refused(s, graph.ErrInvalid, "a mention in a report that is not in the batch", graph.Batch{Mentions: now})
}

func removed(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	t.refused(s, graph.ErrInvalid, "removal of a claim that is stated", graph.Batch{Remove: []graph.ID{y.cool.ID}})
	t.refused(s, graph.ErrInvalid, "removal of a report that attributions stand in", graph.Batch{Remove: []graph.ID{y.reply.ID}})
	t.refused(s, graph.ErrInvalid, "removal of an outer attribution", graph.Batch{Remove: []graph.ID{y.agency.ID}})
	t.refused(s, graph.ErrInvalid, "removal of an actor who is mentioned", graph.Batch{Remove: []graph.ID{y.blinken.ID}})
	t.refused(s, graph.ErrInvalid, "removal of whom an office is of", graph.Batch{Remove: []graph.ID{y.russia.ID}})
	t.refused(s, graph.ErrInvalid, "removal beside a reference", graph.Batch{
		Remove: []graph.ID{y.usa.ID}, Relations: []*graph.Relation{did(y.report, 2, y.usa, "WARNED", y.russia, "warned", nil)},
	})

	old := t.generation(s)
	t.put(s, graph.Batch{Remove: []graph.ID{y.reply.ID, y.denial.ID, y.threat.ID, y.usa.ID}})
	if n := t.generation(s); n <= old {
		t.Errorf("Generation after a removal: got %d, want more than %d", n, old)
	}
	if m := t.nodes(s, y.reply.ID, y.denial.ID, y.threat.ID, y.usa.ID); len(m) != 0 {
		t.Errorf("Nodes after a removal: got %v", m)
	}
	t.finds(s, graph.NodeQuery{Kind: graph.ReportKind}, y.report.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: "threatened"})
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind}, y.invitation.ID, y.cool.ID, y.watched.ID)
	t.same("Edges to who was mentioned there", graph.MentionEdges(y.batch.Mentions[:1]),
		t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, To: []graph.ID{y.lavrov.ID}}))

	before := t.dump(s)
	t.put(s, graph.Batch{Remove: []graph.ID{y.reply.ID, y.denial.ID}})
	t.same("after the same removal", before, t.dump(s))

	everything := graph.Batch{}
	for _, n := range y.batch.Nodes() {
		everything.Remove = append(everything.Remove, n.NodeID())
	}
	t.put(s, everything)
	for _, k := range graph.Kinds {
		t.finds(s, graph.NodeQuery{Kind: k})
	}
	t.put(s, y.batch)
	t.holds(s, y.batch)
}

func dangling(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	gone := graph.NewActor(graph.Person, []string{"Nobody"}, nil)
	noReport := newReport("https://example.org/none", "", storyText, y.report.Published, "")
	with := func(change func(*graph.Attribution)) graph.Batch {
		a := said(y.report, 9, y.lavrov, "Lavrov", "silent", y.cool, graph.Asks, nil)
		change(a)
		// A good node beside the bad one must not be written either.
		return graph.Batch{Attributions: []*graph.Attribution{a}, Actors: actors("Bystander", 3)}
	}
	t.refused(s, graph.ErrInvalid, "an absent source", with(func(a *graph.Attribution) { a.Sources = []graph.ID{y.lavrov.ID, gone.ID} }))
	t.refused(s, graph.ErrInvalid, "an empty source", with(func(a *graph.Attribution) { a.Sources = []graph.ID{""} }))
	t.refused(s, graph.ErrInvalid, "an absent claim", with(func(a *graph.Attribution) { a.Claim = graph.ClaimID("nothing") }))
	t.refused(s, graph.ErrInvalid, "an absent outer attribution", with(func(a *graph.Attribution) { a.Via = graph.AttributionID(noReport.ID, nil, nil, nil) }))
	t.refused(s, graph.ErrInvalid, "an absent report", with(func(a *graph.Attribution) { a.Report = noReport.ID }))

	relation := func(change func(*graph.Relation)) graph.Batch {
		r := did(y.report, 9, y.lavrov, "WARNED", y.blinken, "warned", nil)
		change(r)
		return graph.Batch{Relations: []*graph.Relation{r}}
	}
	t.refused(s, graph.ErrInvalid, "an absent subject", relation(func(r *graph.Relation) { r.Subject = gone.ID }))
	t.refused(s, graph.ErrInvalid, "an absent object", relation(func(r *graph.Relation) { r.Object = gone.ID }))
	t.refused(s, graph.ErrInvalid, "an absent asserter", relation(func(r *graph.Relation) { r.AssertedBy = graph.AttributionID(noReport.ID, nil, nil, nil) }))
	t.refused(s, graph.ErrInvalid, "a relation in an absent report", relation(func(r *graph.Relation) { r.Report = noReport.ID }))

	noReport.Outlet = gone.ID
	t.refused(s, graph.ErrInvalid, "an absent outlet", graph.Batch{Reports: []*graph.Report{noReport}})
	noReport.Outlet, noReport.Revises = "", graph.ReportID("https://example.org/none", "before")
	t.refused(s, graph.ErrInvalid, "an absent earlier revision", graph.Batch{Reports: []*graph.Report{noReport}})
	noReport.Revises = ""
	nobody := func(id graph.ID) graph.Batch {
		return graph.Batch{Reports: []*graph.Report{noReport}, Mentions: []graph.Mention{{Actor: id, Evidence: quote(noReport, "Lavrov")}}}
	}
	t.refused(s, graph.ErrInvalid, "a mention of an absent actor", nobody(gone.ID))
	t.refused(s, graph.ErrInvalid, "a mention of nobody", nobody(""))

	minister := graph.NewActor(graph.Person, []string{"A Minister"}, nil)
	minister.Roles = []graph.Role{role(y.report, "minister", gone.ID, "minister")}
	t.refused(s, graph.ErrInvalid, "an office of an absent actor", graph.Batch{Actors: []*graph.Actor{minister}})
}

func invalidBatch(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	noEvidence := normal(y.invited).(*graph.Relation)
	noEvidence.Evidence = nil
	t.refused(s, graph.ErrInvalid, "a relation without evidence", graph.Batch{Relations: []*graph.Relation{noEvidence}, Actors: actors("Bystander", 1)})
	t.refused(s, graph.ErrInvalid, "one ID twice", graph.Batch{Actors: []*graph.Actor{y.lavrov, y.lavrov}})
	t.refused(s, graph.ErrInvalid, "what is put and removed", graph.Batch{Actors: actors("Bystander", 1), Remove: []graph.ID{actors("Bystander", 1)[0].ID}})
	wrong := normal(y.report).(*graph.Report)
	wrong.Text = strings.Repeat(" ", len(wrong.Text))
	t.refused(s, graph.ErrInvalid, "evidence that is not the report's words", graph.Batch{Reports: []*graph.Report{wrong}, Mentions: y.batch.Mentions[:1]})
	t.refused(s, graph.ErrInvalid, "an actor under a claim's ID", graph.Batch{Actors: []*graph.Actor{{ID: graph.ClaimID("an actor")}}})
}

func staleBase(t *test) {
	y := newStory()
	s := t.open()
	b := y.batch
	b.Base = t.generation(s)
	t.put(s, b)
	t.refused(s, graph.ErrConflict, "the same batch with the same base", b)
	t.refused(s, graph.ErrConflict, "an empty batch with an old base", graph.Batch{Base: b.Base})

	// What is stale is a conflict, even when something it refers to has gone since: it is to be resolved again.
	base := t.generation(s)
	t.put(s, graph.Batch{Remove: []graph.ID{y.usa.ID}})
	t.refused(s, graph.ErrConflict, "an old base and a reference to what has gone", graph.Batch{
		Base: base, Relations: []*graph.Relation{did(y.report, 2, y.usa, "WARNED", y.russia, "warned", nil)},
	})
	// What could never be right is invalid, however stale.
	t.refused(s, graph.ErrInvalid, "an old base and a broken batch", graph.Batch{Base: base, Actors: []*graph.Actor{y.lavrov, y.lavrov}})

	t.put(s, graph.Batch{Base: t.generation(s), Actors: []*graph.Actor{y.usa}})
	t.put(s, graph.Batch{Base: t.generation(s), Actors: []*graph.Actor{y.usa}}) // changes nothing, so its base stays good
	t.put(s, graph.Batch{Base: t.generation(s), Actors: actors("Newcomer", 1)})
}

func emptyBatch(t *test) {
	s := t.open()
	t.put(s, graph.Batch{})
	t.put(s, graph.Batch{Base: 1, Actors: []*graph.Actor{}, Mentions: []graph.Mention{}, Remove: []graph.ID{}})
	if n := t.generation(s); n != 1 {
		t.Errorf("Generation: got %d, want 1", n)
	}
}

func notShared(t *test) {
	y, same := newStory(), newStory()
	s := t.openWith(y.batch)
	before := t.dump(s)
	y.pankin.Roles[0].Title, y.pankin.Aliases[0] = "changed", "changed"
	y.deputy.Sources[0] = "changed"
	y.batch.Mentions[0].Actor = "changed"
	got := t.nodes(s, y.pankin.ID)[y.pankin.ID].(*graph.Actor)
	t.same("Nodes after a change of what was put", normal(same.pankin), graph.Node(got))
	got.Roles[0].Evidence[0].Quote, got.Keys[0] = "changed", "changed"
	t.same("after changes of what was put and read", before, t.dump(s))
}

func reopened(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	before := t.dump(s)
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	s = t.open()
	t.same("after opening again", before, t.dump(s))
	t.holds(s, y.batch)
	t.put(s, graph.Batch{Actors: actors("Newcomer", 1)})
	t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Text: "newcomer"}, actors("Newcomer", 1)[0].ID)
}
