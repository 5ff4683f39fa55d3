package stream_test

import (
	"errors"
	"io"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testpublisher"
)

func TestParticipantGoesOnAfterRepublish(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	for range 3 {
		mustRead(t, s, 10)
		if err := p.Unpublish(); err != nil {
			t.Fatal(err)
		}
		if err := p.Republish(); err != nil {
			t.Fatal(err)
		}
	}
	mustRead(t, s, 10)
}

func TestParticipantsStreamEndsWhenItLeaves(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	mustRead(t, s, 3)
	p.Close()
	mustEnd(t, s)
}

func TestLeavingTheRoomEndsTheStream(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	app := join(t)
	byTrack, byParticipant := app.fromTrack(t), app.fromPublisher(t)
	mustRead(t, byTrack, 3)
	mustRead(t, byParticipant, 3)
	app.leave()
	for range 2 {
		if _, err := readAll(t, byTrack); !errors.Is(err, io.EOF) {
			t.Errorf("stream of the track: %v, want io.EOF", err)
		}
		if _, err := readAll(t, byParticipant); !errors.Is(err, io.EOF) {
			t.Errorf("stream of the participant: %v, want io.EOF", err)
		}
	}
}
