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

// Receiver passes the packets of one track to an [Assembler], in order. Run does everything. Code with its own loop can
// call the steps instead: Start, then repeatedly Tick, Deadline and Receive, and finally End.
//
// While neither Run nor such a loop is active, only Wake, SetLatency and Stats may be called. These three may be called
// from any goroutine at any time; everything else only by the goroutine of Run, which is also the Assembler's.
type Receiver struct {
	config    Config
	assembler Assembler
	log       *slog.Logger
	epoch     time.Time
	latency   atomic.Int64
	running   atomic.Bool
	wake      wake
	counters  counters
	broken    atomic.Pointer[guard.Error] // an internal error that ends Run

	// The fields below belong to the goroutine of Run.
	header      rtp.Header
	spare       []*Packet
	buffer      *Packet // for the next packet; nil if another one has to be taken
	queue       reorder
	drainUntil  time.Duration // when the present gap is given up, if draining
	draining    bool
	entryBehind bool   // a packet in the queue, behind a gap, can be used without any earlier one
	entryAt     uint16 // the sequence number of that packet, if entryBehind

	nacks     nacks
	adapted   adaptiveLatency
	unheard   bool          // nothing is retransmitted in the present gap
	foreseen  int           // how many retransmissions of the missing packets the latency allows for
	gapAt     time.Duration // when a packet was last missing; valid if gapped
	gapped    bool
	trippedAt time.Duration // when the round-trip time was last queried; valid if tripped
	tripped   bool
	hurrying  bool // the source was told that packets are missing
	losses    losses
	jitter    jitter

	ssrc        uint32
	payloadType int // of the previous packet; -1 at first
	started     bool
	probation   *Packet // a packet with a jump in its sequence number, until another one follows it
	begun       bool    // a packet was consumed since the sequence started
}

// New returns a Receiver that passes its packets to an Assembler.
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

// Epoch returns the moment to which times are relative. It may be called from any goroutine.
func (r *Receiver) Epoch() time.Time { return r.epoch }

// Now returns the time since Epoch.
func (r *Receiver) Now() time.Duration { return time.Since(r.epoch) }

// SetLatency changes Config.Latency, also while a missing packet is being waited for.
func (r *Receiver) SetLatency(d time.Duration) {
	r.latency.Store(int64(d))
	r.Wake()
}

// Wake makes Run call the Assembler's Woken, and check all deadlines again. Before Run it applies to the next Run.
func (r *Receiver) Wake() { r.wake.poke() }

// Stats returns the counts so far, over all calls of Run.
func (r *Receiver) Stats() Stats { return r.counters.stats() }

// Run receives from src until it ends. It returns
//   - io.EOF when src has ended, after passing packets behind a gap to the Assembler,
//   - ctx.Err() when ctx is done, promptly, also while no packets arrive,
//   - the error of the Assembler, unwrapped,
//   - a *CodecChangedError,
//   - or another error of src, wrapped.
//
// Run uses the read deadline of src. When Run returns, the deadline is cleared, and src can be read further. Run can be
// called again, for instance with the track that follows this one.
func (r *Receiver) Run(ctx context.Context, src PacketReader) error {
	if !r.running.CompareAndSwap(false, true) {
		return errors.New("receiver is already running")
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
			// src refuses some packets, such as one with a payload type that was not negotiated.
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
	if timeout, is := err.(net.Error); is { //nolint:errorlint // nearly all are not wrapped, and errors.As allocates
		return timeout.Timeout()
	}
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// Start resets the state to that of a Receiver which has seen no packet.
func (r *Receiver) Start() {
	r.empty()
	r.dismiss()
	r.started, r.begun = false, false
	r.payloadType = -1
	r.jitter = jitter{rate: r.config.ClockRate}
	r.assembler.Reset(r.Now())
}

// Buffer returns the memory into which to read the next packet.
func (r *Receiver) Buffer() []byte {
	if r.buffer == nil {
		r.buffer = r.take()
	}
	return r.buffer.buf[:]
}

// Receive processes the packet of n bytes in Buffer, which has just arrived.
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

// Tick does what is due at this time.
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

// Deadline returns the latest time to call Tick, zero for never. It changes rarely, because setting the read deadline
// of a source costs more than a packet.
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

// End passes the packets behind gaps to the Assembler, and makes it deliver everything. It returns io.EOF, or an error
// of the Assembler.
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
