package sound

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// TestBothAreRecordedAsTheyWereSent uses each muxer that takes picture and sound.
func TestBothAreRecordedAsTheyWereSent(t *testing.T) {
	const aac = "audioconvert ! avenc_aac ! m."
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
		{"FLV", "H264", "flvmux name=m ! filesink location=FILE", "m.", aac, [2]string{"h264", "aac"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			publish(t, rtcnode.Settings{Codec: test.codec})
			r := recordThrough(t, test.pipeline, "", test.picture, test.sound)
			r.both(90)
			r.finish()
			c := read(t, r.file)
			if got := [2]string{c.picture.codec, c.sound.codec}; got != test.want {
				t.Errorf("codecs %v, want %v", got, test.want)
			}
			c.checkEnds(t)
			c.sound.checkContiguous(t)
		})
	}
}
