//go:build race

package main

// raced tells that the race detector is on. It makes a server many times slower, and a browser does not wait: what a browser sees is tested
// without it (deploy/test.sh has a step for that), what a server does at once with it (TestServe).
const raced = true
