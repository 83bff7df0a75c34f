package neo4j

import (
	"context"

	"github.com/whence-graph/whence/graph"
)

// Find answers a page of the nodes that match; see graph.Reader.
func (s *Store) Find(ctx context.Context, q graph.NodeQuery) (graph.Page, error) {
	if err := q.Check(); err != nil {
		return graph.Page{}, err
	}
	mark, after, err := q.Start()
	if err != nil {
		return graph.Page{}, err
	}
	var page graph.Page
	err = s.read(ctx, queried(q), func(ctx context.Context, r reader) error {
		marks, more, err := r.marks(ctx, q, mark, after)
		if err != nil {
			return err
		}
		var ids []string
		for _, m := range marks {
			ids = append(ids, string(m.ID))
		}
		found, err := r.fetch(ctx, ids)
		if err != nil {
			return err
		}
		page = graph.Page{}
		for _, m := range marks {
			n, err := nodeOf(found[m.ID])
			if err != nil {
				return err
			}
			page.Nodes = append(page.Nodes, n)
		}
		if more {
			page.Next = q.Cursor(marks[len(marks)-1])
		}
		return nil
	})
	return page, err
}

// marks are those of the nodes on the page after the mark, and whether more would follow. The nodes are fetched apart,
// so that the server need not plan that part again for each combination of filters.
func (r reader) marks(ctx context.Context, q graph.NodeQuery, mark graph.Mark, after bool) (list []graph.Mark, more bool, err error) {
	a := r.ask(q)
	a.params["after"], a.params["at"] = string(mark.ID), at(mark.Time)
	for _, part := range parts(q, mark, after) {
		room := q.PageSize() - len(list)
		a.params["limit"] = room + 1
		rows, err := r.run(ctx, a.match(part.where)+"\nRETURN n.id, "+part.time+"\nORDER BY "+part.order+" LIMIT $p.limit", a.params)
		if err != nil {
			return nil, false, err
		}
		for _, row := range rows[:min(len(rows), room)] {
			list = append(list, graph.Mark{ID: graph.ID(column(row, 0)), Time: timeOf(row.Values[1])})
		}
		if len(rows) > room {
			return list, true, nil
		}
	}
	return list, false, nil
}

// part is a run of nodes in the order of a page.
type part struct {
	where string // of which nodes
	order string // by what
	time  string // the time to be remembered with the last
}

// parts are the runs that a page is made of, from the mark on: by time those that have one come first.
func parts(q graph.NodeQuery, mark graph.Mark, after bool) []part {
	if q.Order == graph.ByID {
		return []part{{"n.id > $p.after", "n.id", "null"}}
	}
	at := "n." + kinds[q.Kind].time
	told := part{at + " IS NOT NULL", at + ", n.id", at}
	untold := part{at + " IS NULL", "n.id", "null"}
	beyond := ">"
	if q.Order == graph.Newest {
		told.order, beyond = at+" DESC, n.id", "<"
	}
	switch {
	case !after:
	case mark.Time.IsZero():
		untold.where += " AND n.id > $p.after"
		return []part{untold}
	default:
		told.where = at + " " + beyond + "= $p.at AND (" + at + " " + beyond + " $p.at OR n.id > $p.after)"
	}
	return []part{told, untold}
}

// Count answers how many nodes match; see graph.Reader.
func (s *Store) Count(ctx context.Context, q graph.NodeQuery) (n int, err error) {
	q.Order, q.After = graph.ByID, ""
	if err := q.Check(); err != nil {
		return 0, err
	}
	err = s.read(ctx, queried(q), func(ctx context.Context, r reader) error {
		a := r.ask(q)
		upTo := ""
		if q.Limit > 0 {
			upTo, a.params["limit"] = "\nWITH n LIMIT $p.limit", q.Limit
		}
		rows, err := r.run(ctx, a.match()+upTo+"\nRETURN count(n)", a.params)
		if err == nil {
			count, _ := rows[0].Values[0].(int64)
			n = int(count)
		}
		return err
	})
	return n, err
}
