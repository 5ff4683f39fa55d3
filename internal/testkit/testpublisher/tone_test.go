package testpublisher_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/sound"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// pictureAndSound waits for both tracks.
func (s *subscriber) pictureAndSound() (picture, sound subscribed) {
	s.t.Helper()
	for picture.sid == "" || sound.sid == "" {
		track := await(s.t, s.tracks, "track")
		if strings.HasPrefix(track.codec, "audio/") {
			sound = track
		} else {
			picture = track
		}
	}
	return picture, sound
}

// bursts decodes a track of sound and returns the RTP timestamps at which count bursts begin, and the track's SSRC.
func (s *subscriber) bursts(sid string, count int) (begin []uint32, ssrc uint32) {
	s.t.Helper()
	const rate, loud, quiet = 48000, 2000, 48000 / 5
	decoder, err := sound.NewDecoder(caps.Opus, rate, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer decoder.Close()
	samples := make([]int16, rate*sound.MaxPacket/time.Second)
	silent := 0
	for len(begin) < count {
		next := s.media()
		if next.sid != sid {
			continue
		}
		ssrc = next.packet.SSRC
		n, err := decoder.Decode(samples, next.packet.Payload)
		if err != nil {
			s.t.Fatal(err)
		}
		for i, sample := range samples[:n] {
			switch {
			case max(sample, -sample) < loud:
				silent++
			case silent > quiet:
				begin = append(begin, next.packet.Timestamp+uint32(i))
				fallthrough
			default:
				silent = 0
			}
		}
	}
	return begin, ssrc
}

func TestBurstsAreAtWholeSecondsBySenderReports(t *testing.T) {
	server := startServer(t)
	publish(t, server, testpublisher.Config{Tone: true})
	subscriber := subscribe(t, server, "room")
	_, sound := subscriber.pictureAndSound()
	bursts, ssrc := subscriber.bursts(sound.sid, 3)
	report := await(t, subscriber.reports, "sender report")
	for report.SSRC != ssrc {
		report = await(t, subscriber.reports, "sender report of sound")
	}
	for _, burst := range bursts {
		if off := offSecond(burst, report); off.Abs() > 2*time.Millisecond {
			t.Errorf("the burst at %d is %v off a whole second, by the report of %d", burst, off, report.RTPTime)
		}
	}
}

// offSecond is the distance of a timestamp of sound to the nearest whole second of the clock of a report.
func offSecond(timestamp uint32, report *rtcp.SenderReport) time.Duration {
	const rate = 48000
	fraction := time.Duration(report.NTPTime & (1<<32 - 1) * uint64(time.Second) >> 32)
	at := fraction + time.Duration(int32(timestamp-report.RTPTime))*time.Second/rate
	return at - at.Round(time.Second)
}

func TestToneIsMutedUnpublishedAndPublishedWithThePicture(t *testing.T) {
	server := startServer(t)
	publisher := publish(t, server, testpublisher.Config{Tone: true})
	subscriber := subscribe(t, server, "room")
	picture, sound := subscriber.pictureAndSound()

	for _, muted := range []bool{true, false} {
		if err := publisher.SetMuted(muted); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := await(t, subscriber.mutes, "mute of both tracks"); got != muted {
				t.Fatalf("muted is %t, want %t", got, muted)
			}
		}
	}
	subscriber.bursts(sound.sid, 1)

	if err := publisher.Unpublish(); err != nil {
		t.Fatal(err)
	}
	gone := []string{await(t, subscriber.gone, "unpublished track"), await(t, subscriber.gone, "second unpublished track")}
	if gone[0] == gone[1] || !strings.Contains(picture.sid+sound.sid, gone[0]) || !strings.Contains(picture.sid+sound.sid, gone[1]) {
		t.Errorf("tracks %q have gone, want %s and %s", gone, picture.sid, sound.sid)
	}
	if err := publisher.Republish(); err != nil {
		t.Fatal(err)
	}
	_, second := subscriber.pictureAndSound()
	if second.sid == sound.sid {
		t.Errorf("the sound is still track %s", sound.sid)
	}
	subscriber.bursts(second.sid, 1)
}

func TestToneNeedsTheTrueClock(t *testing.T) {
	publisher, err := testpublisher.Start(t.Context(), testpublisher.Config{
		URL: "ws://127.0.0.1:1", APIKey: "key", APISecret: "secret", Room: "room", Tone: true, StampedRate: 25,
	})
	if err == nil {
		publisher.Close()
		t.Fatal("Start succeeded")
	}
	if !strings.Contains(err.Error(), "stamped as 25") {
		t.Errorf("error is %v", err)
	}
}
