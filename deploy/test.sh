#!/usr/bin/env bash
# test.sh: what `make test` does. All of it is run, even after a failure; the last lines
# say what failed and what was left out.
#
#   deploy/test.sh [ARGUMENT OF go test]..        (default: ./...)
#
# The Neo4j store is tested against a real server: the one that WHENCE_NEO4J names, else
# one that is started here and stopped at the end. A machine that cannot run it is told
# so loudly; with WHENCE_TEST_ALL=1, which the tests themselves heed too, it fails. So it is with
# Python, which is the one that WHENCE_PYTHON names, else that of deploy/python.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=() missing=() child='' home=''

# Each step is a process group of its own: a signal ends all of it at once, and finds
# this shell waiting, not busy.
set -m
run() {
  local status=0
  "$@" </dev/null &
  child=$!
  wait "$child" || status=$?
  child=''
  return "$status"
}

step() {
  echo "== $*"
  run "$@" || failed+=("$*")
}

finish() {
  trap '' INT TERM HUP
  [ -z "$child" ] || { kill -TERM -- "-$child"; wait "$child"; } 2>/dev/null || true
  [ -z "$home" ] || { deploy/neo4j/neo4j.sh stop --data "$home/data" --kill 2>/dev/null || true; rm -rf "$home"; }
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

loud() { printf '%s\n' '' "$(printf '%.0s#' {1..78})" "$@" "$(printf '%.0s#' {1..78})" >&2; }

gofmt-clean() {
  local files
  files=$(gofmt -l .) || return 1
  [ -z "$files" ] || { echo "$files"; return 1; }
}
step gofmt-clean
step go vet ./...
step go tool staticcheck ./...

if [ -z "${WHENCE_NEO4J:-}" ]; then
  echo "== neo4j.sh start (the first time it fetches the server)"
  home=$(mktemp -d)
  status=0
  run deploy/neo4j/neo4j.sh start --data "$home/data" --port 0 >"$home/url" 2>"$home/why" || status=$?
  cat "$home/why"
  case $status in
    0) WHENCE_NEO4J=$(tail -n 1 "$home/url"); export WHENCE_NEO4J ;;
    4) missing+=("the Neo4j store ($(tail -n 1 "$home/why"))") ;;
    *) failed+=("neo4j.sh start") ;;
  esac
fi

if [ -z "${WHENCE_PYTHON:-}" ]; then
  echo "== python.sh (the first time it fetches packages)"
  said=$(mktemp -d)
  status=0
  run deploy/python.sh >"$said/path" 2>"$said/why" || status=$?
  cat "$said/why"
  case $status in
    0) WHENCE_PYTHON=$(tail -n 1 "$said/path"); export WHENCE_PYTHON ;;
    4) missing+=("the notebooks and the exports' readers ($(tail -n 1 "$said/why"))") ;;
    *) failed+=("python.sh") ;;
  esac
  rm -r "$said"
fi

command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null || missing+=("the explorer in a browser (apt-get install chromium)")

# The race detector needs cgo, and cgo a C compiler.
race=(-race)
[ "$(go env CGO_ENABLED)" = 1 ] || { race=(); missing+=("the race detector (no C compiler)"); }

# The promises about generated graphs are cut down under the race detector, and run whole without it; the longest of them in the
# embedded store only. So is what a browser sees, which does not wait for a slow server.
[ $# -gt 0 ] || set -- ./...
step go test ${race[@]+"${race[@]}"} -timeout 15m "$@"
[ ${#race[@]} -eq 0 ] || [ "$*" != ./... ] || step go test -run TestExplorer ./cmd/whence
[ ${#race[@]} -eq 0 ] || [ "$*" != ./... ] || step go test -run 'TestStore/(random_small|the_same_search)' ./graph/neo4j
[ ${#race[@]} -eq 0 ] || [ "$*" != ./... ] || step go test -run 'TestStore/(random_small|a_generated|the_same_search)' ./graph/sqlite

[ ${#missing[@]} -eq 0 ] || loud "LEFT OUT, because this machine lacks something:" "${missing[@]/#/  }"
[ ${#missing[@]} -eq 0 ] || [ "${WHENCE_TEST_ALL:-}" != 1 ] || failed+=("WHENCE_TEST_ALL=1 forbids leaving out")
[ ${#failed[@]} -eq 0 ] || { loud FAILED: "${failed[@]/#/  }"; exit 1; }
