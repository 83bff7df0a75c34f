package neo4j

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/whence-graph/whence/graph"
)

// stored is what a Put has to know of a node that is there.
type stored struct {
	fingerprint string
	refs        []ref     // of a report its mentions, too
	published   time.Time // of a report
	drawn       string    // of a relation: the type of its drawn edge
	came        int64     // of a report: its generation; 0 when not noted
}

// state is what a Put has to know of the store.
type state struct {
	generation int64
	nodes      map[graph.ID]stored
	former     map[graph.ID]graph.ID // of what was merged, the node that answers now
	at         map[graph.ID]string   // element IDs, also of those
}

// plan is what a batch changes.
type plan struct {
	state
	batch   graph.Batch
	owner   map[graph.ID]graph.ID // of what the batch merges, the survivor
	put     map[graph.ID]bool
	removed map[graph.ID]bool

	nodes    []graph.Node                 // to be written, with references resolved
	rows     map[graph.ID]properties      // of those
	mentions map[graph.ID][]graph.Mention // by report
	touched  map[graph.ID]bool            // the claims whose attributions come, change or go
	dissolve []graph.ID                   // nodes that are there
	remove   []graph.ID                   // nodes that are there
}

// wanted are the IDs that a Put of the batch must know about, each once.
func wanted(b graph.Batch) []graph.ID {
	var list []graph.ID
	for _, n := range b.Nodes() {
		list = append(list, n.NodeID())
		list = append(list, mergedFrom(n)...)
		list = append(list, references(n)...)
	}
	for _, m := range b.Mentions {
		list = append(list, m.Actor)
	}
	list = append(list, b.Remove...)
	slices.Sort(list)
	return slices.Compact(list)
}

// fingerprinted are the properties of the batch's nodes, or graph.ErrInvalid.
func fingerprinted(b graph.Batch) (map[graph.ID]properties, error) {
	mentions := map[graph.ID][]graph.Mention{}
	for _, m := range b.Mentions {
		mentions[m.Evidence.Report] = append(mentions[m.Evidence.Report], m)
	}
	rows := map[graph.ID]properties{}
	for _, n := range b.Nodes() {
		id := n.NodeID()
		row := propertiesOf(n)
		row["fingerprint"] = fingerprint(row, mentions[id])
		rows[id] = row
	}
	return rows, nil
}

// newPlan finds out what the batch, whose properties are in rows, changes in the state, or that it is graph.ErrInvalid.
func newPlan(b graph.Batch, rows map[graph.ID]properties, s state) (*plan, error) {
	p := &plan{
		state: s, batch: b, owner: map[graph.ID]graph.ID{}, put: map[graph.ID]bool{}, removed: map[graph.ID]bool{},
		rows: map[graph.ID]properties{}, mentions: map[graph.ID][]graph.Mention{}, touched: map[graph.ID]bool{},
	}
	if err := p.settle(); err != nil {
		return nil, err
	}
	for _, m := range b.Mentions {
		to, err := p.resolve(m.Evidence.Report, m.Actor)
		if err != nil {
			return nil, err
		}
		m.Actor = to
		p.mentions[m.Evidence.Report] = append(p.mentions[m.Evidence.Report], m)
	}
	for _, n := range b.Nodes() {
		n, err := p.resolved(n)
		if err != nil {
			return nil, err
		}
		id := n.NodeID()
		old, there := s.nodes[id]
		refs := p.refs(n)
		if there && old.fingerprint == rows[id]["fingerprint"] && slices.Equal(old.refs, refs) {
			continue
		}
		// An attribution that only follows a merge is the same as before.
		if id.Kind() == graph.AttributionKind && !(there && old.fingerprint == rows[id]["fingerprint"] && slices.Equal(p.followed(old.refs), refs)) {
			p.touch(old.refs)
			p.touch(refs)
		}
		row := maps.Clone(rows[id]) // as a transaction that is tried again makes another plan of them
		row.addSearched(n)
		p.nodes, p.rows[id] = append(p.nodes, n), row
	}
	for _, id := range p.remove {
		p.touch(p.state.nodes[id].refs)
	}
	return p, nil
}

// followed are references as they are when the batch has dissolved what it does.
func (p *plan) followed(refs []ref) []ref {
	out := slices.Clone(refs)
	for i, r := range out {
		out[i].other = cmp.Or(p.owner[r.other], r.other)
	}
	slices.SortFunc(out, compareRefs)
	return out
}

// touch notes that the claim among the references, if the batch leaves it there, changes with its attributions.
func (p *plan) touch(refs []ref) {
	for _, r := range p.followed(refs) {
		if r.kind == graph.States && !p.removed[r.other] {
			p.touched[r.other] = true
		}
	}
}

// nothing tells that the store is already as the batch wants it.
func (p *plan) nothing() bool { return len(p.nodes)+len(p.dissolve)+len(p.remove) == 0 }

// settle decides which IDs are whose when the batch is in.
func (p *plan) settle() error {
	for _, id := range p.batch.Remove {
		p.removed[id] = true
	}
	for _, n := range p.batch.Nodes() {
		p.put[n.NodeID()] = true
	}
	for _, n := range p.batch.Nodes() {
		for _, id := range mergedFrom(n) {
			if p.put[id] || p.owner[id] != "" {
				return fmt.Errorf("%w: batch: %s: merged from %s, which is put or merged elsewhere", graph.ErrInvalid, n.NodeID(), id)
			}
			p.owner[id] = n.NodeID()
		}
	}
	for id := range p.owner {
		if err := p.free(id); err != nil {
			return err
		}
		if _, there := p.state.nodes[id]; there {
			p.dissolve = append(p.dissolve, id)
		}
	}
	for id := range p.put {
		if err := p.free(id); err != nil {
			return err
		}
	}
	for id := range p.removed {
		if _, there := p.state.nodes[id]; there && p.owner[id] == "" {
			p.remove = append(p.remove, id)
		}
	}
	slices.Sort(p.dissolve)
	slices.Sort(p.remove)
	return nil
}

// free refuses an ID that is merged into a node which the batch leaves as it is.
func (p *plan) free(id graph.ID) error {
	if now := p.former[id]; now != "" && p.left(now) {
		return fmt.Errorf("%w: batch: %s has been merged into %s: put that without it first", graph.ErrInvalid, id, now)
	}
	return nil
}

// left tells whether the batch leaves a node that is there as it is.
func (p *plan) left(id graph.ID) bool { return !p.put[id] && !p.removed[id] && p.owner[id] == "" }

// resolve is the ID of the node that a reference in from means when the batch is in.
func (p *plan) resolve(from, id graph.ID) (graph.ID, error) {
	if p.put[id] {
		return id, nil
	}
	if to := p.owner[id]; to != "" {
		return to, nil
	}
	if _, there := p.state.nodes[id]; there && !p.removed[id] {
		return id, nil
	}
	if to := p.former[id]; to != "" && p.left(to) { // one that is put again tells anew what it is merged from
		return to, nil
	}
	return "", fmt.Errorf("%w: batch: %s refers to %q, which is not there", graph.ErrInvalid, from, id)
}

// resolved is a copy of the node whose references mean nodes that are there, or graph.ErrInvalid.
func (p *plan) resolved(n graph.Node) (graph.Node, error) {
	var err error
	follow := func(id graph.ID) graph.ID {
		to, e := p.resolve(n.NodeID(), id)
		if e != nil {
			err = e
		}
		return to
	}
	optional := func(id graph.ID) graph.ID {
		if id == "" {
			return ""
		}
		return follow(id)
	}
	switch n := n.(type) {
	case *graph.Report:
		c := *n
		c.Outlet, c.Revises = optional(n.Outlet), optional(n.Revises)
		return &c, err
	case *graph.Actor:
		c := *n
		c.Roles = slices.Clone(n.Roles)
		for i, r := range n.Roles {
			c.Roles[i].Of = optional(r.Of)
		}
		return &c, err
	case *graph.Attribution:
		c := *n
		c.Sources = slices.Clone(n.Sources)
		for i, id := range n.Sources {
			c.Sources[i] = follow(id)
		}
		c.Report, c.Claim, c.Via = follow(n.Report), follow(n.Claim), optional(n.Via)
		return &c, err
	case *graph.Relation:
		c := *n
		c.Report, c.Subject, c.Object, c.AssertedBy = follow(n.Report), follow(n.Subject), follow(n.Object), optional(n.AssertedBy)
		return &c, err
	}
	return n, nil
}

// edges are those that the node owns.
func (p *plan) edges(n graph.Node) []graph.Edge {
	return append(graph.Edges(n), graph.MentionEdges(p.mentions[n.NodeID()])...)
}

// refs are those of a resolved node in their order, of a report its mentions, too.
func (p *plan) refs(n graph.Node) []ref {
	var out []ref
	for _, e := range p.edges(n) {
		other := e.To
		if e.Kind == graph.Has {
			other = e.From
		}
		out = append(out, ref{e.Kind, e.Order, other})
	}
	slices.SortFunc(out, compareRefs)
	return out
}

func compareRefs(a, b ref) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.order, b.order), cmp.Compare(a.other, b.other))
}

// fingerprint is that of all that is put as a node but its references.
func fingerprint(p properties, mentions []graph.Mention) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%#v", map[string]any(p)) // in the order of the names
	for _, m := range mentions {
		fmt.Fprint(sum, m.Evidence.Span, " ") // whose words are the text's
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// references are the IDs that a node refers to.
func references(n graph.Node) []graph.ID {
	switch n := n.(type) {
	case *graph.Report:
		return []graph.ID{n.Outlet, n.Revises}
	case *graph.Actor:
		var list []graph.ID
		for _, r := range n.Roles {
			list = append(list, r.Of)
		}
		return list
	case *graph.Attribution:
		return append([]graph.ID{n.Report, n.Claim, n.Via}, n.Sources...)
	case *graph.Relation:
		return []graph.ID{n.Report, n.Subject, n.Object, n.AssertedBy}
	}
	return nil
}

func mergedFrom(n graph.Node) []graph.ID {
	switch n := n.(type) {
	case *graph.Actor:
		return n.MergedFrom
	case *graph.Claim:
		return n.MergedFrom
	}
	return nil
}
