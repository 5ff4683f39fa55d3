package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is a line of go test -json; see go doc test2json, and go help buildjson for the build events.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64 // seconds
}

// report counts tests and subtests.
type report struct {
	passed, failed, skipped int
}

// printer is where a report is printed to, and how much.
type printer struct {
	io.Writer
	verbose bool
}

// run is what is known of a package whose tests are running.
type run struct {
	lines  []line
	active map[string]bool // tests without a result so far
	bad    map[string]bool // tests that failed, or never ended
	failed int
}

type line struct{ test, text string }

// read consumes events until the end of the input, and prints as each package ends.
func read(in io.Reader, w io.Writer, verbose bool) (*report, error) {
	out := printer{w, verbose}
	r := &report{}
	runs := map[string]*run{}
	lines := bufio.NewReader(in)
	for {
		text, err := lines.ReadString('\n')
		if text != "" {
			r.line(text, runs, out)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
	}
	// A package without an end: go test itself was interrupted.
	for name, p := range runs {
		fmt.Fprintf(out, "FAIL\t%s [interrupted]\n", name)
		r.end(p, true, out)
	}
	return r, nil
}

func (r *report) line(text string, runs map[string]*run, out printer) {
	var e event
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &e) != nil {
		fmt.Fprint(out, text)
		return
	}
	if e.Action == "build-output" {
		fmt.Fprint(out, e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := runs[e.Package]
	if p == nil {
		p = &run{active: map[string]bool{}, bad: map[string]bool{}}
		runs[e.Package] = p
	}
	switch e.Action {
	case "output":
		p.lines = append(p.lines, line{e.Test, e.Output})
		return
	case "run":
		p.active[e.Test] = true
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	if e.Test == "" {
		delete(runs, e.Package)
		r.end(p, e.Action == "fail", out)
		return
	}
	delete(p.active, e.Test)
	switch e.Action {
	case "pass":
		r.passed++
		if out.verbose && !strings.Contains(e.Test, "/") {
			fmt.Fprintf(out, "--- PASS: %s (%.2fs)\n", e.Test, e.Elapsed)
		}
		// Nobody will want to read it; a package with thousands of subtests would keep it all.
		p.lines = slices.DeleteFunc(p.lines, func(l line) bool { return l.test == e.Test })
	case "skip":
		r.skipped++
	case "fail":
		r.failed++
		p.failed++
		p.bad[e.Test] = true
	}
}

// end prints what is worth reading of a package that is done.
func (r *report) end(p *run, failed bool, out printer) {
	for test := range p.active {
		p.bad[test] = true
		p.failed++
		r.failed++
	}
	if failed && p.failed == 0 {
		r.failed++
	}
	for _, l := range p.lines {
		if p.worthReading(l, failed) {
			fmt.Fprint(out, l.text)
		}
	}
}

func (p *run) worthReading(l line, failed bool) bool {
	switch {
	case strings.HasPrefix(l.text, "=== "):
		return false
	case l.test != "":
		return p.bad[l.test] || strings.HasPrefix(strings.TrimSpace(l.text), "--- SKIP")
	case failed:
		return true
	}
	return strings.HasPrefix(l.text, "ok ") || strings.HasPrefix(l.text, "? ") || strings.HasPrefix(l.text, "\t")
}
