// Command tools bundles the explorer: the modules in ../src and the libraries in npm become the scripts in ../static
// that the program embeds.
//
//	go -C cmd/whence/web/tools run .
//
// It is a module of its own so that the program does not depend on a bundler. The same sources give the same bytes; a test of
// package web holds the scripts that are committed against it.
//
// In npm each library lies as npm has it, from `npm pack NAME@VERSION`: the one file that is bundled, and its licence.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// libraries are where the names that the modules import lie.
var libraries = map[string]string{
	"@dagrejs/dagre": "npm/dagre-3.1.3/dagre.esm.js",
	"d3-dispatch":    "npm/d3-dispatch-3.0.2/d3-dispatch.mjs",
	"d3-force":       "npm/d3-force-3.0.1/d3-force.mjs",
	"d3-quadtree":    "npm/d3-quadtree-3.0.2/d3-quadtree.mjs",
	"d3-timer":       "npm/d3-timer-3.0.2/d3-timer.mjs",
}

func main() {
	out := "../static"
	if len(os.Args) > 1 {
		out = os.Args[1]
	}
	if err := bundle(out); err != nil {
		fmt.Fprintf(os.Stderr, "bundle: %v\n", err)
		os.Exit(1)
	}
}

// bundle writes explorer.js and its worker, forces.js, and the licences of what is in them, into a folder.
func bundle(out string) error {
	alias := map[string]string{}
	for name, file := range libraries {
		path, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		alias[name] = path
	}
	got := api.Build(api.BuildOptions{
		EntryPoints:       []string{"../src/explorer.ts", "../src/forces.ts"},
		Outdir:            out,
		Alias:             alias,
		Bundle:            true,
		Write:             true,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		LegalComments:     api.LegalCommentsNone, // they are in licences.txt
		LogLevel:          api.LogLevelSilent,
		// The settings of a type checker that somebody has above this folder must not change the bundle.
		TsconfigRaw: `{"compilerOptions":{"strict":true,"useDefineForClassFields":true}}`,
	})
	if len(got.Errors) > 0 {
		return fmt.Errorf("%s", strings.Join(api.FormatMessages(got.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	return licences(filepath.Join(out, "licences.txt"))
}

func licences(to string) error {
	files, err := filepath.Glob("npm/*/LICENSE") // in order
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("The explorer's scripts contain these libraries.\n")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", filepath.Base(filepath.Dir(file)), strings.Repeat("-", 40), strings.TrimSpace(string(text)))
	}
	return os.WriteFile(to, []byte(b.String()), 0o644)
}
