//go:build ignore

// Healthy asks an address and fails unless the answer is 200: the health check of an
// image that has neither a shell nor curl.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	client := http.Client{Timeout: 4 * time.Second}
	answer, err := client.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(answer.Status)
	if answer.StatusCode != http.StatusOK {
		os.Exit(1)
	}
}
