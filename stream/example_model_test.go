package stream_test

import (
	"context"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/stream"
)

// model stands for what looks at pictures: height*width*3 bytes, R, G, B.
type model interface {
	Look(pixels []byte, width, height int) error
}

// watch shows a participant's screen to a model, until the participant leaves or
// ctx is done. A model that takes longer than a frame sees the newest one next.
func watch(ctx context.Context, participant *lksdk.RemoteParticipant, m model) error {
	video, err := stream.FromParticipant(participant, livekit.TrackSource_SCREEN_SHARE,
		stream.WithFormat(caps.RGB24), stream.WithCapacity(1))
	if err != nil {
		return err
	}
	defer video.Close()

	for event, err := range video.Frames(ctx) {
		if err != nil {
			return err
		}
		pixels, err := event.Frame.Data()
		width, height := event.Frame.Width, event.Frame.Height
		event.Frame.Release()
		if err != nil {
			return err
		}
		if err := m.Look(pixels, width, height); err != nil {
			return err
		}
	}
	return nil
}

// Feed a model with RGB24.
func Example_model() {
	var participant *lksdk.RemoteParticipant // of a room that was joined before
	var m model
	_ = func(ctx context.Context) error { return watch(ctx, participant, m) }
}
