package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// Find answers a page of the nodes that match.
func (s *Store) Find(ctx context.Context, q graph.NodeQuery) (p graph.Page, err error) {
	if err := s.usable(ctx); err != nil {
		return p, err
	}
	if err := q.Check(); err != nil {
		return p, err
	}
	mark, after, err := q.Start()
	if err != nil {
		return p, err
	}
	err = s.read(ctx, func(r *session) error {
		l, possible, err := r.plan(ctx, q)
		if err != nil || !possible {
			return err
		}
		nodes, err := r.page(ctx, l, mark, after, q.PageSize()+1)
		if len(nodes) > q.PageSize() {
			nodes = nodes[:q.PageSize()]
			p.Next = q.Cursor(nodes[len(nodes)-1].mark())
		}
		for _, n := range nodes {
			p.Nodes = append(p.Nodes, n.Node)
		}
		return err
	})
	if err != nil {
		return graph.Page{}, err
	}
	return p, nil
}

// Count answers how many nodes Find would give in all.
func (s *Store) Count(ctx context.Context, q graph.NodeQuery) (n int, err error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	q.Order, q.After, q.Limit = graph.ByID, "", 0
	if err := q.Check(); err != nil {
		return 0, err
	}
	err = s.read(ctx, func(r *session) error {
		l, possible, err := r.plan(ctx, q)
		if err != nil || !possible {
			return err
		}
		n, err = r.count(ctx, l)
		return err
	})
	return n, err
}

// plan is how a query is carried out: from where nodes are taken, and what each is tested for.
type plan struct {
	asked
	start start
	list  condition   // where start is fromList
	tests []condition // of each node
}

type start int

const (
	fromOrder start = iota // the nodes in the order wanted, until the page is full
	fromList               // all of a condition's, sorted
	fromWords              // all with the words, which come by ID
)

// plan looks how much each condition leaves and starts from what leaves least.
func (s *session) plan(ctx context.Context, q graph.NodeQuery) (p plan, possible bool, err error) {
	a, possible, err := s.ask(ctx, q)
	if err != nil || !possible {
		return p, false, err
	}
	list := a.conditions()
	if of := a.attributed(); a.Kind == graph.ClaimKind && len(of) > 0 {
		if err := s.sized(ctx, of); err != nil {
			return p, false, err
		}
		list = append(list, stated(of))
	}
	if err := s.sized(ctx, list); err != nil {
		return p, false, err
	}
	p = plan{asked: a, tests: list}
	words := math.MaxInt
	if a.words != "" {
		if words, err = s.wordsSize(ctx, a); err != nil {
			return p, false, err
		}
	}
	switch {
	case len(list) > 0 && list[0].all != "" && list[0].size <= enough && list[0].size <= words:
		p.start, p.list, p.tests = fromList, list[0], list[1:]
	case a.words != "" && (words <= enoughWords || q.Order == graph.ByID):
		p.start = fromWords
	}
	return p, true, nil
}

// enoughWords is how many nodes with the words are few: reading them off the index of words is quick.
const enoughWords = 4 * enough

func (s *session) wordsSize(ctx context.Context, a asked) (n int, err error) {
	first, end := positions(a.Kind)
	err = s.one(ctx, "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)",
		[]any{a.words, first, end, enoughWords + 1}, &n)
	return n, err
}

// source is the plan's FROM and WHERE, without what comes after the mark.
func (p plan) source() (sql string, args []any) {
	first, end := positions(p.Kind)
	switch p.start {
	case fromList:
		sql = "FROM (SELECT DISTINCT n FROM (" + p.list.all + ")) AS d CROSS JOIN node ON node.n = d.n WHERE node.kind = ?"
		args = append(append(args, p.list.args...), string(byte(p.Kind)))
	case fromWords:
		sql = "FROM words CROSS JOIN node ON node.pos = words.rowid WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ?"
		args = append(args, p.words, first, end)
	case fromOrder:
		sql = "FROM node INDEXED BY node_time WHERE node.kind = ?"
		args = append(args, string(byte(p.Kind)))
		if p.Order == graph.ByID {
			sql, args = "FROM node INDEXED BY node_pos WHERE node.pos >= ? AND node.pos < ?", []any{first, end}
		}
	}
	for _, c := range p.tests {
		sql += " AND " + c.of("node.n")
		args = append(args, c.args...)
	}
	return sql, args
}

// needsReading tells whether the nodes' words must be looked at after they are read.
func (p plan) needsReading() bool { return p.words != "" && p.start != fromWords }

// place is a node with its place in the order.
type place struct {
	graph.Node
	time sql.NullInt64
}

func (p place) mark() graph.Mark { return graph.Mark{Time: moment(p.time), ID: p.NodeID()} }

// page answers up to want nodes after the mark.
func (s *session) page(ctx context.Context, p plan, mark graph.Mark, after bool, want int) (out []place, err error) {
	chunk := want
	if p.needsReading() {
		chunk = max(chunk, 256)
	}
	for len(out) < want {
		numbers, err := s.next(ctx, p, mark, after, chunk)
		if err != nil || len(numbers) == 0 {
			return out, err
		}
		nodes, err := s.places(ctx, p.Kind, numbers)
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			if len(out) < want && (!p.needsReading() || hasWords(n.Node, p.Text)) {
				out = append(out, n)
			}
		}
		if len(numbers) < chunk || !p.needsReading() {
			break
		}
		mark, after = nodes[len(nodes)-1].mark(), true
		chunk = min(2*chunk, 2048)
	}
	return out, nil
}

// hasWords tells whether every word of the text occurs in the node.
func hasWords(n graph.Node, text string) bool {
	has := map[string]bool{}
	for _, w := range strings.Fields(graph.SearchText(n)) {
		has[w] = true
	}
	for _, w := range graph.Words(text) {
		if !has[w] {
			return false
		}
	}
	return true
}

// places reads the nodes, in the order of the numbers.
func (s *session) places(ctx context.Context, k graph.Kind, numbers []int64) ([]place, error) {
	nodes, err := s.load(ctx, k, numbers)
	if err != nil {
		return nil, err
	}
	times := make(map[int64]sql.NullInt64, len(numbers))
	err = s.each(ctx, "SELECT node.n, node.time FROM json_each(?) AS j CROSS JOIN node ON node.n = j.value", []any{array(numbers)}, func(rows *sql.Rows) error {
		var n int64
		var t sql.NullInt64
		err := rows.Scan(&n, &t)
		times[n] = t
		return err
	})
	out := make([]place, 0, len(numbers))
	for _, n := range numbers {
		if nodes[n] != nil {
			out = append(out, place{nodes[n], times[n]})
		}
	}
	return out, err
}

// next answers the numbers of the next nodes after the mark, in order, whatever their words where the plan does
// not start from words.
func (s *session) next(ctx context.Context, p plan, mark graph.Mark, after bool, want int) (list []int64, err error) {
	sql, args := p.source()
	for _, l := range p.legs(mark, after) {
		var raw string
		// One row for all: the whole of it can be interrupted, and it is read at once.
		err := s.one(ctx, "SELECT json_group_array(n) FROM (SELECT node.n AS n "+sql+l.where+" ORDER BY "+l.order+" LIMIT ?)",
			append(append(append([]any{}, args...), l.args...), want-len(list)), &raw)
		if err != nil {
			return nil, err
		}
		var some []int64
		if err := json.Unmarshal([]byte(raw), &some); err != nil {
			return nil, err
		}
		if list = append(list, some...); len(list) == want {
			break
		}
	}
	return list, nil
}

// leg is a part of the order that an index can give: nodes with a time and those without follow each other.
type leg struct {
	where string
	args  []any
	order string
}

func (p plan) legs(mark graph.Mark, after bool) (legs []leg) {
	at, _ := position(mark.ID)
	if p.Order == graph.ByID {
		l := leg{order: "node.pos"}
		if p.start == fromWords {
			l.order = "words.rowid"
		}
		if after {
			l.where, l.args = " AND "+l.order+" > ?", []any{at}
		}
		return []leg{l}
	}
	when := mark.Time.UnixMicro()
	told := after && !mark.Time.IsZero()
	within, args := "", []any(nil)
	if p.Kind != graph.ClaimKind { // whose time is not that of publication
		within, args = p.within("node")
	}
	switch {
	case after && !told:
	case told && p.Order == graph.Oldest:
		legs = append(legs, leg{within + " AND (node.time, node.pos) > (?, ?)", append(args, when, at), "node.time, node.pos"})
	case told:
		legs = append(legs, leg{within + " AND node.time = ? AND node.pos > ?", append(args[:len(args):len(args)], when, at), "node.pos"})
		legs = append(legs, leg{within + " AND node.time < ?", append(args[:len(args):len(args)], when), "node.time DESC, node.pos"})
	case p.Order == graph.Oldest:
		legs = append(legs, leg{within + " AND node.time IS NOT NULL", args, "node.time, node.pos"})
	default:
		legs = append(legs, leg{within + " AND node.time IS NOT NULL", args, "node.time DESC, node.pos"})
	}
	if within == "" {
		untold := leg{where: " AND node.time IS NULL", order: "node.pos"}
		if after && !told {
			untold.where, untold.args = untold.where+" AND node.pos > ?", []any{at}
		}
		legs = append(legs, untold)
	}
	return legs
}

func (s *session) count(ctx context.Context, p plan) (n int, err error) {
	if p.start == fromWords && len(p.tests) == 0 {
		first, end := positions(p.Kind)
		err = s.one(ctx, "SELECT count(*) FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ?", []any{p.words, first, end}, &n)
		return n, err
	}
	if p.needsReading() {
		nodes, err := s.page(ctx, p, graph.Mark{}, false, math.MaxInt32)
		return len(nodes), err
	}
	if p.start == fromOrder && len(p.tests) > 0 && p.tests[0].all != "" { // any list is shorter than all nodes
		p.start, p.list, p.tests = fromList, p.tests[0], p.tests[1:]
	}
	sql, args := p.source()
	err = s.one(ctx, "SELECT count(*) "+sql, args, &n)
	return n, err
}
