package neo4j

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// kind is what Cypher has to know of a kind of node.
type kind struct {
	label  string
	time   string // the property that pages are ordered by
	fields string // of n, all that the node is made of but its references
	refs   string // of n, its references: [type, order, ID]
}

var kinds = map[graph.Kind]kind{
	graph.ReportKind: {"Report", "published",
		"n {.given, .published, .url, .title, .text, .language, .author, .wire, .credit, .hash, .extra, .ingested}",
		"[(n)-[r:PUBLISHED_BY|REVISES]->(x) | [type(r), 0, x.id]]"},
	graph.ActorKind: {"Actor", "",
		"n {.type, .name, .aliases, .roles, .keys, .mergedFrom}",
		"[(n)-[r:HOLDS]->(x) | [type(r), r.order, x.id]]"},
	graph.AttributionKind: {"Attribution", "published",
		"n {.order, .evidence, .quotation, .stance, .confidence}",
		"[(n)-[r:FROM|STATES|VIA]->(x) | [type(r), coalesce(r.order, 0), x.id]] + [(x)-[r:HAS]->(n) | [type(r), r.order, x.id]]"},
	graph.ClaimKind: {"Claim", "first",
		"n {.text, .forms, .firsts, .ins, .resolved, .keys, .mergedFrom}",
		"[]"},
	graph.RelationKind: {"Relation", "published",
		"n {.order, .predicate, .class, .polarity, .modality, .evidence, .confidence}",
		"[(n)-[r:READ_IN|SUBJECT|OBJECT|ASSERTED_BY]->(x) | [type(r), coalesce(r.order, 0), x.id]]"},
}

// typeLabels are the second labels of actors, by type.
var typeLabels = map[string][]string{
	string(graph.Person): {"Person"}, string(graph.Organization): {"Organization"}, string(graph.Outlet): {"Outlet"},
	string(graph.Place): {"Place"}, string(graph.Group): {"Group"}, string(graph.Document): {"Document"}, string(graph.Anonymous): {"Anonymous"},
}

// ref is a reference of a node: the kind of edge that it makes, and the node at the other end.
type ref struct {
	kind  graph.EdgeKind
	order int
	other graph.ID
}

// properties are a node's fields as Neo4j keeps them. What is empty is left out, references are relationships.
type properties map[string]any

// propertiesOf are those of a node that is UTF-8 and whose references are those of the store.
func propertiesOf(n graph.Node) properties {
	p := properties{"id": string(n.NodeID())}
	switch n := n.(type) {
	case *graph.Report:
		p.text("given", n.Given)
		p.time("published", n.Published)
		p.text("url", n.URL)
		p.text("title", n.Title)
		p.text("text", n.Text)
		p.text("language", n.Language)
		p.text("author", n.Author)
		p.text("wire", n.Wire)
		p.text("credit", n.Credit)
		p.text("hash", n.Hash)
		p.text("extra", n.Extra)
		p.time("ingested", n.Ingested)
		p.texts("keys", graph.FindKeys(n))
	case *graph.Actor:
		p.text("type", string(n.Type))
		p.text("name", n.Name)
		p.texts("aliases", n.Aliases)
		p.texts("keys", n.Keys)
		p.texts("mergedFrom", strs(n.MergedFrom))
		p.roles(n.Roles)
	case *graph.Attribution:
		p["order"], p["confidence"] = n.Order, n.Confidence
		p.text("quotation", string(n.Quotation))
		p.text("stance", string(n.Stance))
		p.text("source", words(n.Source))
		p.text("cue", words(n.Cue))
		p.text("content", words(n.Content))
		p.json("evidence", attributionEvidence{places(n.Source), places(n.Cue), places(n.Content)})
	case *graph.Claim:
		p.text("text", n.Text)
		var forms []string
		var firsts []any
		ins, local := make([]string, len(n.Forms)), false
		resolved, differs := make([]string, len(n.Forms)), false
		for i, f := range n.Forms {
			forms = append(forms, f.Text)
			ins[i], local = string(f.In), local || f.In != ""
			resolved[i], differs = f.Resolved, differs || f.Resolved != ""
			firsts = append(firsts, at(f.First))
		}
		p.texts("forms", forms)
		p["firsts"] = firsts
		if local {
			p.texts("ins", ins)
		}
		if differs {
			p.texts("resolved", resolved)
		}
		p.time("first", n.Forms[0].First)
		p.texts("keys", n.Keys)
		p.texts("mergedFrom", strs(n.MergedFrom))
	case *graph.Relation:
		p["order"], p["confidence"] = n.Order, n.Confidence
		p.text("predicate", n.Predicate)
		p.text("class", n.Class)
		p.text("polarity", string(n.Polarity))
		p.text("modality", string(n.Modality))
		p.text("quote", words(n.Evidence))
		p.json("evidence", places(n.Evidence))
		p.text("drawn", string(graph.DrawnKind(n.Predicate)))
	}
	return p
}

// addSearched adds the properties that only the fulltext index reads.
func (p properties) addSearched(n graph.Node) {
	exact := slices.Clone(graph.FindKeys(n))
	switch n := n.(type) {
	case *graph.Report:
		exact = append(exact, n.URL)
	case *graph.Relation:
		exact = []string{n.Predicate}
	}
	p.text("words", graph.SearchText(n))
	p["keyed"] = strings.Join(append([]string{kinds[n.NodeID().Kind()].label}, hashes(exact)...), " ")
}

// node is what propertiesOf was made of.
func (p properties) node(id graph.ID, refs []ref) (graph.Node, error) {
	switch id.Kind() {
	case graph.ReportKind:
		r := &graph.Report{
			ID: id, Given: p.getText("given"), Published: p.getTime("published"), URL: p.getText("url"), Title: p.getText("title"),
			Text: p.getText("text"), Language: p.getText("language"), Author: p.getText("author"), Wire: p.getText("wire"),
			Credit: p.getText("credit"), Hash: p.getText("hash"), Extra: p.getText("extra"), Ingested: p.getTime("ingested"),
		}
		for _, f := range refs {
			if f.kind == graph.PublishedBy {
				r.Outlet = f.other
			} else {
				r.Revises = f.other
			}
		}
		return r, nil
	case graph.ActorKind:
		a := &graph.Actor{
			ID: id, Type: graph.ActorType(p.getText("type")), Name: p.getText("name"), Aliases: getTexts[string](p, "aliases"),
			Keys: getTexts[string](p, "keys"), MergedFrom: getTexts[graph.ID](p, "mergedFrom"),
		}
		var err error
		a.Roles, err = p.getRoles(refs)
		return a, err
	case graph.AttributionKind:
		a := &graph.Attribution{
			ID: id, Order: p.getInt("order"), Quotation: graph.Quotation(p.getText("quotation")), Stance: graph.Stance(p.getText("stance")),
		}
		a.Confidence, _ = p["confidence"].(float64)
		for _, f := range refs {
			switch f.kind {
			case graph.Has:
				a.Report = f.other
			case graph.From:
				a.Sources = append(a.Sources, f.other)
			case graph.States:
				a.Claim = f.other
			case graph.Via:
				a.Via = f.other
			}
		}
		var e attributionEvidence
		err := p.getJSON("evidence", &e)
		a.Source, a.Cue, a.Content = evidence(e.Source), evidence(e.Cue), evidence(e.Content)
		return a, err
	case graph.ClaimKind:
		c := &graph.Claim{ID: id, Text: p.getText("text"), Keys: getTexts[string](p, "keys"), MergedFrom: getTexts[graph.ID](p, "mergedFrom")}
		firsts, _ := p["firsts"].([]any)
		ins, resolved := getTexts[graph.ID](p, "ins"), getTexts[string](p, "resolved")
		for i, text := range getTexts[string](p, "forms") {
			f := graph.Form{Text: text}
			if i < len(firsts) {
				f.First = timeOf(firsts[i])
			}
			if i < len(ins) {
				f.In = ins[i]
			}
			if i < len(resolved) {
				f.Resolved = resolved[i]
			}
			c.Forms = append(c.Forms, f)
		}
		return c, nil
	case graph.RelationKind:
		r := &graph.Relation{
			ID: id, Order: p.getInt("order"), Predicate: p.getText("predicate"), Class: p.getText("class"),
			Polarity: graph.Polarity(p.getText("polarity")), Modality: graph.Modality(p.getText("modality")),
		}
		r.Confidence, _ = p["confidence"].(float64)
		for _, f := range refs {
			switch f.kind {
			case graph.ReadIn:
				r.Report = f.other
			case graph.Subject:
				r.Subject = f.other
			case graph.Object:
				r.Object = f.other
			case graph.AssertedBy:
				r.AssertedBy = f.other
			}
		}
		var e []place
		err := p.getJSON("evidence", &e)
		r.Evidence = evidence(e)
		return r, err
	}
	return nil, fmt.Errorf("neo4j: a node with the ID %q", id)
}

// place is evidence in JSON.
type place struct {
	Report graph.ID `json:"report"`
	Start  int      `json:"start"`
	End    int      `json:"end"`
	Quote  string   `json:"quote"`
}

type attributionEvidence struct {
	Source  []place `json:"source,omitempty"`
	Cue     []place `json:"cue,omitempty"`
	Content []place `json:"content,omitempty"`
}

func places(list []graph.Evidence) []place {
	var out []place
	for _, e := range list {
		out = append(out, place{e.Report, e.Span.Start, e.Span.End, e.Quote})
	}
	return out
}

func evidence(list []place) []graph.Evidence {
	var out []graph.Evidence
	for _, p := range list {
		out = append(out, graph.Evidence{Report: p.Report, Span: graph.Span{Start: p.Start, End: p.End}, Quote: p.Quote})
	}
	return out
}

// words are the quotes as one string, gaps shown as "..".
func words(list []graph.Evidence) string {
	return (&graph.Attribution{Content: list}).Words()
}

// role is a role in JSON, without whom it is of: that is a relationship HOLDS with the role's place as its order.
type role struct {
	Title    string  `json:"title"`
	Since    *int64  `json:"since,omitempty"` // microseconds since 1970
	Until    *int64  `json:"until,omitempty"`
	Evidence []place `json:"evidence"`
}

func (p properties) roles(list []graph.Role) {
	var out []role
	var titles []string
	micro := func(t time.Time) *int64 {
		if t.IsZero() {
			return nil
		}
		n := t.UnixMicro()
		return &n
	}
	for _, r := range list {
		titles = append(titles, r.Title)
		out = append(out, role{r.Title, micro(r.Since), micro(r.Until), places(r.Evidence)})
	}
	if len(out) > 0 {
		p.json("roles", out)
		p.texts("titles", titles)
	}
}

func (p properties) getRoles(refs []ref) ([]graph.Role, error) {
	var list []role
	if err := p.getJSON("roles", &list); err != nil {
		return nil, err
	}
	at := func(n *int64) time.Time {
		if n == nil {
			return time.Time{}
		}
		return time.UnixMicro(*n).UTC()
	}
	var out []graph.Role
	for _, r := range list {
		out = append(out, graph.Role{Title: r.Title, Since: at(r.Since), Until: at(r.Until), Evidence: evidence(r.Evidence)})
	}
	for _, f := range refs {
		if f.order < len(out) {
			out[f.order].Of = f.other
		}
	}
	return out, nil
}

// size is about how many bytes they are.
func (p properties) size() int {
	n := 0
	for _, v := range p {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []string:
			for _, s := range v {
				n += len(s)
			}
		}
	}
	return n
}

func (p properties) text(name, value string) {
	if value != "" {
		p[name] = value
	}
}

func (p properties) texts(name string, list []string) {
	if len(list) > 0 {
		p[name] = list
	}
}

func (p properties) time(name string, t time.Time) {
	if !t.IsZero() {
		p[name] = at(t)
	}
}

func (p properties) json(name string, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v) // structs of strings and integers always encode
	p[name] = strings.TrimSuffix(b.String(), "\n")
}

func (p properties) getText(name string) string {
	s, _ := p[name].(string)
	return s
}

func (p properties) getInt(name string) int {
	n, _ := p[name].(int64)
	return int(n)
}

func (p properties) getTime(name string) time.Time { return timeOf(p[name]) }

func (p properties) getJSON(name string, v any) error {
	s := p.getText(name)
	if s == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(s), v); err != nil {
		return fmt.Errorf("neo4j: property %s: %w", name, err)
	}
	return nil
}

func getTexts[T ~string](p properties, name string) []T {
	list, _ := p[name].([]any)
	var out []T
	for _, v := range list {
		s, _ := v.(string)
		out = append(out, T(s))
	}
	return out
}

// offset is how Neo4j shows UTC as plain Z. The driver knows offsets by this name.
var offset = time.FixedZone("Offset", 0)

// at is a time as the graph keeps it, as a parameter.
func at(t time.Time) time.Time {
	if t.IsZero() {
		return t.In(offset)
	}
	return time.UnixMicro(t.UnixMicro()).In(offset)
}

func timeOf(v any) time.Time {
	t, _ := v.(time.Time)
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// hashes are the texts in a form that a fulltext index finds again whatever is in them.
func hashes(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		sum := sha256.Sum256([]byte(text))
		out[i] = base32.HexEncoding.EncodeToString(sum[:15])
	}
	return out
}
