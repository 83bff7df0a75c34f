package sqlite

import (
	"bytes"
	"database/sql"
	"encoding/json"

	"github.com/whence-graph/whence/graph"
)

// What the JSON columns hold. References are in none of them.
type (
	actorMore struct {
		Aliases []string   `json:"aliases,omitempty"`
		Roles   []roleJSON `json:"roles,omitempty"`
		Keys    []string   `json:"keys,omitempty"`
		Merged  []graph.ID `json:"merged,omitempty"`
	}
	roleJSON struct {
		Title    string         `json:"title"`
		Since    *int64         `json:"since,omitempty"` // microseconds since 1970 UTC
		Until    *int64         `json:"until,omitempty"`
		Evidence []evidenceJSON `json:"evidence"`
	}
	claimMore struct {
		Forms  []formJSON `json:"forms"`
		Keys   []string   `json:"keys,omitempty"`
		Merged []graph.ID `json:"merged,omitempty"`
	}
	formJSON struct {
		Text     string   `json:"text"`
		Resolved string   `json:"resolved,omitempty"`
		First    *int64   `json:"first,omitempty"`
		In       graph.ID `json:"in,omitempty"`
	}
	attributionEvidence struct {
		Source  []evidenceJSON `json:"source,omitempty"`
		Cue     []evidenceJSON `json:"cue,omitempty"`
		Content []evidenceJSON `json:"content"`
	}
	evidenceJSON struct {
		Report graph.ID `json:"report"`
		Start  int      `json:"start"` // bytes into the report's text
		End    int      `json:"end"`
		Quote  string   `json:"quote"`
	}
)

func evidenceIn(list []graph.Evidence) []evidenceJSON {
	out := make([]evidenceJSON, len(list))
	for i, e := range list {
		out[i] = evidenceJSON{e.Report, e.Span.Start, e.Span.End, e.Quote}
	}
	return out
}

func evidenceOut(list []evidenceJSON) []graph.Evidence {
	if len(list) == 0 {
		return nil
	}
	out := make([]graph.Evidence, len(list))
	for i, e := range list {
		out[i] = graph.Evidence{Report: e.Report, Span: graph.Span{Start: e.Start, End: e.End}, Quote: e.Quote}
	}
	return out
}

func pointer(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

func null(p *int64) sql.NullInt64 {
	if p == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: *p, Valid: true}
}

func actorMoreOf(a *graph.Actor) actorMore {
	m := actorMore{Aliases: a.Aliases, Keys: a.Keys, Merged: a.MergedFrom}
	for _, r := range a.Roles {
		m.Roles = append(m.Roles, roleJSON{r.Title, pointer(micros(r.Since)), pointer(micros(r.Until)), evidenceIn(r.Evidence)})
	}
	return m
}

func (m actorMore) fill(a *graph.Actor) {
	a.Aliases, a.Keys, a.MergedFrom = m.Aliases, m.Keys, m.Merged
	for _, r := range m.Roles {
		a.Roles = append(a.Roles, graph.Role{Title: r.Title, Since: moment(null(r.Since)), Until: moment(null(r.Until)), Evidence: evidenceOut(r.Evidence)})
	}
}

func claimMoreOf(c *graph.Claim) claimMore {
	m := claimMore{Keys: c.Keys, Merged: c.MergedFrom}
	for _, f := range c.Forms {
		m.Forms = append(m.Forms, formJSON{f.Text, f.Resolved, pointer(micros(f.First)), f.In})
	}
	return m
}

func (m claimMore) fill(c *graph.Claim) {
	c.Keys, c.MergedFrom = m.Keys, m.Merged
	for _, f := range m.Forms {
		c.Forms = append(c.Forms, graph.Form{Text: f.Text, Resolved: f.Resolved, First: moment(null(f.First)), In: f.In})
	}
}

// encode is v as JSON, as a person would write it.
func encode(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), err
}

func decode(text string, into any) error { return json.Unmarshal([]byte(text), into) }

// merged are the IDs that a node answers to beside its own.
func merged(n graph.Node) []graph.ID {
	switch n := n.(type) {
	case *graph.Actor:
		return n.MergedFrom
	case *graph.Claim:
		return n.MergedFrom
	}
	return nil
}
