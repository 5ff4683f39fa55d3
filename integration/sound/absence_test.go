package sound

import (
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

const matroska = "matroskamux name=m ! filesink location=FILE"

// TestMicrophoneMayBeAbsent records a camera whose microphone does what microphones do. The sound has no gap all the same.
func TestMicrophoneMayBeAbsent(t *testing.T) {
	ends := newEnds(t)
	for name, play := range map[string]func(*testing.T) *recording{
		"MutedInTheMiddle": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			r := record(t, matroska)
			r.seconds(2)
			tell(t, p, "muteTone", "mutedTone")
			r.seconds(2)
			tell(t, p, "unmuteTone", "unmutedTone")
			r.seconds(2)
			return r
		},
		"MutedFromTheStart": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			tell(t, p, "muteTone", "mutedTone")
			r := record(t, matroska)
			r.seconds(3)
			tell(t, p, "unmuteTone", "unmutedTone")
			r.seconds(2)
			return r
		},
		"PublishedLate": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{Later: []string{"tone"}})
			r := record(t, matroska)
			r.seconds(3)
			tell(t, p, "publishTone", "publishedTone")
			r.seconds(3)
			return r
		},
		"Republished": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			r := record(t, matroska)
			r.seconds(2)
			tell(t, p, "unpublishTone", "unpublishedTone")
			r.seconds(2)
			tell(t, p, "publishTone", "publishedTone")
			r.seconds(3)
			return r
		},
		"NeverThere": func(t *testing.T) *recording {
			publish(t, rtcnode.Settings{Later: []string{"tone"}})
			r := record(t, matroska)
			r.seconds(3)
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := play(t)
			r.finish()
			c := read(t, r.file)
			ends.add(t, c)
			c.sound.checkContiguous(t)
		})
	}
}

// muxers is what TestCameraMayBeAbsent records with, untouched and with encoders between the sources and the muxer. All of them wait for
// the picture, matroskamux up to GStreamer 1.24.
var muxers = []struct {
	name, codec, pipeline, picture, sound string
	cases                                 []string // nil for all
}{
	{"Matroska", "VP8", matroska, "m.", "m.", nil},
	{"MatroskaFLAC", "VP8", matroska, "m.", "audioconvert ! flacenc ! m.", []string{middle}},
	{"MP4", "H264", mp4, "m.", "m.", []string{middle, never}},
	{"MP4AAC", "VP8", mp4, "x264enc speed-preset=ultrafast tune=zerolatency ! m.", "audioconvert ! avenc_aac ! m.", []string{middle, never}},
	{"MPEGTS", "H264", "mpegtsmux name=m ! filesink location=FILE", "m.", "m.", []string{middle, never}},
	{"PicturesAllTheTime", "VP8", matroska, picturesAllTheTime, "m.", []string{late, middle}},
	{"Pieces", "H264", "splitmuxsink name=m location=FILE", "h264parse ! m.video", "m.audio_0", []string{never}},
}

const (
	mp4    = "mp4mux name=m ! filesink location=FILE"
	middle = "MutedInTheMiddle"
	late   = "PublishedLate"
	never  = "NeverThere"

	// picturesAllTheTime is in docs/guide/sound.md.
	picturesAllTheTime = "compositor ! video/x-raw,format=I420,width=640,height=360,framerate=30/1 ! x264enc tune=zerolatency ! m."
)

// beside lets sound pass that no muxer stops.
const beside = " livekitaudiosrc room=ROOM participant=publisher ! identity name=time silent=false ! fakesink async=false sync=false"

// TestCameraMayBeAbsent is the same the other way round. No sound is lost, though the muxer waits.
func TestCameraMayBeAbsent(t *testing.T) {
	ends := newEnds(t)
	for name, play := range map[string]struct {
		later []string // what is not published from the start
		play  func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording
		alone bool // the sound ends without a picture beside it
	}{
		middle: {play: func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording {
			r := record()
			r.seconds(2)
			tell(t, p, "mute", "muted")
			r.more("time", 100)
			tell(t, p, "unmute", "unmuted")
			r.seconds(2)
			return r
		}},
		"Republished": {play: func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording {
			r := record()
			r.seconds(2)
			tell(t, p, "unpublish", "unpublished")
			r.more("time", 100)
			tell(t, p, "publish", "published")
			r.seconds(2)
			return r
		}},
		"MutedFromTheStart": {play: func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording {
			tell(t, p, "mute", "muted")
			r := record()
			r.more("time", 100)
			tell(t, p, "unmute", "unmuted")
			r.seconds(2)
			return r
		}},
		"MutedAtTheEnd": {alone: true, play: func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording {
			r := record()
			r.seconds(2)
			tell(t, p, "mute", "muted")
			r.more("time", 100)
			return r
		}},
		never: {later: []string{"picture"}, play: func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording {
			r := record()
			r.more("time", 100)
			return r
		}},
		late: {later: []string{"picture"}, play: func(t *testing.T, p *rtcnode.Peer, record func() *recording) *recording {
			r := record()
			r.more("time", 100)
			tell(t, p, "publish", "published")
			r.seconds(2)
			return r
		}},
	} {
		for _, muxer := range muxers {
			if muxer.cases != nil && !slices.Contains(muxer.cases, name) {
				continue
			}
			t.Run(name+"/"+muxer.name, func(t *testing.T) {
				t.Parallel()
				p := publish(t, rtcnode.Settings{Codec: muxer.codec, Later: play.later})
				r := play.play(t, p, func() *recording {
					return recordThrough(t, muxer.pipeline+beside, "", muxer.picture, muxer.sound)
				})
				r.finish()
				c := read(t, r.file)
				if !play.alone {
					ends.add(t, c)
				}
				c.sound.checkContiguous(t)
			})
		}
	}
}

// TestRecordingThatEndsAtOnceIsAFile ends it before any sound and picture, in a room without anybody. Players open it all the same. Of a
// transport stream that is so short, ffprobe does not know what it is, and flacenc complains of its own events.
func TestRecordingThatEndsAtOnceIsAFile(t *testing.T) {
	for _, muxer := range muxers {
		if muxer.name == "MPEGTS" || muxer.name == "MatroskaFLAC" {
			continue
		}
		t.Run(muxer.name, func(t *testing.T) {
			t.Parallel()
			r := recordThrough(t, muxer.pipeline, "", muxer.picture, muxer.sound)
			r.Line("Setting pipeline to PLAYING")
			r.finish()
			if c := read(t, r.file); c.picture.codec == "" || c.sound.codec == "" {
				t.Errorf("streams of %q and %q", c.picture.codec, c.sound.codec)
			}
		})
	}
}
