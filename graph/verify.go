package graph

import (
	"context"
	"errors"
	"fmt"
)

// ErrTampered: a report's text does not have its hash, or evidence is not the words at its place.
var ErrTampered = errors.New("evidence does not hold")

// Verified is how much was found to hold.
type Verified struct {
	Reports  int
	Evidence int // of attributions, relations, mentions and roles
}

// Verify reads every report and every piece of evidence again, and holds the one against its hash and the other against the
// text. It ends with ErrTampered, and what and where, at the first that does not match.
func Verify(ctx context.Context, r Reader) (Verified, error) {
	v := verifier{ctx: ctx, r: r}
	err := errors.Join(v.reports(), v.roles())
	return v.done, err
}

type verifier struct {
	ctx  context.Context
	r    Reader
	done Verified
}

func (v *verifier) reports() error {
	for n, err := range All(v.ctx, v.r, NodeQuery{Kind: ReportKind}) {
		if err != nil {
			return err
		}
		rep := n.(*Report)
		if Hash(rep.Text) != rep.Hash {
			return fmt.Errorf("%w: the text of report %s is not the one that was read: its hash is another", ErrTampered, rep.ID)
		}
		v.done.Reports++
		for e, err := range v.r.Edges(v.ctx, EdgeQuery{Kinds: []EdgeKind{Mentions}, From: []ID{rep.ID}}) {
			if err != nil {
				return err
			}
			if err := v.check("a mention of "+string(e.To), rep, *e.Evidence); err != nil {
				return err
			}
		}
		for _, kind := range []Kind{AttributionKind, RelationKind} {
			for n, err := range All(v.ctx, v.r, NodeQuery{Kind: kind, Reports: []ID{rep.ID}}) {
				if err != nil {
					return err
				}
				if err := v.check(string(n.NodeID()), rep, evidenceOf(n)...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (v *verifier) roles() error {
	for n, err := range All(v.ctx, v.r, NodeQuery{Kind: ActorKind}) {
		if err != nil {
			return err
		}
		for _, e := range evidenceOf(n) {
			rep, err := Get(v.ctx, v.r, e.Report)
			if errors.Is(err, ErrNotFound) {
				return fmt.Errorf("%w: a role of %s is proved by report %s, which is not there", ErrTampered, n.NodeID(), e.Report)
			}
			if err != nil {
				return err
			}
			if err := v.check("a role of "+string(n.NodeID()), rep.(*Report), e); err != nil {
				return err
			}
		}
	}
	return nil
}

func evidenceOf(n Node) []Evidence {
	var out []Evidence
	switch n := n.(type) {
	case *Actor:
		for _, r := range n.Roles {
			out = append(out, r.Evidence...)
		}
	case *Attribution:
		out = append(append(append(out, n.Source...), n.Cue...), n.Content...)
	case *Relation:
		out = n.Evidence
	}
	return out
}

func (v *verifier) check(what string, in *Report, list ...Evidence) error {
	for _, e := range list {
		if e.Report != in.ID || !e.Span.In(in.Text) || in.Text[e.Span.Start:e.Span.End] != e.Quote {
			return fmt.Errorf("%w: %s: report %s does not have %.60q at bytes %s", ErrTampered, what, in.ID, e.Quote, e.Span)
		}
		v.done.Evidence++
	}
	return nil
}
