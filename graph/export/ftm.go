package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/whence-graph/whence/graph"
)

// FollowTheMoney writes entities of the FollowTheMoney model, one a line. IDs have a hyphen for the colon, as colons are not allowed there.
//
//	actor        Person, Organization (also an outlet) or Document; LegalEntity where it is a place, a group or anonymous
//	role         Occupancy of a Position, of persons; else UnknownLink to whom the role is of. Equal Positions are equal lines
//	report       Article, and Documentation by which it is its outlet's
//	mention      Mention
//	claim        Note
//	attribution  Documentation of the claim in the article; UnknownLink from each source to the claim, the stance as its role;
//	             and, of one at second hand, UnknownLink from each source outside it to each source, "cited"
//	relation     UnknownLink from subject to object
//
// The role of a relation is its predicate with what makes it less than a fact: "not INVITED", "INVITED (planned)".
func FollowTheMoney(ctx context.Context, w io.Writer, r graph.Reader) error {
	f := &ftm{documents: map[graph.ID]bool{}}
	return each(ctx, w, r, "", f.see, "")
}

type ftm struct {
	documents map[graph.ID]bool // actors that are documents: a Mention is of none
	report    *graph.Report
	inside    map[graph.ID]*graph.Attribution // of the report
	mentions  int                             // in it
	json      *json.Encoder
}

type entity struct {
	ID         string      `json:"id"`
	Schema     string      `json:"schema"`
	Properties entityProps `json:"properties"`
}

// entityProps are properties by name. What is empty is left out.
type entityProps map[string][]string

func (p entityProps) add(name string, values ...string) {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(p[name], v) {
			p[name] = append(p[name], v)
		}
	}
}

func (f *ftm) see(w *bufio.Writer, p graph.Piece) error {
	if f.json == nil {
		f.json = json.NewEncoder(w)
		f.json.SetEscapeHTML(false)
	}
	switch n := p.Node.(type) {
	case *graph.Actor:
		return f.actor(n)
	case *graph.Report:
		f.report, f.inside, f.mentions = n, map[graph.ID]*graph.Attribution{}, 0
		return f.article(n)
	case *graph.Attribution:
		f.inside[n.ID] = n
		return f.attribution(n)
	case *graph.Relation:
		return f.relation(n)
	case *graph.Claim:
		props := entityProps{}
		props.add("name", excerpt(n.Text, 200))
		for _, form := range n.Forms {
			props.add("description", form.Text, form.Resolved)
		}
		return f.write(ftmID(n.ID), "Note", props)
	}
	return f.mention(p.Mention)
}

func (f *ftm) write(id, schema string, props entityProps) error {
	return f.json.Encode(entity{id, schema, props})
}

func ftmID(id graph.ID) string { return strings.ReplaceAll(string(id), ":", "-") }

func ftmTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}

var ftmSchemas = map[graph.ActorType]string{graph.Person: "Person", graph.Organization: "Organization", graph.Outlet: "Organization", graph.Document: "Document"}

func ftmSchema(t graph.ActorType) string {
	if s := ftmSchemas[t]; s != "" {
		return s
	}
	return "LegalEntity"
}

func (f *ftm) actor(a *graph.Actor) error {
	props, schema, id := entityProps{}, ftmSchema(a.Type), ftmID(a.ID)
	props.add("name", a.Name)
	props.add("alias", aliases(a)...)
	props.add("keywords", string(a.Type))
	if schema == "Document" {
		f.documents[a.ID] = true
		props.add("fileName", a.Name) // which it must have
		props.add("title", a.Name)
	}
	if schema == "Person" {
		for _, r := range a.Roles {
			props.add("position", r.Title)
		}
	}
	if err := f.write(id, schema, props); err != nil {
		return err
	}
	for i, r := range a.Roles {
		held := entityProps{}
		held.add("startDate", ftmTime(r.Since))
		held.add("endDate", ftmTime(r.Until))
		for _, e := range r.Evidence {
			held.add("description", e.Quote)
		}
		heldID := id + "-role-" + strconv.Itoa(i+1)
		switch {
		case schema == "Person":
			post, name := entityProps{}, r.Title
			sum := sha256.Sum256([]byte(string(r.Of) + " " + r.Title))
			postID := "position-" + hex.EncodeToString(sum[:10])
			post.add("name", name)
			if r.Of != "" {
				post.add("keywords", ftmID(r.Of))
			}
			if err := f.write(postID, "Position", post); err != nil {
				return err
			}
			held.add("holder", id)
			held.add("post", postID)
			if err := f.write(heldID, "Occupancy", held); err != nil {
				return err
			}
			if r.Of == "" {
				continue
			}
			of := entityProps{}
			of.add("subject", postID)
			of.add("object", ftmID(r.Of))
			of.add("role", "position of")
			if err := f.write(postID+"-of", "UnknownLink", of); err != nil {
				return err
			}
		case r.Of != "":
			held.add("subject", id)
			held.add("object", ftmID(r.Of))
			held.add("role", r.Title)
			if err := f.write(heldID, "UnknownLink", held); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *ftm) article(r *graph.Report) error {
	props, id := entityProps{}, ftmID(r.ID)
	props.add("fileName", id)
	props.add("title", r.Title)
	props.add("name", r.Title)
	props.add("author", r.Author)
	props.add("publishedAt", ftmTime(r.Published))
	props.add("language", ftmLanguage(r.Language))
	props.add("sourceUrl", webAddress(r.URL))
	props.add("bodyText", r.Text)
	if err := f.write(id, "Article", props); err != nil {
		return err
	}
	if r.Revises != "" {
		later := entityProps{}
		later.add("subject", id)
		later.add("object", ftmID(r.Revises))
		later.add("role", "revises")
		if err := f.write(id+"-revises", "UnknownLink", later); err != nil {
			return err
		}
	}
	if r.Outlet == "" {
		return nil
	}
	by := entityProps{}
	by.add("document", id)
	by.add("entity", ftmID(r.Outlet))
	by.add("role", "published by")
	by.add("date", ftmTime(r.Published))
	return f.write(id+"-outlet", "Documentation", by)
}

// ftmLanguage is the language's code of three letters, which is the only one known there.
func ftmLanguage(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, sure := t.Base()
	if sure == language.No {
		return ""
	}
	return base.ISO3()
}

// webAddress is an address of the web, or nothing.
func webAddress(s string) string {
	if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return s
}

func (f *ftm) mention(m *graph.Mention) error {
	f.mentions++
	props := entityProps{}
	props.add("document", ftmID(f.report.ID))
	props.add("name", m.Evidence.Quote)
	if !f.documents[m.Actor] {
		props.add("resolved", ftmID(m.Actor))
	}
	return f.write(fmt.Sprintf("m-%s-%d", strings.TrimPrefix(string(f.report.ID), "r:"), f.mentions), "Mention", props)
}

// told is what links that are told of in the report have.
func (f *ftm) told(quote string, record graph.ID, role string) entityProps {
	props := entityProps{}
	props.add("role", role)
	props.add("description", quote)
	props.add("recordId", string(record))
	props.add("date", ftmTime(f.report.Published))
	props.add("sourceUrl", webAddress(f.report.URL))
	return props
}

func (f *ftm) attribution(t *graph.Attribution) error {
	id, quote := ftmID(t.ID), t.Evidence(f.report.Text).Quote
	props := f.told(quote, t.ID, string(t.Stance))
	props.add("document", ftmID(t.Report))
	props.add("entity", ftmID(t.Claim))
	if err := f.write(id, "Documentation", props); err != nil {
		return err
	}
	for i, s := range t.Sources {
		props := f.told(quote, t.ID, string(t.Stance))
		props.add("subject", ftmID(s))
		props.add("object", ftmID(t.Claim))
		if err := f.write(fmt.Sprintf("%s-%d", id, i+1), "UnknownLink", props); err != nil {
			return err
		}
	}
	outer := f.inside[t.Via]
	if outer == nil {
		return nil
	}
	for i, from := range outer.Sources {
		for j, to := range t.Sources {
			if from == to {
				continue
			}
			props := f.told(quote, t.ID, "cited")
			props.add("subject", ftmID(from))
			props.add("object", ftmID(to))
			if err := f.write(fmt.Sprintf("%s-cited-%d-%d", id, i+1, j+1), "UnknownLink", props); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *ftm) relation(r *graph.Relation) error {
	role := r.Predicate
	if r.Polarity == graph.Negated {
		role = "not " + role
	}
	if r.Modality != graph.Actual {
		role += " (" + string(r.Modality) + ")"
	}
	props := f.told(words(r.Evidence), r.ID, role)
	props.add("subject", ftmID(r.Subject))
	props.add("object", ftmID(r.Object))
	props.add("status", string(r.Polarity), string(r.Modality))
	return f.write(ftmID(r.ID), "UnknownLink", props)
}
