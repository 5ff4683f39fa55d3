package main

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, roomtest.ReadsForAPublisher) }

func TestWrongFlagsAreUsageErrors(t *testing.T) {
	for _, arguments := range [][]string{{"-codec", "theora"}, {"-nonsense"}, {"argument"}} {
		if got := status(arguments); got != statusUsage {
			t.Errorf("%q: status %d, want %d", arguments, got, statusUsage)
		}
	}
}

func TestCodecIsTakenInAnyCase(t *testing.T) {
	o, err := parseFlags([]string{"-codec", "H264"})
	if err != nil || o.codec != "h264" {
		t.Errorf("codec %q, error %v", o.codec, err)
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	if got := status([]string{"-help"}); got != 0 {
		t.Errorf("status %d", got)
	}
}
