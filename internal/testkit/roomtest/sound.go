package roomtest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// OpusFrame is 20 ms of silence.
var OpusFrame = []byte{0xf8, 0xff, 0xfe}

var opus = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}

// PublishOpus begins to send sound from a microphone, without redundancy.
func (p *Publisher) PublishOpus() (sid string) {
	p.t.Helper()
	return p.PublishSound(livekit.TrackSource_MICROPHONE, nil)
}

// PublishSound begins to send Opus. level, if it is not nil, says how loud each frame is, in dB below the loudest (RFC 6464), which
// is what the server finds out from who speaks.
func (p *Publisher) PublishSound(source livekit.TrackSource, level func() uint8) (sid string) {
	p.t.Helper()
	track, err := lksdk.NewLocalTrack(opus)
	Must(p.t, err)
	return p.send(track, source, "", func() {
		var options *lksdk.SampleWriteOptions
		if level != nil {
			now := level()
			options = &lksdk.SampleWriteOptions{AudioLevel: &now}
		}
		// Fails while the server is away.
		_ = track.WriteSample(media.Sample{Data: OpusFrame, Duration: FrameDuration}, options)
	})
}

// played counts the tracks of PlayOpus.
var played atomic.Int64

// PlayOpus begins to send packets of Opus in real time: the packet of each 20 ms is what packet returns for its number. Packets
// whose time is over are sent at once, unless the track was muted in the meantime.
func (p *Publisher) PlayOpus(packet func(n int) []byte, options lksdk.TrackPublicationOptions) (sid string) {
	p.t.Helper()
	const samples, muted = 960, 25
	// The server takes no track with the name of one that is just being unpublished.
	id := fmt.Sprintf("sound-%d", played.Add(1))
	track, err := webrtc.NewTrackLocalStaticRTP(opus, id, id)
	Must(p.t, err)
	begin, sent := time.Now(), -1
	out := rtp.Packet{Header: rtp.Header{Version: 2}}
	return p.publish(track, &options, FrameDuration/10, func() {
		now := int(time.Since(begin) / FrameDuration)
		if now-sent > muted {
			sent = now - 1
		}
		for sent < now {
			sent++
			out.SequenceNumber++
			out.Timestamp, out.Payload = uint32(sent*samples), packet(sent)
			_ = track.WriteRTP(&out) // fails before there is a connection
		}
	})
}

// NewRedundantPublisher is a publisher for PublishRedundant.
func NewRedundantPublisher(t testing.TB, server *devserver.Server, identity string) *Publisher {
	t.Helper()
	return NewPublisher(t, server, identity, WithRedundancy())
}

// WithRedundancy has LiveKit's SDK send and receive redundant sound, and nothing else.
func WithRedundancy() lksdk.ConnectOption {
	return lksdk.WithCodecs([]livekit.Codec{
		{Mime: webrtc.MimeTypeOpus, FmtpLine: "minptime=10;useinbandfec=1"}, {Mime: "audio/red", FmtpLine: "111/111"},
	})
}

// PublishRedundant begins to send each frame of Opus twice, the second time with the next one, as LiveKit's clients do for one
// channel. They send a frame alone where both do not fit into a packet; the server drops such a packet.
func (p *Publisher) PublishRedundant() (sid string) {
	p.t.Helper()
	const samples = 960 // in a frame
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{
		MimeType: "audio/red", ClockRate: opus.ClockRate, Channels: opus.Channels, SDPFmtpLine: "111/111",
	}, "sound", "sound")
	Must(p.t, err)
	packet := rtp.Packet{Header: rtp.Header{Version: 2}, Payload: Redundant(samples, OpusFrame, OpusFrame)}
	return p.send(track, livekit.TrackSource_MICROPHONE, "", func() {
		packet.SequenceNumber++
		packet.Timestamp += samples
		_ = track.WriteRTP(&packet) // fails before there is a connection
	})
}

// Redundant returns a payload of RED (RFC 2198) with frames of Opus, the oldest of them first, with so many samples each.
func Redundant(samples int, frames ...[]byte) []byte {
	const opus, more = 111, 0x80
	var header, data []byte
	for i, frame := range frames {
		data = append(data, frame...)
		behind := (len(frames) - 1 - i) * samples
		if behind == 0 {
			header = append(header, opus)
			continue
		}
		header = append(header, more|opus, byte(behind>>6), byte(behind<<2)|byte(len(frame)>>8), byte(len(frame)))
	}
	return append(header, data...)
}
