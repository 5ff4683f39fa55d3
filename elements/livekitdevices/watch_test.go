package livekitdevices

import (
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func silent(c room.Config) room.Config {
	c.Logger = slog.New(slog.DiscardHandler)
	return c
}

// added is a shelf that tells what is added.
type added chan track

func (a added) add(t track)   { a <- t }
func (a added) change(track)  {}
func (a added) remove(string) {}

// TestWatchLeavesNothingBehind: goleak looks for the rest.
func TestWatchLeavesNothingBehind(t *testing.T) {
	publisher, err := testpublisher.Start(roomtest.Patient(t), testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(), Identity: "alice", Width: 64, Height: 64,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close()
	shelf := make(added, 10)
	w := startWatch(silent(room.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(), Hidden: true,
	}), shelf)
	w.await(roomtest.Patience)
	select {
	case got := <-shelf:
		if got.sid != publisher.TrackSID() || got.displayName() != "alice: camera" || got.room != t.Name() {
			t.Errorf("found %+v", got)
		}
	case <-roomtest.Patient(t).Done():
		t.Error("no track was found")
	}
	w.stop()
	w.stop()
}

// TestStopDoesNotWaitForTheServer stops a watch of which the server does not answer.
func TestStopDoesNotWaitForTheServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	w := startWatch(silent(room.Config{
		URL: "ws://" + listener.Addr().String(), APIKey: "key", APISecret: "secret", Room: "demo", ConnectTimeout: time.Hour,
	}), snapshot{})
	dialled, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	w.await(time.Millisecond)
	select {
	case <-w.listed:
		t.Error("there is a list, without an answer of the server")
	default:
	}
	w.stop()
	<-w.listed
}

func TestDisplayName(t *testing.T) {
	for want, track := range map[string]track{
		"alice: camera":             {participant: "alice", source: livekit.TrackSource_CAMERA, name: "front"},
		"Alice A.: microphone":      {participant: "alice", shownAs: "Alice A.", source: livekit.TrackSource_MICROPHONE, kind: caps.Audio},
		"robot: lidar":              {participant: "robot", name: "lidar"},
		"robot: audio":              {participant: "robot", kind: caps.Audio},
		"alice: screen share":       {participant: "alice", source: livekit.TrackSource_SCREEN_SHARE},
		"alice: screen share audio": {participant: "alice", source: livekit.TrackSource_SCREEN_SHARE_AUDIO, kind: caps.Audio},
	} {
		if got := track.displayName(); got != want {
			t.Errorf("%+v is shown as %q, want %q", track, got, want)
		}
	}
}

func TestCapsAreRawAndThoseOfTheCodec(t *testing.T) {
	for mimeType, want := range map[string][]string{
		"video/H264": {"video/x-raw", "video/x-h264"},
		"audio/opus": {"audio/x-raw", "audio/x-opus"},
		"":           {"video/x-raw", "video/x-h264", "video/x-vp8", "video/x-av1"},
	} {
		track := track{mimeType: mimeType}
		if strings.HasPrefix(mimeType, "audio") {
			track.kind = caps.Audio
		}
		got := track.caps()
		for _, name := range want {
			if !strings.Contains(got, name+",") && !strings.HasSuffix(got, name) && !strings.Contains(got, name+";") {
				t.Errorf("the caps of %q have no %s: %s", mimeType, name, got)
			}
		}
		if mimeType != "" && strings.Contains(got, "vp8") {
			t.Errorf("the caps of %q have VP8: %s", mimeType, got)
		}
	}
}
