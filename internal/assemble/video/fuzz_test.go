package video

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// fuzzCodec is the codec that a first byte chooses: by its lowest bit and its two highest.
func fuzzCodec(b byte) caps.Codec {
	return [...]caps.Codec{caps.VP8, caps.H264, caps.VP9, caps.AV1, caps.H265, caps.VP9, caps.AV1, caps.H265}[b&1|b>>6<<1]
}

// FuzzReceiver feeds a Receiver with packets cut out of arbitrary bytes, at arbitrary times: the first byte chooses the
// codec and the latency, then each packet stands behind a length of two bytes and the milliseconds since the one before
// in one byte. It must not panic, nor deliver what a decoder could not begin with, nor let a DTS stand still, nor a PTS of a codec whose
// frames are shown in order of decoding.
func FuzzReceiver(f *testing.F) {
	for i, known := range recordings {
		r := load(f, known.name)
		r.packets[0].data = extended(r.packets[0].data, 3, 0x05)
		r.packets[1].data = extended(r.packets[1].data, 7, u64(ntp(0))...)
		var first byte
		for b := range byte(255) {
			if fuzzCodec(b) == r.codec && b>>1&31 == 2 {
				first = b
			}
		}
		damages := []recording{r, r.without(3, 40, 41), r.padded(paddingForms[2].make)}
		if i < len(blankable) {
			damages = append(damages, r.ended(30))
		}
		for _, damaged := range damages {
			seed := []byte{first}
			for _, p := range damaged.packets[:36] {
				if len(seed) > 2000 {
					break
				}
				seed = binary.BigEndian.AppendUint16(seed, uint16(len(p.data)))
				seed = append(append(seed, 11), p.data...)
			}
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		r, err := New(Config{
			Config: rtp.Config{
				Latency:            time.Duration(data[0]>>1&31) * 10 * time.Millisecond,
				VideoOrientationID: 3,
				AbsCaptureTimeID:   7,
			},
			Codec: fuzzCodec(data[0]),
		})
		if err != nil {
			t.Fatal(err)
		}
		var last time.Time
		var shown time.Time
		units := 0
		r.packets.Start()
		r.assembly.deliver = func(au *AccessUnit) error {
			if len(au.Data) == 0 {
				t.Error("empty access unit")
			}
			if units == 0 && (!au.KeyFrame || au.Discont) {
				t.Errorf("first unit: KeyFrame %v, Discont %v", au.KeyFrame, au.Discont)
			}
			if units > 0 && !au.DTS.After(last) {
				t.Errorf("DTS %v after %v", au.DTS, last)
			}
			if c := r.assembly.config.Codec; units > 0 && c != caps.H264 && c != caps.H265 && !au.PTS.After(shown) {
				t.Errorf("PTS %v after %v", au.PTS, shown)
			}
			shown = au.PTS
			if d := au.Rotation.Degrees; d%90 != 0 || d < 0 || d > 270 || !au.Rotation.Known && au.Rotation != (picture.Rotation{}) {
				t.Errorf("rotation %+v", au.Rotation)
			}
			last = au.DTS
			units++
			return nil
		}
		now := time.Duration(0)
		packets := uint64(0)
		for data = data[1:]; len(data) > 3; {
			n := min(int(binary.BigEndian.Uint16(data)), len(data)-3, len(r.packets.Buffer()))
			now += time.Duration(data[2]) * time.Millisecond
			if err := r.packets.Tick(now); err != nil {
				t.Fatal(err)
			}
			if at := r.packets.Deadline(now); !at.IsZero() && !at.After(r.assembly.epoch.Add(now)) && !r.packets.IsWaiting() {
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
		if s.Packets != packets || s.AccessUnits != uint64(units) || s.KeyFrames > s.AccessUnits || s.Recovered+s.Late > s.Packets {
			t.Errorf("%d packets and %d units, stats %+v", packets, units, s)
		}
	})
}
