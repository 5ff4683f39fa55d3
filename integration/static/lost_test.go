package static

import (
	"errors"
	"fmt"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const identity = "publisher" // of who publishes unless a test says another

// way is how a track is lost.
type way string

const (
	unpublish way = "Unpublish"
	leave     way = "Leave"
)

func lose(t *testing.T, p *testpublisher.Publisher, how way) {
	t.Helper()
	if how == leave {
		p.Close()
		return
	}
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, properties string) *play.Pipeline {
	t.Helper()
	return play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" "+properties+play.Sink)
}

func TestLostTrackEndsTheStream(t *testing.T) {
	for name, row := range map[string]struct {
		properties string
		lost       way
	}{
		"LeaveWithoutSettings":       {"", leave},
		"LeaveOfTheOneNamed":         {"participant=" + identity, leave},
		"LeaveWithWaitAndNobodyName": {"on-track-lost=wait", leave},
		"LeaveWithEOS":               {"on-track-lost=eos participant=" + identity, leave},
		"UnpublishWithEOS":           {"on-track-lost=eos", unpublish},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			publisher := rig.Publish(t, testpublisher.Config{})
			p := start(t, row.properties)
			p.Frame()
			lose(t, publisher, row.lost)
			p.AwaitEnd()
			if warnings := p.Said(gst.MessageWarning); len(warnings) > 0 {
				t.Error(warnings)
			}
		})
	}
}

// TestLostTrackEndsTheStreamThoughOthersPublish: whoever else is there is nothing to go on with.
func TestLostTrackEndsTheStreamThoughOthersPublish(t *testing.T) {
	for name, row := range map[string]struct {
		properties string
		lost       way
		want       gst.MessageType
	}{
		"LeaveWithError":     {"on-track-lost=error", leave, gst.MessageError},
		"LeaveWithEOS":       {"on-track-lost=eos", leave, gst.MessageEOS},
		"UnpublishWithError": {"on-track-lost=error", unpublish, gst.MessageError},
		"UnpublishWithEOS":   {"on-track-lost=eos", unpublish, gst.MessageEOS},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			publisher := rig.Publish(t, testpublisher.Config{Width: 160, Height: 90})
			p := start(t, row.properties)
			p.Frame()
			rig.Publish(t, testpublisher.Config{Width: 160, Height: 90, Identity: "another"})
			lose(t, publisher, row.lost)
			p.AwaitType(row.want)
		})
	}
}

// The end reaches whoever is linked after it.
func TestEndIsSentToWhoeverIsLinkedLater(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! fakesink name=first")
	p.Log("first", "sink").AwaitKind("buffer")
	first := p.Element("first")
	p.Element("src").Unlink(first)
	if err := errors.Join(p.Remove(first), first.SetState(gst.StateNull)); err != nil {
		t.Fatal(err)
	}
	log := p.Log("src", "src")
	lose(t, publisher, leave)
	log.AwaitKind("eos")
	p.Replace("src", "queue ! fakesink")
	p.AwaitEnd()
}

func TestLostTrackIsAnError(t *testing.T) {
	for _, how := range []way{leave, unpublish} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			publisher := rig.Publish(t, testpublisher.Config{})
			says := fmt.Sprintf("track %s of %q ended", publisher.TrackSID(), publisher.Identity())
			if how == leave {
				says = (&room.ParticipantLeftError{Identity: publisher.Identity()}).Error()
			}
			p := start(t, "on-track-lost=error")
			p.Frame()
			lose(t, publisher, how)
			m := p.AwaitType(gst.MessageError)
			if m.Domain != rig.Resource || m.Code != rig.Read || m.Text != says {
				t.Errorf("got %v, want %s %d, with %q", m, rig.Resource, rig.Read, says)
			}
		})
	}
}

func TestRepublishedTrackGoesOnInTheSameStream(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			publisher := rig.Publish(t, testpublisher.Config{Codec: codec})
			p := start(t, "")
			frames := p.Frames(10)
			for range 2 {
				lose(t, publisher, unpublish)
				if err := publisher.Republish(); err != nil {
					t.Fatal(err)
				}
				frames = append(frames, p.Frames(20)...)
			}
			rig.CheckFlow(t, frames)
			if n := len(p.Said(gst.MessageStreamStart)); n != 1 {
				t.Errorf("%d streams began, want 1", n)
			}
		})
	}
}

func TestParticipantThatComesBackGoesOn(t *testing.T) {
	for name, codecs := range map[string][2]testpublisher.Codec{
		"SameCodec":    {testpublisher.VP8, testpublisher.VP8},
		"AnotherCodec": {testpublisher.VP8, testpublisher.H264},
		"AndBack":      {testpublisher.H264, testpublisher.VP8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := rig.Publish(t, testpublisher.Config{Codec: codecs[0]})
			p := start(t, "on-track-lost=wait participant="+identity)
			frames := p.Frames(10)
			first.Close()
			rig.Publish(t, testpublisher.Config{Codec: codecs[1]})
			frames = append(frames, p.Frames(30)...)
			rig.CheckFlow(t, frames)
		})
	}
}

// TestPublisherThatCrashesAndComesBackGoesOn has a robot start again: the server, which has not noticed yet that it is gone, does not
// say that it left.
func TestPublisherThatCrashesAndComesBackGoesOn(t *testing.T) {
	t.Parallel()
	first := rig.PublishNode(t, rtcnode.Settings{})
	p := start(t, "on-track-lost=wait participant=publisher")
	frames := p.Frames(10)
	first.Kill()
	rig.PublishNode(t, rtcnode.Settings{})
	frames = append(frames, p.Frames(30)...)
	for i, f := range frames[1:] {
		if f.PTS <= frames[i].PTS {
			t.Errorf("PTS %v after %v", f.PTS, frames[i].PTS)
		}
	}
}

func TestRepublishInAnotherCodecGoesOn(t *testing.T) {
	t.Parallel()
	switcher := rig.NewSwitcher(t, identity)
	switcher.Publish(testpublisher.VP8)
	p := start(t, "")
	frames := p.Frames(10)
	for _, codec := range []testpublisher.Codec{testpublisher.H264, testpublisher.VP8} {
		switcher.Unpublish()
		switcher.Publish(codec)
		frames = append(frames, p.Frames(30)...)
	}
	for i, f := range frames[1:] {
		if f.PTS <= frames[i].PTS {
			t.Errorf("PTS %v after %v", f.PTS, frames[i].PTS)
		}
	}
}

func TestElementThatIsFirstWaitsForThePublisher(t *testing.T) {
	t.Parallel()
	p := start(t, "identity=viewer")
	rig.AwaitParticipant(t, "viewer")
	rig.Publish(t, testpublisher.Config{})
	rig.CheckFlow(t, p.Frames(20))
}
