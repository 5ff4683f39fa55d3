package conformance_test

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testtone"
	"github.com/gst-livekit/gst-livekit/stream"
)

const (
	rate = stream.DefaultSampleRate
	// leadSeconds is for both to get used to the clock of the publisher, and toneSeconds how long the tone between two silences is.
	leadSeconds, toneSeconds = 8, 10
	// onePacket is the tolerance for the number of our samples, because the tone swells in its first packet. The original changes the
	// length of what it plays when it changes its delay, which a busy machine makes it do.
	onePacket, theirDelay = rate / 50, rate / 5
)

// toneIn returns where the one tone in the sound begins and ends. What is much softer than it is silence; the shortest silence
// is longer than half of a wave.
func toneIn(samples []int16) (begin, end int) {
	const loud, wave = 32768 * testtone.Volume / 64, rate / testtone.Hertz
	begin = -1
	for i, s := range samples {
		if s > -loud && s < loud {
			continue
		}
		if begin < 0 || i-end > 10*wave && end-begin < rate {
			begin = i
		}
		end = i + 1
	}
	return begin, end
}

// TestSoundSideBySideWithTheOriginal has the original and ours listen to silence, a tone of ten seconds, and silence.
func TestSoundSideBySideWithTheOriginal(t *testing.T) {
	const packets = 50 // a second
	tone := testtone.Encode(t, "", 1)
	speaker := roomtest.NewPublisher(t, server, publisherIdentity)
	silent := make(chan struct{})
	speaker.PlayOpus(func(n int) []byte {
		switch begin := leadSeconds * packets; {
		case n < begin:
			return roomtest.OpusFrame
		case n < begin+toneSeconds*packets:
			return tone[n%len(tone)]
		case n == begin+(toneSeconds+2)*packets:
			close(silent)
		}
		return roomtest.OpusFrame
	}, lksdk.TrackPublicationOptions{Source: livekit.TrackSource_MICROPHONE})

	directory := t.TempDir()
	peer, err := rtcnode.Start(rtcnode.Settings{
		Role: "receive", URL: server.URL(), Token: token(t, "original"), Directory: directory, Listen: true,
	})
	must(t, err)
	t.Cleanup(peer.Kill)
	s := hear(t, join(t, publisherIdentity), stream.WithCapacity(stream.Unbounded))
	_, err = peer.Await("sound")
	must(t, err)

	var ours []int16
	for ended := false; !ended; {
		event, err := s.Next(patient(t))
		must(t, err)
		ours = append(ours, event.Frame.Data...)
		select {
		case <-silent:
			ended = true
		default:
		}
	}
	must(t, peer.Close())
	data, err := os.ReadFile(filepath.Join(directory, "sound.s16"))
	must(t, err)
	theirs := make([]int16, len(data)/2)
	for i := range theirs {
		theirs[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
	}

	measure := func(name string, samples []int16) (count int, level, hertz float64) {
		begin, end := toneIn(samples)
		if end-begin < rate {
			t.Fatalf("%s: no tone in %d samples", name, len(samples))
		}
		middle := samples[begin+rate : end-rate]
		count, level, hertz = end-begin, testtone.Level(middle), testtone.Frequency(middle, rate)
		t.Logf("%s: %d samples of the tone, %.2f dB, %.3f Hz", name, count, level, hertz)
		return count, level, hertz
	}
	ourCount, ourLevel, ourHertz := measure("ours", ours)
	theirCount, theirLevel, theirHertz := measure("the original's", theirs)
	t.Logf("%+v", s.Stats())
	if difference := ourCount - theirCount; difference < -theirDelay || difference > theirDelay {
		t.Errorf("%d samples of the tone, and %d of the original's", ourCount, theirCount)
	}
	if want := toneSeconds * rate; ourCount < want-onePacket || ourCount > want+onePacket {
		t.Errorf("%d samples of the tone, want %d", ourCount, want)
	}
	if math.Abs(ourLevel-theirLevel) > 0.5 {
		t.Errorf("the tone has %v dB, the original's %v dB", ourLevel, theirLevel)
	}
	for name, hertz := range map[string]float64{"ours": ourHertz, "the original's": theirHertz} {
		if math.Abs(hertz-testtone.Hertz) > 0.5 {
			t.Errorf("%s: the tone has %v Hz", name, hertz)
		}
	}
}

// hear opens a stream on the participant's microphone.
func hear(t *testing.T, participant *lksdk.RemoteParticipant, options ...stream.AudioOption) *stream.AudioStream {
	t.Helper()
	s, err := stream.AudioFromParticipant(participant, livekit.TrackSource_MICROPHONE, options...)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}
