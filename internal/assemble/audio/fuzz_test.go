package audio

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// FuzzReceiver feeds a Receiver with packets cut out of arbitrary bytes, at arbitrary times: the first byte chooses the
// codec, the latency and what is known about encryption, then each packet stands behind a length of two bytes and the
// milliseconds since the one before in one byte. It must not panic, nor play what a decoder would refuse, nor let time
// stand still, nor play anything twice.
func FuzzReceiver(f *testing.F) {
	seed := func(first byte, packets []timed) {
		data := []byte{first}
		at := time.Duration(0)
		for _, p := range packets {
			data = binary.BigEndian.AppendUint16(data, uint16(len(p.data)))
			data = append(append(data, byte((p.at-at)/time.Millisecond)), p.data...)
			at = p.at
		}
		f.Add(data)
	}
	for depth := range 3 {
		for encryption := range byte(3) {
			for _, whole := range []bool{false, true} {
				s := newStream()
				s.depth, s.whole, s.timestamp = depth, whole, 1<<32-5*step
				if encryption > 0 {
					s.seal = sealer(f, "secret")
				}
				s.send(8)
				s.mute(opusType, blankOpus, 3, ms(240))
				s.frame([]byte{0xf8, 0xff, 0xfe})
				s.skip(ms(200))
				s.send(4)
				seed(encryption<<2|3<<4, s.packets)
				seed(encryption<<2|3<<4, s.without(3, 5, 6, 10, 12))
			}
		}
	}
	for i, name := range []string{"opus", "red", "encrypted"} {
		packets := recorded(f, name)
		seed(byte(i/2)<<2|3<<4, packets[120:150])
		seed(byte(i/2)<<2|3<<4, append(packets[125:130:130], packets[185:200]...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		p := &checking{t: t}
		config := Config{
			Config:      rtp.Config{Latency: time.Duration(data[0]>>4) * 10 * time.Millisecond, AbsCaptureTimeID: 7},
			Codec:       [...]caps.Codec{caps.Opus, caps.PCMU, caps.PCMA, caps.Opus}[data[0]&3],
			IsRedundant: isRED,
			Player:      p,
		}
		switch data[0] >> 2 & 3 {
		case 1:
			config.Decryptor = e2ee.NewDecryptor(keysOf(), config.Codec, livekit.Encryption_GCM)
		case 2:
			config.Decryptor = e2ee.NewDecryptor(keysOf(), config.Codec, livekit.Encryption_NONE)
		}
		if config.Latency == 150*time.Millisecond {
			config.Latency = rtp.Adaptive
		}
		p.codec = config.Codec
		r, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		r.packets.Start()
		now := time.Duration(0)
		packets := uint64(0)
		for data = data[1:]; len(data) > 3; {
			n := min(int(binary.BigEndian.Uint16(data)), len(data)-3, len(r.packets.Buffer()))
			now += time.Duration(data[2]) * time.Millisecond
			if err := r.packets.Tick(now); err != nil {
				t.Fatal(err)
			}
			if at := r.packets.Deadline(now); !at.IsZero() && !at.After(r.assembly.epoch.Add(now)) && !r.packets.IsWaiting() && !r.assembly.held {
				t.Fatalf("deadline %v is not after %v", at.Sub(r.assembly.epoch), now)
			}
			copy(r.packets.Buffer(), data[3:3+n])
			data = data[3+n:]
			if err := r.packets.Receive(n, now); err != nil {
				t.Fatal(err)
			}
			packets++
		}
		if err := r.packets.End(); err == nil {
			t.Error("end returned nil")
		}
		s := r.Stats()
		if s.Packets != packets || s.Frames != p.frames || s.Redundant > s.Frames || s.Silent > s.Frames || s.Frames > packets*maxBlocks {
			t.Errorf("%d packets and %d frames, stats %+v", packets, p.frames, s)
		}
	})
}

// checking is a Player that checks what it gets.
type checking struct {
	t      *testing.T
	codec  caps.Codec
	frames uint64
	last   Frame
}

func (c *checking) Play(f *Frame) error {
	duration, silent, ok := measure(c.codec, f.Data)
	if !ok || duration != f.Duration || silent != f.Silent || duration <= 0 {
		c.t.Errorf("frame % x of %v, silent %v, %v", f.Data, f.Duration, f.Silent, ok)
	}
	switch {
	case c.frames == 0:
		if !f.Discont || f.Missing || f.Redundant {
			c.t.Errorf("the first frame is %+v", f)
		}
	case !f.PTS.After(c.last.PTS):
		c.t.Errorf("PTS %v after %v", f.PTS, c.last.PTS)
	case !f.Discont && int32(f.RTPTimestamp-c.last.RTPTimestamp) <= 0:
		c.t.Errorf("timestamp %d after %d", f.RTPTimestamp, c.last.RTPTimestamp)
	}
	c.frames++
	c.last = *f
	return nil
}

func (*checking) Deadline() (time.Time, bool) { return time.Time{}, false }
func (*checking) Tick(time.Time, bool) error  { return nil }

// FuzzOpus reads the structure of arbitrary bytes.
func FuzzOpus(f *testing.F) {
	for _, packet := range [][]byte{
		opus(1), {0xf8, 0xff, 0xfe}, {0xfa, 2, 1, 2, 3}, {0xfb, 0x82, 1, 1, 2}, {0xfb, 0x42, 1, 1, 2, 0}, {0xfb, 0xc3, 1, 1, 1, 1, 2, 3, 0},
	} {
		f.Add(packet)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		duration, silent, ok := readOpus(packet)
		if ok && (duration < 2500*time.Microsecond || duration > 120*time.Millisecond || duration%(2500*time.Microsecond) != 0) {
			t.Errorf("a duration of %v", duration)
		}
		if !ok && (duration != 0 || silent) {
			t.Errorf("%v, silent %v, of what is not a packet", duration, silent)
		}
	})
}

// FuzzBlocks splits arbitrary bytes. Whatever can be split is the same when it is put together again.
func FuzzBlocks(f *testing.F) {
	f.Add(red(opus(1)))
	f.Add(red(opus(3), redBlock{2 * step, opus(1)}, redBlock{step, opus(2)}))
	f.Add(red(nil, redBlock{1<<14 - 1, nil}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var b blocks
		const timestamp = 1000
		if !b.split(payload, timestamp) {
			return
		}
		if b.odd {
			return
		}
		var again, body []byte
		payloadType := uint32(payload[4*len(b.repeated())])
		for _, r := range b.repeated() {
			again = binary.BigEndian.AppendUint32(again, 1<<31|payloadType<<24|(timestamp-r.timestamp)<<10|uint32(len(r.data)))
			body = append(body, r.data...)
		}
		again = append(append(append(again, byte(payloadType)), body...), b.own().data...)
		if !bytes.Equal(again, payload) {
			t.Errorf("% x became % x", payload, again)
		}
	})
}
