package schema

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// The page to write queries in is GraphiQL, whole and in the binary: nothing of it is fetched from elsewhere, and
// its policy lets it ask nobody but us. Where its parts come from stands in graphiql/licences.txt.
//
//go:embed graphiql
var pageFiles embed.FS

// pageFile is one of its files, ready to be sent.
type pageFile struct {
	plain, packed []byte
	kind, tag     string
	fixed         bool // its name tells its version
}

var pageKinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
}

// openPage answers the files by name, without .gz.
var openPage = sync.OnceValue(func() map[string]pageFile {
	files := map[string]pageFile{}
	list, err := pageFiles.ReadDir("graphiql")
	if err != nil {
		panic(err) // they are in the binary
	}
	for _, e := range list {
		raw, err := pageFiles.ReadFile("graphiql/" + e.Name())
		if err != nil {
			panic(err)
		}
		name, isPacked := strings.CutSuffix(e.Name(), ".gz")
		f := pageFile{plain: raw, packed: raw, kind: pageKinds[path.Ext(name)], fixed: isPacked}
		if isPacked {
			r, err := gzip.NewReader(bytes.NewReader(raw))
			if err == nil {
				f.plain, err = io.ReadAll(r)
			}
			if err != nil {
				panic(err)
			}
		} else {
			f.packed = squeeze(raw)
		}
		sum := sha256.Sum256(f.plain)
		f.tag = base64.RawURLEncoding.EncodeToString(sum[:12])
		files[name] = f
	}
	return files
})

// pagePolicy: GraphiQL's editor sets styles by attribute, and draws some small pictures from its stylesheet.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func servePage(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	name := "index.html"
	if _, rest, ok := strings.Cut(r.URL.Path, "/graphiql/"); ok {
		if rest == "" {
			h.Set("Location", "../graphiql") // its links are relative to there
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		name = rest
	}
	f, ok := openPage()[name]
	if !ok {
		plain(w, http.StatusNotFound, "there is no such file\n")
		return
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if f.fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := f.plain, `"`+f.tag+`"`
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.packed, `"`+f.tag+`-gz"`
	}
	h.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body) // which sends nothing in answer to HEAD
}
