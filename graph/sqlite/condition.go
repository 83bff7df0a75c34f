package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// asked is a query whose IDs have been followed to the numbers of nodes.
type asked struct {
	graph.NodeQuery
	outlets, reports, actors, claims, assertedBy []int64
	words                                        string // what words is asked for, "" for nothing
}

// ask answers false when the query names only nodes that are not there, so that nothing can match.
func (s *session) ask(ctx context.Context, q graph.NodeQuery) (a asked, possible bool, err error) {
	a = asked{NodeQuery: q}
	lists := []struct {
		ids []graph.ID
		to  *[]int64
	}{{q.Outlets, &a.outlets}, {q.Reports, &a.reports}, {q.Actors, &a.actors}, {q.Claims, &a.claims}, {q.AssertedBy, &a.assertedBy}}
	for _, l := range lists {
		if len(l.ids) == 0 {
			continue
		}
		if *l.to, err = s.numbersOf(ctx, l.ids); err != nil || len(*l.to) == 0 {
			return a, false, err
		}
	}
	words := graph.Words(q.Text)
	slices.Sort(words)
	for i, w := range slices.Compact(words) {
		if i > 0 {
			a.words += " AND "
		}
		a.words += `"` + w + `"` // a word holds letters and digits only
	}
	return a, true, nil
}

// condition is something that a query asks of a node, in two forms: as a test of one, and as the list of all that
// pass it, where an index gives it.
type condition struct {
	test string // SQL that is true of the node whose number stands for $
	all  string // a SELECT of the numbers as n, or ""
	args []any  // of either form
	size int    // how many all gives, as far as size counts; see sized
}

func (c condition) of(n string) string { return strings.ReplaceAll(c.test, "$", n) }

// in is "the column is one of the list", and its argument.
func in[T ~string | ~int64](column string, list []T) (string, any) {
	if len(list) == 1 {
		return column + " = ?", list[0]
	}
	raw, _ := json.Marshal(list) // strings and numbers always marshal
	return column + " IN (SELECT value FROM json_each(?))", string(raw)
}

// conditions are all that the query asks of a node of its kind, but for words. Of claims, what it asks of an
// attribution is in attributed.
func (a asked) conditions() (list []condition) {
	list = appendIn(list, "key", "key", a.Keys, true)
	switch a.Kind {
	case graph.ReportKind:
		list = a.appendIngested(list, "EXISTS (SELECT 1 FROM report AS r WHERE r.n = $ AND r.ingested <= ?)")
		list = appendIn(list, "report", "url", a.URLs, true)
		list = appendLink(list, "from_n", publishedBy, "to_n", a.outlets)
		list = appendLink(list, "from_n", mentions, "to_n", a.actors)
		list = a.appendGenerations(list, "report", "came")
		list = append(list, a.published()...)
	case graph.ClaimKind:
		list = a.appendGenerations(list, "claim", "changed")
	case graph.ActorKind:
		list = appendIn(list, "actor", "type", a.Types, true)
		list = appendLink(list, "to_n", mentions, "from_n", a.reports)
	case graph.AttributionKind:
		list = appendLink(list, "from_n", states, "to_n", a.claims)
		list = append(list, a.attributed()...)
	case graph.RelationKind:
		list = appendIn(list, "relation", "predicate", a.Predicates, true)
		list = appendIn(list, "relation", "polarity", a.Polarities, false)
		list = appendIn(list, "relation", "modality", a.Modalities, false)
		list = appendLink(list, "from_n", assertedBy, "to_n", a.assertedBy)
		list = appendLink(list, "from_n", readIn, "to_n", a.reports)
		list = appendEither(list, a.actors)
		list = appendOutlet(list, "from_n", readIn, "to_n", a.outlets)
		list = appendConfidence(list, "relation", a.MinConfidence)
		list = a.appendIngested(list, "EXISTS (SELECT 1 FROM link AS l CROSS JOIN report AS r ON r.n = l.to_n WHERE l.from_n = $ AND l.kind = 80 AND r.ingested <= ?)")
		list = append(list, a.published()...)
	}
	return list
}

// attributed are what the query asks of an attribution: the one found, or one that states the claim found.
func (a asked) attributed() (list []condition) {
	list = appendLink(list, "from_n", from, "to_n", a.actors)
	list = appendLink(list, "to_n", has, "from_n", a.reports)
	list = appendOutlet(list, "to_n", has, "from_n", a.outlets)
	list = appendIn(list, "attribution", "stance", a.Stances, true)
	list = appendIn(list, "attribution", "quotation", a.Quotations, false)
	list = appendConfidence(list, "attribution", a.MinConfidence)
	list = a.appendIngested(list, "EXISTS (SELECT 1 FROM link AS l CROSS JOIN report AS r ON r.n = l.from_n WHERE l.to_n = $ AND l.kind = 30 AND r.ingested <= ?)")
	return append(list, a.published()...)
}

// appendIn: a column of the node's row is one of the list.
func appendIn[T ~string](list []condition, table, column string, values []T, indexed bool) []condition {
	if len(values) == 0 {
		return list
	}
	is, arg := in("x."+column, values)
	c := condition{test: fmt.Sprintf("EXISTS (SELECT 1 FROM %s AS x WHERE x.n = $ AND %s)", table, is), args: []any{arg}}
	if indexed {
		c.all = fmt.Sprintf("SELECT x.n AS n FROM %s AS x WHERE %s", table, is)
	}
	return append(list, c)
}

func appendConfidence(list []condition, table string, least float64) []condition {
	if least == 0 {
		return list
	}
	return append(list, condition{test: "EXISTS (SELECT 1 FROM " + table + " AS x WHERE x.n = $ AND x.confidence >= ?)", args: []any{least}})
}

// appendIngested: the test, of the report that the node is or stands in, that the store had it.
func (a asked) appendIngested(list []condition, test string) []condition {
	if a.IngestedBy.IsZero() {
		return list
	}
	return append(list, condition{test: test, args: []any{a.IngestedBy.UnixMicro()}})
}

// appendGenerations: a column of the node's row is a generation past the one and up to the other.
func (a asked) appendGenerations(list []condition, table, column string) []condition {
	if a.Past == 0 && a.UpTo == 0 {
		return list
	}
	is, args := "x."+column+" > ?", []any{a.Past}
	if a.Past == 0 {
		is, args = "x."+column+" >= 0", nil // what is not noted, too
	}
	if a.UpTo != 0 {
		is, args = is+" AND x."+column+" <= ?", append(args, a.UpTo)
	}
	return append(list, condition{
		test: fmt.Sprintf("EXISTS (SELECT 1 FROM %s AS x WHERE x.n = $ AND %s)", table, is),
		all:  fmt.Sprintf("SELECT x.n AS n FROM %s AS x WHERE %s", table, is),
		args: args,
	})
}

// appendLink: a link of the kind leads from the node, at its end near, to one of the others, at its end far.
func appendLink(list []condition, near string, kind linkKind, far string, others []int64) []condition {
	if len(others) == 0 {
		return list
	}
	is, arg := in("l."+far, others)
	return append(list, condition{
		test: fmt.Sprintf("EXISTS (SELECT 1 FROM link AS l WHERE l.%s = $ AND l.kind = %d AND %s)", near, kind, is),
		all:  fmt.Sprintf("SELECT l.%s AS n FROM link AS l WHERE %s AND l.kind = %d", near, is, kind),
		args: []any{arg},
	})
}

// appendEither: one of the actors is the relation's subject or object.
func appendEither(list []condition, actors []int64) []condition {
	if len(actors) == 0 {
		return list
	}
	is, arg := in("l.to_n", actors)
	return append(list, condition{
		test: "EXISTS (SELECT 1 FROM link AS l WHERE l.from_n = $ AND l.kind IN (60, 110) AND " + is + ")",
		all:  "SELECT l.from_n AS n FROM link AS l WHERE " + is + " AND l.kind IN (60, 110)",
		args: []any{arg},
	})
}

// appendOutlet: the report at the far end of the link was published by one of the outlets.
func appendOutlet(list []condition, near string, kind linkKind, far string, outlets []int64) []condition {
	if len(outlets) == 0 {
		return list
	}
	is, arg := in("p.to_n", outlets)
	return append(list, condition{
		test: fmt.Sprintf("EXISTS (SELECT 1 FROM link AS l CROSS JOIN link AS p ON p.from_n = l.%s AND p.kind = 70 WHERE l.%s = $ AND l.kind = %d AND %s)", far, near, kind, is),
		all:  fmt.Sprintf("SELECT l.%s AS n FROM link AS p CROSS JOIN link AS l ON l.%s = p.from_n AND l.kind = %d WHERE %s AND p.kind = 70", near, far, kind, is),
		args: []any{arg},
	})
}

// published: the node, or the report that it stands in, was published within the time.
func (a asked) published() []condition {
	within, args := a.within("x")
	if within == "" {
		return nil
	}
	k := a.Kind
	if k == graph.ClaimKind {
		k = graph.AttributionKind
	}
	return []condition{{
		test: "EXISTS (SELECT 1 FROM node AS x WHERE x.n = $" + within + ")",
		all:  "SELECT x.n AS n FROM node AS x WHERE x.kind = '" + string(byte(k)) + "'" + within,
		args: args,
	}}
}

// within is " AND .." for Since and Until, "" for neither.
func (a asked) within(table string) (sql string, args []any) {
	up := func(t time.Time) int64 { return t.Add(time.Microsecond - 1).UnixMicro() } // to a whole microsecond
	if !a.Since.IsZero() {
		sql, args = sql+" AND "+table+".time >= ?", append(args, up(a.Since))
	}
	if !a.Until.IsZero() {
		sql, args = sql+" AND "+table+".time < ?", append(args, up(a.Until))
	}
	return sql, args
}

// stated: all of the conditions hold of one attribution that states the claim. Lists start from the first of them.
func stated(of []condition) condition {
	c := condition{test: "EXISTS (SELECT 1 FROM link AS s WHERE s.to_n = $ AND s.kind = 100"}
	if of[0].all != "" {
		c.all = "SELECT s.to_n AS n FROM (" + of[0].all + ") AS d CROSS JOIN link AS s ON s.from_n = d.n AND s.kind = 100 WHERE 1"
	}
	for i, each := range of {
		c.test += " AND " + each.of("s.from_n")
		if i > 0 && c.all != "" {
			c.all += " AND " + each.of("d.n")
		}
		c.args = append(c.args, each.args...)
	}
	c.test += ")"
	c.size = of[0].size
	return c
}

// enough is how many nodes are few: they are read and sorted in no time, whatever else is asked of them. Where no
// condition leaves as few, nodes are tested in the order wanted until the page is full.
const enough = 4096

// sized counts what each condition leaves, as far as enough, and puts the one that leaves least first. What has no
// list leaves too many to say.
func (s *session) sized(ctx context.Context, list []condition) error {
	least := 0
	for i := range list {
		c := &list[i]
		switch {
		case c.all == "":
			c.size = enough + 1
		case c.size == 0:
			count := "SELECT count(*) FROM (SELECT 1 FROM (" + c.all + ") LIMIT " + strconv.Itoa(enough+1) + ")"
			if err := s.one(ctx, count, c.args, &c.size); err != nil {
				return err
			}
		}
		if best := list[least]; c.size < best.size || best.all == "" {
			least = i
		}
		if c.size < enough/64 {
			break // few indeed
		}
	}
	if len(list) > 0 {
		list[0], list[least] = list[least], list[0]
	}
	return nil
}
