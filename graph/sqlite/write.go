package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// writeNode writes a node that is new, or other than the old one.
func (w *writing) writeNode(n, old graph.Node) error {
	id := n.NodeID()
	number := w.numbers[id]
	pos, err := position(id)
	if err != nil {
		return err
	}
	time := w.time(n)
	if old == nil {
		err = w.do("INSERT INTO node (n, pos, id, kind, time) VALUES (?, ?, ?, ?, ?)", number, pos, string(id), string(id[:1]), time)
		if isTaken(err) {
			return fmt.Errorf("%w: another ID begins with the same 12 characters, see position", graph.ErrInvalid)
		}
	} else {
		err = w.do("UPDATE node SET time = ?1 WHERE n = ?2 AND time IS NOT ?1", time, number)
	}
	if err != nil {
		return err
	}
	if err := w.writeRow(number, n, old); err != nil {
		return err
	}
	if err := w.writeKeys(number, n, old); err != nil {
		return err
	}
	if err := w.writeLinks(number, n, old); err != nil {
		return err
	}
	w.changeWords(pos, n, old)
	return nil
}

// time is that by which the node is ordered.
func (w *writing) time(n graph.Node) sql.NullInt64 {
	of := func(report graph.ID) sql.NullInt64 {
		if t, ok := w.times[report]; ok {
			return t
		}
		return w.found[report].time
	}
	switch n := n.(type) {
	case *graph.Report:
		return of(n.ID)
	case *graph.Attribution:
		return of(n.Report)
	case *graph.Relation:
		return of(n.Report)
	case *graph.Claim:
		return micros(n.Forms[0].First)
	}
	return sql.NullInt64{}
}

// writeRow writes all but references and what is found by.
func (w *writing) writeRow(number int64, n, old graph.Node) error {
	write := func(table string, columns string, values ...any) error {
		return w.do(statement(table, columns, old == nil), append(values, number)...)
	}
	switch n := n.(type) {
	case *graph.Actor:
		more, err := encode(actorMoreOf(n))
		if err != nil {
			return err
		}
		return write("actor", "type name more", string(n.Type), n.Name, more)
	case *graph.Report:
		columns, values := "given url title language author wire credit hash extra ingested text", []any{
			n.Given, n.URL, n.Title, n.Language, n.Author, n.Wire, n.Credit, n.Hash, n.Extra, micros(n.Ingested), n.Text}
		if old == nil {
			columns, values = columns+" came", append(values, w.generation)
		}
		return write("report", columns, values...)
	case *graph.Attribution:
		evidence, err := encode(attributionEvidence{evidenceIn(n.Source), evidenceIn(n.Cue), evidenceIn(n.Content)})
		if err != nil {
			return err
		}
		return write("attribution", "stance quotation confidence evidence", string(n.Stance), string(n.Quotation), n.Confidence, evidence)
	case *graph.Relation:
		evidence, err := encode(evidenceIn(n.Evidence))
		if err != nil {
			return err
		}
		return write("relation", "predicate class polarity modality confidence evidence",
			n.Predicate, n.Class, string(n.Polarity), string(n.Modality), n.Confidence, evidence)
	case *graph.Claim:
		more, err := encode(claimMoreOf(n))
		if err != nil {
			return err
		}
		return write("claim", "text more changed", n.Text, more, w.generation)
	}
	return fmt.Errorf("no such kind of node: %T", n)
}

// statement inserts a row, or updates one that is there. REPLACE would do both, and take twice as long.
func statement(table, columns string, insert bool) string {
	list := strings.Fields(columns)
	if insert {
		return "INSERT INTO " + table + " (" + strings.Join(list, ", ") + ", n) VALUES (" + strings.Repeat("?, ", len(list)) + "?)"
	}
	return "UPDATE " + table + " SET " + strings.Join(list, " = ?, ") + " = ? WHERE n = ?"
}

func (w *writing) writeKeys(number int64, n, old graph.Node) error {
	var had []string
	if old != nil {
		had = graph.FindKeys(old)
	}
	have := graph.FindKeys(n)
	for _, k := range had {
		if !slices.Contains(have, k) {
			if err := w.do("DELETE FROM key WHERE key = ? AND n = ?", k, number); err != nil {
				return err
			}
		}
	}
	for _, k := range have {
		if !slices.Contains(had, k) {
			if err := w.do("INSERT OR IGNORE INTO key (key, n) VALUES (?, ?)", k, number); err != nil {
				return err
			}
		}
	}
	return nil
}

// changeWords notes that the node has other words than before.
func (w *writing) changeWords(pos int64, n, old graph.Node) {
	words := graph.SearchText(n)
	// A lent row's words lay elsewhere, and are gone already.
	if old != nil && w.lentTo(n.NodeID()) == "" {
		if graph.SearchText(old) == words {
			return
		}
		w.wordless = append(w.wordless, pos)
	}
	w.words = append(w.words, wordsOf{pos, words})
}

// writeWords writes the words of all nodes last, and in order: whenever it is asked anything else, or for a position
// before the last, the index writes out what it has gathered so far.
func (w *writing) writeWords(context.Context) error {
	slices.Sort(w.wordless)
	slices.SortFunc(w.words, func(a, b wordsOf) int { return cmp.Compare(a.pos, b.pos) })
	for _, pos := range w.wordless {
		if err := w.do("DELETE FROM words WHERE rowid = ?", pos); err != nil {
			return err
		}
	}
	for _, n := range w.words {
		if err := w.do("INSERT INTO words (rowid, text) VALUES (?, ?)", n.pos, n.text); err != nil {
			return err
		}
	}
	return nil
}

// lentTo is the node that has lent the one put its number, or "".
func (w *writing) lentTo(id graph.ID) graph.ID {
	for _, d := range w.dissolved {
		if d.lends && d.into == id {
			return d.id
		}
	}
	return ""
}

// writeLinks writes the edges that the node owns, but mentions.
func (w *writing) writeLinks(number int64, n, old graph.Node) error {
	if old != nil {
		if err := w.unlink(n.NodeID().Kind(), number); err != nil {
			return err
		}
	}
	for _, e := range graph.Edges(n) {
		if err := w.link(e); err != nil {
			return err
		}
	}
	return nil
}

// unlink takes out the links that a node owns, but mentions.
func (w *writing) unlink(k graph.Kind, number int64) error {
	switch k {
	case graph.ClaimKind: // owns none
		return nil
	case graph.AttributionKind:
		if err := w.do("DELETE FROM link WHERE to_n = ? AND kind = 30", number); err != nil {
			return err
		}
	}
	return w.do("DELETE FROM link WHERE from_n = ? AND kind NOT IN (30, 50)", number)
}

func (w *writing) link(e graph.Edge) error {
	var report, quote sql.NullString
	var start, stop sql.NullInt64
	if e.Evidence != nil {
		quote = sql.NullString{String: e.Evidence.Quote, Valid: true}
		start = sql.NullInt64{Int64: int64(e.Evidence.Span.Start), Valid: true}
		stop = sql.NullInt64{Int64: int64(e.Evidence.Span.End), Valid: true}
		report = sql.NullString{String: string(e.Evidence.Report), Valid: e.Kind != graph.Mentions}
	}
	return w.do("INSERT INTO link (from_n, kind, ord, to_n, report, start, stop, quote) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		w.numberOf(e.From), int(linkKinds[e.Kind]), e.Order, w.numberOf(e.To), report, start, stop, quote)
}

// writeMentions replaces the mentions of the reports put, where they are others than before.
func (w *writing) writeMentions(ctx context.Context) error {
	edges := map[graph.ID][]graph.Edge{}
	for _, e := range graph.MentionEdges(w.mentions) {
		edges[e.From] = append(edges[e.From], e)
	}
	for _, n := range w.nodes {
		id := n.NodeID()
		if id.Kind() != graph.ReportKind {
			continue
		}
		if w.there[id] {
			same, err := w.sameMentions(ctx, w.numbers[id], edges[id])
			if err != nil {
				return err
			}
			if same {
				continue
			}
			if err := w.do("DELETE FROM link WHERE from_n = ? AND kind = 50", w.numbers[id]); err != nil {
				return err
			}
		}
		for _, e := range edges[id] {
			if err := w.link(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writing) sameMentions(ctx context.Context, report int64, edges []graph.Edge) (bool, error) {
	type mention struct {
		to    int64
		span  graph.Span
		quote string
	}
	var had, have []mention
	err := w.each(ctx, "SELECT to_n, start, stop, quote FROM link WHERE from_n = ? AND kind = 50 ORDER BY ord", []any{report}, func(rows *sql.Rows) error {
		var m mention
		err := rows.Scan(&m.to, &m.span.Start, &m.span.End, &m.quote)
		had = append(had, m)
		return err
	})
	for _, e := range edges {
		have = append(have, mention{w.numberOf(e.To), e.Evidence.Span, e.Evidence.Quote})
	}
	return slices.Equal(had, have), err
}

func scanID(into *[]graph.ID) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var id graph.ID
		err := rows.Scan(&id)
		*into = append(*into, id)
		return err
	}
}
