package video

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/picture"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Receiver assembles RTP packets into access units. Its methods may be called from any goroutine, but Run only from one
// at a time.
type Receiver struct {
	packets  *rtp.Receiver
	assembly assembly
}

// assembly is the rtp.Assembler of a Receiver. Everything that is not atomic belongs to the goroutine of Run.
type assembly struct {
	config   Config
	log      *slog.Logger
	packets  *rtp.Receiver
	epoch    time.Time   // the rtp.Receiver's
	keyAsked atomic.Bool // RequestKeyFrame was called
	report   atomic.Pointer[mediaclock.SenderReport]
	counters counters

	deliver      func(*AccessUnit) error
	depacketizer depacketizer

	unit      unit
	afterGap  bool // packets are missing before the next one
	needKey   bool // units are dropped until the next key frame
	discont   bool // something was dropped since the last delivery
	delivered bool // a unit was delivered

	skipLeading bool // units that refer to frames before the last key frame are dropped

	clock      mediaclock.Clock
	capture    mediaclock.Capture
	rotation   picture.Rotation // from the last packet with a video orientation
	keys       keyFrames
	timer      keyFrameTimer
	trailer    trailerReader
	decryption assemble.Decryption
	out        AccessUnit

	held      bool          // out is complete, but its times depend on what arrives until heldUntil
	heldUntil time.Duration // valid if held
}

// New returns a Receiver. The error is an *UnsupportedCodecError if there is no depacketizer for the codec.
func New(config Config) (*Receiver, error) {
	if depacketizers[config.Codec] == nil {
		return nil, &UnsupportedCodecError{config.Codec}
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	config.ClockRate = int64(config.Codec.ClockRate())
	r := &Receiver{assembly: assembly{config: config, log: config.Logger}}
	a := &r.assembly
	r.packets = rtp.New(config.Config, a)
	a.packets, a.epoch = r.packets, r.packets.Epoch()
	config.Sync.Begin(config.ClockRate, a.epoch)
	a.timer = keyFrameTimer{times: config.KeyFrameTimes, epoch: a.epoch}
	return r, nil
}

// SetLatency changes Config.Latency, also while a missing packet is being waited for.
func (r *Receiver) SetLatency(d time.Duration) { r.packets.SetLatency(d) }

// RequestKeyFrame asks the sender for a key frame soon. Several requests, including those of the Receiver itself, are
// combined. Before Run it applies to the next Run.
func (r *Receiver) RequestKeyFrame() {
	r.assembly.keyAsked.Store(true)
	r.packets.Wake()
}

// NeedKeyFrame says that the decoder cannot use any units before the next key frame. It may be called for each unit,
// but only by deliver.
func (r *Receiver) NeedKeyFrame() { r.assembly.keys.need(r.packets.Now()) }

// KeyFrameTimesChanged must be called after a time was added to Config.KeyFrameTimes.
func (r *Receiver) KeyFrameTimesChanged() { r.packets.Wake() }

// SenderReport takes the NTP and RTP timestamps of a sender report for the stream (RFC 3550 section 6.4.1) and the time
// of its arrival. Packets without an absolute capture time get their capture time from it. It is valid until the next
// report, the end of Run, or a restart of the sender. SenderReport returns when the report was sent, by the sender's
// wall clock, or the zero time if the sender has none.
func (r *Receiver) SenderReport(ntp uint64, rtp uint32, received time.Time) (sent time.Time) {
	report := mediaclock.NewSenderReport(ntp, rtp, received.Sub(r.assembly.epoch))
	if report == nil {
		return time.Time{}
	}
	r.assembly.report.Store(report)
	r.assembly.config.Sync.Report(report.At, rtp, received)
	return report.At
}

// Stats returns the counts so far, over all calls of Run.
func (r *Receiver) Stats() Stats {
	stats := r.assembly.counters.stats()
	stats.Stats = r.packets.Stats()
	return stats
}

// Run receives from src and calls deliver, on this goroutine, for each access unit as soon as it is complete. The first
// one is a key frame. It returns the same errors as rtp.Receiver.Run, including the error of deliver.
func (r *Receiver) Run(ctx context.Context, src rtp.PacketReader, deliver func(*AccessUnit) error) error {
	r.assembly.deliver = deliver
	defer r.assembly.report.Store(nil)
	return r.packets.Run(ctx, src)
}
