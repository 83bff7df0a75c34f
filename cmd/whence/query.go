package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/schema"
)

func newQuery() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "query QUERY|-",
		Short: "Run a GraphQL query against a store, without a server",
		Long: `Runs a GraphQL query against the store and writes the answer as JSON. "-" reads the query from standard input, "@FILE" from a file.
The query is held to the same bounds as by the server. The exit code is 1 when the answer has errors.`,
		Example: `  whence query --store whence.db '{ stats { reports claims } }'
  whence query --store whence.db --variables '{"text":"the bridge is safe"}' 'query($text: String!) { trace(text: $text) { origin { actor { name } } } }'`,
		Args: cobra.ExactArgs(1),
	}
	store := storeFlag(cmd)
	variables := cmd.Flags().String("variables", "", "the query's variables, a JSON object")
	operation := cmd.Flags().String("operation", "", "which operation of the query to run, where it has several")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		query, err := queryText(args[0], cmd.InOrStdin())
		if err != nil {
			return err
		}
		var vars map[string]any
		if *variables != "" {
			if err := json.Unmarshal([]byte(*variables), &vars); err != nil {
				return usage("--variables must be a JSON object: %v", err)
			}
		}
		s, err := openToRead(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		answer := schema.New(s).Execute(cmd.Context(), query, vars, *operation)
		raw, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		shown, err := pretty(raw, 110)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), shown); err != nil {
			return err
		}
		if len(answer.Errors) > 0 {
			return &exitError{code: exitFailed}
		}
		return nil
	}
	return cmd
}

func queryText(arg string, stdin io.Reader) (string, error) {
	if arg == "-" {
		raw, err := io.ReadAll(io.LimitReader(stdin, 1<<20))
		return string(raw), err
	}
	if file, ok := strings.CutPrefix(arg, "@"); ok {
		raw, err := os.ReadFile(file)
		return string(raw), err
	}
	return arg, nil
}
