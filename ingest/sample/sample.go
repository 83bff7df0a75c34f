// Package sample holds three invented stories, told by invented outlets in invented countries,
// so that whence has something to trace before anybody has fed it a report.
package sample

import _ "embed"

// Reports is the sample as JSON Lines, one report a line, each story in order of publication.
//
//go:embed reports.jsonl
var Reports []byte
