package stream_test

import (
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// TestAStreamThatIsNeverReadKeepsNoMoreThanItsCapacity opens streams and forgets them, beside one that is read and tells
// when much has come.
func TestAStreamThatIsNeverReadKeepsNoMoreThanItsCapacity(t *testing.T) {
	t.Parallel()
	const (
		capacity = 2
		frames   = 100
		decoding = 8 // that a decoder may be at, and those that came while the numbers were read
	)
	publish(t, testpublisher.Config{})
	app := join(t)
	sub := app.NextSubscription(t)
	unread := map[string]*stream.VideoStream{
		"FromTrack": mustOpen(t)(stream.FromTrack(sub.Track,
			stream.WithPLIWriter(sub.Participant.WritePLI), stream.WithCapacity(capacity))),
		"FromParticipant": mustOpen(t)(stream.FromParticipant(sub.Participant, livekit.TrackSource_CAMERA,
			stream.WithCapacity(capacity))),
	}
	awake := mustOpen(t)(stream.FromTrack(sub.Track, stream.WithPLIWriter(sub.Participant.WritePLI)))
	mustRead(t, awake, frames)
	for name, s := range unread {
		stats := s.Stats()
		if kept := stats.Decoded - stats.Dropped; kept > capacity+decoding || stats.Dropped == 0 {
			t.Errorf("%s keeps %d frames of %+v, want %d at most", name, kept, stats, capacity)
		}
		if stats.DroppedPackets > 0 {
			t.Errorf("%s holds up the network side: %+v", name, stats)
		}
	}
}
