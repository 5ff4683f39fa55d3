package audio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Receiver makes frames of RTP packets. Its methods may be called from any goroutine, but Run only from one at a time.
type Receiver struct {
	packets  *rtp.Receiver
	assembly assembly
}

// assembly is the rtp.Assembler of a Receiver. Everything that is not atomic belongs to the goroutine of Run.
type assembly struct {
	config   Config
	log      *slog.Logger
	packets  *rtp.Receiver
	epoch    time.Time // the rtp.Receiver's
	report   atomic.Pointer[mediaclock.SenderReport]
	counters counters

	sequence uint16 // of the last packet taken
	blank    bool   // the server made that packet
	missing  bool   // packets before the next frame are lost for good

	given   bool          // a frame was played since the sequence of packets began; last, end and arrival are valid then
	last    uint32        // RTP timestamp of the last frame
	end     uint32        // RTP timestamp at which that frame ends
	arrival time.Duration // latest arrival of a frame
	discont bool          // the next frame is the first of a sequence of timestamps

	clock   mediaclock.Clock
	capture mediaclock.Capture
	blocks  blocks
	out     Frame

	decryption assemble.Decryption
	whole      bool   // the last packet with redundancy was encrypted as a whole
	copied     []byte // a copy of such a packet, for the other way
	ahead      opened

	held      bool          // the time of out depends on what arrives until heldUntil
	heldUntil time.Duration // valid if held
	memory    []byte        // the data of out, if held
}

// opened is a packet that was decrypted before it is taken.
type opened struct {
	valid     bool // there is such a packet
	sequence  uint16
	timestamp uint32
	payload   []byte // in memory; nil if it could not be decrypted
	memory    []byte
}

// UnsupportedCodecError is returned by [New] for a codec that is not one of sound.
type UnsupportedCodecError struct {
	Codec caps.Codec
}

func (e *UnsupportedCodecError) Error() string {
	return fmt.Sprintf("%s is not a codec of sound: want opus, PCMU or PCMA", e.Codec)
}

// New returns a Receiver. The error is an *UnsupportedCodecError if the codec is not one of sound.
func New(config Config) (*Receiver, error) {
	if !config.Codec.Valid() || config.Codec.Kind() != caps.Audio {
		return nil, &UnsupportedCodecError{config.Codec}
	}
	if config.Player == nil {
		return nil, errors.New("audio.Config needs a Player")
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
	return r, nil
}

// SetLatency changes Config.Latency, also while a missing packet is being waited for.
func (r *Receiver) SetLatency(d time.Duration) { r.packets.SetLatency(d) }

// Wake makes Run ask for the Player's Deadline again, after it has become earlier. It may be called from any goroutine.
func (r *Receiver) Wake() { r.packets.Wake() }

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

// Run receives from src and calls the Player, on this goroutine, for each frame as soon as its packet has come and all
// before it. It returns the same errors as rtp.Receiver.Run, including those of the Player.
func (r *Receiver) Run(ctx context.Context, src rtp.PacketReader) error {
	defer r.assembly.report.Store(nil)
	return r.packets.Run(ctx, src)
}
