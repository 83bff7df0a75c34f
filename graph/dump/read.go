package dump

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// ErrNotEmpty: a dump is the whole of a graph, and cannot be read into a store that has something else.
var ErrNotEmpty = errors.New("the store is not empty")

// Partial is an error that came when a part of the dump was in the store already. That stays, and the dump, mended where it was at
// fault, can be read over it.
type Partial struct {
	Err error
	Put map[graph.Kind]int // how many nodes were put
}

// Error is the error and what is left.
func (p *Partial) Error() string { return p.Err.Error() + "; " + p.Left() }

// Unwrap is what went wrong.
func (p *Partial) Unwrap() error { return p.Err }

// Left says what is in the store, and what to do about it.
func (p *Partial) Left() string {
	var parts []string
	for _, k := range graph.Kinds {
		if n := p.Put[k]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %ss", n, k))
		}
	}
	return fmt.Sprintf("%s were put and stay in the store: import the dump over them when it is mended", strings.Join(parts, ", "))
}

// maxLine is the most bytes that a line may have.
const maxLine = 64 << 20

// Read puts a dump into a store that is empty, or has nothing but nodes of the dump, as a Read that failed leaves it. The name is how
// errors call the dump: they give the line, and wrap graph.ErrInvalid when it is at fault. What was put before an error stays, and then
// the error is a *Partial.
//
// It goes through the dump four times: to see that it is whole and every line by itself is right, before anything is put; and since
// claims stand at the end, and the places of a role's evidence can be told only once its report is there. It holds a few reports at a
// time.
func Read(ctx context.Context, name string, dump io.ReadSeeker, s graph.Store) error {
	d := &reader{ctx: ctx, s: s, name: name, dump: dump, left: map[graph.Kind]int{}}
	if err := d.inspect(); err != nil {
		return err
	}
	for i, take := range []map[string]func([]byte) error{
		{"actor": d.bareActor, "claim": d.claim},
		{"report": d.report, "mention": d.mention, "attribution": d.attribution, "relation": d.relation},
		{"actor": d.roles},
	} {
		d.again = i == 2
		if err := d.pass(take); err != nil {
			if len(d.left) > 0 {
				return &Partial{Err: err, Put: d.left}
			}
			return err
		}
	}
	return nil
}

type reader struct {
	ctx  context.Context
	s    graph.Store
	name string
	dump io.ReadSeeker

	batch  graph.Batch
	nodes  int            // in batch
	now    *graph.Report  // whose lines are being read
	points graph.Points   // of its text
	order  map[string]int // how many of its lines there were, by type

	looking *found             // what the dump has; nil once nodes are put
	left    map[graph.Kind]int // how many nodes are put
	again   bool               // they are the same nodes again
}

// batchNodes is how many nodes are put at once.
const batchNodes = 500

// found is what is learnt about a dump before any of it is put.
type found struct {
	first, last head
	lines       int
	kinds       map[string]int     // lines by type
	ask         bool               // the store has something
	there       map[graph.Kind]int // how many nodes of the dump it has
}

// head is what may stand in a line of any type.
type head struct {
	Type  string `json:"type"`
	Dump  int    `json:"dump"`
	Lines int    `json:"lines"`
}

// inspect reads the dump and puts nothing.
func (d *reader) inspect() error {
	f := &found{kinds: map[string]int{}, there: map[graph.Kind]int{}}
	has := map[graph.Kind]int{}
	for _, k := range graph.Kinds {
		n, err := d.s.Count(d.ctx, graph.NodeQuery{Kind: k})
		if err != nil {
			return err
		}
		has[k] = n
		f.ask = f.ask || n > 0
	}
	d.looking = f
	defer func() { d.looking = nil }()
	err := d.pass(map[string]func([]byte) error{
		"actor": d.bareActor, "claim": d.claim, "report": d.report, "mention": d.mention, "attribution": d.attribution, "relation": d.relation,
	})
	if err == nil {
		err = f.whole()
		if err != nil {
			err = fmt.Errorf("%s: %w: %w", d.name, graph.ErrInvalid, err)
		}
	}
	if err != nil {
		return err
	}
	for k, n := range has {
		if n != f.there[k] {
			return ErrNotEmpty
		}
	}
	return nil
}

// whole tells what the dump lacks.
func (f *found) whole() error {
	const fetch = "export or fetch it again"
	switch {
	case f.lines == 0:
		return errors.New("there is nothing in it: " + fetch)
	case f.first.Dump > format:
		return fmt.Errorf("it was written by a newer version of whence (its format is %d, this one knows %d): use that one", f.first.Dump, format)
	case f.first.Dump > 0 && f.last.Lines == 0, f.first.Dump == 0 && f.kinds["actor"] > 0 && f.kinds["report"] == 0: // in an old one that is all that can be told
		return fmt.Errorf("it is cut off after %d lines: %s", f.lines, fetch)
	case f.last.Lines > 0 && f.last.Lines != f.lines:
		return fmt.Errorf(`it has %d lines, and "lines" in the last one says %d: %s, or correct the number if that is meant`, f.lines, f.last.Lines, fetch)
	}
	return nil
}

// pass reads the whole dump and gives each line to the function for its type.
func (d *reader) pass(take map[string]func([]byte) error) error {
	if err := d.lines(take); err != nil {
		return err
	}
	return d.flush()
}

func (d *reader) lines(take map[string]func([]byte) error) error {
	if _, err := d.dump.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sc := bufio.NewScanner(d.dump)
	sc.Buffer(make([]byte, 1<<16), maxLine)
	n := 0
	bad := func(err error) error { return fmt.Errorf("%s:%d: %w", d.name, n, err) }
	for sc.Scan() {
		n++
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var h head
		if err := json.Unmarshal(sc.Bytes(), &h); err != nil {
			return bad(fmt.Errorf("%w: not a line of a dump, or cut off (export or fetch it again): %w", graph.ErrInvalid, err))
		}
		switch h.Type {
		case "report", "actor", "mention", "attribution", "relation", "claim":
		default:
			return bad(fmt.Errorf("%w: no such type of line: %q", graph.ErrInvalid, h.Type))
		}
		if f := d.looking; f != nil {
			if f.lines == 0 {
				f.first = h
			}
			f.last = h
			f.lines++
			f.kinds[h.Type]++
		}
		f := take[h.Type]
		if f == nil {
			continue
		}
		if d.nodes >= batchNodes && h.Type != "mention" && h.Type != "attribution" && h.Type != "relation" {
			if err := d.flush(); err != nil {
				return bad(err)
			}
		}
		if err := f(sc.Bytes()); err != nil {
			return bad(err)
		}
		d.nodes++
	}
	n++
	if err := sc.Err(); err != nil {
		return bad(err)
	}
	return nil
}

// flush puts the batch, or only looks at it.
func (d *reader) flush() error {
	b := d.batch
	d.batch, d.nodes, d.now = graph.Batch{}, 0, nil
	nodes := b.Nodes()
	switch {
	case len(nodes) == 0:
		return nil
	case d.looking != nil:
		return d.look(b)
	}
	if err := d.s.Put(d.ctx, b); err != nil {
		return err
	}
	for _, n := range nodes {
		if !d.again {
			d.left[n.NodeID().Kind()]++
		}
	}
	return nil
}

// look checks a batch by itself, and counts those of its nodes that the store has.
func (d *reader) look(b graph.Batch) error {
	if err := errors.Join(d.ctx.Err(), b.Check()); err != nil || !d.looking.ask {
		return err
	}
	var ids []graph.ID
	for _, n := range b.Nodes() {
		ids = append(ids, n.NodeID())
	}
	there, err := d.s.Nodes(d.ctx, ids)
	for _, id := range ids {
		if n := there[id]; n != nil && n.NodeID() == id { // and not another that has merged it
			d.looking.there[id.Kind()]++
		}
	}
	return err
}

// decode reads a line strictly enough that a wrong type of value is told.
func decode[T any](line []byte) (T, error) {
	var v T
	if err := json.Unmarshal(line, &v); err != nil {
		return v, fmt.Errorf("%w: %w", graph.ErrInvalid, err)
	}
	return v, nil
}

// within refuses a word that the model does not know. A store would take it, and no query could answer with it.
func within[T ~string](what string, known []T, word T) error {
	if slices.Contains(known, word) {
		return nil
	}
	return fmt.Errorf("%w: %s: %q is none of %q", graph.ErrInvalid, what, word, known)
}

func certain(confidence float64) error {
	if confidence < 0 || confidence > 1 {
		return fmt.Errorf("%w: confidence: %v is not from 0 to 1", graph.ErrInvalid, confidence)
	}
	return nil
}

func parse(s *string) (time.Time, error) {
	if s == nil {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, *s)
	if err != nil {
		return t, fmt.Errorf("%w: %w", graph.ErrInvalid, err)
	}
	return t.UTC(), nil
}

func value(id *graph.ID) graph.ID {
	if id == nil {
		return ""
	}
	return *id
}

func (d *reader) bareActor(line []byte) error {
	l, err := decode[actorLine](line)
	if err == nil {
		err = within("kind", graph.ActorTypes, l.Kind)
	}
	if err == nil {
		d.batch.Actors = append(d.batch.Actors, l.node())
	}
	return err
}

func (l actorLine) node() *graph.Actor {
	a := graph.Actor{ID: l.ID, Type: l.Kind, Name: l.Name, Aliases: withName(l.Aliases, l.Name), Keys: l.Keys, MergedFrom: l.MergedFrom}
	return &a
}

// withName puts the name back into its place among the sorted aliases.
func withName(aliases []string, name string) []string {
	var out []string
	in := false
	for _, s := range aliases {
		if !in && name <= s {
			if in = true; name != s {
				out = append(out, name)
			}
		}
		out = append(out, s)
	}
	if !in {
		out = append(out, name)
	}
	return out
}

// roles puts an actor again, with its roles.
func (d *reader) roles(line []byte) error {
	l, err := decode[actorLine](line)
	if err != nil || len(l.Roles) == 0 {
		return err
	}
	a := l.node()
	for _, r := range l.Roles {
		role := graph.Role{Title: r.Title, Of: value(r.Of)}
		var errs [2]error
		role.Since, errs[0] = parse(r.Since)
		role.Until, errs[1] = parse(r.Until)
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
		for _, e := range r.Evidence {
			n, err := graph.Get(d.ctx, d.s, e.Report)
			if errors.Is(err, graph.ErrNotFound) {
				return fmt.Errorf("%w: evidence in report %s, which the dump lacks", graph.ErrInvalid, e.Report)
			}
			if err != nil {
				return err
			}
			text := n.(*graph.Report).Text
			s, ok := graph.NewPoints(text).Bytes(e.Span)
			if !ok || text[s.Start:s.End] != e.Quote {
				return fmt.Errorf("%w: evidence %d-%d is not the words of report %s", graph.ErrInvalid, e.Span[0], e.Span[1], e.Report)
			}
			role.Evidence = append(role.Evidence, graph.Evidence{Report: e.Report, Span: s, Quote: e.Quote})
		}
		a.Roles = append(a.Roles, role)
	}
	d.batch.Actors = append(d.batch.Actors, a)
	return nil
}

func (d *reader) claim(line []byte) error {
	l, err := decode[claimLine](line)
	if err != nil {
		return err
	}
	c := &graph.Claim{ID: l.ID, Text: l.Text, Keys: l.Keys, MergedFrom: l.MergedFrom}
	for _, f := range l.Forms {
		first, err := parse(f.First)
		if err != nil {
			return err
		}
		c.Forms = append(c.Forms, graph.Form{Text: f.Text, Resolved: f.Resolved, First: first, In: f.In})
	}
	d.batch.Claims = append(d.batch.Claims, c)
	return nil
}

func (d *reader) report(line []byte) error {
	l, err := decode[reportLine](line)
	if err != nil {
		return err
	}
	published, err := parse(l.Published)
	if err != nil {
		return err
	}
	if graph.Hash(l.Text) != l.Hash {
		return fmt.Errorf("%w: the text of %s does not have its hash: the dump was changed", graph.ErrInvalid, l.ID)
	}
	d.now = &graph.Report{ID: l.ID, Given: l.Given, Outlet: value(l.Outlet), Published: published, URL: l.URL, Title: l.Title, Text: l.Text, Language: l.Language,
		Author: l.Author, Wire: l.Wire, Credit: l.Credit, Hash: graph.Hash(l.Text), Revises: l.Revises, Extra: string(l.Extra)}
	d.points, d.order = graph.NewPoints(l.Text), map[string]int{}
	d.batch.Reports = append(d.batch.Reports, d.now)
	return nil
}

// evidence turns places in the present report into evidence.
func (d *reader) evidence(report graph.ID, spans ...span) ([]graph.Evidence, error) {
	if d.now == nil || d.now.ID != report {
		return nil, fmt.Errorf("%w: the line is not among those of its report %s", graph.ErrInvalid, report)
	}
	var out []graph.Evidence
	for _, p := range spans {
		s, ok := d.points.Bytes(p)
		if !ok {
			return nil, fmt.Errorf("%w: %d-%d lies outside report %s", graph.ErrInvalid, p[0], p[1], report)
		}
		out = append(out, graph.Evidence{Report: report, Span: s, Quote: d.now.Text[s.Start:s.End]})
	}
	return out, nil
}

// next numbers the lines of a type inside a report.
func (d *reader) next(kind string) int {
	d.order[kind]++
	return d.order[kind] - 1
}

func (d *reader) mention(line []byte) error {
	l, err := decode[mentionLine](line)
	if err != nil {
		return err
	}
	e, err := d.evidence(l.Report, l.Span)
	if err != nil {
		return err
	}
	d.batch.Mentions = append(d.batch.Mentions, graph.Mention{Actor: l.Actor, Evidence: e[0]})
	return nil
}

func (d *reader) attribution(line []byte) error {
	l, err := decode[attributionLine](line)
	if err != nil {
		return err
	}
	a := &graph.Attribution{ID: l.ID, Report: l.Report, Sources: l.Sources, Quotation: l.Quote, Stance: l.Stance, Via: value(l.Via), Claim: l.Claim, Confidence: l.Confidence}
	errs := [6]error{3: within("quote", graph.Quotations, l.Quote), within("stance", graph.Stances, l.Stance), certain(l.Confidence)}
	a.Source, errs[0] = d.evidence(l.Report, l.Source...)
	a.Cue, errs[1] = d.evidence(l.Report, l.Cue...)
	a.Content, errs[2] = d.evidence(l.Report, l.Content...)
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if len(a.Sources) == 0 {
		a.Sources = nil
	}
	a.Order = d.next("attribution")
	d.batch.Attributions = append(d.batch.Attributions, a)
	return nil
}

func (d *reader) relation(line []byte) error {
	l, err := decode[relationLine](line)
	if err != nil {
		return err
	}
	e, err := d.evidence(l.Report, l.Evidence...)
	for _, err := range []error{err, within("polarity", graph.Polarities, l.Polarity), within("modality", graph.Modalities, l.Modality), certain(l.Confidence)} {
		if err != nil {
			return err
		}
	}
	d.batch.Relations = append(d.batch.Relations, &graph.Relation{ID: l.ID, Report: l.Report, Order: d.next("relation"), Subject: l.Subject, Predicate: l.Predicate, Class: l.Class, Object: l.Object,
		Polarity: l.Polarity, Modality: l.Modality, AssertedBy: value(l.AssertedBy), Evidence: e, Confidence: l.Confidence})
	return nil
}
