package testpublisher

import (
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4/pkg/media"
)

const (
	// clockRate is RTP's for video (RFC 3551, section 5).
	clockRate = 90000
	// wrapAfter keeps the first timestamp clear of 0, which the SDK takes for no timestamp, and has them wrap around soon:
	// every receiver has to stand that.
	wrapAfter = 3 * time.Second
	// sampleDuration is shorter than any distance of two frames. The SDK only uses it as that distance's lower bound;
	// from the true one it would make, rounding down, a clock that is slow.
	sampleDuration = time.Millisecond
	// maxPayload fits into an Ethernet frame with all headers.
	maxPayload = 1200
)

// sender sends access units.
type sender struct {
	config    Config
	beginning func() (time.Time, bool) // the wall clock's time at which unit times are 0
	units     int64
	// packetizer, if not nil, takes the SDK's place, which accepts no timestamp that is lower than the last, as those of B-frames
	// are, and adds a random number to all of them, which leaves them without a relation to those of sound.
	packetizer rtp.Packetizer
}

func newSender(config Config, beginning func() (time.Time, bool)) *sender {
	s := &sender{config: config, beginning: beginning}
	if config.BFrames > 0 || config.Tone {
		s.packetizer = rtp.NewPacketizer(maxPayload, 0, 0, config.Codec.payloader(), rtp.NewRandomSequencer(), clockRate)
	}
	return s
}

// timestamp returns that of the next access unit.
func (s *sender) timestamp(unit accessUnit) uint32 {
	if s.config.Tone && !unit.made.IsZero() {
		// On a busy machine a picture is made later than its source believes, and sound never is.
		if beginning, ok := s.beginning(); ok {
			return packetTimestamp(unit.made.Sub(beginning))
		}
	}
	if s.config.StampedRate == 0 {
		return packetTimestamp(unit.time)
	}
	at := time.Duration(s.units) * time.Second / time.Duration(s.config.StampedRate)
	if s.config.BFrames > 0 {
		at = time.Duration(int64(unit.time) * int64(s.config.FrameRate) / int64(s.config.StampedRate))
	}
	s.units++
	return packetTimestamp(at)
}

func (s *sender) send(track *lksdk.LocalTrack, data []byte, timestamp uint32) error {
	if s.packetizer == nil {
		return track.WriteSample(media.Sample{Data: data, Duration: sampleDuration, PacketTimestamp: timestamp}, nil)
	}
	for _, p := range s.packetizer.Packetize(data, 0) {
		p.Timestamp = timestamp
		if err := track.WriteRTP(p, nil); err != nil {
			return err
		}
	}
	return nil
}

// feed hands what the encoder makes to the track until the encoder is stopped.
func (p *Publisher) feed() {
	sender := newSender(p.config, p.encoder.beginning)
	for {
		unit, ok := p.encoder.pull()
		if !ok {
			p.fail(p.encoder.failure())
			return
		}
		p.latencies.add(unit.age)
		timestamp := sender.timestamp(unit)
		answer := unit.keyFrame && p.keyPending.Swap(false)
		track := p.receiver(unit.keyFrame)
		if track == nil {
			continue
		}
		if answer {
			p.keyFrames.Add(1)
		}
		if p.config.Encoded != nil {
			p.config.Encoded(unit.encoded())
		}
		if p.config.Rewrite != nil {
			if unit.data = p.config.Rewrite(unit.encoded()); unit.data == nil {
				continue
			}
		}
		data, err := p.frame(unit)
		if err != nil {
			p.fail(err)
			return
		}
		// Its errors are those of a connection that is going away or coming back: the room tells about them.
		if err := sender.send(track, data, timestamp); err == nil {
			p.frames.Add(1)
		}
	}
}

// fail keeps the first reason why something has stopped; nil is none.
func (p *Publisher) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
}

// receiver is the track that the next access unit goes to, or nil.
func (p *Publisher) receiver(keyFrame bool) *lksdk.LocalTrack {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.track == nil || p.muted || !p.track.IsBound() {
		return nil
	}
	if p.resume && !keyFrame {
		p.requestKeyFrame()
		return nil
	}
	p.resume = false
	return p.track
}

func packetTimestamp(t time.Duration) uint32 { return rtpTimestamp(t, clockRate) }

// rtpTimestamp is that of what was made t after the beginning.
func rtpTimestamp(t time.Duration, rate uint32) uint32 {
	timestamp := uint32(int64(t)*int64(rate)/int64(time.Second) - int64(wrapAfter/time.Second)*int64(rate))
	if timestamp == 0 {
		return 1
	}
	return timestamp
}
