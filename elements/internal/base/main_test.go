package base

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/chain"
)

func TestMain(m *testing.M) {
	if err := chain.Init(); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
