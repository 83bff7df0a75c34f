package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// found is the node that an ID leads to.
type found struct {
	n    int64
	id   graph.ID // its own
	time sql.NullInt64
}

// lookup finds the nodes that the IDs lead to, through merges. The absent are left out.
func (s *session) lookup(ctx context.Context, ids []graph.ID) (map[graph.ID]found, error) {
	out := make(map[graph.ID]found, len(ids))
	at := make([]int64, 0, len(ids))
	asked := make(map[graph.ID]bool, len(ids))
	for _, id := range ids {
		if p, err := position(id); err == nil && !asked[id] {
			asked[id] = true
			at = append(at, p)
		}
	}
	slices.Sort(at)
	err := s.each(ctx, `SELECT node.n, node.id, node.time FROM json_each(?) AS j CROSS JOIN node ON node.pos = j.value`, []any{array(at)}, func(rows *sql.Rows) error {
		var f found
		err := rows.Scan(&f.n, &f.id, &f.time)
		if asked[f.id] {
			out[f.id] = f
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var rest []graph.ID
	for id := range asked {
		if k := id.Kind(); (k == graph.ActorKind || k == graph.ClaimKind) && out[id].n == 0 {
			rest = append(rest, id)
		}
	}
	if len(rest) == 0 {
		return out, nil
	}
	slices.Sort(rest)
	raw, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, `SELECT merged.id, node.n, node.id, node.time FROM json_each(?) AS j CROSS JOIN merged ON merged.id = j.value CROSS JOIN node ON node.n = merged.n`, []any{string(raw)}, func(rows *sql.Rows) error {
		var id graph.ID
		var f found
		err := rows.Scan(&id, &f.n, &f.id, &f.time)
		out[id] = f
		return err
	})
	return out, err
}

// numbersOf are the numbers of the nodes that the IDs lead to, each once, in order.
func (s *session) numbersOf(ctx context.Context, ids []graph.ID) ([]int64, error) {
	m, err := s.lookup(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]int64, 0, len(m))
	for _, f := range m {
		list = append(list, f.n)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// load reads the nodes of one kind by their numbers.
func (s *session) load(ctx context.Context, k graph.Kind, list []int64) (map[int64]graph.Node, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := make(map[int64]graph.Node, len(list))
	args := []any{array(list)}
	var err error
	switch k {
	case graph.ActorKind:
		err = s.loadActors(ctx, args, out)
	case graph.ReportKind:
		err = s.loadReports(ctx, args, out)
	case graph.AttributionKind:
		err = s.loadAttributions(ctx, args, out)
	case graph.RelationKind:
		err = s.loadRelations(ctx, args, out)
	case graph.ClaimKind:
		err = s.loadClaims(ctx, args, out)
	}
	return out, err
}

// links calls see for each reference of these kinds, those of a node in their order.
func (s *session) links(ctx context.Context, args []any, kinds string, see func(n int64, kind linkKind, ord int, to graph.ID)) error {
	return s.each(ctx, `SELECT l.from_n, l.kind, l.ord, node.id FROM json_each(?) AS j
		CROSS JOIN link AS l ON l.from_n = j.value AND l.kind IN (`+kinds+`) CROSS JOIN node ON node.n = l.to_n`, args, func(rows *sql.Rows) error {
		var n int64
		var kind linkKind
		var ord int
		var to graph.ID
		err := rows.Scan(&n, &kind, &ord, &to)
		see(n, kind, ord, to)
		return err
	})
}

func (s *session) loadActors(ctx context.Context, args []any, out map[int64]graph.Node) error {
	err := s.each(ctx, `SELECT node.n, node.id, actor.type, actor.name, actor.more FROM json_each(?) AS j
		CROSS JOIN node ON node.n = j.value CROSS JOIN actor ON actor.n = j.value`, args, func(rows *sql.Rows) error {
		var n int64
		var more string
		a := &graph.Actor{}
		if err := rows.Scan(&n, &a.ID, &a.Type, &a.Name, &more); err != nil {
			return err
		}
		var m actorMore
		if err := decode(more, &m); err != nil {
			return fmt.Errorf("%s: %w", a.ID, err)
		}
		m.fill(a)
		out[n] = a
		return nil
	})
	if err != nil {
		return err
	}
	return s.links(ctx, args, "40", func(n int64, _ linkKind, ord int, to graph.ID) {
		if a, ok := out[n].(*graph.Actor); ok && ord < len(a.Roles) {
			a.Roles[ord].Of = to
		}
	})
}

func (s *session) loadReports(ctx context.Context, args []any, out map[int64]graph.Node) error {
	err := s.each(ctx, `SELECT node.n, node.id, node.time, r.given, r.url, r.title, r.language, r.author, r.wire, r.credit, r.hash, r.extra, r.ingested, r.text
		FROM json_each(?) AS j CROSS JOIN node ON node.n = j.value CROSS JOIN report AS r ON r.n = j.value`, args, func(rows *sql.Rows) error {
		var n int64
		var time, ingested sql.NullInt64
		r := &graph.Report{}
		err := rows.Scan(&n, &r.ID, &time, &r.Given, &r.URL, &r.Title, &r.Language, &r.Author, &r.Wire, &r.Credit, &r.Hash, &r.Extra, &ingested, &r.Text)
		r.Published, r.Ingested = moment(time), moment(ingested)
		out[n] = r
		return err
	})
	if err != nil {
		return err
	}
	return s.links(ctx, args, "70, 90", func(n int64, kind linkKind, _ int, to graph.ID) {
		if r, ok := out[n].(*graph.Report); ok && kind == publishedBy {
			r.Outlet = to
		} else if ok {
			r.Revises = to
		}
	})
}

func (s *session) loadAttributions(ctx context.Context, args []any, out map[int64]graph.Node) error {
	err := s.each(ctx, `SELECT node.n, node.id, report.id, has.ord, a.stance, a.quotation, a.confidence, a.evidence
		FROM json_each(?) AS j CROSS JOIN node ON node.n = j.value CROSS JOIN attribution AS a ON a.n = j.value
		CROSS JOIN link AS has ON has.to_n = j.value AND has.kind = 30 CROSS JOIN node AS report ON report.n = has.from_n`, args, func(rows *sql.Rows) error {
		var n int64
		var evidence string
		a := &graph.Attribution{}
		if err := rows.Scan(&n, &a.ID, &a.Report, &a.Order, &a.Stance, &a.Quotation, &a.Confidence, &evidence); err != nil {
			return err
		}
		var e attributionEvidence
		if err := decode(evidence, &e); err != nil {
			return fmt.Errorf("%s: %w", a.ID, err)
		}
		a.Source, a.Cue, a.Content = evidenceOut(e.Source), evidenceOut(e.Cue), evidenceOut(e.Content)
		out[n] = a
		return nil
	})
	if err != nil {
		return err
	}
	return s.links(ctx, args, "20, 100, 120", func(n int64, kind linkKind, _ int, to graph.ID) {
		a, ok := out[n].(*graph.Attribution)
		switch {
		case !ok:
		case kind == from:
			a.Sources = append(a.Sources, to)
		case kind == states:
			a.Claim = to
		default:
			a.Via = to
		}
	})
}

func (s *session) loadRelations(ctx context.Context, args []any, out map[int64]graph.Node) error {
	err := s.each(ctx, `SELECT node.n, node.id, r.predicate, r.class, r.polarity, r.modality, r.confidence, r.evidence
		FROM json_each(?) AS j CROSS JOIN node ON node.n = j.value CROSS JOIN relation AS r ON r.n = j.value`, args, func(rows *sql.Rows) error {
		var n int64
		var evidence string
		r := &graph.Relation{}
		if err := rows.Scan(&n, &r.ID, &r.Predicate, &r.Class, &r.Polarity, &r.Modality, &r.Confidence, &evidence); err != nil {
			return err
		}
		var e []evidenceJSON
		if err := decode(evidence, &e); err != nil {
			return fmt.Errorf("%s: %w", r.ID, err)
		}
		r.Evidence = evidenceOut(e)
		out[n] = r
		return nil
	})
	if err != nil {
		return err
	}
	return s.links(ctx, args, "10, 60, 80, 110", func(n int64, kind linkKind, ord int, to graph.ID) {
		r, ok := out[n].(*graph.Relation)
		switch {
		case !ok:
		case kind == assertedBy:
			r.AssertedBy = to
		case kind == object:
			r.Object = to
		case kind == readIn:
			r.Report, r.Order = to, ord
		default:
			r.Subject = to
		}
	})
}

func (s *session) loadClaims(ctx context.Context, args []any, out map[int64]graph.Node) error {
	return s.each(ctx, `SELECT node.n, node.id, claim.text, claim.more FROM json_each(?) AS j
		CROSS JOIN node ON node.n = j.value CROSS JOIN claim ON claim.n = j.value`, args, func(rows *sql.Rows) error {
		var n int64
		var more string
		c := &graph.Claim{}
		if err := rows.Scan(&n, &c.ID, &c.Text, &more); err != nil {
			return err
		}
		var m claimMore
		if err := decode(more, &m); err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
		m.fill(c)
		out[n] = c
		return nil
	})
}
