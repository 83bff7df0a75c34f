package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/graph/dump"
)

func newExport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the whole graph",
		Long: `Writes the whole graph, one typed object a line: actors, then each report with its mentions, attributions and relations, then claims.
Equal graphs give equal bytes, from whatever store.`,
		Example:           `  whence export --store whence.db --format jsonl -o graph.jsonl`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	store := storeFlag(cmd)
	format := formatFlag(cmd)
	output := cmd.Flags().StringP("output", "o", "", "the file to write (default standard output)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *format != "jsonl" {
			return usage("--format %s: export writes jsonl", *format)
		}
		s, err := openToRead(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		if *output == "" || *output == "-" {
			return dump.Write(cmd.Context(), cmd.OutOrStdout(), s)
		}
		return writeFile(*output, func(w io.Writer) error { return dump.Write(cmd.Context(), w, s) })
	}
	return cmd
}

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
