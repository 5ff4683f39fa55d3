package stream_test

import (
	"context"
	"io"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/stream"
)

// transcribe gives a participant's words to a recognizer of speech, which reads samples: signed, 16 bits, one channel, 16 kHz.
func transcribe(ctx context.Context, participant *lksdk.RemoteParticipant, recognizer io.Writer) error {
	sound, err := stream.AudioFromParticipant(participant, livekit.TrackSource_MICROPHONE, stream.WithSampleRate(16000))
	if err != nil {
		return err
	}
	defer sound.Close()
	for event, err := range sound.Frames(ctx) {
		if err != nil {
			return err
		}
		if _, err := recognizer.Write(event.Frame.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
