package stream_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// soon is after how long without a picture something is said here.
const soon = 300 * time.Millisecond

// nals are the NAL units of an H.264 byte stream.
func nals(unit []byte) (all [][]byte) {
	for _, nal := range bytes.Split(unit, []byte{0, 0, 1}) {
		if nal = bytes.TrimRight(nal, "\x00"); len(nal) > 0 {
			all = append(all, nal)
		}
	}
	return all
}

// withoutParameterSets leaves SPS and PPS out.
func withoutParameterSets(unit []byte) (rest []byte) {
	for _, nal := range nals(unit) {
		if kind := nal[0] & 31; kind != 7 && kind != 8 {
			rest = append(append(rest, 0, 0, 0, 1), nal...)
		}
	}
	return rest
}

// withoutSlices leaves of each slice only its first bytes.
func withoutSlices(unit []byte) (rest []byte) {
	for _, nal := range nals(unit) {
		if kind := nal[0] & 31; kind == 1 || kind == 5 {
			nal = nal[:2]
		}
		rest = append(append(rest, 0, 0, 0, 1), nal...)
	}
	return rest
}

func isVP8Delta(unit []byte) bool { return unit[0]&1 != 0 }

func keep(units [][]byte, wanted func([]byte) bool) [][]byte {
	return slices.DeleteFunc(slices.Clone(units), func(unit []byte) bool { return !wanted(unit) })
}

func change(units [][]byte, f func([]byte) []byte) (changed [][]byte) {
	for _, unit := range units {
		changed = append(changed, f(unit))
	}
	return changed
}

// pad makes a packet one of those that the server sends before it has a picture.
func pad(packet *rtp.Packet) (send bool) {
	packet.Padding = true
	packet.Payload = make([]byte, 255)
	packet.Payload[254] = 255
	return true
}

func TestTrackThatGivesNoPictureSaysWhy(t *testing.T) {
	t.Parallel()
	vp8 := record(t, webrtc.MimeTypeVP8, 320, 180)
	h264 := record(t, webrtc.MimeTypeH264, 320, 180)
	for name, row := range map[string]struct {
		payloadType uint8
		payloader   rtp.Payloader
		units       [][]byte
		packet      func(*rtp.Packet) (send bool)
		asks        bool
		says        string
	}{
		"NoKeyFrame": {
			payloadVP8, &codecs.VP8Payloader{}, keep(vp8, isVP8Delta), nil, true,
			`track camera \(VP8\): \d+ packets? came and no whole key frame, which its publisher was asked for (once|twice|\d+ times); `,
		},
		"NobodyAsksForAKeyFrame": {
			payloadVP8, &codecs.VP8Payloader{}, keep(vp8, isVP8Delta), nil, false,
			`track camera \(VP8\): \d+ packets? came and no whole key frame, and nobody asks its publisher for one: see WithPLIWriter$`,
		},
		"NoParameterSets": {
			payloadH264, &codecs.H264Payloader{}, change(h264, withoutParameterSets), nil, true,
			`track camera \(H264\): \d+ key frames? came without the parameter sets that decoding needs; `,
		},
		"NothingThatCanBeDecoded": {
			payloadH264, &codecs.H264Payloader{}, change(h264, withoutSlices), nil, true,
			`track camera \(H264\): decoder \w+ makes none of \d+ encoded frames; try another one: GST_PLUGIN_FEATURE_RANK=\w+:NONE$`,
		},
		"OnlyPadding": {
			payloadVP8, &codecs.VP8Payloader{}, vp8, pad, true,
			`track camera \(VP8\): only padding comes from the server: `,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			p.packet = row.packet
			p.play(t, row.payloadType, row.payloader, row.units)
			reports := make(chan *stream.NoPictureError, 100)
			var log safeBuffer
			options := []stream.Option{
				stream.WithSilenceTime(soon), stream.WithNoPicture(func(e *stream.NoPictureError) { reports <- e }),
				stream.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
			}
			if row.asks {
				options = append(options, stream.WithPLIWriter(func(webrtc.SSRC) {}))
			}
			mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "a track"), options...))
			for want := soon; want <= 2*soon; want += soon {
				report := mustReceive(t, reports, "a report")
				if says := "^no picture for [0-9.]+m?s from " + row.says; !regexp.MustCompile(says).MatchString(report.Error()) {
					t.Errorf("says %q, want %q", report, says)
				}
				if report.For < want {
					t.Errorf("said of %v, want at least %v", report.For, want)
				}
				if !strings.Contains(log.String(), `level=WARN msg="no picture"`) {
					t.Errorf("the log has nothing of it:\n%s", &log)
				}
			}
		})
	}
}

func TestTrackThatGivesNoMorePicturesSaysWhy(t *testing.T) {
	t.Parallel()
	vp8 := record(t, webrtc.MimeTypeVP8, 320, 180)
	p := newPeer(t)
	stop := p.play(t, payloadVP8, &codecs.VP8Payloader{}, vp8)
	reports := make(chan *stream.NoPictureError, 100)
	s := mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "a track"), stream.WithPLIWriter(func(webrtc.SSRC) {}),
		stream.WithSilenceTime(soon), stream.WithNoPicture(func(e *stream.NoPictureError) { reports <- e })))
	mustRead(t, s, 20)
	stop()
	for len(reports) > 0 {
		t.Logf("of a slow start: %v", <-reports)
	}
	p.sequencer.NextSequenceNumber() // a packet is lost, and no key frame follows
	p.play(t, payloadVP8, &codecs.VP8Payloader{}, keep(vp8, isVP8Delta))
	report := mustReceive(t, reports, "a report")
	if want := "no whole key frame, which its publisher was asked for"; !strings.Contains(report.Error(), want) {
		t.Errorf("says %q, want %q", report, want)
	}
}

// TestLossyTrackSaysSo loses the end of each frame.
func TestLossyTrackSaysSo(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	p.packet = func(packet *rtp.Packet) (send bool) { return !packet.Marker }
	p.play(t, payloadH264, &codecs.H264Payloader{}, record(t, webrtc.MimeTypeH264, 640, 360))
	reports := make(chan *stream.NoPictureError, 100)
	mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "a track"), stream.WithPLIWriter(func(webrtc.SSRC) {}),
		stream.WithSilenceTime(soon), stream.WithNoPicture(func(e *stream.NoPictureError) { reports <- e })))
	// It takes a moment until a packet counts as lost.
	for says := regexp.MustCompile(`\d+ packets? were received and \d+ lost, and no key frame was complete; `); ; {
		report := mustReceive(t, reports, "a report of loss")
		if says.MatchString(report.Error()) {
			break
		}
		t.Log(report)
	}
}

// TestRealPublisherWithoutKeyFramesIsTold goes through the server, which passes on nothing before a key frame.
func TestRealPublisherWithoutKeyFramesIsTold(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{Rewrite: func(e testpublisher.Encoded) []byte {
		if e.KeyFrame {
			return nil
		}
		return e.Data
	}})
	reports := make(chan *stream.NoPictureError, 100)
	join(t).fromPublisher(t, stream.WithSilenceTime(soon), stream.WithNoPicture(func(e *stream.NoPictureError) { reports <- e }))
	report := mustReceive(t, reports, "a report")
	if report.Participant != "publisher" || report.TrackSID == "" || report.Codec != "VP8" {
		t.Errorf("the report is of %+v", report)
	}
	if want := "only padding comes from the server: "; !strings.HasPrefix(report.Reason, want) {
		t.Errorf("says %q, want %q", report.Reason, want)
	}
}

// safeBuffer is written to by the stream's goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
