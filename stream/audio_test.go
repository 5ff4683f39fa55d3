package stream_test

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testtone"
	"github.com/gst-livekit/gst-livekit/stream"
)

const microphone = livekit.TrackSource_MICROPHONE

// speaker publishes a tone in the test's own room, as participant "speaker".
type speaker struct {
	*roomtest.Publisher
	packets [][]byte
	sid     string
}

// speak publishes a tone that goes through a filter in gst-launch's language.
func speak(t *testing.T, filter string, channels int) *speaker {
	t.Helper()
	p := &speaker{Publisher: roomtest.NewPublisher(t, server, "speaker"), packets: testtone.Encode(t, filter, channels)}
	p.publish()
	return p
}

func (p *speaker) publish() {
	p.sid = p.PlayOpus(func(n int) []byte { return p.packets[n%len(p.packets)] }, lksdk.TrackPublicationOptions{Source: microphone})
}

// mustHear fails the test or hands on a stream that is closed at its end.
func mustHear(t *testing.T) func(*stream.AudioStream, error) *stream.AudioStream {
	t.Helper()
	return func(s *stream.AudioStream, err error) *stream.AudioStream {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
}

// hear opens a stream on the microphone of the usual speaker.
func (a application) hear(t *testing.T, options ...stream.AudioOption) *stream.AudioStream {
	t.Helper()
	return mustHear(t)(stream.AudioFromParticipant(a.Participant(t, "speaker"), microphone, options...))
}

func mustNextSound(t *testing.T, s *stream.AudioStream) stream.AudioFrameEvent {
	t.Helper()
	event, err := s.Next(patient(t))
	if err != nil {
		t.Fatalf("Next: %v", err)
	}
	return event
}

// until reads frames up to one for which ok holds.
func until(t *testing.T, s *stream.AudioStream, ok func(stream.AudioFrameEvent) bool) stream.AudioFrameEvent {
	t.Helper()
	for {
		if event := mustNextSound(t, s); ok(event) {
			return event
		}
	}
}

func isSound(e stream.AudioFrameEvent) bool {
	return !e.Silence && !e.Concealed && !e.ReceivedAt.IsZero()
}
func isSilence(e stream.AudioFrameEvent) bool { return e.Silence }

// isTone reports whether a frame is loud.
func isTone(e stream.AudioFrameEvent) bool {
	return isSound(e) && testtone.Level(testtone.Channel(e.Frame.Data, 0, e.Frame.Channels)) > -12
}

// mustEndSound reads to the end.
func mustEndSound(t *testing.T, s *stream.AudioStream) (events []stream.AudioFrameEvent) {
	t.Helper()
	for event, err := range s.Frames(patient(t)) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, event)
	}
	if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the last frame: %v, want io.EOF", err)
	}
	return events
}

// checkFollows wants a frame to begin where another one has ended.
func checkFollows(t *testing.T, before, event stream.AudioFrameEvent) {
	t.Helper()
	if got, want := event.TimestampUs-before.TimestampUs, before.Frame.Duration().Microseconds(); got < want-1 || got > want+1 {
		t.Errorf("a frame is %d us after one of %d us", got, want)
	}
}

// checkTone listens for so long and wants the tone in one of the channels.
func checkTone(t *testing.T, s *stream.AudioStream, channel int, length time.Duration) {
	t.Helper()
	last := until(t, s, isTone)
	var samples []int16
	for heard := time.Duration(0); heard < length; {
		event := mustNextSound(t, s)
		checkFollows(t, last, event)
		last = event
		f := event.Frame
		if f.SamplesPerChannel*f.Channels != len(f.Data) {
			t.Fatalf("%d samples of %d channels in %d numbers", f.SamplesPerChannel, f.Channels, len(f.Data))
		}
		samples = append(samples, testtone.Channel(f.Data, channel, f.Channels)...)
		heard += f.Duration()
	}
	// A packet that is late is concealed, and may cost a wave.
	if got := testtone.Frequency(samples, last.Frame.SampleRate); math.Abs(got-testtone.Hertz) > 1.5/length.Seconds() {
		t.Errorf("the tone has %v Hz", got)
	}
	want := 20*math.Log10(testtone.Volume) - 3.01
	if got := testtone.Level(samples); math.Abs(got-want) > 0.5 {
		t.Errorf("the tone has %v dB, want %v", got, want)
	}
}

func TestAudioTrackGivesThePublishedTone(t *testing.T) {
	t.Parallel()
	began := time.Now()
	speak(t, "", 1)
	s := mustHear(t)(stream.AudioFromTrack(join(t).NextSubscription(t).Track))
	event := until(t, s, isTone)
	f := event.Frame
	if f.SampleRate != 48000 || f.Channels != 1 || f.SamplesPerChannel != 480 || f.Duration() != 10*time.Millisecond {
		t.Errorf("a frame of %d samples at %d Hz in %d channels, which is %v", f.SamplesPerChannel, f.SampleRate, f.Channels, f.Duration())
	}
	if event.TimestampUs <= 0 || event.ReceivedAt.Before(began) || event.ReceivedAt.After(time.Now()) {
		t.Errorf("due at %d us, received at %v", event.TimestampUs, event.ReceivedAt)
	}
	checkTone(t, s, 0, time.Second)
	if stats := s.Stats(); stats.Codec != "opus" || stats.Packets < 50 || stats.Bytes < 12*50 || stats.Decoded < 100 || stats.Dropped != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestAudioInOtherForms(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	app := join(t)
	for name, row := range map[string]struct {
		rate, channels int
		frame          time.Duration
		samples        int
	}{
		"a recognizer's": {16000, 1, 20 * time.Millisecond, 320},
		"the least":      {8000, 1, 2500 * time.Microsecond, 20},
		"a CD's":         {44100, 2, 10 * time.Millisecond, 441},
		"32 kHz":         {32000, 1, 30 * time.Millisecond, 960},
		"the most":       {192000, 2, time.Second, 192000},
	} {
		t.Run(name, func(t *testing.T) {
			s := app.hear(t, stream.WithSampleRate(row.rate), stream.WithChannels(row.channels), stream.WithFrameDuration(row.frame),
				stream.WithLatency(200*time.Millisecond))
			f := mustNextSound(t, s).Frame
			if f.SampleRate != row.rate || f.Channels != row.channels || f.SamplesPerChannel != row.samples {
				t.Errorf("%d samples at %d Hz in %d channels", f.SamplesPerChannel, f.SampleRate, f.Channels)
			}
			checkTone(t, s, row.channels-1, time.Second)
			if s.Latency() != 200*time.Millisecond {
				t.Errorf("the latency is %v", s.Latency())
			}
			s.Close()
		})
	}
}

func TestAudioOfTwoChannels(t *testing.T) {
	t.Parallel()
	speak(t, "audiopanorama panorama=-1 method=simple", 2)
	app := join(t)
	s := app.hear(t, stream.WithChannels(2))
	f := until(t, s, isTone).Frame
	if left, right := testtone.Level(testtone.Channel(f.Data, 0, 2)), testtone.Level(testtone.Channel(f.Data, 1, 2)); right > left-20 {
		t.Errorf("%v dB on the left, %v dB on the right", left, right)
	}
}

func TestAudioGoesOnAfterRepublishAndMute(t *testing.T) {
	t.Parallel()
	p := speak(t, "", 1)
	s := join(t).hear(t, stream.WithCapacity(stream.Unbounded))
	last := until(t, s, isTone)
	follow := func(what string, ok func(stream.AudioFrameEvent) bool) {
		for found := false; !found; {
			event, err := s.Next(patient(t))
			if err != nil {
				t.Fatalf("waiting for %s: %v", what, err)
			}
			checkFollows(t, last, event)
			last, found = event, ok(event)
		}
	}
	p.Unpublish(p.sid)
	follow("silence without a track", isSilence)
	p.publish()
	follow("another track", isTone)
	p.Mute(p.sid, true)
	follow("silence of a muted track", func(e stream.AudioFrameEvent) bool { return isSilence(e) && s.Muted() })
	p.Mute(p.sid, false)
	follow("sound of an unmuted track", func(e stream.AudioFrameEvent) bool { return isTone(e) && !s.Muted() })
	p.Leave()
	mustEndSound(t, s)
	if stats := s.Stats(); stats.Silence == 0 || stats.Dropped != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestAudioWithoutSilenceWaits(t *testing.T) {
	t.Parallel()
	p := speak(t, "", 1)
	app := join(t)
	s := app.hear(t, stream.WithoutSilence())
	last := until(t, s, isTone)
	p.Mute(p.sid, true)
	app.Await(t, "a mute", s.Muted)
	ended := time.Now()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 800*time.Millisecond)
		event, err := s.Next(ctx)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if err != nil || event.Silence {
			t.Fatalf("%v, %+v", err, event)
		}
		last = event
	}
	p.Mute(p.sid, false)
	event := until(t, s, isTone)
	if gap := time.Duration(event.TimestampUs-last.TimestampUs) * time.Microsecond; gap < 100*time.Millisecond || gap > time.Since(ended)+time.Second {
		t.Errorf("%v after the last frame", gap)
	}
	checkTone(t, s, 0, 100*time.Millisecond)
}

func TestPausedAudioLeavesThePauseOut(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	s := join(t).hear(t)
	last := until(t, s, isTone)
	s.SetPaused(true)
	mustBecome(t, func() bool { return s.Stats().DroppedPaused >= 50 })
	s.SetPaused(false)
	for {
		event := mustNextSound(t, s)
		if gap := event.TimestampUs - last.TimestampUs; gap > 500_000 {
			if !isSound(event) {
				t.Errorf("the first frame behind the pause is %+v", event)
			}
			return
		}
		if event.Silence {
			t.Fatal("the pause is filled with silence")
		}
		last = event
	}
}

func TestSlowReaderLosesTheOldestSound(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	app := join(t)
	for name, row := range map[string]struct {
		options []stream.AudioOption
		want    uint64
	}{
		"capacity 7":    {[]stream.AudioOption{stream.WithCapacity(7)}, 7},
		"below 1":       {[]stream.AudioOption{stream.WithCapacity(-1)}, 1},
		"not asked for": {nil, uint64((stream.DefaultAudioCapacity + stream.DefaultAudioLatency) / stream.DefaultFrameDuration)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := app.hear(t, row.options...)
			mustBecome(t, func() bool { return s.Stats().Dropped >= 20 })
			s.End()
			mustReceive(t, s.Done(), "the end of receiving")
			events := mustEndSound(t, s)
			if stats := s.Stats(); uint64(len(events)) != row.want || stats.Decoded-stats.Dropped != row.want {
				t.Errorf("%d frames are left of %+v, want %d", len(events), stats, row.want)
			}
			for i := 1; i < len(events); i++ {
				checkFollows(t, events[i-1], events[i])
			}
		})
	}
}

func TestEncryptedAudioNeedsItsKey(t *testing.T) {
	t.Parallel()
	key, err := lksdk.DeriveKeyFromString(roomPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	p := &speaker{Publisher: roomtest.NewPublisher(t, server, "speaker"), packets: testtone.Encode(t, "", 1)}
	for i, clear := range p.packets {
		if p.packets[i], err = lksdk.EncryptGCMAudioSample(clear, key, 0); err != nil {
			t.Fatal(err)
		}
	}
	p.sid = p.PlayOpus(func(n int) []byte { return p.packets[n%len(p.packets)] },
		lksdk.TrackPublicationOptions{Source: microphone, Encryption: livekit.Encryption_GCM})
	changes := make(chan error, 100)
	s := join(t).hear(t, stream.WithDecryptErrors(func(err error) { changes <- err }))
	err = mustReceive(t, changes, "an error without a key")
	var failure *stream.DecryptError
	if !errors.As(err, &failure) || failure.TrackSID != p.sid || !errors.Is(err, stream.ErrNoEncryptionKey) {
		t.Errorf("without a key: %v", err)
	}
	for passphrase, want := range map[string]error{"another passphrase": stream.ErrWrongEncryptionKey} {
		if err := s.SetEncryptionKey(passphrase); err != nil {
			t.Fatal(err)
		}
		if err := mustReceive(t, changes, "an error with the wrong key"); !errors.Is(err, want) {
			t.Errorf("with the wrong key: %v", err)
		}
	}
	if err := s.SetEncryptionKeyAt(0, roomPassphrase); err != nil {
		t.Fatal(err)
	}
	if err := mustReceive(t, changes, "success with the right key"); err != nil {
		t.Errorf("with the right key: %v", err)
	}
	checkTone(t, s, 0, 200*time.Millisecond)
	if s.Stats().Undecryptable == 0 {
		t.Errorf("%+v", s.Stats())
	}
}
