package main

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/examples/internal/foreground"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, roomtest.ReadsForAPublisher) }

func TestWrongFlagsAreUsageErrors(t *testing.T) {
	for _, arguments := range [][]string{
		{"-codec", "theora"},
		{"-participants", "3"},
		{"-participants", "-1"},
		{"-codec", "vp9", "-key", "secret"},
		{"-simulcast", "-key", "secret"},
		{"-nonsense"},
		{"argument"},
	} {
		if got := status(arguments); got != foreground.StatusUsage {
			t.Errorf("%q: status %d, want %d", arguments, got, foreground.StatusUsage)
		}
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	if got := status([]string{"-help"}); got != 0 {
		t.Errorf("status %d", got)
	}
}

func TestCodecsAreTakenInAnyCase(t *testing.T) {
	o, err := parseFlags([]string{"-codec", "H264"})
	if err != nil || o.codec != "h264" {
		t.Errorf("codec %q, error %v", o.codec, err)
	}
}

func TestQuotedTextIsOneWord(t *testing.T) {
	for text, want := range map[string]string{
		"/dev/video0": "/dev/video0", "": "''", "two words": "'two words'", "it's": `'it'\''s'`, "a?b&c": "'a?b&c'",
	} {
		if got := quote(text); got != want {
			t.Errorf("%q is quoted as %s, want %s", text, got, want)
		}
	}
}
