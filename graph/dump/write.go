package dump

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/whence-graph/whence/graph"
)

// Write writes the whole graph, as graph.Walk shows it.
func Write(ctx context.Context, w io.Writer, r graph.Reader) error {
	d := &writer{w: bufio.NewWriterSize(w, 1<<16)}
	d.json = json.NewEncoder(&d.held)
	d.json.SetEscapeHTML(false)
	for p, err := range graph.Walk(ctx, r) {
		if err != nil {
			return err
		}
		if err := d.line(lineOf(p)); err != nil {
			return err
		}
	}
	return errors.Join(d.end(), d.w.Flush())
}

type writer struct {
	w     *bufio.Writer
	held  bytes.Buffer  // the last line, until it is known whether it is the last of all
	json  *json.Encoder // into held
	lines int
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

func lineOf(p graph.Piece) any {
	switch n := p.Node.(type) {
	case *graph.Actor:
		return actorOf(n, p)
	case *graph.Report:
		return reportLine{Type: "report", ID: n.ID, Given: n.Given, URL: n.URL, Title: n.Title, Outlet: optional(n.Outlet), Published: moment(n.Published), Language: n.Language,
			Author: n.Author, Wire: n.Wire, Credit: n.Credit, Revises: n.Revises, Hash: n.Hash, Extra: json.RawMessage(n.Extra), Text: n.Text}
	case *graph.Attribution:
		return attributionLine{Type: "attribution", ID: n.ID, Report: n.Report, Sources: append([]graph.ID{}, n.Sources...), Source: spans(p, n.Source), Cue: spans(p, n.Cue),
			Content: spans(p, n.Content), Quote: n.Quotation, Stance: n.Stance, Via: optional(n.Via), Claim: n.Claim, Confidence: n.Confidence}
	case *graph.Relation:
		return relationLine{Type: "relation", ID: n.ID, Subject: n.Subject, Predicate: n.Predicate, Class: n.Class, Object: n.Object, Report: n.Report, Evidence: spans(p, n.Evidence),
			AssertedBy: optional(n.AssertedBy), Polarity: n.Polarity, Modality: n.Modality, Confidence: n.Confidence}
	case *graph.Claim:
		line := claimLine{Type: "claim", ID: n.ID, Text: n.Text, Attributions: append([]graph.ID{}, p.Stated...), Keys: n.Keys, MergedFrom: n.MergedFrom}
		for _, f := range n.Forms {
			line.Forms = append(line.Forms, formLine{f.Text, f.Resolved, moment(f.First), f.In})
		}
		return line
	}
	return mentionLine{"mention", p.Mention.Actor, p.Report.ID, p.Place(p.Mention.Evidence)}
}

func actorOf(a *graph.Actor, p graph.Piece) actorLine {
	line := actorLine{Type: "actor", ID: a.ID, Kind: a.Type, Name: a.Name, Aliases: []string{}, Roles: []roleLine{}, Keys: a.Keys, MergedFrom: a.MergedFrom}
	for _, s := range a.Aliases {
		if s != a.Name {
			line.Aliases = append(line.Aliases, s)
		}
	}
	for _, r := range a.Roles {
		role := roleLine{Title: r.Title, Of: optional(r.Of), Since: moment(r.Since), Until: moment(r.Until)}
		for _, e := range r.Evidence {
			role.Evidence = append(role.Evidence, evidenceLine{Report: e.Report, Span: p.Place(e), Quote: e.Quote})
		}
		line.Roles = append(line.Roles, role)
	}
	return line
}

func spans(p graph.Piece, list []graph.Evidence) []span {
	out := make([]span, len(list))
	for i, e := range list {
		out[i] = p.Place(e)
	}
	return out
}
