// Command testreport reads the events of go test -json and prints what go test prints without -v: the output of what failed, and one
// line per package. Unlike go test it can say how many tests there were, which is the only reason for it to exist.
//
//	go test -json ./... | testreport -total totals.txt
//
// It appends one line "passed failed skipped" to the file of -total, counting tests and subtests. What failed outside a test, such
// as a build or a leak found by TestMain, counts as one failed. The exit status is 1 when anything failed.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	total := flag.String("total", "", "append \"passed failed skipped\" to this file")
	verbose := flag.Bool("v", false, "also print each test as it passes, without its output; subtests not")
	flag.Parse()
	report, err := read(os.Stdin, os.Stdout, *verbose)
	if err == nil && *total != "" {
		err = report.appendTo(*total)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	}
	if report.failed > 0 {
		os.Exit(1)
	}
}

func (r *report) appendTo(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(f, fmt.Sprintf("%d %d %d\n", r.passed, r.failed, r.skipped)); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
