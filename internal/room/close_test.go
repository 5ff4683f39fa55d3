package room

import (
	"errors"
	"io"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// A Selector may hold a Track that nobody reads any more, as an element does that is being stopped.
func TestCloseDoesNotWaitForATrackThatNobodyReads(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, server))
	track := mustNext(t, mustSelect(t, c, Criteria{}))
	packet := make([]byte, 1500)
	for range 75 { // then nothing else reads the subscription
		if _, _, err := track.Read(packet); err != nil {
			t.Fatal(err)
		}
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		c.Close()
	}()
	select {
	case <-closed:
	case <-patient(t).Done():
		t.Fatal("Close waits")
	}
	select {
	case <-track.Lost():
	default:
		t.Error("the track goes on")
	}
	for {
		if _, _, err := track.Read(packet); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Errorf("the track ends with %v", err)
			}
			return
		}
	}
}
