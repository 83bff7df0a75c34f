package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/graph"
)

func newVerify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Hold every piece of evidence against the texts",
		Long: `Reads every report in the store again and holds its text against its hash, and every piece of evidence against the text.
It fails at the first that does not match, and says which.`,
		Example:           `  whence verify --store whence.db`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	store := storeFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := openToRead(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		v, err := graph.Verify(cmd.Context(), s)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d reports have their hashes, %d pieces of evidence are their words\n", v.Reports, v.Evidence)
		return err
	}
	return cmd
}
