package graphtest

import (
	"github.com/whence-graph/whence/graph"
)

// as is the actor merged with others, whose IDs go on answering, under an ID of its own.
func as(name string, old *graph.Actor, others ...graph.ID) *graph.Actor {
	a := normal(old).(*graph.Actor)
	a.ID = graph.ActorID(name)
	a.Name = name
	a.MergedFrom = others
	sortIDs(a.MergedFrom)
	return a
}

func merging(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	pankin := y.pankin.ID

	// The deputy minister turns out to be the observers' speaker, who held an office of his own.
	y.observers.Roles = []graph.Role{role(y.report, "speaker", y.usa.ID, "Observers")}
	t.put(s, graph.Batch{Actors: []*graph.Actor{y.observers}})
	a := normal(y.observers).(*graph.Actor)
	a.Roles, a.MergedFrom = y.pankin.Roles, []graph.ID{pankin}
	c := normal(y.cool).(*graph.Claim)
	c.Forms = append(c.Forms, y.watched.Forms...)
	c.MergedFrom = []graph.ID{y.watched.ID}
	b := graph.Batch{Actors: []*graph.Actor{a}, Claims: []*graph.Claim{c}}
	old := t.generation(s)
	t.put(s, b)
	t.holds(s, b)
	if n := t.generation(s); n <= old {
		t.Errorf("Generation after a merge: got %d, want more than %d", n, old)
	}

	t.same("Nodes", map[graph.ID]graph.Node{a.ID: normal(a), pankin: normal(a), y.watched.ID: normal(c), c.ID: normal(c)},
		t.nodes(s, a.ID, pankin, y.watched.ID, c.ID))
	t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Keys: y.pankin.Keys})
	if list := t.all(s, graph.NodeQuery{Kind: graph.ActorKind}); len(list) != len(y.batch.Actors)-1 {
		t.Errorf("Find: got %d actors, want one less than %d", len(list), len(y.batch.Actors))
	}
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: "closely observe"}, c.ID)

	deputy, promise := normal(y.deputy).(*graph.Attribution), normal(y.promise).(*graph.Attribution)
	deputy.Sources[0], promise.Claim = a.ID, c.ID
	t.holds(s, graph.Batch{Attributions: []*graph.Attribution{deputy, promise, y.warning}})
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{a.ID}}, deputy.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{pankin}}, deputy.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Claims: []graph.ID{y.watched.ID}}, promise.ID, y.warning.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ReportKind, Actors: []graph.ID{pankin}}, y.report.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Actors: []graph.ID{pankin}, Stances: []graph.Stance{graph.Asserts}}, y.invitation.ID)
	t.same("Edges to the survivor", []graph.Edge{
		{Kind: graph.From, From: deputy.ID, To: a.ID},
		{Kind: graph.Mentions, From: y.report.ID, To: a.ID, Order: 3, Evidence: &y.batch.Mentions[3].Evidence},
		{Kind: graph.Mentions, From: y.report.ID, To: a.ID, Order: 4, Evidence: &y.batch.Mentions[4].Evidence},
	}, t.edges(s, graph.EdgeQuery{To: []graph.ID{a.ID}}))
	t.same("Edges from the survivor", []graph.Edge{{Kind: graph.Holds, From: a.ID, To: y.russia.ID, Evidence: &y.pankin.Roles[0].Evidence[0]}},
		t.edges(s, graph.EdgeQuery{From: []graph.ID{a.ID}}))

	before := t.dump(s)
	t.put(s, b)
	t.put(s, graph.Batch{Attributions: []*graph.Attribution{y.deputy, y.promise}}) // as first put, with the old IDs
	t.same("after the same merge and the same attributions", before, t.dump(s))

	// The outlet, an office's country and both ends of a relation.
	place := as("Rossiya", y.russia, y.russia.ID, y.usa.ID)
	outlet := as("Agency", y.tass, y.tass.ID, y.reuters.ID)
	person := as("Somebody", y.lavrov, y.lavrov.ID, y.blinken.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{place, outlet, person}})
	t.same("the outlet", outlet.ID, t.nodes(s, y.reply.ID)[y.reply.ID].(*graph.Report).Outlet)
	t.same("whom the office is of", place.ID, t.nodes(s, y.antonov.ID)[y.antonov.ID].(*graph.Actor).Roles[0].Of)
	rel := t.nodes(s, y.invited.ID)[y.invited.ID].(*graph.Relation)
	t.same("subject and object", []graph.ID{person.ID, person.ID}, []graph.ID{rel.Subject, rel.Object})
	t.finds(s, graph.NodeQuery{Kind: graph.ReportKind, Outlets: []graph.ID{y.tass.ID}}, y.report.ID, y.reply.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.RelationKind, Actors: []graph.ID{y.blinken.ID}}, y.invited.ID, y.talks.ID)
}

func mergingAgain(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	second := as("Second", y.pankin, y.pankin.ID, y.antonov.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{second}})
	third := as("Third", second, second.ID, y.pankin.ID, y.antonov.ID, y.state.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{third}})

	all := []graph.ID{third.ID, second.ID, y.pankin.ID, y.antonov.ID, y.state.ID}
	for id, n := range t.nodes(s, all...) {
		t.same("Nodes("+string(id)+")", normal(third), n)
	}
	if m := t.nodes(s, all...); len(m) != len(all) {
		t.Errorf("Nodes: got %d, want %d", len(m), len(all))
	}
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{third.ID}}, y.deputy.ID, y.promise.ID, y.warning.ID, y.denial.ID)

	// Two merges in one batch, one of which swallows the other's survivor.
	fourth := as("Fourth", third, append(all, y.lavrov.ID)...)
	cool := graph.NewClaim([]graph.Form{{Text: "colder still"}})
	cool.MergedFrom = []graph.ID{y.cool.ID, y.watched.ID}
	sortIDs(cool.MergedFrom)
	b := graph.Batch{Actors: []*graph.Actor{fourth}, Claims: []*graph.Claim{cool}}
	t.put(s, b)
	t.holds(s, b)
	t.same("Nodes", normal(fourth), t.nodes(s, y.pankin.ID)[y.pankin.ID])
	t.same("a claim's attributions", 2, len(t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.States}, To: []graph.ID{y.watched.ID}})))

	// What the survivor does not list no longer answers.
	fifth := as("Fifth", fourth, fourth.ID, y.pankin.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{fifth}})
	if m := t.nodes(s, fourth.ID, y.pankin.ID, y.lavrov.ID, third.ID); len(m) != 2 {
		t.Errorf("Nodes: got %d of the merged IDs, want the two that are listed", len(m))
	}
	t.finds(s, graph.NodeQuery{Kind: graph.RelationKind, Actors: []graph.ID{fifth.ID}}, y.invited.ID, y.talks.ID)
}

func renaming(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	claim := normal(y.invitation).(*graph.Claim)
	claim.ID, claim.MergedFrom = graph.ClaimID("another wording"), []graph.ID{y.invitation.ID}
	claim.Forms = append(claim.Forms, graph.Form{Text: "another wording"})
	actor := as("S. Lavrov", y.lavrov, y.lavrov.ID)
	again := normal(y.agency).(*graph.Attribution) // refers to the new ID in the batch that brings it
	again.Claim = claim.ID
	b := graph.Batch{Claims: []*graph.Claim{claim}, Actors: []*graph.Actor{actor}, Attributions: []*graph.Attribution{again}}
	t.put(s, b)
	t.holds(s, b)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind}, claim.ID, y.cool.ID, y.watched.ID, y.threat.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: "another wording"}, claim.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Keys: []string{"k:24"}}, claim.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Claims: []graph.ID{y.invitation.ID}}, y.agency.ID, y.deputy.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.RelationKind, Actors: []graph.ID{actor.ID}}, y.invited.ID, y.talks.ID)
	for _, order := range []graph.Order{graph.Oldest, graph.Newest} {
		list := t.all(s, graph.NodeQuery{Kind: graph.ClaimKind, Order: order, Limit: 1})
		if len(list) != 4 || !has(list, claim.ID) {
			t.Errorf("Find by %s: got %v", order, ids(list))
		}
	}
	t.same("Nodes", normal(actor), t.nodes(s, y.lavrov.ID)[y.lavrov.ID])

	// And back again: the old ID is the node's, the new one answers.
	back := normal(y.lavrov).(*graph.Actor)
	back.MergedFrom = []graph.ID{actor.ID}
	t.put(s, graph.Batch{Actors: []*graph.Actor{back}})
	t.same("Nodes", map[graph.ID]graph.Node{back.ID: normal(back), actor.ID: normal(back)}, t.nodes(s, back.ID, actor.ID))
}

func mergedReference(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	merged := as("Survivor", y.pankin, y.pankin.ID, y.antonov.ID)
	// The merge and references to what it dissolves, in one batch.
	a := said(y.report, 9, y.pankin, "Pankin", "silent", y.cool, graph.Asks, nil)
	a.Sources = []graph.ID{y.pankin.ID, y.state.ID, y.antonov.ID}
	t.put(s, graph.Batch{Actors: []*graph.Actor{merged}, Attributions: []*graph.Attribution{a}})
	want := normal(a).(*graph.Attribution)
	want.Sources = []graph.ID{merged.ID, y.state.ID, merged.ID}
	t.holds(s, graph.Batch{Attributions: []*graph.Attribution{want}})
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{merged.ID}}, a.ID, y.deputy.ID, y.promise.ID)

	// And in a later one.
	r := did(y.report, 9, y.antonov, "WARNED", y.pankin, "warned", nil)
	reply := normal(y.reply).(*graph.Report)
	reply.Outlet = y.pankin.ID
	t.put(s, graph.Batch{
		Relations: []*graph.Relation{r}, Reports: []*graph.Report{reply},
		Mentions: []graph.Mention{{Actor: y.antonov.ID, Evidence: quote(reply, "Lavrov")}},
	})
	r.Subject, r.Object, reply.Outlet = merged.ID, merged.ID, merged.ID
	t.holds(s, graph.Batch{Relations: []*graph.Relation{r}, Reports: []*graph.Report{reply}})
	e := t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{reply.ID}})
	t.same("the mention's actor", merged.ID, e[0].To)
}

func parting(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	merged := as("Both", y.pankin, y.pankin.ID, y.antonov.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{merged}})

	// They were two after all. Whatever referred to either refers to the survivor until it is put again.
	merged.MergedFrom = []graph.ID{y.pankin.ID}
	b := graph.Batch{Actors: []*graph.Actor{merged, y.antonov}, Attributions: []*graph.Attribution{y.promise}}
	t.put(s, b)
	t.holds(s, b)
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{y.antonov.ID}}, y.promise.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.RelationKind, Actors: []graph.ID{merged.ID}}, y.talks.ID)

	// An ID that its node no longer lists answers nothing, and may not be referred to.
	merged.MergedFrom = nil
	t.put(s, graph.Batch{Actors: []*graph.Actor{merged}})
	if m := t.nodes(s, y.pankin.ID); len(m) != 0 {
		t.Errorf("Nodes of what is no longer merged: got %v", m)
	}
	t.refused(s, graph.ErrInvalid, "a reference to what is no longer merged", graph.Batch{Attributions: []*graph.Attribution{y.deputy}})

	// Removing the ID of what is merged removes nobody; removing the survivor takes the merged IDs along.
	whole := as("Whole", y.usa, y.usa.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{whole}})
	n := t.generation(s)
	t.put(s, graph.Batch{Remove: []graph.ID{y.usa.ID}})
	if again := t.generation(s); again != n || len(t.nodes(s, y.usa.ID, whole.ID)) != 2 {
		t.Errorf("after removal of a merged ID: generation %d, want %d, and both IDs to answer", again, n)
	}
	t.put(s, graph.Batch{Remove: []graph.ID{whole.ID}})
	if m := t.nodes(s, y.usa.ID, whole.ID); len(m) != 0 {
		t.Errorf("Nodes after removal of the survivor: got %v", m)
	}
	t.put(s, graph.Batch{Actors: []*graph.Actor{y.usa}})
}

func twoOwners(t *test) {
	y := newStory()
	s := t.openWith(y.batch, graph.Batch{Actors: []*graph.Actor{as("One", y.usa, y.usa.ID)}})
	refused := func(what string, list ...*graph.Actor) {
		t.Helper()
		t.refused(s, graph.ErrInvalid, what, graph.Batch{Actors: append(list, actors("Bystander", 2)...)})
	}
	refused("a node that another has merged", y.usa)
	refused("a merge of what another has merged", as("Two", y.usa, y.usa.ID))
	refused("a merge of what is put beside it", as("Two", y.lavrov, y.lavrov.ID), y.lavrov)
	refused("a merge of itself", as("Two", y.blinken, graph.ActorID("Two")))
	refused("two merges of one", as("Two", y.russia, y.russia.ID), as("Three", y.russia, y.russia.ID))

	// What counts is the end of the batch: the ID may pass from one to the other.
	one := as("One", y.usa)
	one.MergedFrom = nil
	two := as("Two", y.usa, y.usa.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{two, one}})
	t.same("Nodes", normal(two), t.nodes(s, y.usa.ID)[y.usa.ID])
	t.put(s, graph.Batch{Actors: []*graph.Actor{as("Three", y.usa, y.usa.ID)}, Remove: []graph.ID{two.ID}})
	t.same("Nodes", normal(as("Three", y.usa, y.usa.ID)), t.nodes(s, y.usa.ID)[y.usa.ID])
}
