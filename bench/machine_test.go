package main

import "testing"

func TestParseStatCountsIdleAndWaiting(t *testing.T) {
	s, err := parseStat("cpu  100 20 30 400 50 6 7 8 90 1\ncpu0 1 1 1 1 1 1 1 1 0 0\n")
	if err != nil {
		t.Fatal(err)
	}
	if want := (stat{idle: 450, all: 621}); s != want {
		t.Errorf("stat is %+v, want %+v", s, want)
	}
	for _, text := range []string{"", "cpu 1 2 3", "intr 1 2 3 4 5 6 7 8 9", "cpu 1 2 3 x 5 6 7 8 9"} {
		if _, err := parseStat(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func TestMachinesNames(t *testing.T) {
	if got := processor([]byte("processor\t: 0\nmodel name\t: A Processor 3.0\nmodel name\t: B\n")); got != "A Processor 3.0" {
		t.Errorf("processor is %q", got)
	}
	if got := gstreamerVersion("gst-inspect-1.0 version 1.22.0\nGStreamer 1.22.0\nhttps://x\n"); got != "1.22.0" {
		t.Errorf("version is %q", got)
	}
}
