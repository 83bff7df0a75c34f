package graph

import (
	"context"
	"slices"
	"time"
)

// NetworkQuery selects relations around actors. Lists are as in NodeQuery.
type NetworkQuery struct {
	Actors        []ID // where to start; empty for all relations that match
	Depth         int  // how many relations away from them; 0 is 1, at most MaxDepth
	Predicates    []string
	Polarities    []Polarity
	Modalities    []Modality
	Outlets       []ID
	Since, Until  time.Time
	IngestedBy    time.Time // as in NodeQuery
	MinConfidence float64
	Limit         int // relations; 0 is DefaultNetwork, at most MaxNetwork
}

// The bounds of a network.
const (
	MaxDepth       = 4
	DefaultNetwork = 500
	MaxNetwork     = 20000
)

// MaxPath is how many relations a path may have.
const MaxPath = 6

// Network is relations, and the actors at their ends.
type Network struct {
	Actors    []*Actor    // by ID; those asked for among them, related or not
	Relations []*Relation // layer by layer, each by ID
	Cut       bool        // there were more than the limit
}

func (q NetworkQuery) nodes(actors []ID, page int) NodeQuery {
	return NodeQuery{Kind: RelationKind, Actors: actors, Predicates: q.Predicates, Polarities: q.Polarities, Modalities: q.Modalities,
		Outlets: q.Outlets, Since: q.Since, Until: q.Until, IngestedBy: q.IngestedBy, MinConfidence: q.MinConfidence, Limit: page}
}

// Around answers who deals with whom around the actors, each relation on its own word: it goes from an actor to another
// only along one relation, never through a report or claim that they happen to share.
func Around(ctx context.Context, r Reader, q NetworkQuery) (*Network, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultNetwork
	}
	limit = min(limit, MaxNetwork)
	w := walk{r: r, q: q, seen: map[ID]bool{}, met: map[ID]bool{}}
	layer, err := w.start(ctx, q.Actors)
	if err != nil {
		return nil, err
	}
	net := &Network{}
	for depth := 0; depth < min(max(q.Depth, 1), MaxDepth) && (len(layer) > 0 || len(q.Actors) == 0 && depth == 0); depth++ {
		var next []ID
		page := min(limit-len(net.Relations)+1, MaxLimit) // one more tells that there are more
		err := w.relations(ctx, layer, page, func(rel *Relation) bool {
			if len(net.Relations) == limit {
				net.Cut = true
				return false
			}
			net.Relations = append(net.Relations, rel)
			next = append(next, w.meet(rel.Subject, rel.Object)...)
			return true
		})
		if err != nil {
			return nil, err
		}
		if net.Cut || len(q.Actors) == 0 {
			break
		}
		layer = next
	}
	net.Actors, err = w.actors(ctx)
	return net, err
}

// Path answers the relations of a shortest path between two actors, in order from the one to the other and whichever way
// each points; nil when there is none of at most MaxPath, or of q.Depth if that is less and not 0. Of several the one whose
// relations have the least IDs. q.Actors does not matter; q.Limit bounds how many relations are looked at.
func Path(ctx context.Context, r Reader, from, to ID, q NetworkQuery) ([]*Relation, error) {
	limit := q.Limit
	if limit <= 0 || limit > MaxNetwork {
		limit = MaxNetwork
	}
	depth := MaxPath
	if q.Depth > 0 {
		depth = min(depth, q.Depth)
	}
	w := walk{r: r, q: q, seen: map[ID]bool{}, met: map[ID]bool{}}
	ends, err := r.Nodes(ctx, []ID{from, to})
	if err != nil {
		return nil, err
	}
	if ends[from] == nil || ends[to] == nil {
		missing := from
		if ends[from] != nil {
			missing = to
		}
		_, err := Get(ctx, r, missing)
		return nil, err
	}
	from, to = ends[from].NodeID(), ends[to].NodeID()
	came := map[ID]*Relation{} // how an actor was reached
	layer := w.meet(from)
	for n := 0; n < depth && len(layer) > 0 && !w.met[to]; n++ {
		var next []ID
		err := w.relations(ctx, layer, MaxLimit, func(rel *Relation) bool {
			for _, a := range w.meet(rel.Subject, rel.Object) {
				came[a] = rel
				next = append(next, a)
			}
			return len(w.seen) < limit
		})
		if err != nil {
			return nil, err
		}
		layer = next
	}
	if !w.met[to] {
		return nil, nil
	}
	var path []*Relation
	for at := to; at != from; {
		rel := came[at]
		path = append(path, rel)
		if rel.Subject == at {
			at = rel.Object
		} else {
			at = rel.Subject
		}
	}
	slices.Reverse(path)
	return path, nil
}

// walk goes from actor to actor, a layer at a time, and remembers where it has been.
type walk struct {
	r    Reader
	q    NetworkQuery
	seen map[ID]bool // relations
	met  map[ID]bool // actors
}

// start meets the actors under the IDs that they have now.
func (w *walk) start(ctx context.Context, ids []ID) ([]ID, error) {
	nodes, err := w.r.Nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	var layer []ID
	for _, id := range ids {
		if n, ok := nodes[id].(*Actor); ok {
			layer = append(layer, w.meet(n.ID)...)
		}
	}
	return layer, nil
}

// meet answers those of the actors that were not met before.
func (w *walk) meet(ids ...ID) []ID {
	var out []ID
	for _, id := range ids {
		if !w.met[id] {
			w.met[id] = true
			out = append(out, id)
		}
	}
	return out
}

// relations visits the relations of the actors that were not seen before, by ID, so many read at once; of all actors for an empty list.
func (w *walk) relations(ctx context.Context, actors []ID, page int, visit func(*Relation) bool) error {
	slices.Sort(actors)
	for n, err := range All(ctx, w.r, w.q.nodes(actors, page)) {
		if err != nil {
			return err
		}
		if rel := n.(*Relation); !w.seen[rel.ID] {
			w.seen[rel.ID] = true
			if !visit(rel) {
				return nil
			}
		}
	}
	return nil
}

func (w *walk) actors(ctx context.Context) ([]*Actor, error) {
	ids := make([]ID, 0, len(w.met))
	for id := range w.met {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	nodes, err := w.r.Nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []*Actor
	for _, id := range ids {
		if a, ok := nodes[id].(*Actor); ok {
			out = append(out, a)
		}
	}
	return out, nil
}
