package conformance_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testtone"
	"github.com/gst-livekit/gst-livekit/stream"
)

// originalSound are the rows of the comparison with the original's AudioStream, by the names that it gives them. Its
// noise_cancellation is left out: it is a closed module of LiveKit Cloud.
//
//	             the original                               ours
//	create       AudioStream(track), from_track,            AudioFromTrack, AudioFromParticipant
//	             from_participant
//	iterate      async for event in stream                  Next, Frames
//	event        frame                                      frame, times, whether it is concealed or silent
//	sample_rate  48000; any, resampled                      48000; 8000 to 192000
//	num_channels 1; mixed                                   1; 1 or 2, mixed
//	frame_size_ms  10                                       10 ms; 2.5 ms to 1 s
//	capacity     unbounded, or the oldest are dropped       bounded, the oldest are dropped and counted; Unbounded
//	frame        data, sample_rate, num_channels,           the same, and Duration
//	             samples_per_channel, duration
//	to_wav_bytes on the frame                               WAV
//	from_participant  goes on after a republish             the same, contiguous
//	end          never told to from_track, the rest is lost io.EOF behind the rest
//	aclose       may hang                                   Close wakes and waits
//	mute         silent frames                              the same; Muted; WithoutSilence
//	errors       an assertion                               typed errors
var originalSound = []string{
	"create", "iterate", "event", "sample_rate", "num_channels", "frame_size_ms", "capacity", "frame", "to_wav_bytes",
	"from_participant", "end", "aclose", "mute", "errors",
}

// speaker publishes a tone, as participant "publisher".
type speaker struct {
	*roomtest.Publisher
	packets [][]byte
	sid     string
}

func (p *speaker) publish() {
	p.sid = p.PlayOpus(func(n int) []byte { return p.packets[n%len(p.packets)] },
		lksdk.TrackPublicationOptions{Source: livekit.TrackSource_MICROPHONE})
}

// soundRows test them.
var soundRows = []struct {
	name string
	test func(t *testing.T, p *speaker, participant *lksdk.RemoteParticipant)
}{
	{"create", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		if f := nextTone(t, hear(t, participant)).Frame; f.SampleRate != 48000 || f.Channels != 1 || f.SamplesPerChannel != 480 {
			t.Errorf("%d samples at %d Hz in %d channels", f.SamplesPerChannel, f.SampleRate, f.Channels)
		}
	}},
	{"iterate", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		frames := 0
		for _, err := range hear(t, participant).Frames(patient(t)) {
			must(t, err)
			if frames++; frames == 10 {
				return
			}
		}
		t.Errorf("%d frames", frames)
	}},
	{"event", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		if e := nextTone(t, hear(t, participant)); e.TimestampUs == 0 || e.ReceivedAt.IsZero() || e.Concealed || e.Silence {
			t.Errorf("%+v", e)
		}
	}},
	{"sample_rate", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		for _, rate := range []int{8000, 16000, 44100} {
			s := hear(t, participant, stream.WithSampleRate(rate))
			checkHertz(t, s, rate, 1)
			must(t, s.Close())
		}
	}},
	{"num_channels", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		checkHertz(t, hear(t, participant, stream.WithChannels(2)), 48000, 2)
	}},
	{"frame_size_ms", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		for _, d := range []time.Duration{2500 * time.Microsecond, 60 * time.Millisecond, time.Second} {
			s := hear(t, participant, stream.WithFrameDuration(d))
			if f := nextSound(t, s).Frame; f.Duration() != d || len(f.Data) != int(48000*d/time.Second) {
				t.Errorf("a frame of %v", f.Duration())
			}
			must(t, s.Close())
		}
	}},
	{"capacity", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		s := hear(t, participant, stream.WithCapacity(2))
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		for s.Stats().Dropped < 10 {
			select {
			case <-ticker.C:
			case <-patient(t).Done():
				t.Fatalf("a reader that does not read: %+v", s.Stats())
			}
		}
	}},
	{"frame", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		s := hear(t, participant)
		before := nextTone(t, s)
		data, kept := before.Frame.Data, slices.Clone(before.Frame.Data)
		for range 100 {
			e := nextSound(t, s)
			if got := e.TimestampUs - before.TimestampUs; got < 9_999 || got > 10_001 {
				t.Fatalf("a frame %d us after the one before", got)
			}
			before = e
		}
		if !slices.Equal(data, kept) {
			t.Error("a frame changed after it was read")
		}
	}},
	{"to_wav_bytes", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		f := nextTone(t, hear(t, participant)).Frame
		data := bytes.NewBuffer(nil)
		must(t, binary.Write(data, binary.LittleEndian, f.Data))
		if wav := f.WAV(); !bytes.HasPrefix(wav, []byte("RIFF")) || !bytes.HasSuffix(wav, data.Bytes()) || len(wav) != 44+2*480 {
			t.Errorf("%x", wav)
		}
	}},
	{"from_participant goes on after a republish", func(t *testing.T, p *speaker, participant *lksdk.RemoteParticipant) {
		s := hear(t, participant, stream.WithCapacity(stream.Unbounded))
		nextTone(t, s)
		p.Unpublish(p.sid)
		for !nextSound(t, s).Silence {
		}
		p.publish()
		nextTone(t, s)
	}},
	{"end", func(t *testing.T, p *speaker, participant *lksdk.RemoteParticipant) {
		s := hear(t, participant, stream.WithCapacity(stream.Unbounded))
		nextTone(t, s)
		p.Leave()
		<-s.Done()
		frames := uint64(0)
		for _, err := range s.Frames(patient(t)) {
			must(t, err)
			frames++
		}
		if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) || frames == 0 || s.Stats().Dropped != 0 {
			t.Errorf("%v behind %d frames of %+v", err, frames, s.Stats())
		}
	}},
	{"aclose", func(t *testing.T, p *speaker, participant *lksdk.RemoteParticipant) {
		p.Unpublish(p.sid)
		s := hear(t, participant)
		result := make(chan error, 1)
		go func() {
			_, err := s.Next(t.Context())
			result <- err
		}()
		must(t, s.Close())
		if err := <-result; !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Next: %v", err)
		}
	}},
	{"mute", func(t *testing.T, p *speaker, participant *lksdk.RemoteParticipant) {
		s := hear(t, participant)
		nextTone(t, s)
		p.Mute(p.sid, true)
		for e := nextSound(t, s); !e.Silence || !s.Muted(); e = nextSound(t, s) {
		}
		p.Mute(p.sid, false)
		nextTone(t, s)
	}},
	{"errors", func(t *testing.T, _ *speaker, participant *lksdk.RemoteParticipant) {
		if _, err := stream.AudioFromParticipant(participant, livekit.TrackSource_CAMERA); !errors.Is(err, stream.ErrNotAudio) {
			t.Errorf("a camera: %v", err)
		}
		if _, err := stream.AudioFromParticipant(participant, livekit.TrackSource_MICROPHONE, stream.WithSampleRate(1)); !errors.Is(err, stream.ErrUnknownSound) {
			t.Errorf("1 Hz: %v", err)
		}
	}},
}

func TestRowsOfTheOriginalsSound(t *testing.T) {
	packets := testtone.Encode(t, "", 1)
	for _, row := range soundRows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := &speaker{Publisher: roomtest.NewPublisher(t, server, publisherIdentity), packets: packets}
			p.publish()
			row.test(t, p, join(t, publisherIdentity))
		})
	}
}

func TestEveryRowOfTheOriginalsSoundHasItsTest(t *testing.T) {
	for _, name := range originalSound {
		tested := 0
		for _, row := range soundRows {
			if row.name == name || strings.HasPrefix(row.name, name+" ") {
				tested++
			}
		}
		if tested == 0 {
			t.Errorf("no test is named for %q", name)
		}
	}
}

func nextSound(t *testing.T, s *stream.AudioStream) stream.AudioFrameEvent {
	t.Helper()
	event, err := s.Next(patient(t))
	must(t, err)
	return event
}

// nextTone returns the next frame that is loud.
func nextTone(t *testing.T, s *stream.AudioStream) stream.AudioFrameEvent {
	t.Helper()
	for {
		if e := nextSound(t, s); !e.Silence && !e.Concealed && testtone.Level(e.Frame.Data) > -12 {
			return e
		}
	}
}

// checkHertz wants the tone in the last channel, as far as the clock of the publisher is known at the beginning.
func checkHertz(t *testing.T, s *stream.AudioStream, rate, channels int) {
	t.Helper()
	nextTone(t, s)
	var samples []int16
	for len(samples) < rate {
		f := nextSound(t, s).Frame
		if f.SampleRate != rate || f.Channels != channels {
			t.Fatalf("a frame at %d Hz in %d channels", f.SampleRate, f.Channels)
		}
		samples = append(samples, testtone.Channel(f.Data, channels-1, channels)...)
	}
	if got := testtone.Frequency(samples, rate); math.Abs(got-testtone.Hertz) > testtone.Hertz*0.02 {
		t.Errorf("the tone has %v Hz at %d Hz", got, rate)
	}
}
