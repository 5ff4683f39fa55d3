// Package testpublisher publishes a live picture to a LiveKit room: the other side of every test and of the demo. What
// the picture shows, and the time in it, is read with package testpicture.
//
//	publisher, err := testpublisher.Start(ctx, testpublisher.Config{
//		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: "demo",
//	})
//	if err != nil {
//		return err
//	}
//	defer publisher.Close()
//
// GStreamer makes and encodes the picture, and LiveKit's Go SDK sends it. A request for a key frame (PLI or FIR) is
// answered with one; there are no others, so that a receiver which does not ask shows it. Config.Attach sends LiveKit's
// packet trailer with a picture, or SEI messages. Config.Tone publishes sound beside it, and sender reports that relate both.
//
// Importing this package silences the SDK's process-wide logger, which otherwise writes to standard error.
package testpublisher
