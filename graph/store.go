package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// The errors that a Store gives, to be recognised with errors.Is. Anything else is a fault of ours.
var (
	// ErrNotFound: no node answers to the ID. Only Get gives it; Nodes leaves the absent out.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable: the store is closed, lost, locked, read-only or out of room. The same call may go through later.
	ErrUnavailable = errors.New("store unavailable")
	// ErrConflict: the store has changed since the batch was resolved. Resolve again; see Update.
	ErrConflict = errors.New("the store has moved on")
	// ErrInvalid: the query, cursor or batch cannot be carried out as it is, now or later.
	ErrInvalid = errors.New("invalid")
	// ErrForeign: what was opened is no store of ours, or one of a newer version.
	ErrForeign = errors.New("not a whence store")
)

// Store keeps a graph. It may be used by many goroutines at once, and by several programs at once.
//
// Its promises, which package graphtest tests: a Put is seen whole or not at all, by everyone;
// putting twice is putting once; a cancelled context writes nothing; nodes come back equal to what
// was put; answers are the same from every kind of store. A closed or lost store gives ErrUnavailable.
type Store interface {
	Reader
	Writer
	io.Closer
}

// Reader answers questions.
type Reader interface {
	// Nodes answers the nodes by the IDs asked for. The absent are left out. An ID that a node
	// has in MergedFrom answers with that node, under the ID asked for. There may be any number of IDs.
	Nodes(ctx context.Context, ids []ID) (map[ID]Node, error)

	// Edges answers the edges that match, ordered by kind, From, Order and To (as byte strings).
	// It may be stopped early. An error ends it.
	Edges(ctx context.Context, q EdgeQuery) iter.Seq2[Edge, error]

	// Find answers a page of the nodes that match. Pages are stable while writes go on: what was
	// there throughout comes exactly once.
	Find(ctx context.Context, q NodeQuery) (Page, error)

	// Count is how many nodes Find would give in all, counted no further than Limit where that is set. Order and After don't matter.
	Count(ctx context.Context, q NodeQuery) (int, error)

	// Generation is a number that every Put that changes something makes greater. An empty store has 1.
	Generation(ctx context.Context) (int64, error)
}

// Writer takes batches.
type Writer interface {
	// Put writes all of the batch or none of it, as Batch tells.
	Put(ctx context.Context, b Batch) error
}

// EdgeQuery selects edges. At least one of From and To must be given; an empty list elsewhere means any.
// IDs in From and To are followed through merges, as in Nodes.
type EdgeQuery struct {
	Kinds []EdgeKind
	From  []ID
	To    []ID
}

// Order is the order of a page.
type Order string

// The orders. Time is a report's time of publication, an attribution's or relation's report's, and a
// claim's first form's; where it is not told, the node comes last. Nodes of one time come by ID.
// Actors have no time.
const (
	ByID   Order = ""
	Oldest Order = "oldest"
	Newest Order = "newest"
)

// The sizes of a page.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// NodeQuery selects nodes of one kind. All that is given must hold; an empty field means any. In a list,
// any one of it must hold. Of claims, Outlets, Reports, Actors, Stances, Quotations, MinConfidence, Since, Until and
// IngestedBy must hold of one and the same attribution that states the claim. IDs are followed through merges.
//
// Past and UpTo tell what has happened since somebody last looked, whoever did it: between two Generations, the first exclusive and
// the second inclusive, a report was put that was not there before, and a claim changed: it was put and new or other than it was, or an
// attribution that states it was, or one that stated it went. What happened in a store before it noted this counts as past no generation.
//
// Check tells which fields go with which kind.
type NodeQuery struct {
	Kind Kind // required

	Text string   // every word of it (see Words) occurs in the node's SearchText
	Keys []string // actors, claims, reports: has the key among its FindKeys
	URLs []string // reports

	Types         []ActorType // actors
	Outlets       []ID        // published by; reports, claims, attributions, relations
	Reports       []ID        // stands in; actors (mentioned there), claims, attributions, relations
	Actors        []ID        // reports: mentioned; claims and attributions: a source; relations: subject or object
	Claims        []ID        // attributions
	Stances       []Stance    // claims, attributions
	Quotations    []Quotation // claims, attributions
	Predicates    []string    // relations
	Polarities    []Polarity  // relations
	Modalities    []Modality  // relations
	AssertedBy    []ID        // relations: by one of these attributions
	Since, Until  time.Time   // of publication, Since inclusive, Until exclusive; all but actors
	IngestedBy    time.Time   // in reports that the store had then, inclusive; all but actors
	Past, UpTo    int64       // generations; reports, claims
	MinConfidence float64     // claims, attributions, relations

	Order Order
	After string // Page.Next of the page before; from another query it is ErrInvalid
	Limit int    // 0 is DefaultLimit, more than MaxLimit is MaxLimit
}

// Page is some of the nodes that a query selects.
type Page struct {
	Nodes []Node
	Next  string // to give as After for what follows; empty when nothing does
}

// Check answers ErrInvalid, with the reason, when the query makes no sense.
func (q NodeQuery) Check() error {
	type field struct {
		name  string
		set   bool
		kinds string // the letters of the kinds it goes with
	}
	if ID(string(byte(q.Kind))+":aaaaaaaaaaaaaaaaaaaa").Kind() == 0 {
		return fmt.Errorf("%w: query: no such kind of node: %q", ErrInvalid, byte(q.Kind))
	}
	for _, f := range []field{
		{"keys", len(q.Keys) > 0, "acr"},
		{"URLs", len(q.URLs) > 0, "r"},
		{"types", len(q.Types) > 0, "a"},
		{"outlets", len(q.Outlets) > 0, "rcte"},
		{"reports", len(q.Reports) > 0, "acte"},
		{"actors", len(q.Actors) > 0, "rcte"},
		{"claims", len(q.Claims) > 0, "t"},
		{"stances", len(q.Stances) > 0, "ct"},
		{"quotations", len(q.Quotations) > 0, "ct"},
		{"predicates", len(q.Predicates) > 0, "e"},
		{"polarities", len(q.Polarities) > 0, "e"},
		{"modalities", len(q.Modalities) > 0, "e"},
		{"asserted by", len(q.AssertedBy) > 0, "e"},
		{"since", !q.Since.IsZero(), "rcte"},
		{"until", !q.Until.IsZero(), "rcte"},
		{"ingested by", !q.IngestedBy.IsZero(), "rcte"},
		{"generations", q.Past != 0 || q.UpTo != 0, "rc"},
		{"confidence", q.MinConfidence != 0, "cte"},
		{"order by time", q.Order != ByID, "rcte"},
	} {
		ok := false
		for i := range f.kinds {
			ok = ok || Kind(f.kinds[i]) == q.Kind
		}
		if f.set && !ok {
			return fmt.Errorf("%w: query: %s does not go with %ss", ErrInvalid, f.name, q.Kind)
		}
	}
	if q.Order != ByID && q.Order != Oldest && q.Order != Newest {
		return fmt.Errorf("%w: query: no such order: %q", ErrInvalid, q.Order)
	}
	if q.Limit < 0 {
		return fmt.Errorf("%w: query: negative limit %d", ErrInvalid, q.Limit)
	}
	return nil
}

// PageSize is Limit within its bounds.
func (q NodeQuery) PageSize() int {
	if q.Limit == 0 {
		return DefaultLimit
	}
	return min(q.Limit, MaxLimit)
}

// Batch is what is to be written at once, and computed from a graph of one generation. Lists may be empty.
//
// A node that is there is replaced, with the edges that it owns. The Mentions replace all mentions of the
// reports in Reports; a mention in another report is ErrInvalid. Putting an actor or claim dissolves those in its
// MergedFrom: edges that ended at them now end at it. A reference to a dissolved node means the survivor.
// A reference to a node that neither the batch nor the store has is ErrInvalid, as is removing one that
// another still refers to. What counts is the graph as the whole batch leaves it: first all nodes are put,
// then Remove is carried out, then references are looked up. An ID in Remove that no node has changes nothing.
//
// References are the fields that Edges and MentionEdges make edges of; the reports that evidence
// names are not looked up. An ID belongs to one node: one that is a node's own and in a MergedFrom, or in two,
// is ErrInvalid. A dissolved node's MergedFrom goes with it: what the survivor does not list no longer answers.
//
// Nodes come back as put but that references mean survivors, times are UTC to the microsecond, and empty lists
// are nil. Text that is not UTF-8 is ErrInvalid. Check comes before Base, and Base before references.
type Batch struct {
	// Base is the generation that the batch was computed from. If the store is past it, Put is ErrConflict.
	// 0 writes whatever the generation.
	Base int64

	Actors       []*Actor
	Reports      []*Report
	Mentions     []Mention
	Attributions []*Attribution
	Relations    []*Relation
	Claims       []*Claim

	Remove []ID // to be deleted, with the edges that they own and, of reports, their mentions
}

// Nodes are all nodes of the batch: actors, reports, attributions, relations, claims.
func (b Batch) Nodes() []Node {
	out := make([]Node, 0, len(b.Actors)+len(b.Reports)+len(b.Attributions)+len(b.Relations)+len(b.Claims))
	for _, n := range b.Actors {
		out = append(out, n)
	}
	for _, n := range b.Reports {
		out = append(out, n)
	}
	for _, n := range b.Attributions {
		out = append(out, n)
	}
	for _, n := range b.Relations {
		out = append(out, n)
	}
	for _, n := range b.Claims {
		out = append(out, n)
	}
	return out
}

// Get answers one node, or ErrNotFound.
func Get(ctx context.Context, r Reader, id ID) (Node, error) {
	m, err := r.Nodes(ctx, []ID{id})
	if err != nil {
		return nil, err
	}
	n, ok := m[id]
	if !ok {
		return nil, fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	return n, nil
}

// Update computes a batch from the store's present state and puts it, again and again until no other
// writer comes between. The batch's Base is set by Update.
func Update(ctx context.Context, s Store, compute func(context.Context, Reader) (Batch, error)) error {
	for {
		base, err := s.Generation(ctx)
		if err != nil {
			return err
		}
		b, err := compute(ctx, s)
		if err != nil {
			return err
		}
		b.Base = base
		if err = s.Put(ctx, b); !errors.Is(err, ErrConflict) {
			return err
		}
	}
}

// All answers the nodes of every page of the query, from q.After on.
func All(ctx context.Context, r Reader, q NodeQuery) iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		for {
			p, err := r.Find(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, n := range p.Nodes {
				if !yield(n, nil) {
					return
				}
			}
			if p.Next == "" {
				return
			}
			q.After = p.Next
		}
	}
}
