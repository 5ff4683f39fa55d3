package main

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, roomtest.ReadsForAPublisher) }
