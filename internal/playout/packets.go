package playout

import (
	"bytes"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
)

// packetRate is in what a stream of packets is counted: the samples of Opus.
const packetRate = 48000

// silentPacket is a packet of silence.
type silentPacket struct {
	data   []byte
	length time.Duration
}

// silentPackets returns the packets of silence of a codec, from the longest to the shortest.
func silentPackets(codec caps.Codec) []silentPacket {
	switch codec { //nolint:exhaustive // the others are video
	case caps.PCMU:
		return []silentPacket{
			{bytes.Repeat([]byte{0xff}, 160), 20 * time.Millisecond}, {bytes.Repeat([]byte{0xff}, 20), 2500 * time.Microsecond},
		}
	case caps.PCMA:
		return []silentPacket{
			{bytes.Repeat([]byte{0xd5}, 160), 20 * time.Millisecond}, {bytes.Repeat([]byte{0xd5}, 20), 2500 * time.Microsecond},
		}
	}
	// The first byte says that there is one frame in full bandwidth, and how long it is (RFC 6716 section 3.1); the rest
	// is what LiveKit's server and browsers send for silence.
	return []silentPacket{
		{[]byte{0xf8, 0xff, 0xfe}, 20 * time.Millisecond},
		{[]byte{0xf0, 0xff, 0xfe}, 10 * time.Millisecond},
		{[]byte{0xe8, 0xff, 0xfe}, 5 * time.Millisecond},
		{[]byte{0xe0, 0xff, 0xfe}, 2500 * time.Microsecond},
	}
}

// packets is the form of a stream that is not decoded.
type packets struct {
	timeline *Timeline
	silent   []silentPacket
}

func (p *packets) close()            {}
func (p *packets) skip(*audio.Frame) {}

// play gives a packet, which cannot be cut or made longer: it only comes a little earlier or later.
func (p *packets) play(f *audio.Frame, cut, move time.Duration) error {
	if cut > f.Duration/2 {
		return nil
	}
	p.timeline.anchor += within(move, f.Duration, fastPace)
	return p.give(Sound, f.Data, f.Duration, f)
}

func (p *packets) conceal(d time.Duration, _ *audio.Frame) error { return p.make(Concealed, d) }
func (p *packets) silence(d time.Duration) error                 { return p.make(Silent, d) }

// make gives packets of silence. What is left, shorter than the shortest of them, is a time without sound.
func (p *packets) make(kind Kind, d time.Duration) error {
	if p.timeline.config.Silence != Always {
		return p.timeline.fillSilence(d)
	}
	for _, silent := range p.silent {
		for ; d >= silent.length; d -= silent.length {
			if err := p.give(kind, silent.data, silent.length, nil); err != nil {
				return err
			}
		}
	}
	p.timeline.anchor += d
	return nil
}

func (p *packets) give(kind Kind, packet []byte, length time.Duration, f *audio.Frame) error {
	p.timeline.piece.Samples, p.timeline.piece.Packet = nil, packet
	return p.timeline.give(kind, p.timeline.samplesIn(length), f)
}
