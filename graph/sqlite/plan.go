package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/whence-graph/whence/graph"
)

// plan is how a query is carried out: from where nodes are taken, and what each is tested for.
type plan struct {
	asked
	start start
	list  condition   // where start is fromList
	tests []condition // of each node

	// instead is what to do when so many nodes have been tested without filling the page that what is asked for
	// must be rare. nil where nothing is better.
	instead *plan
}

type start int

const (
	fromOrder start = iota // the nodes in the order wanted, until the page is full
	fromList               // all of a condition's, sorted
	fromWords              // all with the words, which come by ID; otherwise sorted
)

const (
	enoughWords = 4 * enough // how many nodes with the words are few: they are quick to read off the index
	tooMany     = 2 * enough // how many nodes may be tested before another way is taken
)

// plan looks how much each condition leaves and starts from what leaves least, if that is little, and otherwise from
// the order.
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
	words := plan{asked: a, tests: list, start: fromWords}
	var best *plan
	if len(list) > 0 && list[0].all != "" {
		best = &plan{asked: a, start: fromList, list: list[0], tests: list[1:]}
	}
	if best != nil && best.list.size <= enough/16 || a.words == "" {
		if best != nil && best.list.size <= enough {
			return *best, true, nil
		}
		p.instead = best
		return p, true, nil
	}
	n, err := s.wordsSize(ctx, a, q.Order)
	switch {
	case err != nil:
		return p, false, err
	case best != nil && best.list.size <= enough && best.list.size <= n:
		return *best, true, nil
	case n <= enoughWords || q.Order == graph.ByID:
		return words, true, nil
	}
	p.instead = &words
	return p, true, nil
}

// wordsSize is how many nodes have the words, as far as enoughWords.
func (s *session) wordsSize(ctx context.Context, a asked, order graph.Order) (n int, err error) {
	limit := enoughWords + 1
	if order == graph.ByID { // the words are a good start in any case, unless a list is much shorter
		limit = enough
	}
	first, end := positions(a.Kind)
	err = s.one(ctx, "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)",
		[]any{a.words, first, end, limit}, &n)
	return n, err
}

// needsReading tells whether the nodes' words must be looked at after they are read: asking the index of words
// about a node takes longer than reading it.
func (p plan) needsReading() bool { return p.words != "" && p.start != fromWords }

// source is where the nodes are taken from, and of which.
func (p plan) source() (sql string, args []any) {
	first, end := positions(p.Kind)
	kind := string(byte(p.Kind))
	switch {
	case p.start == fromList:
		return "FROM (SELECT DISTINCT n FROM (" + p.list.all + ")) AS d CROSS JOIN node ON node.n = d.n WHERE node.kind = ?",
			append(append([]any{}, p.list.args...), kind)
	case p.start == fromWords:
		return "FROM words CROSS JOIN node ON node.pos = words.rowid WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ?",
			[]any{p.words, first, end}
	case p.Order == graph.ByID:
		return "FROM node INDEXED BY node_pos WHERE node.pos >= ? AND node.pos < ?", []any{first, end}
	}
	return "FROM node INDEXED BY node_time WHERE node.kind = ?", []any{kind}
}

// test is true of nodes that pass all tests.
func (p plan) test() (sql string, args []any) {
	for i, c := range p.tests {
		if i > 0 {
			sql += " AND "
		}
		sql += c.of("node.n")
		args = append(args, c.args...)
	}
	if sql == "" {
		sql = "1"
	}
	return sql, args
}

// next answers the numbers of the next nodes after the mark, in order, and how many it has looked at, which are at
// most budget. Words have been looked at only where the plan starts from them.
func (s *session) next(ctx context.Context, p plan, mark graph.Mark, after bool, want, budget int) (list []int64, seen int, err error) {
	from, fromArgs := p.source()
	test, testArgs := p.test()
	for _, l := range p.legs(mark, after) {
		if p.start != fromOrder {
			// One row for all: that it takes as long as it does can be interrupted, and it is read at once.
			args := append(append(append(append([]any{}, fromArgs...), testArgs...), l.args...), want-len(list))
			var raw string
			err = s.one(ctx, "SELECT json_group_array(n) FROM (SELECT node.n AS n "+from+" AND "+test+l.where+" ORDER BY "+l.order+" LIMIT ?)", args, &raw)
			if err != nil {
				return nil, 0, err
			}
			var some []int64
			if err := json.Unmarshal([]byte(raw), &some); err != nil {
				return nil, 0, err
			}
			list = append(list, some...)
		} else {
			args := append(append(append(append([]any{}, testArgs...), fromArgs...), l.args...), budget-seen)
			err = s.each(ctx, "SELECT node.n, "+test+" "+from+l.where+" ORDER BY "+l.order+" LIMIT ?", args, func(rows *sql.Rows) error {
				var n int64
				var passes bool
				if err := rows.Scan(&n, &passes); err != nil {
					return err
				}
				if seen++; passes {
					list = append(list, n)
				}
				if len(list) == want {
					return errStopped
				}
				return ctx.Err()
			})
			if err != nil && !errors.Is(err, errStopped) {
				return nil, 0, err
			}
		}
		if len(list) == want || seen == budget {
			break
		}
	}
	return list, seen, nil
}

// leg is a part of the order that an index can give: nodes with a time and those without follow each other.
type leg struct {
	where string
	args  []any
	order string
}

// legs are what comes after the mark.
func (p plan) legs(mark graph.Mark, after bool) []leg {
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
	within, bounds := "", []any(nil)
	if p.Kind != graph.ClaimKind { // whose own time is not that of publication
		within, bounds = p.within("node")
	}
	told := func(where, order string, args ...any) leg {
		return leg{within + where, append(append([]any{}, bounds...), args...), order}
	}
	forward, backward := "node.time, node.pos", "node.time DESC, node.pos"
	when := mark.Time.UnixMicro()
	var legs []leg
	switch {
	case after && mark.Time.IsZero():
		return []leg{{" AND node.time IS NULL AND node.pos > ?", []any{at}, "node.pos"}}
	case after && p.Order == graph.Oldest:
		legs = []leg{told(" AND (node.time, node.pos) > (?, ?)", forward, when, at)}
	case after:
		legs = []leg{told(" AND node.time = ? AND node.pos > ?", "node.pos", when, at), told(" AND node.time < ?", backward, when)}
	case p.Order == graph.Oldest:
		legs = []leg{told(" AND node.time IS NOT NULL", forward)}
	default:
		legs = []leg{told(" AND node.time IS NOT NULL", backward)}
	}
	if within == "" {
		legs = append(legs, leg{" AND node.time IS NULL", nil, "node.pos"})
	}
	return legs
}
