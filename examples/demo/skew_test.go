package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"
)

// pictures are shown at 30 per second for a while, from a moment of the wall clock on.
func shownFrom(began time.Time, count int) []shownTime {
	var pictures []shownTime
	for i := range count {
		at := time.Duration(i) * time.Second / 30
		pictures = append(pictures, shownTime{at: at, made: began.Add(at)})
	}
	return pictures
}

func TestSkewIsToTheWholeSecondThatThePictureShows(t *testing.T) {
	began := time.Unix(1_700_000_000, int64(400*time.Millisecond))
	pictures := shownFrom(began, 120)
	// One that was made late, as on a machine with much to do, changes nothing.
	pictures[17].made = pictures[17].made.Add(100 * time.Millisecond)
	for name, test := range map[string]struct {
		bursts []time.Duration
		want   skew
	}{
		"in sync": {[]time.Duration{600 * time.Millisecond, 1600 * time.Millisecond}, skew{2, 0, 0}},
		"late": {
			[]time.Duration{610 * time.Millisecond, 1620 * time.Millisecond, 2630 * time.Millisecond},
			skew{3, 20 * time.Millisecond, 30 * time.Millisecond},
		},
		"early":           {[]time.Duration{560 * time.Millisecond}, skew{1, -40 * time.Millisecond, 40 * time.Millisecond}},
		"after the video": {[]time.Duration{600 * time.Millisecond, time.Minute}, skew{1, 0, 0}},
	} {
		got, err := compare(pictures, test.bursts)
		if err != nil || got != test.want {
			t.Errorf("%s: %+v and %v, want %+v", name, got, err, test.want)
		}
	}
	if _, err := compare(pictures, nil); !errors.Is(err, errNoTone) {
		t.Errorf("without bursts the error is %v", err)
	}
	if _, err := compare(nil, []time.Duration{0}); !errors.Is(err, errNoTone) {
		t.Errorf("without pictures the error is %v", err)
	}
}

func TestSkewReadsAsASentence(t *testing.T) {
	for want, s := range map[string]skew{
		"10 bursts, 12 ms after the picture (median), at most 18 ms, read from the recording":  {10, 12 * time.Millisecond, 18 * time.Millisecond},
		"10 bursts, 12 ms before the picture (median), at most 18 ms, read from the recording": {10, -12 * time.Millisecond, 18 * time.Millisecond},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestBurstBeginsWithALoudSampleAfterSilence(t *testing.T) {
	samples := make([]byte, 2*soundRate)
	set := func(from, to int, value int16) {
		for i := from; i < to; i++ {
			// A tone passes through zero.
			v := value
			if i%24 == 0 {
				v = 0
			}
			binary.LittleEndian.PutUint16(samples[2*i:], uint16(v))
		}
	}
	set(0, 4800, 16000) // there was no silence before it
	set(24001, 28800, -16000)
	var found toneFinder
	const half = soundRate // in bytes
	found.add(timedBuffer{7 * time.Second, samples[:half]})
	found.add(timedBuffer{7*time.Second + 500*time.Millisecond, samples[half:]})
	want := 7*time.Second + 24001*time.Second/soundRate
	if len(found.bursts) != 1 || (found.bursts[0]-want).Abs() > time.Microsecond {
		t.Errorf("bursts at %v, want %v", found.bursts, want)
	}
}

// packet is one of gdppay.
func packet(kind uint16, at time.Duration, data string) []byte {
	p := make([]byte, packetHeader, packetHeader+len(data))
	binary.BigEndian.PutUint16(p[packetType:], kind)
	binary.BigEndian.PutUint32(p[packetLength:], uint32(len(data)))
	binary.BigEndian.PutUint64(p[packetTime:], uint64(at))
	return append(p, data...)
}

func TestReadBuffersGivesBuffersWithTheirTimes(t *testing.T) {
	const caps, none = 2, -1 // GST_CLOCK_TIME_NONE
	stream := bytes.Join([][]byte{
		packet(caps, none, "video/x-raw"), packet(packetIsBuffer, time.Second, "a"), packet(packetIsBuffer, none, "b"),
		packet(packetIsBuffer, 2*time.Second, "cd"), packet(packetIsBuffer, 3*time.Second, "e")[:packetHeader],
	}, nil)
	got := map[time.Duration]string{}
	err := readBuffers(iotest.OneByteReader(bytes.NewReader(stream)), func(b timedBuffer) { got[b.at] = string(b.data) })
	if err != nil || len(got) != 2 || got[time.Second] != "a" || got[2*time.Second] != "cd" {
		t.Errorf("%v and %v", got, err)
	}
	if err := readBuffers(iotest.ErrReader(io.ErrClosedPipe), func(timedBuffer) {}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error is %v", err)
	}
	if err := readBuffers(bytes.NewReader(bytes.Repeat([]byte{0xff}, packetHeader)), func(timedBuffer) {}); err == nil {
		t.Error("no error for a packet of 4 GB")
	}
}
