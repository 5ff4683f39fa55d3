package stream_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestParticipantMayPublishLater(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
	s := join(t).fromPublisher(t)
	if err := p.Republish(); err != nil {
		t.Fatal(err)
	}
	mustRead(t, s, 3)
}

func TestParticipantGoesOnAfterRepublish(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	var last stream.VideoFrameEvent
	for range 3 {
		for range 10 {
			event := mustNext(t, s)
			event.Frame.Release()
			if event.TimestampUs <= last.TimestampUs || event.ReceivedAt.Before(last.ReceivedAt) {
				t.Errorf("to be shown at %d µs after %d µs", event.TimestampUs, last.TimestampUs)
			}
			last = event
		}
		if err := p.Unpublish(); err != nil {
			t.Fatal(err)
		}
		if err := p.Republish(); err != nil {
			t.Fatal(err)
		}
	}
	mustRead(t, s, 10)
}

func TestParticipantGoesOnAfterMute(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	mustRead(t, s, 3)
	for _, muted := range []bool{true, false} {
		if err := p.SetMuted(muted); err != nil {
			t.Fatal(err)
		}
	}
	mustRead(t, s, 10)
}

func TestParticipantGoesOnAfterCodecChange(t *testing.T) {
	t.Parallel()
	p := newPlayer(t)
	s := join(t).fromPublisher(t)
	for _, mimeType := range []string{
		webrtc.MimeTypeVP8, webrtc.MimeTypeH264, webrtc.MimeTypeVP8, webrtc.MimeTypeH264,
	} {
		stop := p.publishCamera(mimeType)
		var last stream.VideoFrameEvent
		for range 10 {
			event := mustNext(t, s)
			event.Frame.Release()
			if event.TimestampUs <= last.TimestampUs {
				t.Errorf("to be shown at %d µs after %d µs", event.TimestampUs, last.TimestampUs)
			}
			last = event
		}
		stop()
	}
	roomtest.Leave(p.room)
	mustEnd(t, s)
	if stats := s.Stats(); stats.Decoded < 40 {
		t.Errorf("%d frames decoded, 40 and more were read", stats.Decoded)
	}
}

func TestReaderThatSleptThroughCodecChangesGetsTheLastCodec(t *testing.T) {
	t.Parallel()
	p := newPlayer(t)
	app := join(t)
	asleep, awake := app.fromPublisher(t), app.fromPublisher(t)
	for i := range 6 {
		stop := p.publishCamera([]string{webrtc.MimeTypeVP8, webrtc.MimeTypeH264}[i%2])
		mustRead(t, awake, 5)
		stop()
	}
	roomtest.Leave(p.room)
	events := mustEnd(t, asleep)
	if n := len(events); n == 0 || n > 3*stream.DefaultCapacity {
		t.Errorf("%d frames waited for the reader, want at most those of three decoders", n)
	}
	for i := 1; i < len(events); i++ {
		if events[i].TimestampUs <= events[i-1].TimestampUs {
			t.Errorf("frame %d is older than the one before", i)
		}
	}
	last := mustEnd(t, awake)
	if n := len(last); n > 0 && last[n-1].RTPTimestamp != events[len(events)-1].RTPTimestamp {
		t.Error("the last frame is missing")
	}
}

func TestParticipantsStreamEndsWhenItLeaves(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	mustRead(t, s, 3)
	p.Close()
	mustEnd(t, s)
}

func TestParticipantsStreamEndsWhenItLeavesWithoutATrack(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	app := join(t)
	s := mustOpen(t)(stream.FromParticipant(app.Participant(t, "publisher"), screenShare))
	result := nextInBackground(t, s)
	p.Close()
	if err := mustReceive(t, result, "the end"); !errors.Is(err, io.EOF) {
		t.Errorf("Next: %v, want io.EOF", err)
	}
}

func TestLeavingTheRoomEndsTheStream(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	app := join(t)
	byTrack, byParticipant := app.fromTrack(t), app.fromPublisher(t)
	mustRead(t, byTrack, 3)
	mustRead(t, byParticipant, 3)
	waiting := mustOpen(t)(stream.FromParticipant(app.Participant(t, "publisher"), screenShare))
	app.Leave()
	for range 2 {
		for name, s := range map[string]*stream.VideoStream{
			"track": byTrack, "participant": byParticipant, "participant without a track": waiting,
		} {
			if _, err := readAll(t, s); !errors.Is(err, io.EOF) {
				t.Errorf("stream of a %s: %v, want io.EOF", name, err)
			}
		}
	}
}

// The SDK makes new participants when it joins anew at the first attempt, and keeps the old ones when it tried to resume
// before. A stream ends in the one case and goes on in the other.
func TestServerRestartEndsTheTrackAndNeverHangs(t *testing.T) {
	t.Parallel()
	own, err := devserver.Start(patient(t), devserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(own.Stop)
	publishOn(t, own, testpublisher.Config{})
	app := joinOn(t, own)
	byTrack, byParticipant := app.fromTrack(t), app.fromPublisher(t)
	mustRead(t, byTrack, 3)
	mustRead(t, byParticipant, 3)
	if err := own.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	restarted := time.Now()
	mustEnd(t, byTrack)
	for event, err := range byParticipant.Frames(patient(t)) {
		if err != nil {
			t.Fatal(err)
		}
		event.Frame.Release()
		if event.ReceivedAt.After(restarted) {
			break
		}
	}
}

func TestAudioSourcesAreRefused(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	rp := join(t).Participant(t, "publisher")
	for _, source := range []livekit.TrackSource{
		livekit.TrackSource_MICROPHONE, livekit.TrackSource_SCREEN_SHARE_AUDIO,
	} {
		if _, err := stream.FromParticipant(rp, source); !errors.Is(err, stream.ErrNotVideo) {
			t.Errorf("%v: %v, want ErrNotVideo", source, err)
		}
	}
}

func TestAudioTracksAreRefused(t *testing.T) {
	t.Parallel()
	app := join(t)
	newPlayer(t).publish(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
		[][]byte{{0xf8, 0xff, 0xfe}}, &lksdk.TrackPublicationOptions{Source: livekit.TrackSource_MICROPHONE})
	sub := app.NextSubscription(t)
	if _, err := stream.FromTrack(sub.Track); !errors.Is(err, stream.ErrNotVideo) {
		t.Errorf("FromTrack: %v, want ErrNotVideo", err)
	}
}
