package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const roomName = "bench"

// publish publishes until ctx ends. Each picture has in it when it was handed to the publisher's SDK.
func publish(ctx context.Context, o options) error {
	pattern := testpublisher.Detailed
	if o.tracks > 1 {
		pattern = testpublisher.Moving
	}
	for i := range o.tracks {
		p, err := testpublisher.Start(ctx, testpublisher.Config{
			URL: os.Getenv("LIVEKIT_URL"), APIKey: os.Getenv("LIVEKIT_API_KEY"), APISecret: os.Getenv("LIVEKIT_API_SECRET"),
			Room: roomName, Identity: "camera-" + strconv.Itoa(i),
			Codec: testpublisher.Codec(o.codec), Width: o.width, Height: o.height, FrameRate: o.rate, Pattern: pattern,
			Attach: func(testpublisher.Picture) testpublisher.Attachment {
				now := uint64(time.Now().UnixMicro())
				return testpublisher.Attachment{
					Metadata: &testpublisher.Metadata{UserTimestamp: &now}, MetadataInSEI: o.codec == "h264" || o.codec == "h265",
				}
			},
		})
		if err != nil {
			return err
		}
		defer p.Close()
	}
	fmt.Println("ready")
	<-ctx.Done()
	return nil
}
