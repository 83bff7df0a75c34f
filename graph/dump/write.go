package dump

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// Write writes the whole graph. It holds a page of nodes and one report's attributions at a time, and besides them only
// the IDs of actors and reports that had to come before their turn.
func Write(ctx context.Context, w io.Writer, r graph.Reader) error {
	d := &writer{ctx: ctx, r: r, w: bufio.NewWriterSize(w, 1<<16), early: map[graph.ID]bool{}}
	d.json = json.NewEncoder(&d.held)
	d.json.SetEscapeHTML(false)
	for _, part := range []func() error{d.actors, d.reports, d.claims, d.end, d.w.Flush} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

type writer struct {
	ctx   context.Context
	r     graph.Reader
	w     *bufio.Writer
	held  bytes.Buffer  // the last line, until it is known whether it is the last of all
	json  *json.Encoder // into held
	lines int
	early map[graph.ID]bool // actors and reports written before their turn
}

// line writes the line before, and holds this one.
func (d *writer) line(v any) error {
	if err := d.release(); err != nil {
		return err
	}
	d.lines++
	return d.json.Encode(v)
}

// end writes the last line, with the number of all.
func (d *writer) end() error {
	if d.lines == 0 {
		return nil
	}
	d.mark("lines", d.lines)
	return d.release()
}

func (d *writer) release() error {
	if d.lines == 1 {
		d.mark("dump", format)
	}
	_, err := d.held.WriteTo(d.w)
	return err
}

// mark adds a field to the line held.
func (d *writer) mark(name string, n int) {
	d.held.Truncate(d.held.Len() - len("}\n"))
	fmt.Fprintf(&d.held, ",%q:%d}\n", name, n)
}

// pages visits all nodes of a kind, a page at a time.
func (d *writer) pages(kind graph.Kind, visit func([]graph.Node) error) error {
	q := graph.NodeQuery{Kind: kind, Limit: 500}
	for {
		p, err := d.r.Find(d.ctx, q)
		if err != nil {
			return err
		}
		if err := visit(p.Nodes); err != nil {
			return err
		}
		if p.Next == "" {
			return nil
		}
		q.After = p.Next
	}
}

func (d *writer) actors() error {
	return d.pages(graph.ActorKind, func(page []graph.Node) error {
		var of []graph.ID
		for _, n := range page {
			for _, r := range n.(*graph.Actor).Roles {
				of = append(of, r.Of)
			}
		}
		named, err := d.r.Nodes(d.ctx, slices.DeleteFunc(of, func(id graph.ID) bool { return id == "" }))
		if err != nil {
			return err
		}
		for _, n := range page {
			a := n.(*graph.Actor)
			if d.early[a.ID] {
				delete(d.early, a.ID)
				continue
			}
			if err := d.actor(a, a.ID, named, map[graph.ID]bool{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// actor writes one actor after those that its roles name. upTo is the actor whose turn it is: those with lesser IDs are written.
func (d *writer) actor(a *graph.Actor, upTo graph.ID, named map[graph.ID]graph.Node, open map[graph.ID]bool) error {
	open[a.ID] = true
	line := actorLine{Type: "actor", ID: a.ID, Kind: a.Type, Name: a.Name, Aliases: []string{}, Roles: []roleLine{}, Keys: a.Keys, MergedFrom: a.MergedFrom}
	for _, s := range a.Aliases {
		if s != a.Name {
			line.Aliases = append(line.Aliases, s)
		}
	}
	for _, r := range a.Roles {
		if r.Of > upTo && !d.early[r.Of] && !open[r.Of] {
			n := named[r.Of]
			if n == nil {
				var err error
				if n, err = graph.Get(d.ctx, d.r, r.Of); err != nil {
					return err
				}
			}
			if err := d.actor(n.(*graph.Actor), upTo, named, open); err != nil {
				return err
			}
			d.early[r.Of] = true
		}
		role := roleLine{Title: r.Title, Of: optional(r.Of), Since: moment(r.Since), Until: moment(r.Until)}
		for _, e := range r.Evidence {
			e, err := d.evidence(e)
			if err != nil {
				return err
			}
			role.Evidence = append(role.Evidence, e)
		}
		line.Roles = append(line.Roles, role)
	}
	return d.line(line)
}

// evidence is for what stands apart from its report, whose text must be looked up.
func (d *writer) evidence(e graph.Evidence) (evidenceLine, error) {
	n, err := graph.Get(d.ctx, d.r, e.Report)
	if err != nil {
		return evidenceLine{}, err
	}
	return evidenceLine{Report: e.Report, Span: graph.NewPoints(n.(*graph.Report).Text).Span(e.Span), Quote: e.Quote}, nil
}

func (d *writer) reports() error {
	return d.pages(graph.ReportKind, func(page []graph.Node) error {
		for _, n := range page {
			if d.early[n.NodeID()] {
				delete(d.early, n.NodeID())
				continue
			}
			if err := d.report(n.(*graph.Report), n.NodeID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// report writes one report after the one that it revises. upTo is the report whose turn it is.
func (d *writer) report(r *graph.Report, upTo graph.ID) error {
	if r.Revises > upTo && !d.early[r.Revises] {
		n, err := graph.Get(d.ctx, d.r, r.Revises)
		if err != nil {
			return err
		}
		if err := d.report(n.(*graph.Report), upTo); err != nil {
			return err
		}
		d.early[r.Revises] = true
	}
	line := reportLine{Type: "report", ID: r.ID, Given: r.Given, URL: r.URL, Title: r.Title, Outlet: optional(r.Outlet), Published: moment(r.Published), Language: r.Language,
		Author: r.Author, Wire: r.Wire, Credit: r.Credit, Revises: r.Revises, Hash: r.Hash, Extra: json.RawMessage(r.Extra), Text: r.Text}
	if err := d.line(line); err != nil {
		return err
	}
	points := graph.NewPoints(r.Text)
	for e, err := range d.r.Edges(d.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{r.ID}}) {
		if err != nil {
			return err
		}
		if err := d.line(mentionLine{"mention", e.To, r.ID, points.Span(e.Evidence.Span)}); err != nil {
			return err
		}
	}
	if err := d.attributions(r.ID, points); err != nil {
		return err
	}
	return d.relations(r.ID, points)
}

func spans(p graph.Points, list []graph.Evidence) []span {
	out := make([]span, len(list))
	for i, e := range list {
		out[i] = p.Span(e.Span)
	}
	return out
}

func (d *writer) attributions(report graph.ID, points graph.Points) error {
	var all []*graph.Attribution
	for n, err := range graph.All(d.ctx, d.r, graph.NodeQuery{Kind: graph.AttributionKind, Reports: []graph.ID{report}, Limit: graph.MaxLimit}) {
		if err != nil {
			return err
		}
		all = append(all, n.(*graph.Attribution))
	}
	slices.SortFunc(all, func(a, b *graph.Attribution) int { return cmp.Or(a.Order-b.Order, cmp.Compare(a.ID, b.ID)) })
	for _, a := range all {
		line := attributionLine{Type: "attribution", ID: a.ID, Report: a.Report, Sources: append([]graph.ID{}, a.Sources...), Source: spans(points, a.Source), Cue: spans(points, a.Cue),
			Content: spans(points, a.Content), Quote: a.Quotation, Stance: a.Stance, Via: optional(a.Via), Claim: a.Claim, Confidence: a.Confidence}
		if err := d.line(line); err != nil {
			return err
		}
	}
	return nil
}

func (d *writer) relations(report graph.ID, points graph.Points) error {
	var all []*graph.Relation
	for n, err := range graph.All(d.ctx, d.r, graph.NodeQuery{Kind: graph.RelationKind, Reports: []graph.ID{report}, Limit: graph.MaxLimit}) {
		if err != nil {
			return err
		}
		all = append(all, n.(*graph.Relation))
	}
	slices.SortFunc(all, func(a, b *graph.Relation) int { return cmp.Or(a.Order-b.Order, cmp.Compare(a.ID, b.ID)) })
	for _, r := range all {
		line := relationLine{Type: "relation", ID: r.ID, Subject: r.Subject, Predicate: r.Predicate, Class: r.Class, Object: r.Object, Report: r.Report, Evidence: spans(points, r.Evidence),
			AssertedBy: optional(r.AssertedBy), Polarity: r.Polarity, Modality: r.Modality, Confidence: r.Confidence}
		if err := d.line(line); err != nil {
			return err
		}
	}
	return nil
}

func (d *writer) claims() error {
	return d.pages(graph.ClaimKind, func(page []graph.Node) error {
		stated := map[graph.ID][]graph.ID{}
		ids := make([]graph.ID, len(page))
		for i, n := range page {
			ids[i] = n.NodeID()
		}
		if len(ids) > 0 {
			for e, err := range d.r.Edges(d.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.States}, To: ids}) {
				if err != nil {
					return err
				}
				stated[e.To] = append(stated[e.To], e.From)
			}
		}
		for _, n := range page {
			c := n.(*graph.Claim)
			line := claimLine{Type: "claim", ID: c.ID, Text: c.Text, Attributions: append([]graph.ID{}, stated[c.ID]...), Keys: c.Keys, MergedFrom: c.MergedFrom}
			for _, f := range c.Forms {
				line.Forms = append(line.Forms, formLine{f.Text, f.Resolved, moment(f.First), f.In})
			}
			if err := d.line(line); err != nil {
				return err
			}
		}
		return nil
	})
}
