package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/cmd/whence/web"
	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/schema"
)

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the explorer and the graph as GraphQL",
		Long: `Serves the store: the explorer at /, queries at /graphql (POST and GET), a page to write them in at /graphiql, and its health at
/healthz (alive) and /readyz (the store answers). It only reads. Subscriptions, at /graphql by Server-Sent Events, tell what comes into
the store, also when another program brings it.`,
		Example: `  whence serve --store whence.db
  whence serve --store neo4j://neo4j:secret@127.0.0.1:7687/neo4j --addr :8080`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	store := storeFlag(cmd)
	addr := cmd.Flags().String("addr", "127.0.0.1:8080", "where to listen")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log := newLog(cmd.ErrOrStderr())
		s, err := openToRead(cmd.Context(), impatient(*store))
		if err != nil {
			return err
		}
		defer s.Close()
		listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", *addr)
		if err != nil {
			if errors.Is(err, syscall.EADDRINUSE) {
				return fmt.Errorf("%s is taken: another program listens there; stop it or give --addr another port", *addr)
			}
			var none *net.AddrError
			if errors.As(err, &none) {
				return usage("--addr %s: %s: give a host and a port, as 127.0.0.1:8080, or :8080 for every address of this machine", *addr, none.Err)
			}
			return err
		}
		welcome(cmd.Context(), cmd.OutOrStdout(), "http://"+reachable(listener.Addr()), s)
		return serve(cmd.Context(), listener, s, log)
	}
	return cmd
}

// impatient is a store's address with a patience of less than a query's time, unless one is given: whoever asks while a Neo4j is
// away is to hear just that, and not that the query takes too long.
func impatient(store string) string {
	if strings.Contains(store, "://") && !strings.Contains(store, "?") {
		return store + "?retry=2s"
	}
	return store
}

// reachable is an address at which this machine reaches a listener. Of one at every address, browsers take 0.0.0.0 and [::] for none.
func reachable(a net.Addr) string {
	if t, ok := a.(*net.TCPAddr); ok && t.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(t.Port))
	}
	return a.String()
}

// handler is the explorer, and queries. Subscriptions end when until is closed.
func handler(r graph.Reader, log zerolog.Logger, until <-chan struct{}) http.Handler {
	queries := schema.Handler(r, schema.Options{
		Until:   until,
		OnError: func(_ context.Context, err error) { log.Error().Err(err).Msg("query") },
	})
	mux := http.NewServeMux()
	mux.Handle("/", web.Handler())
	for _, path := range schema.Paths {
		mux.Handle(path, queries)
	}
	return mux
}

// serve answers until the context ends, then lets the requests under way finish.
func serve(ctx context.Context, l net.Listener, r graph.Reader, log zerolog.Logger) error {
	srv := &http.Server{
		Handler:           handler(r, log, ctx.Done()),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	log.Info().Msg("stopping")
	return srv.Shutdown(last)
}
