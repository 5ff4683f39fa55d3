package audio

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func TestFramesArePlayedAtOnce(t *testing.T) {
	for _, depth := range []int{0, 1, 2} {
		s := newStream()
		s.depth = depth
		s.send(100)
		o := play(t, Config{}, s.packets)
		o.check(t, s.sent, numbers(0, 99, "d")...)
		if !errors.Is(o.err, io.EOF) {
			t.Errorf("Run returned %v, want EOF", o.err)
		}
		for i, f := range o.frames {
			at := first + time.Duration(i)*tick
			if f.at != at || f.due != at || f.Duration != tick || f.RTPTimestamp != 5000+uint32(i)*step || !f.ReceivedAt.Equal(o.start.Add(at)) {
				t.Errorf("frame %d: %+v", i, f)
			}
		}
		if s := o.stats; s.Frames != 100 || s.Redundant+s.Lost+s.Late+s.Invalid+s.Repeated+s.Blank+s.Silent != 0 {
			t.Errorf("stats %+v", s)
		}
	}
}

// TestLossWithoutRedundancyIsWaitedFor: nothing else helps.
func TestLossWithoutRedundancyIsWaitedFor(t *testing.T) {
	for lost := 1; lost <= 3; lost++ {
		s := newStream().send(40)
		gone := []int{10, 11, 12}[:lost]
		o := play(t, Config{}, s.without(gone...))
		o.check(t, s.sent, append(numbers(0, 9, "d"), numbers(10+lost, 39, "m")...)...)
		if at, want := o.frames[10].at, first+time.Duration(10+lost)*tick+latency; at != want {
			t.Errorf("%d lost: the next one is played at %v, want %v", lost, at, want)
		}
		if o.stats.Lost != uint64(lost) {
			t.Errorf("%d lost: %+v", lost, o.stats)
		}
		for i, f := range o.frames[10:] {
			if want := first + time.Duration(10+lost+i)*tick; f.due != want {
				t.Errorf("%d lost: frame due %v, want %v", lost, f.due, want)
			}
		}
	}
}

// TestLossThatTheNextPacketRepeatsIsNotWaitedFor has packets lost that repeat up to two before them.
func TestLossThatTheNextPacketRepeatsIsNotWaitedFor(t *testing.T) {
	tests := []struct {
		depth, lost int
		want        []string
		wait        time.Duration
	}{
		{1, 1, append(append(numbers(0, 9, "d"), "10r"), numbers(11, 39, "")...), 0},
		{2, 1, append(append(numbers(0, 9, "d"), "10r"), numbers(11, 39, "")...), 0},
		{2, 2, append(append(numbers(0, 9, "d"), "10r", "11r"), numbers(12, 39, "")...), 0},
		{1, 2, append(append(numbers(0, 9, "d"), "11rm"), numbers(12, 39, "")...), latency},
		{2, 3, append(append(numbers(0, 9, "d"), "11rm", "12r"), numbers(13, 39, "")...), latency},
	}
	for _, test := range tests {
		s := newStream()
		s.depth = test.depth
		s.send(40)
		gone := []int{10, 11, 12}[:test.lost]
		o := play(t, Config{}, s.without(gone...))
		o.check(t, s.sent, test.want...)
		if at, want := o.frames[10].at, first+time.Duration(10+test.lost)*tick+test.wait; at != want {
			t.Errorf("%d of %d lost: the next one is played at %v, want %v", test.lost, test.depth, at, want)
		}
		for i, f := range o.frames {
			if want := first + time.Duration(f.RTPTimestamp-5000)*tick/step; f.due != want {
				t.Errorf("%d of %d lost: frame %d due %v, want %v", test.lost, test.depth, i, f.due, want)
			}
		}
		redundant := min(test.lost, test.depth)
		if o.stats.Lost != uint64(test.lost) || o.stats.Redundant != uint64(redundant) {
			t.Errorf("%d of %d lost: %+v", test.lost, test.depth, o.stats)
		}
	}
}

// TestNoFrameIsPlayedTwice has the original come after what repeated it.
func TestNoFrameIsPlayedTwice(t *testing.T) {
	s := newStream()
	s.depth = 2
	s.send(40)
	late := slices.Clone(s.packets)
	late[10].at += 25 * time.Millisecond // behind 11
	late[20].at += 45 * time.Millisecond // behind 22, together with 21
	late[21].at += 25 * time.Millisecond
	late = append(late, timed{s.packets[30].at + ms(30), s.packets[30].data}) // a duplicate
	o := play(t, Config{}, sorted(late))
	want := numbers(0, 39, "d")
	want[10], want[20], want[21] = "10r", "20r", "21r"
	o.check(t, s.sent, want...)
	if o.stats.Late != 3 || o.stats.Duplicates != 1 || o.stats.Reordered != 4 && o.stats.Reordered != 3 {
		t.Errorf("stats %+v", o.stats)
	}
}

func TestReorderedPacketsAreWaitedFor(t *testing.T) {
	s := newStream().send(40)
	late := slices.Clone(s.packets)
	for i := 1; i < 40; i += 3 {
		late[i].at += ms(45)
	}
	o := play(t, Config{}, sorted(late))
	o.check(t, s.sent, numbers(0, 39, "d")...)
	if o.stats.Recovered != 13 && o.stats.Recovered != 12 || o.stats.Lost+o.stats.Late != 0 {
		t.Errorf("stats %+v", o.stats)
	}
}

func TestNumbersWrap(t *testing.T) {
	for _, depth := range []int{0, 2} {
		s := newStream()
		s.depth, s.sequence, s.timestamp = depth, 65530, 1<<32-12*step+7
		s.send(40)
		want := numbers(0, 39, "d")
		if depth > 0 {
			want[5], want[6], want[12] = "5r", "6r", "12r"
			o := play(t, Config{}, s.without(5, 6, 12))
			o.check(t, s.sent, want...)
			continue
		}
		o := play(t, Config{}, s.packets)
		o.check(t, s.sent, want...)
		for i, f := range o.frames {
			if want := first + time.Duration(i)*tick; f.due != want {
				t.Errorf("frame %d due %v, want %v", i, f.due, want)
			}
		}
	}
}

// mute adds what a LiveKit server sends for a time after a mute, and lets the publisher be silent for longer. Its
// timestamps are those that were measured.
func (s *stream) mute(payloadType uint8, blank []byte, packets int, silent time.Duration) {
	at, timestamp := s.at, s.timestamp
	s.marker = true
	s.timestamp -= step
	for i := range packets {
		s.packet(payloadType, blank)
		s.at += tick
		switch i {
		case 0:
			s.timestamp += 7673
		default:
			s.timestamp += 961 + uint32(i*7%380)
		}
	}
	s.marker = false
	s.at, s.timestamp = at, timestamp
	s.skip(silent)
}

// TestMute: what the server makes up is dropped, and does not move the clock.
func TestMute(t *testing.T) {
	trailer := []byte("trailer of the server")
	red := append([]byte{opusType}, blankOpus...)
	tests := []struct {
		name  string
		depth int
		typ   uint8
		blank []byte
	}{
		{"opus", 0, opusType, blankOpus},
		{"opus with a trailer", 0, opusType, slices.Concat(blankOpus, trailer)},
		{"red", 2, redType, red},
		{"red with a trailer", 2, redType, slices.Concat(red, trailer)},
	}
	for _, test := range tests {
		for _, silent := range []time.Duration{20 * time.Second, 2 * time.Second, ms(1100), ms(300)} {
			for _, lost := range [][]int{nil, {52, 53, 60}} {
				s := newStream()
				s.depth = test.depth
				s.send(50)
				packets := min(51, int(silent/tick)-1)
				s.mute(test.typ, test.blank, packets, silent)
				s.send(50)
				o := play(t, Config{}, s.without(lost...))
				o.check(t, s.sent, numbers(0, 99, "d")...)
				if o.stats.Blank != uint64(packets)-min(uint64(len(lost)), 3) && silent > ms(300) || o.stats.Frames != 100 {
					t.Errorf("%s, %v: stats %+v", test.name, silent, o.stats)
				}
				for i, f := range o.frames {
					want := first + time.Duration(f.RTPTimestamp-5000)*tick/step
					if d := f.due - want; d > time.Millisecond || d < -time.Millisecond || f.at != want {
						t.Fatalf("%s, %v: frame %d due %v, played at %v, want %v", test.name, silent, i, f.due, f.at, want)
					}
				}
			}
		}
	}
}

// TestASilentStreamIsNotDropped has a publisher with a constant bitrate send what the server makes of silence.
func TestASilentStreamIsNotDropped(t *testing.T) {
	s := newStream()
	for range 10 {
		s.frame(blankOpus)
		s.skip(tick)
	}
	if o := play(t, Config{}, s.packets); len(o.frames) != 10 || o.stats.Blank != 0 {
		t.Errorf("%d frames, stats %+v", len(o.frames), o.stats)
	}
}

// TestMissingAtTheEdgesOfAMute: what is lost before a mute is not lost directly before what comes after it, and what is
// lost at the end of it may be the beginning of the sound.
func TestMissingAtTheEdgesOfAMute(t *testing.T) {
	s := newStream().send(50)
	s.mute(opusType, blankOpus, 51, 5*time.Second)
	s.send(10)
	play(t, Config{}, s.without(49)).check(t, s.sent, append(numbers(0, 48, "d"), numbers(50, 59, "")...)...)
	play(t, Config{}, s.without(101)).check(t, s.sent, append(numbers(0, 49, "d"), numbers(51, 59, "m")...)...)
}

// TestDTX has one packet of 3 bytes every 400 ms.
func TestDTX(t *testing.T) {
	silence := []byte{0xf8, 0xff, 0xfe}
	for _, depth := range []int{0, 2} {
		s := newStream()
		s.depth = depth
		s.send(50)
		for range 10 {
			s.frame(silence)
			s.skip(ms(400))
		}
		s.send(50)
		o := play(t, Config{}, s.packets)
		if len(o.frames) != 110 || o.stats.Silent != 10 {
			t.Fatalf("%d frames, stats %+v", len(o.frames), o.stats)
		}
		for i, f := range o.frames {
			want := first + time.Duration(f.RTPTimestamp-5000)*tick/step
			if f.Silent != (i >= 50 && i < 60) || f.Missing || f.Redundant || f.due != want || f.at != want {
				t.Errorf("frame %d, wanted at %v: %+v", i, want, f)
			}
		}
	}
}

// TestADTXPacketThatIsLostIsMissing, and one that the next packet repeats is not, although time goes by between them.
func TestADTXPacketThatIsLostIsMissing(t *testing.T) {
	silence := []byte{0xf8, 0xff, 0xfe}
	for _, every := range []time.Duration{ms(400), ms(100)} {
		s := newStream()
		s.depth = 1
		s.send(10)
		for range 5 {
			s.frame(silence)
			s.skip(every)
		}
		o := play(t, Config{}, s.without(12))
		covered := every == ms(100)
		if f := o.frames[12]; f.Missing == covered || f.Redundant != covered || (f.at == first+10*tick+3*every) != covered {
			t.Errorf("every %v: %+v", every, f)
		}
	}
}

func TestAJumpOfTheTimestampAloneIsANewSequence(t *testing.T) {
	for name, jump := range map[string]uint32{"forward": 48000 * 3600, "back": 1<<32 - 48000*7, "back a little": 1<<32 - 3*step} {
		s := newStream().send(50)
		s.timestamp += jump
		s.send(50)
		o := play(t, Config{}, s.packets)
		o.check(t, s.sent, append(numbers(0, 49, "d"), numbers(50, 99, "d")...)...)
		for i, f := range o.frames {
			want := first + time.Duration(i)*tick
			if d := f.due - want; d > ms(2) || d < -ms(2) {
				t.Errorf("%s: frame %d due %v, want %v", name, i, f.due, want)
			}
		}
	}
}

func TestTheSenderRestarts(t *testing.T) {
	for name, change := range map[string]func(*stream){
		"other numbers": func(s *stream) { s.sequence, s.timestamp = 40000, 77 },
		"other SSRC":    func(s *stream) { s.ssrc = 2; s.sequence, s.timestamp = 40000, 77 },
		"same numbers":  func(s *stream) { s.ssrc = 2 },
	} {
		for _, depth := range []int{0, 2} {
			s := newStream()
			s.depth = depth
			s.send(50)
			s.history = nil
			s.skip(ms(500))
			change(s)
			s.send(50)
			o := play(t, Config{}, s.packets)
			want := append(numbers(0, 49, "d"), numbers(50, 99, "d")...)
			o.check(t, s.sent, want...)
			for i, f := range o.frames[52:] {
				want := first + time.Duration(52+i)*tick + ms(500)
				if d := f.due - want; d > ms(20) || d < -ms(20) {
					t.Errorf("%s: frame %d due %v, want %v", name, 52+i, f.due, want)
				}
			}
		}
	}
}

func TestAnotherCodecEndsTheRun(t *testing.T) {
	s := newStream()
	s.depth = 1
	s.send(10)
	s.packet(0, make([]byte, 160))
	accept := func(payloadType uint8) bool { return payloadType == opusType || payloadType == redType }
	o := play(t, Config{Config: rtp.Config{AcceptPayloadType: accept}}, s.packets)
	var changed *rtp.CodecChangedError
	if !errors.As(o.err, &changed) || changed.PayloadType != 0 {
		t.Errorf("Run returned %v", o.err)
	}
	o.check(t, s.sent, numbers(0, 9, "d")...)
}

func TestG711(t *testing.T) {
	for codec, payloadType := range map[caps.Codec]uint8{caps.PCMU: 0, caps.PCMA: 8} {
		var packets []timed
		var sent [][]byte
		blank := map[caps.Codec][]byte{caps.PCMU: blankPCMU, caps.PCMA: blankPCMA}[codec]
		for i := range 20 {
			frame := opus(i)
			frame = append(frame, make([]byte, 240-len(frame))...)
			sent = append(sent, frame)
			packets = append(packets, timed{first + time.Duration(i)*ms(30), packet(header{uint16(i), uint32(i) * 240, payloadType, i == 0, 1}, frame)})
		}
		packets = append(packets, timed{time.Second, packet(header{20, 20 * 240, payloadType, true, 1}, blank)})
		o := play(t, Config{Codec: codec}, packets)
		o.check(t, sent, numbers(0, 19, "d")...)
		for i, f := range o.frames {
			if f.Duration != ms(30) || f.due != first+time.Duration(i)*ms(30) {
				t.Errorf("%s frame %d: %+v", codec, i, f)
			}
		}
		if o.stats.Blank != 1 {
			t.Errorf("%s: stats %+v", codec, o.stats)
		}
	}
}

// TestTimesAreSteady: whatever the jitter of the packets, frames follow each other after their duration.
func TestTimesAreSteady(t *testing.T) {
	for _, jitter := range []time.Duration{0, ms(5), ms(30), ms(80)} {
		for _, loss := range []int{0, 20} {
			random := rand.New(rand.NewPCG(1, uint64(jitter)))
			s := newStream()
			s.depth = 2
			s.send(3000)
			var packets []timed
			for _, p := range s.packets {
				if loss == 0 || random.IntN(100) >= loss {
					p.at += time.Duration(random.Int64N(int64(jitter) + 1))
					packets = append(packets, p)
				}
			}
			o := play(t, Config{Config: rtp.Config{Latency: ms(200)}}, sorted(packets))
			var worst time.Duration
			for i, f := range o.frames {
				if i == 0 || f.due < 5*time.Second {
					continue
				}
				before := o.frames[i-1]
				elapsed := time.Duration(f.RTPTimestamp-before.RTPTimestamp) * tick / step
				off := f.due - before.due - elapsed
				if worst = max(worst, off, -off); f.due < first+elapsed {
					t.Errorf("frame %d is due %v", i, f.due)
				}
			}
			t.Logf("jitter %v, loss %d %%: at most %v", jitter, loss, worst)
			if limit := ms(1); worst > limit {
				t.Errorf("jitter %v, loss %d %%: adjacent frames are off by up to %v, want %v", jitter, loss, worst, limit)
			}
		}
	}
}

// TestAPauseOfTheSenderEndsWithTheFirstFrame has the sender's clock stand still, as when its device sleeps.
func TestAPauseOfTheSenderEndsWithTheFirstFrame(t *testing.T) {
	s := newStream().send(50)
	s.at += 8 * time.Second
	s.send(50)
	o := play(t, Config{}, s.packets)
	o.check(t, s.sent, numbers(0, 99, "d")...)
	for i, f := range o.frames {
		want := first + time.Duration(i)*tick
		if i >= 50 {
			want += 8 * time.Second
		}
		if d := f.due - want; d > time.Millisecond || d < -time.Millisecond {
			t.Errorf("frame %d due %v, want %v", i, f.due, want)
		}
		if d := f.at - want; d < 0 || d > 0 && i != 50 || d > ms(30) {
			t.Errorf("frame %d played at %v, came at %v", i, f.at, want)
		}
	}
}

func TestAStallKeepsTheTimes(t *testing.T) {
	s := newStream().send(100)
	packets := slices.Clone(s.packets)
	for i := 50; i < 80; i++ {
		packets[i].at = packets[80].at
	}
	o := play(t, Config{}, packets)
	o.check(t, s.sent, numbers(0, 99, "d")...)
	for i, f := range o.frames {
		want := first + time.Duration(i)*tick
		if d := f.due - want; d > time.Millisecond || d < -time.Millisecond {
			t.Errorf("frame %d due %v, want %v", i, f.due, want)
		}
	}
}

func TestInvalidPacketsAreCountedAndMissing(t *testing.T) {
	valid := opus(0)
	size := func(n int) uint32 { return 1<<31 | opusType<<24 | step<<10 | uint32(n) }
	endless := make([]byte, 1200)
	for i := 0; i < len(endless); i += 4 {
		binary.BigEndian.PutUint32(endless[i:], size(0))
	}
	tests := []struct {
		name    string
		typ     uint8
		payload []byte
		played  bool
	}{
		{"two frames of odd length", opusType, []byte{0xf9, 1, 2, 3}, false},
		{"no frames", opusType, []byte{0xfb, 0}, false},
		{"second frame beyond the end", opusType, []byte{0xfa, 200, 1}, false},
		{"240 ms", opusType, append([]byte{0x1b, 4}, make([]byte, 8)...), false},
		{"too long", opusType, append([]byte{0xf8}, make([]byte, 1276)...), false},
		{"only a header", redType, []byte{opusType}, false},
		{"header cut off", redType, []byte{opusType | 0x80, 0, 0}, false},
		{"no last header", redType, binary.BigEndian.AppendUint32(nil, size(0)), false},
		{"block beyond the end", redType, append(append(binary.BigEndian.AppendUint32(nil, size(900)), opusType), valid...), false},
		{"endless headers", redType, endless, false},
		{"an empty block", redType, append(append(binary.BigEndian.AppendUint32(nil, size(0)), opusType), valid...), true},
		{"a block of another type", redType, append(append(binary.BigEndian.AppendUint32(nil, size(4)&^(127<<24)), opusType, 1, 2, 3, 4), valid...), true},
		{"many blocks", redType, red(valid, slices.Repeat([]redBlock{{3 * step, opus(1)}}, 15)...), true},
	}
	for _, test := range tests {
		s := newStream().send(10)
		s.packet(test.typ, test.payload)
		s.skip(tick)
		s.send(10)
		o := play(t, Config{}, s.packets)
		frames := 20
		if test.played {
			frames++
		} else if !o.frames[10].Missing {
			t.Errorf("%s: the next frame is not marked", test.name)
		}
		if len(o.frames) != frames || o.stats.Invalid != 1 && test.name != "many blocks" {
			t.Errorf("%s: %d frames, stats %+v", test.name, len(o.frames), o.stats)
		}
	}
}

func TestAPacketWithTheSameTimestampIsDropped(t *testing.T) {
	s := newStream().send(10)
	s.timestamp -= step
	s.frame(opus(99))
	s.timestamp += step
	s.send(10)
	o := play(t, Config{}, s.packets)
	if len(o.frames) != 20 || o.stats.Repeated != 1 {
		t.Errorf("%d frames, stats %+v", len(o.frames), o.stats)
	}
}

// TestThePlayersDeadline: it is told when its time has come, also while nothing arrives.
func TestThePlayersDeadline(t *testing.T) {
	s := newStream().send(10)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		src := newSource(s.packets, nil)
		p := &player{start: src.start}
		p.due = func() (time.Time, bool) {
			next := []time.Duration{ms(35), ms(35), ms(500), 3 * time.Second}
			if len(p.ticks) == len(next) {
				return time.Time{}, false
			}
			return p.start.Add(next[len(p.ticks)]), true
		}
		time.AfterFunc(5*time.Second, cancel)
		o := playHere(t, ctx, Config{Player: p}, src)
		if want := []time.Duration{ms(35), ms(35), ms(500), 3 * time.Second}; !slices.Equal(p.ticks, want) {
			t.Errorf("ticks at %v, want %v", p.ticks, want)
		}
		if !errors.Is(o.err, context.Canceled) {
			t.Errorf("Run returned %v", o.err)
		}
		if o.sets > 8 {
			t.Errorf("the read deadline was set %d times", o.sets)
		}
	})
}

func TestRunReturnsThePlayersError(t *testing.T) {
	failure := errors.New("downstream is gone")
	s := newStream().send(10)
	p := &player{play: func(f *Frame) error {
		if f.RTPTimestamp == 5000+3*step {
			return failure
		}
		return nil
	}}
	o := play(t, Config{Player: p}, s.packets)
	if !errors.Is(o.err, failure) || len(p.frames) != 4 {
		t.Errorf("Run returned %v after %d frames", o.err, len(p.frames))
	}
}

func TestOnlySoundIsSupported(t *testing.T) {
	for _, codec := range append(caps.Codecs(caps.Video), 0, 99) {
		var unsupported *UnsupportedCodecError
		if _, err := New(Config{Codec: codec, Player: &player{}}); !errors.As(err, &unsupported) {
			t.Errorf("%s: %v", codec, err)
		}
	}
}
