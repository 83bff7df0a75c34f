package ingest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// resolveActors joins each of the report's actors with those who bear one of its names already.
func (v *resolver) resolveActors() error {
	const outlet = -1 // stands for the report's outlet among the analysis's actors
	names := map[int][]string{}
	first := map[int]graph.Span{}
	for i, a := range v.an.Actors {
		names[i] = slices.Concat(a.Names, otherSpellings(a))
	}
	for _, m := range slices.Backward(v.an.Mentions) {
		first[m.Actor] = m.Span
	}
	if v.r.Outlet != "" {
		names[outlet] = []string{v.r.Outlet}
	}
	u := union{}
	var ids []graph.ID
	for _, list := range names {
		for _, n := range list {
			ids = append(ids, graph.ActorID(n))
			u.join(graph.ActorID(list[0]), graph.ActorID(n))
		}
	}
	there, err := v.g.Nodes(v.ctx, ids)
	if err != nil {
		return err
	}
	old := map[graph.ID]*graph.Actor{}
	for id, n := range there {
		a := n.(*graph.Actor)
		old[a.ID] = a
		u.join(id, a.ID)
	}
	of := func(i int) graph.ID {
		if len(names[i]) > 0 {
			return u.find(graph.ActorID(names[i][0]))
		}
		return graph.LocalActorID(v.id, first[i])
	}
	// What was there, then what this report adds to it.
	for _, id := range slices.Sorted(maps.Keys(old)) {
		v.add(u.find(id), old[id])
	}
	for i := range v.an.Actors {
		v.who = append(v.who, of(i))
	}
	for i, a := range v.an.Actors {
		n := graph.NewActor(a.Type, a.Names, nil)
		n.Keys = partsOf(a.Type, a.Names)
		if len(a.Names) == 0 {
			n.Name, n.Aliases = a.Name, []string{a.Name}
		} else {
			n.Aliases = v.aliases(i)
			for _, name := range otherSpellings(a) {
				n.MergedFrom = mergeSets(n.MergedFrom, []graph.ID{graph.ActorID(name)})
			}
		}
		n.Roles = v.roles(i)
		v.add(v.who[i], n)
	}
	if v.r.Outlet != "" {
		v.outlet = of(outlet)
		n := graph.NewActor(graph.Outlet, names[outlet], nil)
		n.Keys = partsOf(graph.Outlet, names[outlet])
		v.add(v.outlet, n)
	}
	if err := v.follow(old); err != nil {
		return err
	}
	if err := v.resolveShort(old); err != nil {
		return err
	}
	for id, a := range v.actors {
		settleRoles(a)
		if o := old[id]; o != nil && equalActors(a, o) {
			delete(v.actors, id)
		}
	}
	return nil
}

// otherSpellings are spellings by which the actor answers too, though no report has them.
func otherSpellings(a Actor) (out []string) {
	if a.Type != graph.Person {
		return nil
	}
	for _, n := range a.Names {
		if s := spelled(n); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// add makes one of what is known of an actor and what is to be added. Each field is joined in a way that does not
// mind the order.
func (v *resolver) add(id graph.ID, a *graph.Actor) {
	to := v.actors[id]
	if to == nil {
		to = &graph.Actor{ID: id, Type: a.Type, Name: a.Name}
		v.actors[id] = to
	}
	if slices.Index(graph.ActorTypes, a.Type) < slices.Index(graph.ActorTypes, to.Type) {
		to.Type = a.Type
	}
	to.Name = graph.Fuller(to.Name, a.Name)
	to.Aliases = mergeSets(to.Aliases, a.Aliases)
	to.Keys = mergeSets(to.Keys, a.Keys)
	to.MergedFrom = mergeSets(to.MergedFrom, a.MergedFrom)
	if a.ID != "" && a.ID != id {
		to.MergedFrom = mergeSets(to.MergedFrom, []graph.ID{a.ID})
	}
	to.MergedFrom = slices.DeleteFunc(to.MergedFrom, func(x graph.ID) bool { return x == id })
	to.Roles = append(to.Roles, a.Roles...)
}

func mergeSets[T cmp.Ordered](a, b []T) []T {
	out := slices.Concat(a, b)
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

var honorific = wordSet("mr mrs ms miss dr sir lord lady prof professor")

// aliases are the actor's names, and the mentions that are part of one ("Lavrov").
func (v *resolver) aliases(i int) []string {
	out := slices.Clone(v.an.Actors[i].Names)
	words := map[string]bool{}
	for _, n := range out {
		for _, w := range graph.Words(n) {
			words[w] = true
		}
	}
	for _, m := range v.an.Mentions {
		if m.Actor != i {
			continue
		}
		name := v.r.Text[m.Span.Start:m.Span.End]
		fields := strings.Fields(strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s"))
		if len(fields) > 1 && honorific[strings.ToLower(strings.TrimSuffix(fields[0], "."))] {
			fields = fields[1:]
		}
		name = strings.Join(fields, " ")
		if r, _ := utf8.DecodeRuneInString(name); strings.ToLower(string(r)) == string(r) {
			continue
		}
		part := len(graph.Words(name)) > 0
		for _, w := range graph.Words(name) {
			part = part && words[w]
		}
		if part && !v.shared(i, name) {
			out = append(out, name)
		}
	}
	return mergeSets(out, nil)
}

// shared tells whether another of the report's actors could be meant by the name too.
func (v *resolver) shared(i int, name string) bool {
	want := graph.Words(name)
	slices.Sort(want)
	for j, a := range v.an.Actors {
		if j == i || a.Type != v.an.Actors[i].Type {
			continue
		}
		for _, n := range a.Names {
			have := graph.Words(n)
			slices.Sort(have)
			if graph.Common(want, have) == len(want) {
				return true
			}
		}
	}
	return false
}

func (v *resolver) roles(i int) []graph.Role {
	var out []graph.Role
	for _, r := range v.an.Actors[i].Roles {
		role := graph.Role{Title: r.Title, Evidence: v.evidence(r.Span)}
		if r.Of != None && r.Of != i {
			role.Of = v.who[r.Of]
		}
		out = append(out, role)
	}
	return out
}

// proofs is how many pieces of evidence a role keeps.
const proofs = 3

// settleRoles sorts an actor's roles and makes one of those that are the same.
func settleRoles(a *graph.Actor) {
	type key struct {
		title string
		of    graph.ID
	}
	roles := map[key]*graph.Role{}
	for _, r := range a.Roles {
		if r.Of == a.ID {
			r.Of = "" // merged with what it was a role of
		}
		k := key{graph.Fold(r.Title), r.Of}
		to := roles[k]
		if to == nil {
			c := r
			c.Evidence = nil
			to = &c
			roles[k] = to
		}
		to.Title = min(to.Title, r.Title)
		to.Evidence = append(to.Evidence, r.Evidence...)
		if to.Since.IsZero() || !r.Since.IsZero() && r.Since.Before(to.Since) {
			to.Since = r.Since
		}
		if r.Until.After(to.Until) {
			to.Until = r.Until
		}
	}
	a.Roles = nil
	of := map[string]bool{} // titles of which it is known whose
	for k := range roles {
		of[k.title] = of[k.title] || k.of != ""
	}
	for k, r := range roles {
		if k.of == "" && of[k.title] {
			continue // told more fully elsewhere
		}
		slices.SortFunc(r.Evidence, func(x, y graph.Evidence) int {
			return cmp.Or(cmp.Compare(x.Report, y.Report), cmp.Compare(x.Span.Start, y.Span.Start), cmp.Compare(x.Span.End, y.Span.End))
		})
		r.Evidence = slices.Compact(r.Evidence)
		r.Evidence = r.Evidence[:min(len(r.Evidence), proofs)]
		a.Roles = append(a.Roles, *r)
	}
	slices.SortFunc(a.Roles, func(x, y graph.Role) int {
		return cmp.Or(cmp.Compare(x.Title, y.Title), cmp.Compare(x.Of, y.Of))
	})
}

// follow brings in those who hold a role of an actor that is dissolved, so that their roles are settled under its new ID.
func (v *resolver) follow(old map[graph.ID]*graph.Actor) error {
	became := map[graph.ID]graph.ID{}
	for id, a := range v.actors {
		for _, m := range a.MergedFrom {
			if old[m] != nil {
				became[m] = id
			}
		}
	}
	if len(became) > 0 {
		var holders []graph.ID
		for e, err := range v.g.Edges(v.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Holds}, To: slices.Sorted(maps.Keys(became))}) {
			if err != nil {
				return err
			}
			if old[e.From] == nil {
				holders = append(holders, e.From)
			}
		}
		nodes, err := v.g.Nodes(v.ctx, holders)
		if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(nodes)) {
			v.add(id, nodes[id].(*graph.Actor))
		}
	}
	for _, a := range v.actors {
		for i := range a.Roles {
			if id, ok := became[a.Roles[i].Of]; ok {
				a.Roles[i].Of = id
			}
		}
	}
	return nil
}

func equalActors(a, b *graph.Actor) bool {
	return a.ID == b.ID && a.Type == b.Type && a.Name == b.Name && slices.Equal(a.Aliases, b.Aliases) && slices.Equal(a.Keys, b.Keys) &&
		slices.Equal(a.MergedFrom, b.MergedFrom) && slices.EqualFunc(a.Roles, b.Roles, func(x, y graph.Role) bool {
		return x.Title == y.Title && x.Of == y.Of && x.Since.Equal(y.Since) && x.Until.Equal(y.Until) && slices.Equal(x.Evidence, y.Evidence)
	})
}
