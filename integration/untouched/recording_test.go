package untouched

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

var allCodecs = []testpublisher.Codec{testpublisher.VP8, testpublisher.H264, testpublisher.VP9, testpublisher.H265}

// made is how GStreamer's log tells of an element that was made.
var made = []string{"GST_DEBUG=GST_ELEMENT_FACTORY:4", "GST_DEBUG_NO_COLOR=1"}

// record plays the test's room into a file with gst-launch-1.0, until Ctrl-C after some buffers.
func record(t *testing.T, room, muxer string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "recording")
	l := launch.StartWith(t, made, fmt.Sprintf(
		"-e -v livekitsrc room=%s ! identity name=probe silent=false ! %s location=%s", room, muxer, file))
	l.Lines(60, `GstIdentity:probe: last-message = chain `)
	l.Interrupt()
	status, printed := l.End()
	if status != 0 || strings.Contains(printed, "WARN") {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
	checkNoDecoder(t, printed)
	return file
}

// checkNoDecoder reads in the log which elements were made.
func checkNoDecoder(t *testing.T, log string) {
	t.Helper()
	all := regexp.MustCompile(`creating element "([^"]+)"`).FindAllStringSubmatch(log, -1)
	if len(all) == 0 {
		t.Fatalf("the log tells of no element:\n%s", log)
	}
	for _, element := range all {
		if klass := play.Klass(element[1]); klass == "" || strings.Contains(klass, "Decoder") || element[1] == "videoconvert" {
			t.Errorf("%s was made, a %s", element[1], klass)
		}
	}
}

func TestRecordingIsWhatThePublisherEncoded(t *testing.T) {
	for _, test := range []struct {
		codec testpublisher.Codec
		muxer string
	}{
		{testpublisher.VP8, "matroskamux ! filesink"},
		{testpublisher.H264, "matroskamux ! filesink"},
		{testpublisher.VP9, "matroskamux ! filesink"},
		{testpublisher.H265, "matroskamux ! filesink"},
		{testpublisher.VP8, "webmmux ! filesink"},
		{testpublisher.VP9, "webmmux ! filesink"},
		{testpublisher.H264, "h264parse ! mp4mux ! filesink"},
		{testpublisher.H264, "mp4mux ! filesink"},
		{testpublisher.VP9, "mp4mux ! filesink"},
		{testpublisher.H265, "mp4mux ! filesink"},
		{testpublisher.H264, "splitmuxsink"},
	} {
		t.Run(string(test.codec)+" "+test.muxer, func(t *testing.T) {
			t.Parallel()
			sent := new(published)
			rig.Publish(t, testpublisher.Config{Codec: test.codec, Encoded: sent.add})
			file := record(t, rig.Room(t), test.muxer)
			checkFile(t, file, 55)
			sent.contains(t, test.codec, piecesOf(t, test.codec, file))
		})
	}
}

// TestAV1IsRecorded has LiveKit's own SDK publish it: no encoder of GStreamer 1.22 makes a key frame when asked.
func TestAV1IsRecorded(t *testing.T) {
	rig.PublishNode(t, rtcnode.Settings{Width: 640, Height: 360, Codec: "AV1"})
	for _, muxer := range []string{"matroskamux ! filesink", "webmmux ! filesink", "mp4mux ! filesink"} {
		t.Run(muxer, func(t *testing.T) {
			checkFile(t, record(t, "TestAV1IsRecorded", muxer), 55)
		})
	}
}

func TestNothingIsDecoded(t *testing.T) {
	for _, codec := range allCodecs {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: codec})
			p := play.Start(t, "livekitsrc room="+rig.Room(t)+" ! video/x-"+string(codec)+play.Sink)
			last := p.Buffer()
			if last.Delta {
				t.Error("the stream does not begin with a key frame")
			}
			for range 20 {
				b := p.Buffer()
				if b.PTS <= last.PTS {
					t.Errorf("PTS %v after %v", b.PTS, last.PTS)
				}
				last = b
			}
			if decoders := p.Decoders(); len(decoders) > 0 {
				t.Errorf("%v decodes", decoders)
			}
		})
	}
}

func TestTrackThatDownstreamCannotTakeIsASentence(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.VP8})
	l := launch.Start(t, "livekitsrc room="+rig.Room(t)+" ! h264parse ! fakesink")
	status, printed := l.End()
	if want := "receive video/VP8: the next element takes neither VP8 (video/x-vp8) nor raw video"; status == 0 || !strings.Contains(printed, want) {
		t.Errorf("exit status %d, and not %q:\n%s", status, want, printed)
	}
}

func TestInterruptBeforeTheFirstUnitEndsTheRecording(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "recording")
	l := launch.Start(t, "-e livekitsrc identity=viewer room="+rig.Room(t)+" ! matroskamux ! filesink location="+file)
	rig.AwaitParticipant(t, "viewer")
	l.Interrupt()
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
}
