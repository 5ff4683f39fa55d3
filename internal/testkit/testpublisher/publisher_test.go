package testpublisher_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func startServer(t *testing.T) *devserver.Server {
	t.Helper()
	server, err := devserver.Start(t.Context(), devserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

func publish(t *testing.T, server *devserver.Server, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	config.URL, config.APIKey, config.APISecret, config.Room = server.URL(), server.APIKey, server.APISecret, "room"
	if config.Width == 0 {
		config.Width, config.Height = 320, 180
	}
	publisher, err := testpublisher.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(publisher.Close)
	return publisher
}

func TestSubscriberGetsPacketsOfEachCodec(t *testing.T) {
	server := startServer(t)
	for _, codec := range []testpublisher.Codec{
		testpublisher.VP8, testpublisher.H264, testpublisher.VP9, testpublisher.H265,
	} {
		t.Run(string(codec), func(t *testing.T) {
			if err := codec.Available(); err != nil {
				t.Fatal(err)
			}
			publisher := publish(t, server, testpublisher.Config{Codec: codec, Identity: "camera of " + string(codec), TrackName: "a name"})
			subscriber := subscribe(t, server, "room")
			track := await(t, subscriber.tracks, "track")
			if want := "video/" + string(codec); !strings.EqualFold(track.codec, want) {
				t.Errorf("codec %s, want %s", track.codec, want)
			}
			if track.sid != publisher.TrackSID() || track.name != "a name" || track.identity != publisher.Identity() {
				t.Errorf("subscribed to %+v, published %s by %s", track, publisher.TrackSID(), publisher.Identity())
			}
			for i, step := range steps(subscriber.frames(20)) {
				// A frame that the encoder had no time for makes the step a multiple.
				if step%3000 != 0 || step == 0 {
					t.Errorf("frame %d is %d timestamp units after the one before, want 3000", i+1, step)
				}
			}
			if publisher.Frames() < 20 {
				t.Errorf("Frames is %d after 20 were received", publisher.Frames())
			}
		})
	}
}

// steps are the distances of a frame to the one before, in order.
func steps(timestamps []uint32) []uint32 {
	slices.SortFunc(timestamps, func(a, b uint32) int { return int(int32(a - b)) })
	var steps []uint32
	for i := 1; i < len(timestamps); i++ {
		steps = append(steps, timestamps[i]-timestamps[i-1])
	}
	return steps
}

func TestPacketTimestampRunsAtClockRateAndAvoidsZero(t *testing.T) {
	first := testpublisher.PacketTimestamp(0)
	for _, after := range []time.Duration{time.Second, 2999 * time.Millisecond, 3 * time.Second, 24 * time.Hour} {
		want := first + uint32(int64(after/time.Millisecond)*90)
		if want == 0 {
			want = 1
		}
		if got := testpublisher.PacketTimestamp(after); got != want {
			t.Errorf("after %v: %d, want %d", after, got, want)
		}
	}
}

func TestSubscribersPLIIsAnsweredWithKeyFrame(t *testing.T) {
	server := startServer(t)
	publisher := publish(t, server, testpublisher.Config{Codec: testpublisher.VP8})
	subscriber := subscribe(t, server, "room")
	track := await(t, subscriber.tracks, "track")
	// The server asks too, when the subscription starts: let that be over.
	subscriber.frames(60)
	before := publisher.KeyFrames()

	track.pli()
	for frames := 0; !isVP8KeyFrame(subscriber.media().packet.Payload); frames++ {
		if frames > 1000 {
			t.Fatal("no key frame")
		}
	}
	if publisher.KeyFrames() == before {
		t.Error("the key frame is not counted")
	}
}

func TestRequestsAtOnceShareOneKeyFrame(t *testing.T) {
	publisher := publish(t, startServer(t), testpublisher.Config{Codec: testpublisher.H264})
	waitFor := func(what string, condition func() bool) {
		t.Helper()
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		for until := time.Now().Add(patience); !condition(); <-ticker.C {
			if time.Now().After(until) {
				t.Fatalf("no %s within %v", what, patience)
			}
		}
	}
	waitFor("frame", func() bool { return publisher.Frames() > 0 })
	before := publisher.KeyFrames()
	for range 10 {
		testpublisher.HandleRTCP(publisher, &rtcp.PictureLossIndication{})
		testpublisher.HandleRTCP(publisher, &rtcp.FullIntraRequest{})
		testpublisher.HandleRTCP(publisher, &rtcp.ReceiverReport{})
	}
	waitFor("key frame", func() bool { return publisher.KeyFrames() > before })
	frames := publisher.Frames()
	waitFor("more frames", func() bool { return publisher.Frames() > frames+10 })
	if got := publisher.KeyFrames() - before; got != 1 {
		t.Errorf("%d key frames for requests at once, want 1", got)
	}
}

// isVP8KeyFrame reads the payload descriptor of RFC 7741, section 4.2, as the SDK's payloader writes it, and the
// inverse key frame bit of section 4.3.
func isVP8KeyFrame(payload []byte) bool {
	const startOfPartition, extended, pictureID, longPictureID = 0x10, 0x80, 0x80, 0x80
	if len(payload) < 5 || payload[0]&0x1f != startOfPartition {
		return false
	}
	header := 1
	if payload[0]&extended != 0 {
		header = 2
		if payload[1]&pictureID != 0 {
			header = 3
			if payload[2]&longPictureID != 0 {
				header = 4
			}
		}
	}
	return payload[header]&1 == 0
}

func TestRepublishGivesNewTrack(t *testing.T) {
	server := startServer(t)
	publisher := publish(t, server, testpublisher.Config{})
	subscriber := subscribe(t, server, "room")
	first := await(t, subscriber.tracks, "track")
	subscriber.frames(3)

	if err := publisher.Unpublish(); err != nil {
		t.Fatal(err)
	}
	if sid := await(t, subscriber.gone, "unpublished track"); sid != first.sid {
		t.Errorf("track %s has gone, want %s", sid, first.sid)
	}
	if publisher.TrackSID() != "" {
		t.Errorf("TrackSID is %q without a track", publisher.TrackSID())
	}
	if err := publisher.Unpublish(); err == nil {
		t.Error("a second Unpublish returned no error")
	}
	if err := publisher.Republish(); err != nil {
		t.Fatal(err)
	}
	if err := publisher.Republish(); err == nil {
		t.Error("a second Republish returned no error")
	}
	second := await(t, subscriber.tracks, "second track")
	if second.sid == first.sid || second.sid != publisher.TrackSID() {
		t.Errorf("second track is %s, published %s, the first was %s", second.sid, publisher.TrackSID(), first.sid)
	}
	for subscriber.media().sid != second.sid {
	}
}

func TestMutedTrackSendsNothing(t *testing.T) {
	server := startServer(t)
	publisher := publish(t, server, testpublisher.Config{})
	subscriber := subscribe(t, server, "room")
	await(t, subscriber.tracks, "track")
	subscriber.frames(3)

	if err := publisher.SetMuted(true); err != nil {
		t.Fatal(err)
	}
	if muted := await(t, subscriber.mutes, "mute"); !muted || !publisher.Muted() {
		t.Error("the track is not muted")
	}
	frames, forced := publisher.Frames(), publisher.KeyFrames()
	if err := publisher.SetMuted(false); err != nil {
		t.Fatal(err)
	}
	if muted := await(t, subscriber.mutes, "unmute"); muted || publisher.Muted() {
		t.Error("the track is still muted")
	}
	for len(subscriber.packets) > 0 {
		<-subscriber.packets
	}
	subscriber.frames(3)
	if publisher.Frames() <= frames || publisher.KeyFrames() <= forced {
		t.Errorf("%d frames and %d key frames, before %d and %d: want more",
			publisher.Frames(), publisher.KeyFrames(), frames, forced)
	}
}

func TestPublisherComesBackAfterServerRestart(t *testing.T) {
	server := startServer(t)
	publisher := publish(t, server, testpublisher.Config{})
	before := publisher.TrackSID()
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	subscriber := subscribe(t, server, "room")
	track := await(t, subscriber.tracks, "track after restart")
	if track.sid == before || track.sid != publisher.TrackSID() {
		t.Errorf("track %s, published %s, before the restart %s", track.sid, publisher.TrackSID(), before)
	}
	subscriber.frames(3)
}

func TestCloseLeavesTheRoomAndMayBeCalledAgain(t *testing.T) {
	server := startServer(t)
	publisher := publish(t, server, testpublisher.Config{})
	subscriber := subscribe(t, server, "room")
	track := await(t, subscriber.tracks, "track")
	publisher.Close()
	publisher.Close()
	if sid := await(t, subscriber.gone, "unpublished track"); sid != track.sid {
		t.Errorf("track %s has gone, want %s", sid, track.sid)
	}
	if err := publisher.Err(); err != nil {
		t.Errorf("Err is %v", err)
	}
}

func TestStartTellsWhatIsWrong(t *testing.T) {
	server := startServer(t)
	good := testpublisher.Config{URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: "room"}
	for name, test := range map[string]struct {
		change func(*testpublisher.Config)
		want   string
	}{
		"no server":  {func(c *testpublisher.Config) { c.URL = "ws://127.0.0.1:1" }, "ws://127.0.0.1:1"},
		"wrong key":  {func(c *testpublisher.Config) { c.APISecret = strings.Repeat("x", 40) }, "join room"},
		"no URL":     {func(c *testpublisher.Config) { c.URL = "" }, "URL"},
		"no room":    {func(c *testpublisher.Config) { c.Room = "" }, "Room"},
		"odd size":   {func(c *testpublisher.Config) { c.Codec, c.Width = testpublisher.H264, 321 }, "321x"},
		"tiny size":  {func(c *testpublisher.Config) { c.Height = 14 }, "x14"},
		"odd codec":  {func(c *testpublisher.Config) { c.Codec = "theora" }, "theora"},
		"impossible": {func(c *testpublisher.Config) { c.FrameRate = -1 }, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			config := good
			test.change(&config)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			publisher, err := testpublisher.Start(ctx, config)
			if err == nil {
				publisher.Close()
				t.Fatal("Start succeeded")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not tell about %q", err, test.want)
			}
			if testpublisher.Redact(err.Error()) != err.Error() {
				t.Error("the error has an access token in it")
			}
		})
	}
}

func TestLogHasNoSecrets(t *testing.T) {
	server := startServer(t)
	var log bytes.Buffer
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 4})
	publisher := publish(t, server, testpublisher.Config{Logger: slog.New(handler)})
	publisher.Close()
	text := log.String()
	if text == "" {
		t.Error("the log is empty")
	}
	if strings.Contains(text, server.APISecret) || testpublisher.Redact(text) != text {
		t.Errorf("the log has a secret in it:\n%s", text)
	}
}

func TestRedactTakesTokensOut(t *testing.T) {
	server := startServer(t)
	token, err := server.Token(devserver.TokenOptions{Room: "room", Identity: "somebody"})
	if err != nil {
		t.Fatal(err)
	}
	if got := testpublisher.Redact("GET /rtc?access_token=" + token + "&x=1"); got != "GET /rtc?access_token=<token>&x=1" {
		t.Errorf("Redact gave %q", got)
	}
}
