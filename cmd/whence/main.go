// Command whence reads news reports into a graph of who said what, on whose word, and
// answers where a claim comes from.
//
//	whence ingest --store whence.db reports.jsonl
//	whence trace  --store whence.db "Lavrov invited Blinken"
//	whence serve  --store whence.db
//
// Exit codes: 0 done; 1 it could not be done, and standard error says why; 2 it was asked
// for wrongly; 3 done, but some reports were refused.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// version is set when a release is built.
var version = "dev"

// The exit codes.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(until(ctx, stdin))
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var coded *exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &coded):
		if coded.err != nil {
			fmt.Fprintf(stderr, "whence: %v\n", coded.err)
		}
		return coded.code
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(stderr, "whence: interrupted")
		return exitFailed
	}
	fmt.Fprintf(stderr, "whence: %v\n", err)
	return exitFailed
}

// until reads from r until the context ends: who waits for input then waits no longer.
func until(ctx context.Context, r io.Reader) io.Reader {
	type part struct {
		n   int
		err error
	}
	parts := make(chan part, 1)
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		b := make([]byte, len(p)) // p is the caller's again when the context ends, and the read may still come to its end
		go func() {
			n, err := r.Read(b)
			parts <- part{n, err}
		}()
		select {
		case got := <-parts:
			return copy(p, b[:got.n]), got.err
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// exitError ends the program with a code, and with a word where err is given.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return fmt.Sprint(e.err) }
func (e *exitError) Unwrap() error { return e.err }

// usage marks an error as the caller's.
func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "whence",
		Short: "Trace a claim back to whoever first made it",
		Long: `whence reads news reports into a graph of who said what, who reported it, whom they cited and who did what
to whom, every edge with the words that prove it. From a claim it finds the way back to its origin.

The store is a file (whence.db) or a Neo4j (neo4j://user:password@host:7687/database, also bolt, and +s).
The environment stands in for any flag that is not given: WHENCE_STORE for --store, WHENCE_ADDR for --addr, and so on.

Exit codes: 0 done; 1 it could not be done; 2 asked for wrongly; 3 done, but some reports were refused.`,
		Example: `  whence ingest --store whence.db --sample
  whence trace --store whence.db "invited to observe the exercise"`,
		Version:           version,
		Args:              cobra.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: fromEnvironment,
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	root.SetVersionTemplate("whence {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%v\nsee %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(newIngest(), newExtract(), newTrace(), newQuery(), newServe(), newExport(), newImport(), newVerify(), newEval(), newVersion())
	for _, c := range append(root.Commands(), root) {
		asked := c.Args
		c.Args = func(cmd *cobra.Command, args []string) error {
			if asked == nil {
				return nil
			}
			if err := asked(cmd, args); err != nil {
				return usage("%v\nsee %s --help", err, cmd.CommandPath())
			}
			return nil
		}
	}
	return root
}

// fromEnvironment sets the flags that were not given from WHENCE_ and their names.
func fromEnvironment(cmd *cobra.Command, _ []string) error {
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Name == "version" { // cobra's own, which do instead of the command
			return
		}
		name := "WHENCE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value := os.Getenv(name); value != "" && !f.Changed {
			if err := cmd.Flags().Set(f.Name, value); err != nil {
				errs = append(errs, usage("%s: %v", name, err))
			}
		}
	})
	return errors.Join(errs...)
}

// formatFlag is a flag whose shell completions are its values.
func formatFlag(cmd *cobra.Command, formats ...string) *string {
	format := cmd.Flags().String("format", formats[0], "the form of the output: "+strings.Join(formats, ", "))
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // fails only where there is no such flag
	return format
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		Example:           "  whence version",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		Run:               func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), "whence", version) },
	}
}
