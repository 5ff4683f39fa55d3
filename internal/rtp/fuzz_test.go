package rtp

import (
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"
)

// counting is an Assembler that takes everything, and begins with any packet. It has a use for each of them.
type counting struct {
	packets   *Receiver
	t         *testing.T
	taken     int
	sequence  uint16 // of the last one
	continues bool   // nothing was given up since
}

func (c *counting) Reset(time.Duration)  { c.continues = false }
func (c *counting) Begin(p *Packet) bool { return p.Payload[0]&1 == 0 }
func (c *counting) Flush(bool) error     { return nil }
func (c *counting) Restart()             { c.continues = false }
func (c *counting) Missed() bool         { return false }
func (c *counting) Needs(*Packet) Need   { return NeedAll }
func (c *counting) IsEntry(*Packet) bool { return false }
func (c *counting) GaveUp(bool)          { c.continues = false }

func (c *counting) Take(p *Packet, _ time.Duration) error {
	if len(p.Payload) == 0 {
		c.t.Error("a packet without a payload")
	}
	if c.continues && p.Sequence == c.sequence {
		c.t.Errorf("packet %d twice", p.Sequence)
	}
	c.taken++
	c.sequence, c.continues = p.Sequence, true
	return nil
}

func (c *counting) Ahead(p *Packet, _ bool, _ time.Duration) (entry, heard bool) {
	return len(p.Payload) > 0 && p.Payload[0]&3 == 0, false
}

func (c *counting) Shown() (time.Duration, bool)       { return 0, c.taken > 0 }
func (c *counting) Measured(time.Duration)             {}
func (c *counting) HeavyLoss(time.Duration)            {}
func (c *counting) Woken()                             {}
func (c *counting) Deadline() (time.Duration, bool)    { return 0, false }
func (c *counting) Tick(_ time.Duration, _ bool) error { return nil }
func (c *counting) Ask(time.Duration)                  {}

// FuzzReceiver feeds a Receiver with packets cut out of arbitrary bytes, at arbitrary times: the first byte chooses the
// latency, then each packet stands behind a length of two bytes and the milliseconds since the one before in one byte.
func FuzzReceiver(f *testing.F) {
	for _, order := range [][]byte{{0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 1, 9}, {0, 0, 5, 4}} {
		for latency := range byte(3) {
			seed := []byte{latency * 40}
			for _, n := range order {
				packet := append([]byte{0x80, 96, 0, n, 0, 0, 0, n, 0, 0, 0, 1}, n, 1, 2, 3)
				seed = binary.BigEndian.AppendUint16(seed, uint16(len(packet)))
				seed = append(append(seed, 11), packet...)
			}
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		c := &counting{t: t}
		asked := uint64(0)
		r := New(Config{
			ClockRate: 48000,
			Latency:   time.Duration(int(data[0])-1) * time.Millisecond,
			RequestPackets: func(sequences []uint16) {
				asked += uint64(len(sequences))
				if len(sequences) == 0 {
					t.Error("nothing is asked for")
				}
			},
			VideoOrientationID: 3,
			AbsCaptureTimeID:   7,
		}, c)
		c.packets = r
		r.Start()
		now := time.Duration(0)
		packets := uint64(0)
		for data = data[1:]; len(data) > 3; {
			n := min(int(binary.BigEndian.Uint16(data)), len(data)-3, maxPacketSize)
			now += time.Duration(data[2]) * time.Millisecond
			if err := r.Tick(now); err != nil {
				t.Fatal(err)
			}
			if at := r.Deadline(now); !at.IsZero() && r.queue.count == 0 {
				t.Fatalf("deadline %v, and nothing is missing", at.Sub(r.epoch))
			}
			copy(r.Buffer(), data[3:3+n])
			data = data[3+n:]
			if err := r.Receive(n, now); err != nil {
				t.Fatal(err)
			}
			packets++
			if r.queue.count >= MaxJump || r.queue.count == 0 && r.queue.pop() != nil {
				t.Fatalf("%d packets in the queue", r.queue.count)
			}
		}
		if err := r.End(); !errors.Is(err, io.EOF) || r.IsWaiting() {
			t.Errorf("end: %v", err)
		}
		s := r.Stats()
		if s.Packets != packets || uint64(c.taken) > packets || s.PacketRequests != asked {
			t.Errorf("%d packets, %d taken, %d asked for, stats %+v", packets, c.taken, asked, s)
		}
	})
}
