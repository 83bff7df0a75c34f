package neo4j

import (
	"context"
	"time"

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
		page = graph.Page{}
		a := r.ask(q)
		a.params["after"], a.params["at"] = string(mark.ID), at(mark.Time)
		var last graph.Mark
		more := false // than fit on the page
		for _, part := range parts(q, mark, after) {
			room := q.PageSize() - len(page.Nodes)
			a.params["limit"] = room + 1
			rows, err := r.run(ctx, a.page(part), a.params)
			if err != nil {
				return err
			}
			if len(rows) > room {
				rows, more = rows[:room], true
			}
			for _, row := range rows {
				n, err := nodeOf(row)
				if err != nil {
					return err
				}
				page.Nodes = append(page.Nodes, n)
				last = graph.Mark{ID: n.NodeID(), Time: timeOf(row.Values[3])}
			}
			if more {
				break
			}
		}
		if more {
			if q.Order == graph.ByID {
				last.Time = time.Time{}
			}
			page.Next = q.Cursor(last)
		}
		return nil
	})
	return page, err
}

// part is a run of nodes in the order of a page: a condition and what they are sorted by.
type part struct{ where, order string }

// parts are the runs that a page is made of, from the mark on: by time those that have one come first.
func parts(q graph.NodeQuery, mark graph.Mark, after bool) []part {
	if q.Order == graph.ByID {
		return []part{{"n.id > $after", "n.id"}}
	}
	at := "n." + kinds[q.Kind].time
	told := part{at + " IS NOT NULL", at + ", n.id"}
	beyond := " > "
	if q.Order == graph.Newest {
		told.order, beyond = at+" DESC, n.id", " < "
	}
	untold := part{at + " IS NULL", "n.id"}
	switch {
	case !after:
	case mark.Time.IsZero():
		untold.where += " AND n.id > $after"
		return []part{untold}
	default:
		told.where = at + beyond[:2] + "= $at AND (" + at + beyond + "$at OR n.id > $after)"
	}
	return []part{told, untold}
}

// page is the statement that reads a part of a page.
func (a *question) page(p part) string {
	k := kinds[a.Kind]
	at := "null"
	if k.time != "" {
		at = "n." + k.time
	}
	return a.match(p.where) + "\nWITH n ORDER BY " + p.order + " LIMIT $limit\n" +
		"RETURN n.id, " + k.fields + ", " + k.refs + ", " + at + "\nORDER BY " + p.order
}

// Count answers how many nodes match; see graph.Reader.
func (s *Store) Count(ctx context.Context, q graph.NodeQuery) (n int, err error) {
	q.Order, q.After, q.Limit = graph.ByID, "", 0
	if err := q.Check(); err != nil {
		return 0, err
	}
	err = s.read(ctx, queried(q), func(ctx context.Context, r reader) error {
		a := r.ask(q)
		rows, err := r.run(ctx, a.match()+"\nRETURN count(n)", a.params)
		if err == nil {
			count, _ := rows[0].Values[0].(int64)
			n = int(count)
		}
		return err
	})
	return n, err
}
