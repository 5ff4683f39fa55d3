package rtp

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// subscription is a PacketReader that has a packet now and then, each with the next sequence number. It allows one reader.
type subscription struct {
	t *testing.T

	reading sync.Mutex // by its reader

	mu       sync.Mutex
	changed  chan struct{}
	deadline time.Time
	packets  [][]byte
	over     bool
	sequence uint16
	memory   *byte // that the last packet was read into
}

func newSubscription(t *testing.T) *subscription {
	return &subscription{t: t, changed: make(chan struct{})}
}

func (s *subscription) fire() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// send lets n packets arrive.
func (s *subscription) send(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		packet := make([]byte, 20)
		packet[0] = 0x80
		binary.BigEndian.PutUint16(packet[2:], s.sequence)
		s.sequence++
		s.packets = append(s.packets, packet)
	}
	s.fire()
}

// finish ends the subscription, behind what has arrived.
func (s *subscription) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.fire()
}

func (s *subscription) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	s.fire()
	return nil
}

func (s *subscription) Read(b []byte) (int, interceptor.Attributes, error) {
	if !s.reading.TryLock() {
		s.t.Error("two read at one time")
		return 0, nil, io.EOF
	}
	defer s.reading.Unlock()
	for {
		s.mu.Lock()
		changed, deadline := s.changed, s.deadline
		switch {
		case !deadline.IsZero() && !time.Now().Before(deadline):
			s.mu.Unlock()
			return 0, nil, os.ErrDeadlineExceeded
		case len(s.packets) > 0:
			n := copy(b, s.packets[0])
			s.packets = s.packets[1:]
			s.memory = &b[0]
			s.mu.Unlock()
			return n, nil, nil
		case s.over:
			s.mu.Unlock()
			return 0, nil, io.EOF
		}
		s.mu.Unlock()
		var expired <-chan time.Time
		if !deadline.IsZero() {
			expired = time.After(time.Until(deadline))
		}
		select {
		case <-changed:
		case <-expired:
		}
	}
}

// readNumber reads a packet and returns its sequence number.
func readNumber(t *testing.T, r *Reader) (uint16, *byte) {
	t.Helper()
	b := make([]byte, 100)
	n, _, err := r.Read(b)
	if err != nil || n != 20 {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	return binary.BigEndian.Uint16(b[2:]), &b[0]
}

// drained waits until a Source has no goroutine that reads.
func drained(s *Source) {
	for {
		s.mu.Lock()
		pumping := s.pumping
		s.mu.Unlock()
		if !pumping {
			s.turn.Lock()
			defer s.turn.Unlock()
			return
		}
	}
}

func TestASingleReaderReadsByItself(t *testing.T) {
	remote := newSubscription(t)
	r := NewReader()
	s, attached := Hold(remote, 90000, r)
	if !attached {
		t.Fatal("the subscription is over")
	}
	defer s.Drop()
	next := uint16(0)
	check := func(alone bool) {
		t.Helper()
		remote.send(1)
		number, memory := readNumber(t, r)
		if number != next {
			t.Errorf("packet %d, want %d", number, next)
		}
		next++
		if direct := remote.memory == memory; direct != alone {
			t.Errorf("packet %d was read by the Reader itself: %v, want %v", number, direct, alone)
		}
	}
	remote.send(1)
	if number, _ := readNumber(t, r); number != 0 { // whoever reads it
		t.Errorf("packet %d first", number)
	}
	next++
	drained(s)
	check(true)
	check(true)

	other := NewReader()
	if _, attached := Hold(remote, 90000, other); !attached {
		t.Fatal("the subscription is over")
	}
	check(false)
	check(false)
	for want := next - 2; want < next; want++ {
		if number, _ := readNumber(t, other); number != want {
			t.Errorf("the other one has packet %d, want %d", number, want)
		}
	}
	other.Finish()
	s.Detach(other)
	s.Drop()
	drained(s)
	check(true)
	if r.Dropped() != 0 {
		t.Errorf("%d packets dropped", r.Dropped())
	}
}

func TestTheDeadlineIsTheReadersOwn(t *testing.T) {
	remote := newSubscription(t)
	r := NewReader()
	s, _ := Hold(remote, 90000, r)
	defer s.Drop()
	for _, hurry := range []bool{false, true} {
		r.Hurry(hurry)
		for range 2 {
			begin := time.Now()
			if err := r.SetReadDeadline(begin.Add(30 * time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			if _, _, err := r.Read(make([]byte, 100)); err == nil || !isTimeout(err) || time.Since(begin) < 30*time.Millisecond {
				t.Errorf("hurry %v: after %v: %v", hurry, time.Since(begin), err)
			}
		}
	}
	if err := r.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	remote.send(1)
	readNumber(t, r)
}

// TestHurryReadsAnew sees to it that reads are short while packets are missing.
func TestHurryReadsAnew(t *testing.T) {
	remote := newSubscription(t)
	r := NewReader()
	s, _ := Hold(remote, 90000, r)
	defer s.Drop()
	remote.send(1)
	readNumber(t, r)
	r.Hurry(true)
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _, _ = r.Read(make([]byte, 100))
	}()
	for deadlines := map[time.Time]bool{}; len(deadlines) < 4; { // each read has one of its own
		remote.mu.Lock()
		changed, deadline := remote.changed, remote.deadline
		remote.mu.Unlock()
		deadlines[deadline] = true
		<-changed
	}
	remote.send(1)
	<-read
}

func TestTheEndIsSeenByAll(t *testing.T) {
	for readers := range 3 {
		remote := newSubscription(t)
		s, _ := Hold(remote, 90000, nil)
		ended := make(chan struct{})
		s.WhenEnded(func() { close(ended) })
		var all []*Reader
		for range readers {
			r := NewReader()
			if _, attached := Hold(remote, 90000, r); !attached {
				t.Fatal("the subscription is over")
			}
			all = append(all, r)
		}
		remote.send(1)
		for _, r := range all {
			readNumber(t, r)
		}
		remote.finish()
		for _, r := range all {
			if _, _, err := r.Read(make([]byte, 100)); !errors.Is(err, io.EOF) {
				t.Errorf("%d readers: %v", readers, err)
			}
			<-r.Lost()
		}
		<-ended
		if !s.IsEnded() {
			t.Error("the Source has not ended")
		}
		for range readers + 1 {
			s.Drop()
		}
	}
}

func TestAnOverdueEndWakesWhoReads(t *testing.T) {
	remote := newSubscription(t)
	r := NewReader()
	s, _ := Hold(remote, 90000, r)
	remote.send(1)
	readNumber(t, r)
	s.EndAfter(20 * time.Millisecond)
	if _, _, err := r.Read(make([]byte, 100)); !errors.Is(err, io.EOF) {
		t.Errorf("read: %v", err)
	}
	s.Drop()
	if !remote.deadline.IsZero() {
		t.Error("the subscription is left with a deadline")
	}
}

// TestWhoComesALittleLaterGetsTheFirstPackets is about a subscription that is held before anybody reads it.
func TestWhoComesALittleLaterGetsTheFirstPackets(t *testing.T) {
	remote := newSubscription(t)
	s, _ := Hold(remote, 90000, nil)
	defer s.Drop()
	remote.send(3)
	for read := 0; read < 3; {
		s.mu.Lock()
		read = len(s.early.packets)
		s.mu.Unlock()
	}
	r := NewReader()
	if _, attached := Hold(remote, 90000, r); !attached {
		t.Fatal("the subscription is over")
	}
	defer s.Drop()
	for want := range uint16(3) {
		if number, _ := readNumber(t, r); number != want {
			t.Errorf("packet %d, want %d", number, want)
		}
	}
}

// TestReadersComeAndGo attaches and detaches readers while packets arrive: each gets what comes while it is there, in order
// and without a gap.
func TestReadersComeAndGo(t *testing.T) {
	remote := newSubscription(t)
	s, _ := Hold(remote, 90000, nil)
	stop := make(chan struct{})
	var sending, reading sync.WaitGroup
	sending.Go(func() {
		random := rand.New(rand.NewPCG(1, 2))
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(random.IntN(300)) * time.Microsecond):
				remote.send(1 + random.IntN(3))
			}
		}
	})
	for n := range 3 {
		reading.Go(func() {
			random := rand.New(rand.NewPCG(uint64(n), 3))
			for range 40 {
				r := NewReader()
				if _, attached := Hold(remote, 90000, r); !attached {
					t.Error("the subscription is over")
					return
				}
				b := make([]byte, 100)
				last := -1
				for range random.IntN(40) {
					size, _, err := r.Read(b)
					if err != nil || size != 20 {
						t.Errorf("read %d bytes, %v", size, err)
						break
					}
					number := int(binary.BigEndian.Uint16(b[2:]))
					if last >= 0 && number != last+1 {
						t.Errorf("packet %d after %d", number, last)
					}
					last = number
				}
				r.Finish()
				s.Detach(r)
				s.Drop()
			}
		})
	}
	reading.Wait()
	close(stop)
	sending.Wait()
	s.Drop()
	if !remote.deadline.IsZero() {
		t.Error("the subscription is left with a deadline")
	}
}
