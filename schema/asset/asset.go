// Package asset hands out files that are in the binary: typed, packed, tagged, and with headers that let a browser do no more
// than they need. It knows nothing of what they are for.
//
//	var files = sync.OnceValue(func() *asset.Files { return asset.New(embedded, "static") })
//
//	asset.Guard(w.Header(), policy)
//	files().Serve(w, r, "index.html")
package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Files are those of one folder, ready to be sent.
type Files struct{ files map[string]file }

type file struct {
	plain, packed []byte
	kind, tag     string
	fixed         bool // its name tells its version
}

// The types by ending, so that those of the machine do not matter.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// New takes the files of a folder. One that ends in .gz goes by its name without that; its name tells its version, so that clients
// may keep it. The folder is in the binary: what is wrong with it is wrong at every start, and a panic.
func New(fs embed.FS, folder string) *Files {
	f := &Files{map[string]file{}}
	list, err := fs.ReadDir(folder)
	for _, e := range list {
		raw, readErr := fs.ReadFile(folder + "/" + e.Name())
		if err = readErr; err != nil {
			break
		}
		name, packed := strings.CutSuffix(e.Name(), ".gz")
		one := file{plain: raw, packed: raw, kind: kinds[path.Ext(name)], fixed: packed}
		if packed {
			one.plain, err = unpack(raw)
		} else {
			one.packed = pack(raw)
		}
		if err != nil {
			break
		}
		sum := sha256.Sum256(one.plain)
		one.tag = base64.RawURLEncoding.EncodeToString(sum[:12])
		f.files[name] = one
	}
	if err != nil {
		panic(err)
	}
	return f
}

func unpack(raw []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func pack(raw []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(raw) // a buffer takes all
	w.Close()
	return b.Bytes()
}

// Serve answers with a file, or that it is known already, or that there is none.
func (f *Files) Serve(w http.ResponseWriter, r *http.Request, name string) {
	one, ok := f.files[name]
	if !ok {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", one.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache") // that is: ask whether it is still the same
	if one.fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := one.plain, `"`+one.tag+`"`
	if Accepts(r, "Accept-Encoding", "gzip") {
		body, tag = one.packed, `"`+one.tag+`-gz"`
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

// Guard sets the headers that keep others from looking in and what is answered from doing more than the policy (a
// Content-Security-Policy) says.
func Guard(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// Accepts tells whether a request's header (Accept, Accept-Encoding) lists one of these, and does not say by q=0 that it is not wanted.
func Accepts(r *http.Request, header string, any ...string) bool {
	for _, h := range r.Header.Values(header) {
		for x := range strings.SplitSeq(h, ",") {
			name, params, err := mime.ParseMediaType(x)
			if err != nil || !slices.Contains(any, name) {
				continue
			}
			if q, err := strconv.ParseFloat(params["q"], 64); err != nil || q > 0 {
				return true
			}
		}
	}
	return false
}
