package sound

import (
	"cmp"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// TestBothAreRecordedAsTheyWereSent uses each muxer that takes picture and sound.
func TestBothAreRecordedAsTheyWereSent(t *testing.T) {
	const aac = "audioconvert ! avenc_aac ! m."
	ends := newEnds(t)
	for _, test := range []struct {
		name, codec, pipeline, picture, sound string
		want                                  [2]string
	}{
		{"Matroska", "VP8", "matroskamux name=m ! filesink location=FILE", "m.", "m.", [2]string{"vp8", "opus"}},
		{"MatroskaH264", "H264", "matroskamux name=m ! filesink location=FILE", "m.", "m.", [2]string{"h264", "opus"}},
		{"WebM", "VP8", "webmmux name=m ! filesink location=FILE", "m.", "m.", [2]string{"vp8", "opus"}},
		{"MP4", "H264", "mp4mux name=m ! filesink location=FILE", "m.", "m.", [2]string{"h264", "opus"}},
		{"MP4AAC", "H264", "mp4mux name=m ! filesink location=FILE", "m.", aac, [2]string{"h264", "aac"}},
		{"MPEGTS", "H264", "mpegtsmux name=m ! filesink location=FILE", "m.", "m.", [2]string{"h264", "opus"}},
		// Without streamable, flvmux of GStreamer 1.22 waits for no stream. With it, it waits for as long as latency says.
		{"FLV", "H264", "flvmux streamable=true latency=300000000 name=m ! filesink location=FILE", "m.", aac, [2]string{"h264", "aac"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			publish(t, rtcnode.Settings{Codec: test.codec})
			r := recordThrough(t, test.pipeline, "", test.picture, test.sound)
			r.seconds(3)
			r.finish()
			c := read(t, r.file)
			if got := [2]string{c.picture.codec, c.sound.codec}; got != test.want {
				t.Errorf("codecs %v, want %v", got, test.want)
			}
			ends.add(t, c)
			c.sound.checkContiguous(t)
		})
	}
}

// TestSoundContinuesFromPieceToPiece begins a new file at a key frame, every two seconds, and records the sound into one more file.
func TestSoundContinuesFromPieceToPiece(t *testing.T) {
	t.Parallel()
	publish(t, rtcnode.Settings{})
	r := recordThrough(t, "splitmuxsink name=m muxer-factory=matroskamux location=FILE-%d max-size-time=2000000000 "+
		"send-keyframe-requests=true copy. ! queue ! whole.audio_0 matroskamux name=whole ! filesink location=FILE.whole", "",
		"m.video", "tee name=copy ! queue ! m.audio_0")
	r.seconds(7)
	r.finish()
	pieces := files(t, r.file+"-*")
	if len(pieces) < 3 {
		t.Fatalf("%d pieces of 7 s", len(pieces))
	}
	checkPieces(t, pieces, r.file+".whole")
}

// TestPiecesOfHLSAreWhole has players fetch a piece at a time.
func TestPiecesOfHLSAreWhole(t *testing.T) {
	t.Parallel()
	publish(t, rtcnode.Settings{Codec: "H264"})
	r := recordThrough(t, "hlssink2 name=m location=FILE%d.ts playlist-location=FILE.m3u8 target-duration=2", "",
		"h264parse ! m.video", "audioconvert ! avenc_aac ! m.audio")
	r.seconds(7)
	r.finish()
	pieces := files(t, r.file+"[0-9]*.ts")
	if len(pieces) < 2 {
		t.Fatalf("%d pieces of 7 s", len(pieces))
	}
	c := read(t, r.file+".m3u8")
	c.checkEnds(t)
	c.sound.checkContiguous(t)
}

// TestBothGoOverUDP has another pipeline record what comes.
func TestBothGoOverUDP(t *testing.T) {
	t.Parallel()
	publish(t, rtcnode.Settings{Codec: "H264"})
	port := freePort(t)
	file := filepath.Join(t.TempDir(), "received.ts")
	receiver := launch.Start(t, fmt.Sprintf(
		"-e -v udpsrc address=127.0.0.1 port=%d ! identity name=udp silent=false ! filesink location=%s", port, file))
	receiver.Line("Setting pipeline to PLAYING")
	r := record(t, fmt.Sprintf("mpegtsmux name=m alignment=7 ! udpsink host=127.0.0.1 port=%d", port))
	r.seconds(4)
	r.finish()
	receiver.Interrupt()
	receiver.End()
	c := read(t, file)
	c.checkEnds(t)
	c.sound.checkContiguous(t)
}

// files returns the files that match a pattern, in the order in which they were begun.
func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return found
}

// checkPieces wants each file to begin with a key frame, and the sound of all of them, one after another, to be that of the whole file.
func checkPieces(t *testing.T, pieces []string, whole string) {
	t.Helper()
	var sound []string
	for i, file := range pieces {
		c := read(t, file)
		c.sound.checkOrder(t)
		sound = append(sound, soundOf(t, file)...)
		first := rig.Probe(t, file, "packet=flags")
		if !strings.HasPrefix(first[0], "K") {
			t.Errorf("piece %d begins with a picture of flags %s", i, first[0])
		}
		if i == len(pieces)-1 {
			c.checkEnds(t)
		}
	}
	if want := soundOf(t, whole); !slices.Equal(sound, want) {
		t.Errorf("%d pieces have %d packets of sound, and these are not the %d of the whole recording", len(pieces), len(sound), len(want))
	}
}

// soundOf returns a hash of each packet of sound in a file.
func soundOf(t *testing.T, file string) []string {
	t.Helper()
	return strings.Fields(string(probe(t, file, "-select_streams", "a", "-show_packets", "-show_data_hash", "md5",
		"-show_entries", "packet=data_hash", "-of", "csv=p=0")))
}

func freePort(t *testing.T) int {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).Port
}
