package audio

import (
	"encoding/binary"
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
)

// recorded returns the packets of testdata.
func recorded(tb testing.TB, name string) (packets []timed) {
	tb.Helper()
	data, err := os.ReadFile("testdata/" + name + ".rtp")
	if err != nil {
		tb.Fatal(err)
	}
	for len(data) > 0 {
		at, size := time.Duration(binary.BigEndian.Uint32(data))*time.Microsecond, int(binary.BigEndian.Uint16(data[4:]))
		packets = append(packets, timed{first + at, data[6 : 6+size : 6+size]})
		data = data[6+size:]
	}
	return packets
}

// configured returns what a recording needs.
func configured(tb testing.TB, name string) (config Config) {
	tb.Helper()
	if name == "encrypted" {
		trailer, err := os.ReadFile("testdata/encrypted.trailer")
		if err != nil {
			tb.Fatal(err)
		}
		d := e2ee.NewDecryptor(keysOf(), caps.Opus, livekit.Encryption_GCM)
		d.InjectedTrailer = trailer
		config.Decryptor = d
		config.OnDecryptError = func(err error) { tb.Errorf("decrypt: %v", err) }
	}
	return config
}

// TestRecordings have a silence with DTX, a mute and an end in them, and nothing that is missing.
func TestRecordings(t *testing.T) {
	for _, name := range []string{"opus", "red", "encrypted"} {
		packets := recorded(t, name)
		o := play(t, configured(t, name), packets)
		s := o.stats
		if s.Blank != 51+11 || s.Frames != uint64(len(packets))-s.Blank || s.Redundant+s.Invalid+s.Repeated+s.Lost+s.Undecryptable != 0 {
			t.Errorf("%s: %d packets, stats %+v", name, len(packets), s)
		}
		silent, pause, longest := 0, time.Duration(0), time.Duration(0)
		for i, f := range o.frames {
			if f.Missing || f.Redundant || f.Discont != (i == 0) || f.Duration != tick || Stereo(f.Data) {
				t.Errorf("%s, frame %d: %+v", name, i, f)
			}
			if f.Silent {
				silent++
			}
			if i == 0 {
				continue
			}
			before := o.frames[i-1]
			elapsed := time.Duration(f.RTPTimestamp-before.RTPTimestamp) * tick / step
			if off := f.due - before.due - elapsed; off > ms(5) || off < -ms(5) || f.due > ms(3500) && (off > ms(1) || off < -ms(1)) {
				t.Errorf("%s, frame %d is due %v after the one before, whose distance is %v", name, i, f.due-before.due, elapsed)
			}
			if f.at < f.due-ms(30) || f.at > f.due+ms(60) {
				t.Errorf("%s, frame %d is due %v and came at %v", name, i, f.due, f.at)
			}
			if pause = elapsed; pause > longest {
				longest = pause
			}
		}
		if silent < 10 || longest < 2400*time.Millisecond || longest > 2700*time.Millisecond {
			t.Errorf("%s: %d silent frames, the mute took %v", name, silent, longest)
		}
	}
}

// TestRecordingWithLoss: what is lost comes from the next packet, byte for byte, if that repeats it. It does not repeat
// what comes before a pause.
func TestRecordingWithLoss(t *testing.T) {
	packets := recorded(t, "red")
	whole := play(t, Config{}, packets)
	var lossy []timed
	lost := 0
	for i, p := range packets {
		if i%5 == 3 {
			lost++
			continue
		}
		lossy = append(lossy, p)
	}
	o := play(t, Config{}, lossy)
	have := map[uint32]string{}
	for _, f := range o.frames {
		have[f.RTPTimestamp] = string(f.Data)
	}
	absent := 0
	for _, f := range whole.frames {
		switch data, ok := have[f.RTPTimestamp]; {
		case !ok && f.Silent:
			absent++
		case !ok:
			t.Errorf("the frame that is due %v is not played", f.due)
		case data != string(f.Data):
			t.Errorf("the frame that is due %v is another one", f.due)
		}
	}
	if len(o.frames) != len(have) || o.stats.Redundant < 30 || absent > 3 {
		t.Errorf("%d frames with %d timestamps, %d absent, stats %+v", len(o.frames), len(have), absent, o.stats)
	}
	t.Logf("%d packets lost, stats %+v", lost, o.stats)
}
