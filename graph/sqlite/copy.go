package sqlite

import (
	"slices"
	"time"

	"github.com/whence-graph/whence/graph"
)

// clone is a copy of the node that shares nothing with it, as the store gives it back: empty lists nil, times in
// UTC to the microsecond.
func clone(n graph.Node) graph.Node {
	switch n := n.(type) {
	case *graph.Report:
		r := *n
		r.Published = utc(r.Published)
		return &r
	case *graph.Actor:
		a := *n
		a.Aliases, a.Keys, a.MergedFrom, a.Roles = list(a.Aliases), list(a.Keys), list(a.MergedFrom), list(a.Roles)
		for i := range a.Roles {
			r := &a.Roles[i]
			r.Since, r.Until, r.Evidence = utc(r.Since), utc(r.Until), list(r.Evidence)
		}
		return &a
	case *graph.Attribution:
		a := *n
		a.Sources, a.Source, a.Cue, a.Content = list(a.Sources), list(a.Source), list(a.Cue), list(a.Content)
		return &a
	case *graph.Claim:
		c := *n
		c.Keys, c.MergedFrom, c.Forms = list(c.Keys), list(c.MergedFrom), list(c.Forms)
		for i := range c.Forms {
			c.Forms[i].First = utc(c.Forms[i].First)
		}
		return &c
	case *graph.Relation:
		r := *n
		r.Evidence = list(r.Evidence)
		return &r
	}
	return n
}

func list[T any](l []T) []T {
	if len(l) == 0 {
		return nil
	}
	return slices.Clone(l)
}

func utc(t time.Time) time.Time { return moment(micros(t)) }
