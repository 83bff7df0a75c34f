// Package web is the explorer: the page at which people search the graph, follow a claim to its origin, see who deals with whom
// and read what a report attributes to whom. It is embedded, whole: nothing of it is fetched from elsewhere.
//
// The page asks the server's /graphql and nobody else; its policy lets it do no more. Its parts:
//
//	static/  what is served: the page, its styles, and the scripts, which are made
//	src/     the modules that they are made of
//	tools/   what makes them (a module of its own) and the libraries that go into them
//
// The package knows no graph and no GraphQL; it hands out files.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed static
var static embed.FS

// Views are the addresses at which the explorer answers with its page; the page does the rest.
var Views = []string{"/", "/search", "/trace", "/network", "/report"}

// file is one that is served.
type file struct {
	plain, packed []byte
	kind, tag     string
}

// The types by ending, so that those of the machine do not matter.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// open answers the files by name.
var open = sync.OnceValue(func() map[string]file {
	files := map[string]file{}
	list, err := static.ReadDir("static")
	if err != nil {
		panic(err) // they are in the binary
	}
	for _, e := range list {
		raw, err := static.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(raw)
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		w.Write(raw) // a buffer takes all
		w.Close()
		files[e.Name()] = file{raw, packed.Bytes(), kinds[path.Ext(e.Name())], base64.RawURLEncoding.EncodeToString(sum[:12])}
	}
	return files
})

// policy: scripts and styles are ours, questions go to us, the worker is ours; drawings become pictures by way of blobs. No text can
// become markup or script: where the browser knows trusted types, only the worker's address is one.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self' blob:; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types whence"

// Handler serves the page at each of Views and its parts below /explorer/. The links between them are relative, so that all of it may lie
// below any prefix that a proxy or http.StripPrefix takes off.
func Handler() http.Handler {
	mux := http.NewServeMux()
	for _, view := range Views {
		if view == "/" {
			view = "/{$}" // and not all that lies below
		}
		mux.HandleFunc("GET "+view, func(w http.ResponseWriter, r *http.Request) { serve(w, r, "index.html") })
	}
	mux.HandleFunc("GET /explorer/{name}", func(w http.ResponseWriter, r *http.Request) { serve(w, r, r.PathValue("name")) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		mux.ServeHTTP(w, r)
	})
}

func serve(w http.ResponseWriter, r *http.Request, name string) {
	f, ok := open()[name]
	if !ok {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache") // that is: ask whether it is still the same
	body, tag := f.plain, `"`+f.tag+`"`
	if packs(r) {
		body, tag = f.packed, `"`+f.tag+`-gz"`
		h.Set("Content-Encoding", "gzip")
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

// packs tells whether the client takes gzip.
func packs(r *http.Request) bool {
	for _, h := range r.Header.Values("Accept-Encoding") {
		for _, x := range strings.Split(h, ",") {
			if name, params, err := mime.ParseMediaType(x); err == nil && name == "gzip" && params["q"] != "0" {
				return true
			}
		}
	}
	return false
}
