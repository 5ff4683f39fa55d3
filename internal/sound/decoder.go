package sound

import (
	"fmt"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// MaxPacket is the longest sound that one packet can hold (RFC 6716 section 2.1.4).
const MaxPacket = 120 * time.Millisecond

// Decoder decodes the packets of one track. Methods write whole samples, one for each channel, to the beginning of a
// slice, which must have room for them. It is for one goroutine at a time.
type Decoder interface {
	// Decode decodes the next packet and returns how many samples of each channel it has.
	Decode(to []int16, packet []byte) (samples int, err error)
	// Conceal makes up this many samples of each channel in place of a lost packet.
	Conceal(to []int16, samples int) error
	// Recover is like Conceal for the sound directly before a packet, which may have a copy of it in lower quality.
	Recover(to []int16, samples int, next []byte) error
	// Reset forgets all that was decoded: the next packet is of another stream.
	Reset()
	// Rate and Channels are those of the samples.
	Rate() int
	Channels() int
	// Close frees the decoder.
	Close()
}

// NewDecoder returns a decoder for a codec. It gives the number of channels that is asked for, 1 or 2, and the sample
// rate if the codec can be decoded at it, or else the next best one: see Resampler.
func NewDecoder(codec caps.Codec, rate, channels int) (Decoder, error) {
	switch codec {
	case caps.Opus:
		return newOpus(rate, channels)
	case caps.PCMU:
		return &g711{channels: channels, table: &muLaw}, nil
	case caps.PCMA:
		return &g711{channels: channels, table: &aLaw}, nil
	case caps.VP8, caps.H264, caps.VP9, caps.AV1, caps.H265:
	}
	return nil, fmt.Errorf("decode sound: %w %v", caps.ErrUnknownCodec, codec)
}

// Length returns how long samples of one channel are, at a rate in Hz.
func Length(samples int64, rate int) time.Duration {
	r := int64(rate)
	return time.Duration(samples/r)*time.Second + time.Duration(samples%r)*time.Second/time.Duration(r)
}
