package stream_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/stream"
)

// application is a program that joins a room with LiveKit's SDK, as a user of this package does.
type application struct{ *roomtest.Application }

func join(t *testing.T) application {
	t.Helper()
	return joinOn(t, server)
}

func joinOn(t *testing.T, server *devserver.Server) application {
	t.Helper()
	return application{roomtest.Join(t, server)}
}

// fromTrack opens a stream on the next track that was subscribed to.
func (a application) fromTrack(t *testing.T, options ...stream.Option) *stream.VideoStream {
	t.Helper()
	sub := a.NextSubscription(t)
	return mustOpen(t)(stream.FromTrack(sub.Track, append(options, stream.WithPLIWriter(sub.Participant.WritePLI))...))
}

// fromPublisher opens a stream on the camera of the usual publisher.
func (a application) fromPublisher(t *testing.T, options ...stream.Option) *stream.VideoStream {
	t.Helper()
	return mustOpen(t)(stream.FromParticipant(a.Participant(t, "publisher"), camera, options...))
}
