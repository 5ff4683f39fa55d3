package sound

import (
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

// beside also lets sound pass that no muxer stops: matroskamux of GStreamer up to 1.24 waits for the picture.
const beside = matroska + " livekitaudiosrc room=ROOM participant=publisher ! identity name=time silent=false ! " +
	"fakesink async=false sync=false"

// TestCameraMayBeAbsent is the same the other way round. No sound is lost, though the muxer waits.
func TestCameraMayBeAbsent(t *testing.T) {
	ends := newEnds(t)
	for name, play := range map[string]func(*testing.T) *recording{
		"MutedInTheMiddle": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			r := record(t, beside)
			r.seconds(2)
			tell(t, p, "mute", "muted")
			r.more("time", 100)
			tell(t, p, "unmute", "unmuted")
			r.seconds(2)
			return r
		},
		"Republished": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			r := record(t, beside)
			r.seconds(2)
			tell(t, p, "unpublish", "unpublished")
			r.more("time", 100)
			tell(t, p, "publish", "published")
			r.seconds(2)
			return r
		},
		"MutedFromTheStart": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			tell(t, p, "mute", "muted")
			r := record(t, beside)
			r.more("time", 100)
			tell(t, p, "unmute", "unmuted")
			r.seconds(2)
			return r
		},
		"MutedAtTheEnd": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{})
			r := record(t, beside)
			r.seconds(2)
			tell(t, p, "mute", "muted")
			r.more("time", 100)
			return r
		},
		"PublishedLate": func(t *testing.T) *recording {
			p := publish(t, rtcnode.Settings{Later: []string{"picture"}})
			r := record(t, beside)
			r.more("time", 100)
			tell(t, p, "publish", "published")
			r.seconds(2)
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := play(t)
			r.finish()
			c := read(t, r.file)
			if name != "MutedAtTheEnd" {
				ends.add(t, c)
			}
			c.sound.checkContiguous(t)
		})
	}
}
