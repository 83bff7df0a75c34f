package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/dump"
	"github.com/whence-graph/whence/graph/export"
)

// exports are the formats of export, in the order in which help tells them.
var exports = []struct {
	name   string
	stream func(context.Context, io.Writer, graph.Reader) error     // into one file
	folder func(context.Context, export.Create, graph.Reader) error // into a folder
}{
	{name: "jsonl", stream: dump.Write},
	{name: "csv", folder: export.CSV},
	{name: "graphml", stream: export.GraphML},
	{name: "jsonld", stream: export.JSONLD},
	{name: "ftm", stream: export.FollowTheMoney},
	{name: "parquet", folder: export.Parquet},
	{name: "mermaid"}, // of one trace, which --claim names
}

func newExport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the whole graph, for other programs",
		Long: `Writes the whole graph:

  jsonl     one typed object a line, which import reads back: the only form that has everything
  csv       a folder that neo4j-admin database import full reads
  graphml   for Gephi, networkx, yEd
  jsonld    PROV-O, with Web Annotation selectors for the evidence
  ftm       FollowTheMoney entities, one a line
  parquet   a folder for pandas, DuckDB, Spark: a file for each kind of node, and one of edges

or the trace of one claim, found as trace finds it:

  mermaid   a flowchart

Equal graphs give equal bytes, from whatever store. A store that is written to meanwhile is an error. What is written takes its name when
it is whole; a folder takes the place only of an empty one, or of one that has nothing but the files of such an export.`,
		Example: `  whence export --store whence.db -o graph.jsonl
  whence export --store whence.db --format csv -o graph
  whence export --store whence.db --format mermaid --claim "invited to observe the exercise"`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	var names []string
	for _, x := range exports {
		names = append(names, x.name)
	}
	store := storeFlag(cmd)
	format := formatFlag(cmd, names...)
	output := cmd.Flags().StringP("output", "o", "", "the file to write (default standard output), or the folder: csv and parquet must have one")
	claim := cmd.Flags().String("claim", "", "whose trace to draw, in words or by ID (mermaid)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		i := slices.Index(names, *format)
		if i < 0 {
			return usage("--format %s: export writes %s", *format, strings.Join(names, ", "))
		}
		x := exports[i]
		toStdout := *output == "" || *output == "-"
		switch {
		case x.folder != nil && toStdout:
			return usage("--format %s writes several files: name a folder for them with -o", x.name)
		case x.name == "mermaid" && *claim == "":
			return usage("--format mermaid draws one trace: name the claim with --claim, in words or by ID")
		case x.name != "mermaid" && cmd.Flags().Changed("claim"):
			return usage("--claim does not go with --format %s, which writes the whole graph", x.name)
		}
		s, err := openToRead(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		ctx, write := cmd.Context(), x.stream
		if x.folder != nil {
			return writeFolder(*output, func(create export.Create) error { return x.folder(ctx, create, s) })
		}
		if write == nil {
			t, err := traceWhat(ctx, s, *claim, graph.AsOf{})
			if errors.Is(err, graph.ErrInvalid) {
				return usage("%v", err)
			}
			if err != nil {
				return err
			}
			write = func(_ context.Context, w io.Writer, _ graph.Reader) error { return export.Mermaid(w, t) }
		}
		if toStdout {
			return write(ctx, cmd.OutOrStdout(), s)
		}
		return writeFile(*output, func(w io.Writer) error { return write(ctx, w, s) })
	}
	return cmd
}

// writeFolder is writeFile for a folder of files. It takes the place of none that has something which it would not write itself.
func writeFolder(path string, write func(export.Create) error) (err error) {
	path = filepath.Clean(path)
	if folder, err := filepath.EvalSymlinks(path); err == nil {
		path = folder
	}
	there, err := os.ReadDir(path)
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return usage("%s is a file: name a folder with -o", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	exists := err == nil
	temp, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	files := map[string]bool{}
	create := func(name string) (io.WriteCloser, error) {
		files[name] = true
		f, err := os.OpenFile(filepath.Join(temp, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		return synced{f}, err
	}
	if err := errors.Join(write(create), os.Chmod(temp, 0o755)); err != nil {
		return err
	}
	for _, f := range there {
		if !files[f.Name()] && f.Name() != export.ImportReport {
			return usage("%s has %s, which this export does not write: name an empty folder, or a new one", path, f.Name())
		}
	}
	if !exists {
		return os.Rename(temp, path)
	}
	old := temp + ".old"
	if err := os.Rename(path, old); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Rename(old, path))
	}
	return os.RemoveAll(old)
}

// synced is a file that is on the disk once it is closed.
type synced struct{ *os.File }

func (f synced) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// writeFile writes beside the file and then takes its place, so that what stands under the name is always whole. A link is
// followed to its file; what is no file, a device or a pipe, is written to as it stands and stays what it is.
func writeFile(path string, write func(io.Writer) error) error {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		path = file
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = errors.Join(write(f), f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func newImport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Read an exported graph into an empty store",
		Long: `Reads what export wrote into an empty store. The whole dump is looked at first: one that is cut off or has a bad line is refused, and
nothing of it kept. What the store itself finds at fault, or an interrupt, leaves a part; the mended dump is imported over it.`,
		Example: `  whence import --store copy.db graph.jsonl`,
		Args:    cobra.ExactArgs(1),
	}
	store := storeFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f, name, err := seekable(args[0], cmd.InOrStdin())
		if err != nil {
			return err
		}
		defer f.Close()
		s, err := openStore(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := dump.Read(cmd.Context(), name, f, s); err != nil {
			if errors.Is(err, dump.ErrNotEmpty) {
				return usage("%v: a dump is the whole of a graph; import it into a new store, or ingest the reports", err)
			}
			var part *dump.Partial
			if errors.As(err, &part) && cmd.Context().Err() != nil {
				return &exitError{exitFailed, errors.New("interrupted; " + part.Left())}
			}
			return err
		}
		n, err := s.Generation(cmd.Context())
		log := newLog(cmd.ErrOrStderr())
		log.Info().Int64("generation", n).Msg("imported")
		return err
	}
	return cmd
}

// seekable opens the file, or keeps standard input in a temporary one.
func seekable(path string, stdin io.Reader) (*os.File, string, error) {
	if path != "-" {
		f, err := os.Open(path)
		return f, path, err
	}
	f, err := os.CreateTemp("", "whence-import-*")
	if err != nil {
		return nil, "", err
	}
	os.Remove(f.Name())
	_, err = io.Copy(f, stdin)
	return f, "standard input", err
}
