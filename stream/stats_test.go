package stream_test

import (
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestStatsCountEveryTrack(t *testing.T) {
	t.Parallel()
	p := newPlayer(t)
	s := join(t).fromPublisher(t)
	if stats := s.Stats(); stats != (stream.Stats{}) {
		t.Errorf("before the first track: %+v", stats)
	}
	const frames = 10
	var before stream.Stats
	for i, mimeType := range []string{webrtc.MimeTypeVP8, webrtc.MimeTypeH264, webrtc.MimeTypeVP8} {
		stop := p.publishCamera(mimeType)
		mustRead(t, s, frames)
		s.RequestKeyFrame() // the stream begins with one that nobody has to ask for
		for asked := roomtest.Patient(t); s.Stats().KeyFrameRequests == before.KeyFrameRequests && asked.Err() == nil; {
			mustRead(t, s, 1)
		}
		stats := s.Stats()
		least := uint64(frames * (i + 1))
		for name, n := range map[string][2]uint64{
			"packets":            {stats.Packets, least},
			"bytes":              {stats.Bytes, max(12*stats.Packets, before.Bytes+1)},
			"access units":       {stats.AccessUnits, least},
			"key frames":         {stats.KeyFrames, uint64(i + 1)},
			"key frame requests": {stats.KeyFrameRequests, before.KeyFrameRequests + 1},
			"decoded frames":     {stats.Decoded, least},
		} {
			if n[0] < n[1] {
				t.Errorf("track %d: %d %s, want %d at least", i, n[0], name, n[1])
			}
		}
		if "video/"+stats.Codec != mimeType || stats.Decoder == "" || stats.Decoder == before.Decoder {
			t.Errorf("%s is counted as %s of %q", mimeType, stats.Codec, stats.Decoder)
		}
		if stats.Jitter <= 0 || stats.Jitter > 10*time.Second {
			t.Errorf("the jitter is %v", stats.Jitter)
		}
		before = stats
		stop()
	}
	roomtest.Leave(p.room)
	mustEnd(t, s)
	ended := s.Stats()
	s.Close()
	if closed := s.Stats(); closed != ended || closed.Packets < before.Packets || closed.Decoded < before.Decoded {
		t.Errorf("%+v while receiving, %+v at the end, %+v after it", before, ended, closed)
	}
}

func TestPausedStreamCountsWhatItDrops(t *testing.T) {
	t.Parallel()
	p := newPlayer(t)
	p.publishCamera(webrtc.MimeTypeVP8)
	s := join(t).fromPublisher(t)
	mustRead(t, s, 3)
	s.SetPaused(true)
	for deadline := time.Now().Add(patience); s.Stats().DroppedPaused < 10; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%+v", s.Stats())
		}
	}
	s.SetPaused(false)
	mustRead(t, s, 10)
}
