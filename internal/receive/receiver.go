package receive

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

const (
	// drainTime is how long before a gap is given up the Receiver starts to empty its source. Packets can be waiting
	// there: the callback may have been slow.
	drainTime = time.Millisecond

	// maxProbation is how near a packet has to follow one that jumped to confirm the new sequence.
	maxProbation = 100

	// maxOvertake is by how much the first packet to arrive may have overtaken the first one sent.
	maxOvertake = 16

	// maxSpare bounds the packets kept for reuse.
	maxSpare = 256
)

// Receiver makes access units of RTP packets. Its methods may be called from any goroutine, but Run only from one at a
// time.
type Receiver struct {
	config   Config
	log      *slog.Logger
	epoch    time.Time // all times inside are counted from here
	latency  atomic.Int64
	running  atomic.Bool
	keyAsked atomic.Bool // RequestKeyFrame was called
	report   atomic.Pointer[senderReport]
	wake     wake
	counters counters
	broken   atomic.Pointer[guard.Error] // ends Run

	// The rest belongs to Run.
	deliver      func(*AccessUnit) error
	depacketizer depacketizer
	header       rtp.Header
	spare        []*packet
	queue        reorder
	drainUntil   time.Duration // when the present gap is given up, if draining
	draining     bool
	keyBehind    bool   // the queue has the beginning of a key frame, behind a gap
	keyAt        uint16 // its sequence number, if keyBehind

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

	ssrc        uint32
	payloadType int // of the packet before; -1 at first
	started     bool
	probation   *packet // one that jumped, until another follows it

	unit      unit
	begun     bool // a packet was consumed since the sequence started
	afterGap  bool // packets are missing before the next one
	needKey   bool // units are dropped until a key frame
	discont   bool // something was dropped since the last delivery
	delivered bool // anything was

	skipLeading bool // units that refer to frames from before the last key frame are dropped

	clock    clock
	capture  captureClock
	rotation Rotation // of the last packet with a video orientation
	jitter   jitter
	keys     keyFrames
	timer    keyFrameTimer
	trailer  trailerReader
	cryption cryption
	out      AccessUnit

	held      bool          // out is whole, and its times depend on what comes until heldUntil
	heldUntil time.Duration // valid if held
}

// New returns a Receiver. The error is an *UnsupportedCodecError if there is no depacketizer for the codec.
func New(config Config) (*Receiver, error) {
	if depacketizers[config.Codec] == nil {
		return nil, &UnsupportedCodecError{config.Codec}
	}
	r := &Receiver{
		config:  config,
		log:     config.Logger,
		epoch:   time.Now(),
		adapted: newAdaptiveLatency(config.Adapted),
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.timer = keyFrameTimer{times: config.KeyFrameTimes, epoch: r.epoch}
	r.latency.Store(int64(config.Latency))
	return r, nil
}

// SetLatency changes Config.Latency, for a packet that is already waited for too.
func (r *Receiver) SetLatency(d time.Duration) {
	r.latency.Store(int64(d))
	r.wake.poke()
}

// RequestKeyFrame asks the sender for a key frame soon: several requests, and those that the Receiver makes by itself,
// become one. Before Run it counts for the next Run.
func (r *Receiver) RequestKeyFrame() {
	r.keyAsked.Store(true)
	r.wake.poke()
}

// KeyFrameTimesChanged is to be called after an addition to Config.KeyFrameTimes.
func (r *Receiver) KeyFrameTimesChanged() { r.wake.poke() }

// SenderReport takes the NTP and RTP timestamps of a sender report for the stream (RFC 3550 section 6.4.1) and when it
// was received. From it come the capture times of packets without an absolute capture time of their own. It counts until
// the next, the end of Run, or a restart of the sender.
func (r *Receiver) SenderReport(ntp uint64, rtp uint32, received time.Time) {
	if at := ntpTime(ntp); !at.IsZero() { // zero is a sender without a wall clock
		r.report.Store(&senderReport{at: at, timestamp: rtp, received: received.Sub(r.epoch)})
	}
}

// Stats returns what happened so far, in all calls of Run.
func (r *Receiver) Stats() Stats {
	return r.counters.stats()
}

// Run receives from src and calls deliver, on this goroutine, for each access unit as soon as it is complete, the first
// being a key frame. It returns
//   - io.EOF when src ended; what was waiting behind a gap is delivered before,
//   - ctx.Err() when ctx is done, promptly, and also while no packets come,
//   - the error of deliver, as it is,
//   - a *CodecChangedError,
//   - or another error of src, wrapped.
//
// The read deadline of src is Run's. When Run returns it is cleared, and src can be read on. Run can be called again,
// for instance with the track that took the place of this one.
func (r *Receiver) Run(ctx context.Context, src PacketReader, deliver func(*AccessUnit) error) error {
	if !r.running.CompareAndSwap(false, true) {
		return errors.New("receiver runs already")
	}
	defer r.running.Store(false)
	if err := ctx.Err(); err != nil {
		return err
	}
	r.reset()
	r.deliver = deliver
	r.wake.open(src)
	defer r.wake.close()
	defer r.report.Store(nil)
	defer r.hurry(false)
	defer context.AfterFunc(ctx, guard.Func("receive: stop", r, r.wake.poke))()

	p := r.take()
	for {
		now := r.now()
		if r.wake.take() {
			if err := r.broken.Load(); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.keyAsked.Swap(false) {
				r.keys.request()
			}
			r.timer.look()
		}
		if err := r.tick(now); err != nil {
			return err
		}
		if err := r.wake.set(r.deadline(now)); err != nil {
			return fmt.Errorf("set read deadline: %w", err)
		}

		n, _, err := src.Read(p.buf[:])
		switch {
		case err == nil:
			kept, err := r.receive(p, n, r.now())
			if err != nil {
				return err
			}
			if kept {
				p = r.take()
			}
		case isTimeout(err):
		case n > 0:
			// A packet that src would not pass, such as one with a payload type which was not negotiated.
			r.counters.malformed.Add(1)
			r.log.Debug("packet refused", "err", err)
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, net.ErrClosed):
			return r.end()
		default:
			return fmt.Errorf("read rtp: %w", err)
		}
	}
}

// Panicked implements guard.Owner: Run returns the error.
func (r *Receiver) Panicked(err *guard.Error) {
	r.broken.Store(err)
	r.wake.poke()
}

func isTimeout(err error) bool {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func (r *Receiver) now() time.Duration {
	return time.Since(r.epoch)
}

// reset makes the state that of a Receiver which has seen no packet.
func (r *Receiver) reset() {
	r.empty()
	r.dismiss()
	r.started, r.held = false, false
	r.payloadType = -1
	r.restart()
	r.discont, r.delivered = false, false
	r.clock.reset(r.config.Codec)
	r.jitter = jitter{rate: r.clock.rate}
	r.keys = keyFrames{repeat: r.keys.repeat}
	r.keys.begin(r.now())
	r.timer.waits = false
	r.timer.look()
	r.cryption = cryption{}
}

// restart forgets the stream but not that units were delivered.
func (r *Receiver) restart() {
	r.depacketizer = depacketizers[r.config.Codec]()
	r.unit.open = false
	r.begun, r.afterGap = false, false
	r.needKey = true
	r.nacks.forget()
	r.clock.restart()
	r.capture = captureClock{rate: int64(r.config.Codec.ClockRate())}
	r.rotation = Rotation{}
	r.skipLeading = false
}

// take returns a packet to read into.
func (r *Receiver) take() *packet {
	if n := len(r.spare); n > 0 {
		p := r.spare[n-1]
		r.spare = r.spare[:n-1]
		return p
	}
	return new(packet)
}

func (r *Receiver) release(p *packet) {
	if len(r.spare) < maxSpare {
		r.spare = append(r.spare, p)
	}
}

// tick does what is due by time alone.
func (r *Receiver) tick(now time.Duration) error {
	if r.held && now >= r.heldUntil {
		if err := r.stampHeld(r.queue.count == 0); err != nil {
			return err
		}
	}
	if err := r.tickGap(now); err != nil {
		return err
	}
	if r.timer.due(now) {
		r.keys.request()
	}
	if r.config.Congested != nil && r.keys.isDue(now) && r.config.Congested() {
		r.keys.leaveToServer(now + congestionPoll)
	}
	if r.keys.due(now) {
		r.askRoundTrip(now)
		r.counters.keyFrameRequests.Add(1)
		r.log.Debug("request key frame")
		if r.config.RequestKeyFrame != nil {
			r.config.RequestKeyFrame()
			if r.losing(now) {
				r.config.RequestKeyFrame() // this link may lose one
			}
		}
	}
	return nil
}

// deadline returns when Read has to return at the latest, zero for never. It changes seldom, because setting it costs
// more than a packet.
func (r *Receiver) deadline(now time.Duration) time.Time {
	at, ok := r.keys.next()
	if gap, missing := r.gapDeadline(now); missing && (!ok || gap < at) {
		at, ok = gap, true
	}
	if r.held && (!ok || r.heldUntil < at) {
		at, ok = r.heldUntil, true
	}
	if r.timer.set && (!ok || r.timer.at < at) {
		at, ok = r.timer.at, true
	}
	if !ok {
		return time.Time{}
	}
	return r.epoch.Add(at)
}

// receive takes the n bytes that were read into p. It reports whether it kept p.
func (r *Receiver) receive(p *packet, n int, now time.Duration) (kept bool, err error) {
	r.counters.packets.Add(1)
	r.counters.bytes.Add(uint64(n))
	if err := p.parse(&r.header, n, now); err != nil {
		r.counters.malformed.Add(1)
		r.log.Debug("packet is not rtp", "size", n, "err", err)
		return false, nil
	}
	p.extensions = readExtensions(&r.header, r.config.VideoOrientationID, r.config.AbsCaptureTimeID)
	if !r.started {
		r.started = true
		r.ssrc = p.ssrc
		r.start(p)
	}
	if p.ssrc != r.ssrc {
		return r.jump(p, now)
	}
	return r.place(p, now)
}

// start begins a sequence with p. If nothing can be decoded from p on, it may have overtaken what it needs.
func (r *Receiver) start(p *packet) {
	first := p.sequence
	if len(p.payload) > 0 && !r.depacketizer.look(p.payload).entry {
		first -= maxOvertake
		r.keys.missed()
	}
	r.queue.start(first)
}

// place puts p into its place in the sequence, and consumes what is in sequence then. It reports whether it kept p.
func (r *Receiver) place(p *packet, now time.Duration) (kept bool, err error) {
	end := r.queue.end
	place, reordered := r.queue.push(p)
	if reordered {
		r.counters.reordered.Add(1)
	}
	switch place {
	case placeNext, placeStored:
	case placeDuplicate:
		r.counters.duplicates.Add(1)
		return false, nil
	case placeLate:
		r.counters.late.Add(1)
		return false, nil
	case placeJump:
		if r.queue.full(p.sequence) {
			if err := r.skip(now); err != nil {
				return false, err
			}
			return r.place(p, now)
		}
		return r.jump(p, now)
	}
	if reordered {
		r.counters.recovered.Add(1)
	}
	r.dismiss()
	r.noteArrival(p, end, reordered, now)
	if len(p.payload) > 0 {
		r.counters.jitter.Store(int64(r.jitter.observe(p.timestamp, p.arrival)))
	} else {
		r.counters.padding.Add(1)
	}

	if place == placeStored {
		if g := r.depacketizer.look(p.payload); g.key && !g.blank {
			r.keys.arriving(now, r.nacks.trip())
			r.unheard = r.unheard && r.keys.deaf
			if g.entry && !(r.keyBehind && r.queue.isSameUnit(r.keyAt, p)) {
				r.keyBehind, r.keyAt = true, p.sequence
			}
		} else if r.keyBehind && r.queue.isSameUnit(r.keyAt, p) {
			r.keys.goesOn(now)
		}
		if r.adaptive() && p.sequence-end >= maxMissing && !reordered {
			return true, r.skip(now)
		}
		return true, r.skipUnneeded(now)
	}
	if err := r.consume(p, now); err != nil {
		return false, err
	}
	return false, r.advance(now)
}

// jump takes a packet that does not belong to the sequence. One such may be a stray; two that follow on each other are
// a sender that restarted. It reports whether it kept p.
func (r *Receiver) jump(p *packet, now time.Duration) (kept bool, err error) {
	first := r.probation
	switch {
	case first != nil && first.ssrc == p.ssrc && first.sequence == p.sequence:
		r.counters.duplicates.Add(1)
		return false, nil
	case first == nil || first.ssrc != p.ssrc || p.sequence-first.sequence > maxProbation:
		r.dismiss()
		r.probation = p
		return true, nil
	}

	if err := r.stampHeld(true); err != nil {
		return false, err
	}
	r.log.Warn("rtp sequence restarts", "ssrc", p.ssrc, "sequence", first.sequence)
	r.probation = nil
	r.empty()
	if r.unit.open {
		r.drop("cut off")
	}
	r.lose()
	r.restart()
	r.report.Store(nil)
	r.ssrc = first.ssrc
	r.start(first)
	if kept, err := r.place(first, now); err != nil {
		return false, err
	} else if !kept {
		r.release(first)
	}
	return r.place(p, now)
}

// dismiss forgets the packet on probation.
func (r *Receiver) dismiss() {
	if r.probation != nil {
		r.release(r.probation)
		r.probation = nil
	}
}

// empty forgets the packets behind a gap.
func (r *Receiver) empty() {
	for p := r.queue.drain(); p != nil; p = r.queue.drain() {
		r.release(p)
	}
	r.closeGap()
	r.nacks.forget()
}
