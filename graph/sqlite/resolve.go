package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// resolution is what a batch means in the graph that is there: which node each ID is when all is done.
type resolution struct {
	nodes    []graph.Node          // copies of those put, whose references are the survivors' IDs
	mentions []graph.Mention       // likewise
	into     map[graph.ID]graph.ID // of what the batch merges: the survivor
	found    map[graph.ID]found    // what each ID led to before

	numbers   map[graph.ID]int64 // of the nodes put
	there     map[graph.ID]bool  // the nodes put that have a row already, their own or a lent one
	dissolved []dissolved
	removed   map[graph.ID]int64
	times     map[graph.ID]sql.NullInt64 // of the reports put
}

// dissolved is a node that the batch merges into another.
type dissolved struct {
	id    graph.ID
	n     int64
	into  graph.ID
	lends bool // its number to the survivor
}

func (s *session) resolve(ctx context.Context, b graph.Batch) (*resolution, error) {
	r := &resolution{
		into: map[graph.ID]graph.ID{}, numbers: map[graph.ID]int64{}, there: map[graph.ID]bool{},
		removed: map[graph.ID]int64{}, times: map[graph.ID]sql.NullInt64{},
	}
	ids := slices.Clone(b.Remove)
	for _, n := range b.Nodes() {
		n = clone(n)
		r.nodes = append(r.nodes, n)
		ids = append(append(ids, n.NodeID()), merged(n)...)
		for _, ref := range references(n) {
			ids = append(ids, *ref)
		}
		if t, ok := n.(*graph.Report); ok {
			r.times[t.ID] = micros(t.Published)
		}
	}
	r.mentions = slices.Clone(b.Mentions)
	for _, m := range r.mentions {
		ids = append(ids, m.Actor)
	}
	var err error
	if r.found, err = s.lookup(ctx, ids); err != nil {
		return nil, err
	}
	if err := r.merge(b.Remove); err != nil {
		return nil, err
	}
	if err := s.number(ctx, r); err != nil {
		return nil, err
	}
	return r, r.follow()
}

// merge finds what the batch dissolves and removes, and is ErrInvalid when an ID would then belong to two nodes.
func (r *resolution) merge(remove []graph.ID) error {
	put := map[graph.ID]bool{}
	for _, n := range r.nodes {
		put[n.NodeID()] = true
		for _, id := range merged(n) {
			if r.into[id] != "" {
				return fmt.Errorf("%w: batch: %s is merged twice", graph.ErrInvalid, id)
			}
			r.into[id] = n.NodeID()
		}
	}
	for _, id := range remove {
		if f, ok := r.found[id]; ok && f.id == id && r.into[id] == "" {
			r.removed[id] = f.n
		}
	}
	// owned tells whether a node that the batch leaves as it is has merged the ID.
	owned := func(id graph.ID) bool {
		f, ok := r.found[id]
		return ok && f.id != id && !put[f.id] && r.into[f.id] == "" && r.removed[f.id] == 0
	}
	for id := range put {
		if r.into[id] != "" || owned(id) {
			return fmt.Errorf("%w: batch: %s is put, and merged into another", graph.ErrInvalid, id)
		}
	}
	for _, n := range r.nodes {
		for _, id := range merged(n) {
			if owned(id) {
				return fmt.Errorf("%w: batch: %s is merged into %s, and has been merged into %s", graph.ErrInvalid, id, n.NodeID(), r.found[id].id)
			}
			if f, ok := r.found[id]; ok && f.id == id {
				r.dissolved = append(r.dissolved, dissolved{id: id, n: f.n, into: n.NodeID()})
			}
		}
	}
	return nil
}

// number gives every node that is put a number: its own, else one that is lent to it, else the next.
func (s *session) number(ctx context.Context, r *resolution) error {
	var last int64
	if err := s.one(ctx, "SELECT coalesce(max(n), 0) FROM node", nil, &last); err != nil {
		return err
	}
	lender, err := s.lenders(ctx, r)
	if err != nil {
		return err
	}
	for _, n := range r.nodes {
		id := n.NodeID()
		if f, ok := r.found[id]; ok && f.id == id {
			r.numbers[id], r.there[id] = f.n, true
		} else if d := lender[id]; d != nil {
			d.lends = true
			r.numbers[id], r.there[id] = d.n, true
		} else {
			last++
			r.numbers[id] = last
		}
	}
	return nil
}

// lenders are, of the dissolved into each survivor that has no number yet, those that most links lead to.
func (s *session) lenders(ctx context.Context, r *resolution) (map[graph.ID]*dissolved, error) {
	into := map[graph.ID][]*dissolved{}
	for i := range r.dissolved {
		d := &r.dissolved[i]
		if f, ok := r.found[d.into]; !ok || f.id != d.into {
			into[d.into] = append(into[d.into], d)
		}
	}
	best := map[graph.ID]*dissolved{}
	for id, list := range into {
		most := -1
		for _, d := range list {
			links := 0
			if len(list) > 1 {
				if err := s.one(ctx, "SELECT count(*) FROM link WHERE to_n = ?", []any{d.n}, &links); err != nil {
					return nil, err
				}
			}
			if links > most {
				best[id], most = d, links
			}
		}
	}
	return best, nil
}

// follow leads every reference to the survivor, and is ErrInvalid when it leads to nobody.
func (r *resolution) follow() error {
	lead := func(from graph.ID, ref *graph.ID) error {
		if to, ok := r.into[*ref]; ok {
			*ref = to
		}
		if _, ok := r.numbers[*ref]; ok {
			return nil
		}
		f, ok := r.found[*ref]
		_, put := r.numbers[f.id]
		if !ok || r.into[f.id] != "" || r.removed[f.id] != 0 || put {
			return fmt.Errorf("%w: batch: %s refers to %q, which is not there", graph.ErrInvalid, from, *ref)
		}
		*ref = f.id
		r.found[f.id] = f
		return nil
	}
	for _, n := range r.nodes {
		for _, ref := range references(n) {
			if err := lead(n.NodeID(), ref); err != nil {
				return err
			}
		}
	}
	for i := range r.mentions {
		m := &r.mentions[i]
		if err := lead(m.Evidence.Report, &m.Actor); err != nil {
			return err
		}
	}
	return nil
}

// numberOf is the number of a node that a reference has been led to.
func (r *resolution) numberOf(id graph.ID) int64 {
	if n, ok := r.numbers[id]; ok {
		return n
	}
	return r.found[id].n
}

// references are the fields of a node that name another.
func references(n graph.Node) (list []*graph.ID) {
	add := func(refs ...*graph.ID) {
		for _, r := range refs {
			if *r != "" {
				list = append(list, r)
			}
		}
	}
	switch n := n.(type) {
	case *graph.Report:
		add(&n.Outlet, &n.Revises)
	case *graph.Actor:
		for i := range n.Roles {
			add(&n.Roles[i].Of)
		}
	case *graph.Attribution:
		add(&n.Report, &n.Claim, &n.Via)
		for i := range n.Sources {
			list = append(list, &n.Sources[i]) // an empty one names nobody, and is refused
		}
	case *graph.Relation:
		add(&n.Report, &n.Subject, &n.Object, &n.AssertedBy)
	}
	return list
}
