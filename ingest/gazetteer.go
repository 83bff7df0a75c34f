package ingest

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/whence-graph/whence/graph"
)

// Gazetteer lists actors that are known beforehand, with their names. Reports that call one of them by different names then speak of
// one actor, and a surname alone may be enough, if it is listed. None is needed. It never changes once it is read.
type Gazetteer struct {
	known  []knownActor
	byName map[string][]int // folded: indexes into known
}

type knownActor struct {
	kind graph.ActorType // empty when not told
	name string
}

// kindOf maps the schemata of FollowTheMoney, and our own types, to types.
var kindOf = map[string]graph.ActorType{
	"person": graph.Person, "organization": graph.Organization, "company": graph.Organization, "publicbody": graph.Organization,
	"outlet": graph.Outlet, "place": graph.Place, "": "", "legalentity": "",
}

// ReadGazetteer reads a list. It is CSV whose header names the columns name, aliases (with semicolons between them) and type, of which
// only name is needed; or FollowTheMoney's entities in JSON, one a line. Other columns, properties and schemata are passed over. Errors are
// *Error, with the file as named and the line.
func ReadGazetteer(file string, r io.Reader) (*Gazetteer, error) {
	g := &Gazetteer{byName: map[string][]int{}}
	b := bufio.NewReader(r)
	first, above := rune(0), 0
	for {
		c, _, err := b.ReadRune()
		if err == io.EOF {
			return g, nil
		}
		if err != nil {
			return nil, &Error{Source: file, Step: "gazetteer", Err: err}
		}
		if c == '\n' {
			above++
		}
		if c != '\uFEFF' && !unicode.IsSpace(c) {
			first = c
			b.UnreadRune()
			break
		}
	}
	read := g.table
	if first == '{' {
		read = g.entities
	}
	if line, err := read(b); err != nil {
		return nil, &Error{Source: file, Line: above + line, Step: "gazetteer", Err: err, Remedy: "give CSV with the columns name, aliases, type, or FollowTheMoney entities in JSON, one a line"}
	}
	return g, nil
}

// table reads CSV. The line is that of the error.
func (g *Gazetteer) table(r io.Reader) (line int, err error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	fail := func(err error) (int, error) {
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return bad.StartLine, bad.Err
		}
		return line, err
	}
	head, err := c.Read()
	if err != nil {
		return fail(err)
	}
	column := map[string]int{}
	for i, h := range head {
		column[strings.ToLower(strings.TrimSpace(h))] = i
	}
	if _, ok := column["name"]; !ok {
		return 1, errors.New("no column is called name")
	}
	for {
		row, err := c.Read()
		if err == io.EOF {
			return 0, nil
		}
		if err != nil {
			return fail(err)
		}
		line, _ = c.FieldPos(0)
		cell := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		kind, ok := kindOf[strings.ToLower(cell("type"))]
		if !ok {
			return line, fmt.Errorf("%q is no type of actor: person, organization, outlet or place", cell("type"))
		}
		g.add(kind, append([]string{cell("name")}, strings.Split(cell("aliases"), ";")...))
	}
}

// entities reads FollowTheMoney's JSON.
func (g *Gazetteer) entities(r io.Reader) (line int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line++
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var e struct {
			Schema     string
			Caption    string
			Properties struct{ Name, Alias, WeakAlias []string }
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return line, err
		}
		kind, ok := kindOf[strings.ToLower(e.Schema)]
		if !ok || e.Schema == "" {
			continue
		}
		g.add(kind, slices.Concat([]string{e.Caption}, e.Properties.Name, e.Properties.Alias, e.Properties.WeakAlias))
	}
	return line + 1, lines.Err()
}

// add lists an actor under its names; the first that is one is what it is called.
func (g *Gazetteer) add(kind graph.ActorType, names []string) {
	k := len(g.known)
	for _, n := range names {
		f := graph.Fold(n)
		if f == "" || !validText(n) {
			continue
		}
		if len(g.known) == k {
			g.known = append(g.known, knownActor{kind, strings.TrimSpace(n)})
		}
		if !slices.Contains(g.byName[f], k) {
			g.byName[f] = append(g.byName[f], k)
		}
	}
}

func validText(s string) bool {
	_, bad := NotUTF8(s)
	return !bad
}

// Sharpen makes an extractor that knows the gazetteer: each actor whose names only one of the listed has bears its name too.
func (g *Gazetteer) Sharpen(extract func(Report) (Analysis, error)) func(Report) (Analysis, error) {
	return func(r Report) (Analysis, error) {
		an, err := extract(r)
		if err != nil {
			return an, err
		}
		an.Actors = slices.Clone(an.Actors)
		for i := range an.Actors {
			if k := g.whom(an.Actors, i); k != None {
				a := &an.Actors[i]
				if n := g.known[k].name; !slices.Contains(a.Names, n) {
					a.Names = append(slices.Clone(a.Names), n)
				}
			}
		}
		return an, nil
	}
}

// whom is which of the listed an actor is: one by all of its names that are listed, and the only one. None when in doubt: a single word is not enough
// where another actor of the report has it in its name.
func (g *Gazetteer) whom(actors []Actor, i int) int {
	a, found := &actors[i], None
	if a.Type == graph.Anonymous || a.Type == graph.Group || a.Type == graph.Document {
		return None
	}
	names := a.Names
	if len(names) == 0 {
		words := slices.DeleteFunc(graph.Words(a.Name), func(w string) bool { return honorific[w] })
		if len(words) == 1 && slices.ContainsFunc(actors, func(b Actor) bool { return b.Name != a.Name && slices.Contains(graph.Words(b.Name), words[0]) }) {
			return None
		}
		names = []string{strings.Join(words, " ")}
	}
	for _, n := range names {
		for _, k := range g.byName[graph.Fold(n)] {
			if kind := g.known[k].kind; kind != "" && (kind == graph.Person) != (a.Type == graph.Person) {
				continue // a ship that is called like its owner
			}
			if found != None && found != k {
				return None
			}
			found = k
		}
	}
	return found
}
