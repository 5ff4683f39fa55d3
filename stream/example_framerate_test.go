package stream_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/stream"
)

// frameRate counts the frames of a track for a while, and returns how many came in
// a second.
func frameRate(ctx context.Context, video *stream.VideoStream, frames int) (float64, error) {
	var first, last stream.VideoFrameEvent
	for i := range frames + 1 {
		event, err := video.Next(ctx)
		if err != nil {
			return 0, err
		}
		event.Frame.Release()
		if last = event; i == 0 {
			first = event
		}
	}
	return float64(frames) / (float64(last.TimestampUs-first.TimestampUs) / 1e6), nil
}

// Count the frames per second of the first video track that the room subscribes to.
func Example_frameRate() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	counted := make(chan struct{}, 1)

	room, err := lksdk.ConnectToRoom(os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey:              os.Getenv("LIVEKIT_API_KEY"),
		APISecret:           os.Getenv("LIVEKIT_API_SECRET"),
		RoomName:            "demo",
		ParticipantIdentity: "counter",
	}, &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
		OnTrackSubscribed: func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
			video, err := stream.FromTrack(track,
				stream.WithPLIWriter(rp.WritePLI), stream.WithRTPReceiver(pub.Receiver()))
			if err != nil {
				log.Printf("track of %q: %v", rp.Identity(), err) // audio, for one
				return
			}
			go func() {
				defer func() { counted <- struct{}{} }()
				defer video.Close()
				rate, err := frameRate(ctx, video, 60)
				if err != nil {
					log.Printf("track of %q: %v", rp.Identity(), err)
					return
				}
				fmt.Printf("%s: %.0f frames per second\n", rp.Identity(), rate)
			}()
		},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer room.Disconnect()
	<-counted
}
