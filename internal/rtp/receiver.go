package rtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// maxSpare bounds the packets kept for reuse.
const maxSpare = 256

// Receiver gives the packets of one track to an [Assembler], in order. Run does it all. Its steps can also be called one by
// one, by whoever has a loop of its own: Start, then Tick, Deadline and Receive again and again, and End.
//
// Until Run or Start, and after it, only Wake, SetLatency and Stats may be called. These may be called from any goroutine, at
// any time; everything else only by the goroutine of Run, which is also that of the Assembler.
type Receiver struct {
	config    Config
	assembler Assembler
	log       *slog.Logger
	epoch     time.Time
	latency   atomic.Int64
	running   atomic.Bool
	wake      wake
	counters  counters
	broken    atomic.Pointer[guard.Error] // ends Run

	// The rest belongs to the goroutine of Run.
	header      rtp.Header
	spare       []*Packet
	buffer      *Packet // that the next packet is read into; nil for another one
	queue       reorder
	drainUntil  time.Duration // when the present gap is given up, if draining
	draining    bool
	entryBehind bool   // the queue has a packet from which on all is of use, behind a gap
	entryAt     uint16 // its sequence number, if entryBehind

	nacks     nacks
	adapted   adaptiveLatency
	unheard   bool          // the present gap came while nothing is sent again
	foreseen  int           // how often the latency allows for the missing packets to be sent again
	gapAt     time.Duration // when the last packet was missed; valid if gapped
	gapped    bool
	trippedAt time.Duration // when the round trip was asked for; valid if tripped
	tripped   bool
	hurrying  bool // the source was told that packets are missing
	losses    losses
	jitter    jitter

	ssrc        uint32
	payloadType int // of the packet before; -1 at first
	started     bool
	probation   *Packet // one that jumped, until another follows it
	begun       bool    // a packet was consumed since the sequence started
}

// New returns a Receiver that gives its packets to an Assembler.
func New(config Config, assembler Assembler) *Receiver {
	r := &Receiver{
		config:    config,
		assembler: assembler,
		log:       config.Logger,
		epoch:     time.Now(),
		adapted:   newAdaptiveLatency(config.Adapted),
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.latency.Store(int64(config.Latency))
	return r
}

// Epoch is the moment from which times are counted. It may be called from any goroutine.
func (r *Receiver) Epoch() time.Time { return r.epoch }

// Now is the time since Epoch.
func (r *Receiver) Now() time.Duration { return time.Since(r.epoch) }

// SetLatency changes Config.Latency, for a packet that is already waited for too.
func (r *Receiver) SetLatency(d time.Duration) {
	r.latency.Store(int64(d))
	r.Wake()
}

// Wake has Run call the Assembler's Woken, and look at every time again. Before Run it counts for the next Run.
func (r *Receiver) Wake() { r.wake.poke() }

// Stats returns what happened so far, in all calls of Run.
func (r *Receiver) Stats() Stats { return r.counters.stats() }

// Run receives from src until it ends. It returns
//   - io.EOF when src ended; what was waiting behind a gap is given to the Assembler before,
//   - ctx.Err() when ctx is done, promptly, and also while no packets come,
//   - the error of the Assembler, as it is,
//   - a *CodecChangedError,
//   - or another error of src, wrapped.
//
// The read deadline of src is Run's. When Run returns it is cleared, and src can be read on. Run can be called again,
// for instance with the track that took the place of this one.
func (r *Receiver) Run(ctx context.Context, src PacketReader) error {
	if !r.running.CompareAndSwap(false, true) {
		return errors.New("receiver runs already")
	}
	defer r.running.Store(false)
	if err := ctx.Err(); err != nil {
		return err
	}
	r.Start()
	r.wake.open(src)
	defer r.wake.close()
	defer r.hurry(false)
	defer context.AfterFunc(ctx, guard.Func("rtp: stop", r, r.Wake))()

	for {
		now := r.Now()
		if r.wake.take() {
			if err := r.broken.Load(); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			r.assembler.Woken()
		}
		if err := r.Tick(now); err != nil {
			return err
		}
		if err := r.wake.set(r.Deadline(now)); err != nil {
			return fmt.Errorf("set read deadline: %w", err)
		}

		n, _, err := src.Read(r.Buffer())
		switch {
		case err == nil:
			if err := r.Receive(n, r.Now()); err != nil {
				return err
			}
		case isTimeout(err):
		case n > 0:
			// A packet that src would not pass, such as one with a payload type which was not negotiated.
			r.counters.malformed.Add(1)
			r.log.Debug("packet refused", "err", err)
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, net.ErrClosed):
			return r.End()
		default:
			return fmt.Errorf("read rtp: %w", err)
		}
	}
}

// Panicked implements guard.Owner: Run returns the error.
func (r *Receiver) Panicked(err *guard.Error) {
	r.broken.Store(err)
	r.Wake()
}

func isTimeout(err error) bool {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// Start makes the state that of a Receiver which has seen no packet.
func (r *Receiver) Start() {
	r.empty()
	r.dismiss()
	r.started, r.begun = false, false
	r.payloadType = -1
	r.jitter = jitter{rate: r.config.ClockRate}
	r.assembler.Reset(r.Now())
}

// Buffer returns the memory that the next packet is to be read into.
func (r *Receiver) Buffer() []byte {
	if r.buffer == nil {
		r.buffer = r.take()
	}
	return r.buffer.buf[:]
}

// Receive takes the packet of n bytes in Buffer, which came now.
func (r *Receiver) Receive(n int, now time.Duration) error {
	p := r.buffer
	r.counters.packets.Add(1)
	r.counters.bytes.Add(uint64(n))
	if err := p.parse(&r.header, n, now); err != nil {
		r.counters.malformed.Add(1)
		r.log.Debug("packet is not rtp", "size", n, "err", err)
		return nil
	}
	p.Extensions = readExtensions(&r.header, r.config.VideoOrientationID, r.config.AbsCaptureTimeID)
	if !r.started {
		r.started = true
		r.ssrc = p.SSRC
		r.begin(p)
	}
	kept, err := false, error(nil)
	if p.SSRC == r.ssrc {
		kept, err = r.place(p, now)
	} else {
		kept, err = r.jump(p, now)
	}
	if kept {
		r.buffer = nil
	}
	return err
}

// Tick does what is due by time alone.
func (r *Receiver) Tick(now time.Duration) error {
	if err := r.assembler.Tick(now, r.queue.count == 0); err != nil {
		return err
	}
	if err := r.tickGap(now); err != nil {
		return err
	}
	r.assembler.Ask(now)
	return nil
}

// Deadline returns when Tick has to be called at the latest, zero for never. It changes seldom, because setting the read
// deadline of a source costs more than a packet.
func (r *Receiver) Deadline(now time.Duration) time.Time {
	at, ok := r.assembler.Deadline()
	if gap, missing := r.gapDeadline(now); missing && (!ok || gap < at) {
		at, ok = gap, true
	}
	if !ok {
		return time.Time{}
	}
	return r.epoch.Add(at)
}

// End gives the Assembler what waits behind gaps, and has it deliver everything. It returns io.EOF, or an error of the
// Assembler.
func (r *Receiver) End() error {
	if err := r.assembler.Flush(true); err != nil {
		return err
	}
	now := r.Now()
	for r.queue.count > 0 {
		if err := r.skip(now); err != nil {
			return err
		}
	}
	if err := r.assembler.Flush(true); err != nil {
		return err
	}
	return io.EOF
}

// take returns a packet to read into.
func (r *Receiver) take() *Packet {
	if n := len(r.spare); n > 0 {
		p := r.spare[n-1]
		r.spare = r.spare[:n-1]
		return p
	}
	return new(Packet)
}

func (r *Receiver) release(p *Packet) {
	if len(r.spare) < maxSpare {
		r.spare = append(r.spare, p)
	}
}
