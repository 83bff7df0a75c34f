package graph

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// Mark is where a page ended: the time (by Order) and ID of its last node.
type Mark struct {
	Time time.Time
	ID   ID
}

type cursor struct {
	Query string `json:"q"` // what the cursor belongs to
	Time  int64  `json:"t,omitempty"`
	None  bool   `json:"n,omitempty"` // the time is not told
	ID    ID     `json:"i"`
}

// fingerprint tells queries apart, whatever their After and Limit.
func (q NodeQuery) fingerprint() string {
	q.After, q.Limit = "", 0
	raw, err := json.Marshal(q)
	if err != nil { // a time outside the years 0 to 9999
		raw = fmt.Append(nil, q)
	}
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Cursor is the opaque Page.Next for a page of q that ended at p.
func (q NodeQuery) Cursor(p Mark) string {
	c := cursor{Query: q.fingerprint(), ID: p.ID, None: p.Time.IsZero()}
	if !c.None {
		c.Time = p.Time.UnixMicro()
	}
	raw, _ := json.Marshal(c) // strings and integers always marshal
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Start is the mark that q.After names, and false when the query starts at the beginning. A cursor that is
// malformed or belongs to another query is ErrInvalid.
func (q NodeQuery) Start() (Mark, bool, error) {
	if q.After == "" {
		return Mark{}, false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(q.After)
	if err != nil {
		return Mark{}, false, fmt.Errorf("%w: malformed cursor", ErrInvalid)
	}
	var c cursor
	if err := json.Unmarshal(raw, &c); err != nil || c.ID.Kind() != q.Kind {
		return Mark{}, false, fmt.Errorf("%w: malformed cursor", ErrInvalid)
	}
	if c.Query != q.fingerprint() {
		return Mark{}, false, fmt.Errorf("%w: the cursor belongs to another query", ErrInvalid)
	}
	p := Mark{ID: c.ID}
	if !c.None {
		p.Time = time.UnixMicro(c.Time).UTC()
	}
	return p, true, nil
}
