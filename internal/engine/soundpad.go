package engine

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

// muxerPatience is how much sound is kept for a muxer. Many wait for the other stream: mp4mux always, and matroskamux before GStreamer
// 1.26, for as long as a camera is muted or not there. Without the sound of that time, there would be a hole in the recording. It takes
// about a megabyte a minute, and samples of two channels at 48 kHz, for an encoder in between, 12 MB.
const muxerPatience = 10 * time.Minute

// complaintInterval is how often the user is told that sound is dropped, at most.
const complaintInterval = 10 * time.Second

// soundPad is the output to the pad of an element: a chain, which another one replaces when downstream wants something
// else, or when the codec changes.
type soundPad struct {
	sound *Sound
	mu    sync.Mutex // guards chain, for setLatency
	chain *chain.Chain

	codec     soundCodec // of the last track
	known     bool       // a track was there
	form      chain.SoundForm
	resampler *sound.Resampler // nil if the decoder gives the rate
	anchor    time.Duration    // with a resampler: where the sample with number 0 is
	count     int64            // and how many there were since
	floats    []float32
	piece     chain.Piece
	complaint time.Time // when the user was last told that sound is dropped
}

// prepare implements soundOutput. Without a track it stays with what there is.
func (p *soundPad) prepare(track *room.Track, codec soundCodec) error {
	if track == nil && p.known {
		codec = p.codec
	}
	if p.chain != nil && p.codec.codec == codec.codec && !p.chain.Outdated() {
		return nil
	}
	if p.chain != nil && p.codec.codec == codec.codec {
		codec.channels = p.codec.channels // a file that has begun cannot change them
	}
	p.codec, p.known = codec, p.known || track != nil
	return p.replace(track)
}

func (p *soundPad) replace(track *room.Track) error {
	config := &p.sound.config
	form, err := config.Pad.WantSound(chain.SoundOffer{
		Codec: p.codec.codec, Channels: p.codec.channels,
		Raw: config.Format != SoundEncoded, Encoded: config.Format != SoundRaw,
	})
	if err == nil {
		err = p.setForm(form)
	}
	if err != nil {
		return &UnsupportedCodecError{MimeType: p.codec.codec.MimeType(), Err: err}
	}
	id := "livekit/sound"
	if track != nil {
		id = fmt.Sprintf("livekit/%s/%s", track.Identity, track.SID)
	}
	capacity := config.Capacity
	if capacity >= 0 && !config.Unsynchronized {
		capacity += config.MaxSyncDelay
	}
	p.drop()
	c, err := chain.New(chain.Config{
		Codec: form.Codec, Sound: &form, SoundCapacity: capacity, MuxerCapacity: muxerPatience,
		Pad: config.Pad, StreamID: id, Latency: p.sound.Latency(),
	})
	if err != nil {
		return err
	}
	p.sound.setCodec(p.codec.codec)
	if track != nil {
		c.SetTitle(track.Name)
	}
	p.mu.Lock()
	p.chain = c
	p.mu.Unlock()
	p.sound.started.Store(true)
	c.SetLatency(p.sound.Latency()) // it may have changed in the meantime
	config.Logger.Info("sound", "caps", form.Caps)
	return nil
}

// setForm makes the timeline give what a form needs.
func (p *soundPad) setForm(form chain.SoundForm) error {
	if form == p.form {
		return nil
	}
	p.form = form
	p.closeResampler()
	if !form.Raw {
		p.sound.timeline.SetPackets(form.Codec)
		return nil
	}
	decoder, err := sound.NewDecoder(form.Codec, form.Rate, form.Channels)
	if err != nil {
		return err
	}
	p.sound.timeline.SetDecoder(form.Codec, decoder)
	if decoder.Rate() != form.Rate {
		p.resampler = sound.NewResampler(decoder.Rate(), form.Rate, form.Channels)
		p.count = -1
	}
	return nil
}

// Take implements playout.Taker.
func (p *soundPad) Take(piece *playout.Piece) error {
	if piece.Kind == playout.Gap {
		p.count = -1
		p.chain.PushGap(piece.PTS, piece.Duration)
		return nil
	}
	p.piece = chain.Piece{
		Data: piece.Packet, Samples: piece.Samples, PTS: piece.PTS, Duration: piece.Duration, Discont: piece.Discont,
	}
	if piece.Frame != nil {
		p.piece.CaptureTime = piece.Frame.CaptureTime
	}
	if p.resampler != nil && len(piece.Samples) > 0 {
		p.resample(piece)
	}
	if p.form.Float {
		p.toFloats()
	}
	if len(p.piece.Data) == 0 && len(p.piece.Samples) == 0 && len(p.piece.Floats) == 0 {
		return nil
	}
	leaked, err := p.chain.PushSound(&p.piece)
	if leaked {
		p.overflow()
	}
	if errors.Is(err, chain.ErrOutdated) || errors.Is(err, chain.ErrStopped) {
		return nil // prepare makes another chain, or the pipeline is stopping
	}
	return err
}

// overflow counts what was dropped for the last piece.
func (p *soundPad) overflow() {
	p.sound.played.overflow.Add(int64(p.piece.Duration))
	tell, now := p.sound.config.OnOverflow, time.Now()
	if tell != nil && now.Sub(p.complaint) >= complaintInterval {
		p.complaint = now
		tell()
	}
}

// resample changes the rate of the samples, which then begin where those before them have ended.
func (p *soundPad) resample(piece *playout.Piece) {
	if piece.Discont || p.count < 0 {
		p.anchor, p.count = piece.PTS, 0
		p.resampler.Reset()
	}
	p.piece.Samples = p.resampler.Resample(piece.Samples)
	p.piece.PTS = p.anchor + sound.Length(p.count, p.form.Rate)
	p.count += int64(len(p.piece.Samples) / p.form.Channels)
	p.piece.Duration = p.anchor + sound.Length(p.count, p.form.Rate) - p.piece.PTS
}

func (p *soundPad) toFloats() {
	p.floats = p.floats[:0]
	for _, sample := range p.piece.Samples {
		p.floats = append(p.floats, float32(sample)/32768)
	}
	p.piece.Samples, p.piece.Floats = nil, p.floats
}

// offset implements soundOutput.
func (p *soundPad) offset() (time.Duration, bool) {
	running := p.sound.config.Pad.Running
	if p.chain != nil {
		running = p.chain.Running
	}
	now, at, ok := running()
	return now - at.Sub(p.sound.epoch), ok
}

func (p *soundPad) setLatency(latency time.Duration) {
	p.mu.Lock()
	c := p.chain
	p.mu.Unlock()
	if c != nil {
		c.SetLatency(latency)
	}
}

// drop closes the chain, which another one follows.
func (p *soundPad) drop() {
	p.mu.Lock()
	c := p.chain
	p.chain = nil
	p.mu.Unlock()
	if c != nil {
		c.Close()
	}
}

func (p *soundPad) end() bool { return p.chain != nil && p.chain.End() }

func (p *soundPad) closeResampler() {
	if p.resampler != nil {
		p.resampler.Close()
		p.resampler = nil
	}
}

func (p *soundPad) close() {
	p.drop()
	p.closeResampler()
}
