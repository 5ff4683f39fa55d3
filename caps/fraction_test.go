package caps_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestFractionIsSpelledWithASlash(t *testing.T) {
	if got := (caps.Fraction{Num: 30000, Den: 1001}).String(); got != "30000/1001" {
		t.Errorf("String() = %q", got)
	}
}
