package main

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	tests := []struct {
		name    string
		events  []string
		verbose bool
		want    report
		print   []string
		hide    []string
	}{
		{
			name: "passed, with a subtest and a skip",
			events: []string{
				`{"Action":"start","Package":"p"}`,
				`{"Action":"run","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}`,
				`{"Action":"run","Package":"p","Test":"TestA/b"}`,
				`{"Action":"pass","Package":"p","Test":"TestA/b"}`,
				`{"Action":"pass","Package":"p","Test":"TestA"}`,
				`{"Action":"run","Package":"p","Test":"TestC"}`,
				`{"Action":"output","Package":"p","Test":"TestC","Output":"--- SKIP: TestC\n"}`,
				`{"Action":"skip","Package":"p","Test":"TestC"}`,
				`{"Action":"output","Package":"p","Output":"PASS\n"}`,
				`{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}`,
				`{"Action":"pass","Package":"p"}`,
			},
			want:  report{passed: 2, skipped: 1},
			print: []string{"ok  \tp", "--- SKIP: TestC"},
			hide:  []string{"chatter", "PASS"},
		},
		{
			name: "passed, verbose",
			events: []string{
				`{"Action":"run","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}`,
				`{"Action":"run","Package":"p","Test":"TestA/b"}`,
				`{"Action":"pass","Package":"p","Test":"TestA/b","Elapsed":1}`,
				`{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1.25}`,
				`{"Action":"pass","Package":"p"}`,
			},
			verbose: true,
			want:    report{passed: 2},
			print:   []string{"--- PASS: TestA (1.25s)"},
			hide:    []string{"chatter", "TestA/b"},
		},
		{
			name: "a failed test",
			events: []string{
				`{"Action":"run","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Test":"TestA","Output":"why: \"Action\":\"pass\"\n"}`,
				`{"Action":"fail","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			want:  report{failed: 1},
			print: []string{"why", "FAIL\tp"},
		},
		{
			name: "a test that never ended",
			events: []string{
				`{"Action":"run","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Test":"TestA","Output":"panic: timed out\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			want:  report{failed: 1},
			print: []string{"panic: timed out"},
		},
		{
			name: "a leak found by TestMain",
			events: []string{
				`{"Action":"run","Package":"p","Test":"TestA"}`,
				`{"Action":"pass","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Output":"goleak: found\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			want:  report{passed: 1, failed: 1},
			print: []string{"goleak: found"},
		},
		{
			name: "a build that failed",
			events: []string{
				`{"ImportPath":"p [p.test]","Action":"build-output","Output":"p.go:1:1: broken\n"}`,
				`{"ImportPath":"p [p.test]","Action":"build-fail"}`,
				`{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			want:  report{failed: 1},
			print: []string{"p.go:1:1: broken", "[build failed]"},
		},
		{
			name: "interrupted",
			events: []string{
				`{"Action":"run","Package":"p","Test":"TestA"}`,
				`{"Action":"pass","Package":"p","Test":"TestA"}`,
				`{"Action":"run","Package":"p","Test":"TestB"}`,
			},
			want:  report{passed: 1, failed: 1},
			print: []string{"[interrupted]"},
		},
		{
			name:   "a line that is no event",
			events: []string{"go: no such tool"},
			print:  []string{"go: no such tool"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			got, err := read(strings.NewReader(strings.Join(tt.events, "\n")+"\n"), &out, tt.verbose)
			if err != nil {
				t.Fatal(err)
			}
			if *got != tt.want {
				t.Errorf("counted %+v, want %+v", *got, tt.want)
			}
			for _, s := range tt.print {
				if !strings.Contains(out.String(), s) {
					t.Errorf("output lacks %q:\n%s", s, out.String())
				}
			}
			for _, s := range tt.hide {
				if strings.Contains(out.String(), s) {
					t.Errorf("output has %q:\n%s", s, out.String())
				}
			}
		})
	}
}
