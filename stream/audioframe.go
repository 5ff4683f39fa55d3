package stream

import (
	"encoding/binary"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// AudioFrame is a piece of sound: signed 16-bit samples.
type AudioFrame struct {
	// Data has the samples, with the channels interleaved: left, right, left, right
	// for two of them. It belongs to the reader.
	Data              []int16
	SampleRate        int // in Hz
	Channels          int // 1 or 2
	SamplesPerChannel int
}

// Duration returns how long the sound is.
func (f *AudioFrame) Duration() time.Duration {
	return time.Duration(f.SamplesPerChannel) * time.Second / time.Duration(f.SampleRate)
}

// Bytes returns the samples in bytes, the lower one of each first, as most programs
// read them.
func (f *AudioFrame) Bytes() []byte { return f.appendTo(make([]byte, 0, 2*len(f.Data))) }

func (f *AudioFrame) appendTo(b []byte) []byte {
	for _, sample := range f.Data {
		b = binary.LittleEndian.AppendUint16(b, uint16(sample))
	}
	return b
}

// WAV returns the frame as a WAV file.
func (f *AudioFrame) WAV() []byte {
	const header, pcm, bytesPerSample = 44, 1, 2
	size := len(f.Data) * bytesPerSample
	block := f.Channels * bytesPerSample
	b := make([]byte, 0, header+size)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(header-8+size))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16) // bytes of what describes the samples
	b = binary.LittleEndian.AppendUint16(b, pcm)
	b = binary.LittleEndian.AppendUint16(b, uint16(f.Channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.SampleRate))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.SampleRate*block))
	b = binary.LittleEndian.AppendUint16(b, uint16(block))
	b = binary.LittleEndian.AppendUint16(b, 8*bytesPerSample)
	b = append(b, "data"...)
	return f.appendTo(binary.LittleEndian.AppendUint32(b, uint32(size)))
}

// AudioFrameEvent is a frame of sound with its times.
type AudioFrameEvent struct {
	Frame AudioFrame
	// TimestampUs is when to play the first sample, in microseconds on this machine's
	// monotonic clock (CLOCK_MONOTONIC), as [VideoFrameEvent]'s. A frame begins where
	// the one before it has ended, to the sample, unless there were dropped ones
	// between them, a pause, or a time without sound with [WithoutSilence]. It follows
	// the publisher's clock: now and then a frame has a few samples more or fewer of
	// the publisher's.
	TimestampUs int64
	// RTPTimestamp is that of the first sample (RFC 3550 section 5.1): at 48 kHz for
	// Opus, whatever the sample rate of the frame, and at 8 kHz for G.711. Of sound that
	// was made up, it is what it would have been.
	RTPTimestamp uint32
	// CaptureTime is when the first sample was recorded, by the publisher's clock,
	// which LiveKit's server does not change; it is the zero time if unknown. See
	// [AudioStream.ClockOffset].
	CaptureTime time.Time
	// ReceivedAt is when the first packet with sound of the frame arrived; the zero time
	// if all of it was made up.
	ReceivedAt time.Time
	// Concealed says that some of the sound was made up because packets were lost.
	Concealed bool
	// Silence says that the publisher sent no sound: the track is muted or there is
	// none, the connection is lost, or nobody speaks (discontinuous transmission).
	Silence bool
}

func newAudioEvent(f engine.SoundFrame, config *engine.SoundConfig) AudioFrameEvent {
	rate, channels := config.SampleRate, config.Channels
	return AudioFrameEvent{
		Frame: AudioFrame{
			Data: f.Samples, SampleRate: rate, Channels: channels, SamplesPerChannel: len(f.Samples) / channels,
		},
		TimestampUs:  f.PTS.Microseconds(),
		RTPTimestamp: f.RTPTimestamp,
		CaptureTime:  f.CaptureTime,
		ReceivedAt:   f.ReceivedAt,
		Concealed:    f.Concealed,
		Silence:      f.Silence,
	}
}
