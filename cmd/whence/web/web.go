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
	"embed"
	"net/http"
	"sync"

	"github.com/whence-graph/whence/schema/asset"
)

//go:embed static
var static embed.FS

// Views are the addresses at which the explorer answers with its page; the page does the rest.
var Views = []string{"/", "/search", "/trace", "/network", "/report"}

var files = sync.OnceValue(func() *asset.Files { return asset.New(static, "static") })

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
		mux.HandleFunc("GET "+view, func(w http.ResponseWriter, r *http.Request) { files().Serve(w, r, "index.html") })
	}
	mux.HandleFunc("GET /explorer/{name}", func(w http.ResponseWriter, r *http.Request) { files().Serve(w, r, r.PathValue("name")) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asset.Guard(w.Header(), policy)
		mux.ServeHTTP(w, r)
	})
}
