package stream_test

import (
	"context"
	"fmt"
	"image/png"
	"log"
	"os"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/stream"
)

// savePNG saves the next picture of a participant's camera.
func savePNG(ctx context.Context, participant *lksdk.RemoteParticipant, name string) error {
	video, err := stream.FromParticipant(participant, livekit.TrackSource_CAMERA)
	if err != nil {
		return err
	}
	defer video.Close()

	event, err := video.Next(ctx)
	if err != nil {
		return fmt.Errorf("wait for a picture of %q: %w", participant.Identity(), err)
	}
	defer event.Frame.Release()
	picture, err := event.Frame.Image()
	if err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := png.Encode(file, picture); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// Save a picture of somebody in a room as a PNG.
func Example_picture() {
	room, err := lksdk.ConnectToRoom(os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey:              os.Getenv("LIVEKIT_API_KEY"),
		APISecret:           os.Getenv("LIVEKIT_API_SECRET"),
		RoomName:            "demo",
		ParticipantIdentity: "photographer",
	}, nil, lksdk.WithAutoSubscribe(false))
	if err != nil {
		log.Fatal(err)
	}
	defer room.Disconnect()

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, participant := range room.GetRemoteParticipants() {
		if err := savePNG(ctx, participant, participant.Identity()+".png"); err != nil {
			log.Print(err)
		}
	}
}
