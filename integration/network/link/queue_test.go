package link

import (
	"math"
	"slices"
	"testing"
	"time"
)

// packets is how many go through a queue where shares are counted.
const packets = 100_000

var start = time.Unix(1_000_000, 0)

// passed pushes packets at an interval and returns which came out, by number, and when after the start.
func passed(q *queue, count, size int, interval time.Duration) (numbers []int, times []time.Duration) {
	take := func(now time.Time) {
		for {
			due, _ := q.next()
			packet, ok := q.pop(now)
			if !ok {
				return
			}
			numbers = append(numbers, int(packet[0])|int(packet[1])<<8|int(packet[2])<<16)
			times = append(times, due.Sub(start))
		}
	}
	for i := range count {
		now := start.Add(time.Duration(i) * interval)
		take(now)
		packet := make([]byte, max(size, 3))
		packet[0], packet[1], packet[2] = byte(i), byte(i>>8), byte(i>>16)
		q.push(now, packet)
	}
	take(start.Add(time.Hour))
	return numbers, times
}

func TestNothingHappensOnAPerfectLink(t *testing.T) {
	numbers, times := passed(newQueue(1, Impairment{}), 1000, 100, time.Millisecond)
	if len(numbers) != 1000 || !slices.IsSorted(numbers) || times[999] != 999*time.Millisecond {
		t.Errorf("%d of 1000 packets came, in order: %v, the last after %v", len(numbers), slices.IsSorted(numbers), times[len(times)-1])
	}
}

func TestLossHasItsShareAndItsBursts(t *testing.T) {
	for name, impairment := range map[string]Impairment{
		"Single":       {Loss: 0.05},
		"InBursts":     {Loss: 0.05, Burst: 4},
		"InLongBursts": {Loss: 0.10, Burst: 20},
	} {
		t.Run(name, func(t *testing.T) {
			numbers, _ := passed(newQueue(7, impairment), packets, 100, time.Millisecond)
			lost, runs, next := packets-len(numbers), 0, 0
			for _, n := range append(numbers, packets) {
				if n > next {
					runs++
				}
				next = n + 1
			}
			if share := float64(lost) / packets; math.Abs(share-impairment.Loss) > impairment.Loss/5 {
				t.Errorf("%.2f %% were lost, want %.2f %%", 100*share, 100*impairment.Loss)
			}
			// Losses one by one meet each other, too.
			want := max(impairment.Burst, 1/(1-impairment.Loss))
			if burst := float64(lost) / float64(runs); math.Abs(burst-want) > want/5 {
				t.Errorf("%.2f packets were lost in a row in the mean, want %.2f", burst, want)
			}
		})
	}
}

func TestSameSeedLosesTheSamePackets(t *testing.T) {
	impairment := Impairment{Loss: 0.05, Burst: 3, Delay: 30 * time.Millisecond, Jitter: 20 * time.Millisecond, Duplicate: 0.1, Reorder: true}
	first, _ := passed(newQueue(3, impairment), 2000, 100, time.Millisecond)
	again, _ := passed(newQueue(3, impairment), 2000, 100, time.Millisecond)
	other, _ := passed(newQueue(4, impairment), 2000, 100, time.Millisecond)
	if !slices.Equal(first, again) {
		t.Error("the same seed gave another result")
	}
	if slices.Equal(first, other) {
		t.Error("another seed gave the same result")
	}
}

func TestDelayJitterAndOrder(t *testing.T) {
	const delay, jitter = 30 * time.Millisecond, 20 * time.Millisecond
	for name, reorder := range map[string]bool{"InOrder": false, "OutOfOrder": true} {
		t.Run(name, func(t *testing.T) {
			numbers, times := passed(newQueue(1, Impairment{Delay: delay, Jitter: jitter, Reorder: reorder}), 5000, 100, 2*time.Millisecond)
			if len(numbers) != 5000 {
				t.Fatalf("%d of 5000 packets came", len(numbers))
			}
			least, most := time.Hour, time.Duration(0)
			for i, n := range numbers {
				took := times[i] - time.Duration(n)*2*time.Millisecond
				least, most = min(least, took), max(most, took)
			}
			if least < delay-jitter || least > delay-jitter/2 || most > delay+jitter || most < delay+jitter/2 {
				t.Errorf("packets took %v to %v, want %v ± %v", least, most, delay, jitter)
			}
			if sorted := slices.IsSorted(numbers); sorted == reorder {
				t.Errorf("in order: %v", sorted)
			}
		})
	}
}

func TestDuplicatesComeTwice(t *testing.T) {
	q := newQueue(1, Impairment{Duplicate: 0.1})
	numbers, _ := passed(q, packets, 100, time.Millisecond)
	twice := 0
	for i := 1; i < len(numbers); i++ {
		if numbers[i] == numbers[i-1] {
			twice++
		}
	}
	if share := float64(twice) / packets; math.Abs(share-0.1) > 0.01 {
		t.Errorf("%.2f %% came twice, want 10 %%", 100*share)
	}
	if twice != q.counts.Duplicated {
		t.Errorf("%d came twice, and %d were counted", twice, q.counts.Duplicated)
	}
}

// A stream of twice the rate loses half of it, and the rest is as late as the queue is long.
func TestRateHasAQueueThatOverflows(t *testing.T) {
	const size, rate = 1000, 800_000 // a packet each 10 ms
	q := newQueue(1, Impairment{Rate: rate, Queue: 200 * time.Millisecond})
	numbers, times := passed(q, 1000, size, 5*time.Millisecond)
	for i := 1; i < len(times); i++ {
		if distance := times[i] - times[i-1]; distance != 10*time.Millisecond {
			t.Fatalf("packets came %v apart, want 10ms", distance)
		}
	}
	last := len(numbers) - 1
	wait := times[last] - time.Duration(numbers[last])*5*time.Millisecond
	if wait < 190*time.Millisecond || wait > 210*time.Millisecond {
		t.Errorf("the last packet waited %v, want 200ms", wait)
	}
	if got := q.counts.Overflowed; got < 470 || got > 500 {
		t.Errorf("%d of 1000 packets overflowed, want about 480", got)
	}
}

func TestOutageDropsWhatComesAndKeepsWhatIsUnderWay(t *testing.T) {
	q := newQueue(1, Impairment{Delay: 30 * time.Millisecond})
	q.push(start, []byte{1})
	q.impairment.Down = true
	q.push(start.Add(time.Millisecond), []byte{2})
	q.impairment.Down = false
	q.push(start.Add(2*time.Millisecond), []byte{3})
	var came []byte
	for {
		packet, ok := q.pop(start.Add(time.Second))
		if !ok {
			break
		}
		came = append(came, packet...)
	}
	if !slices.Equal(came, []byte{1, 3}) || q.counts.Dropped != 1 {
		t.Errorf("packets %v came and %d were dropped, want 1 and 3, and one", came, q.counts.Dropped)
	}
}

func TestWrongImpairmentIsRefused(t *testing.T) {
	for _, impairment := range []Impairment{
		{Loss: 1.5},
		{Loss: -1},
		{Duplicate: 2},
		{Loss: 1, Burst: 3},
		{Delay: -1},
		{Rate: -1},
		{Queue: -1},
		{Delay: 10 * time.Millisecond, Jitter: 20 * time.Millisecond},
	} {
		if err := impairment.check(); err == nil {
			t.Errorf("%+v was taken", impairment)
		}
	}
}

// TestOnePayloadTypeIsLater has RTP of two payload types and RTCP between them, which stays in time.
func TestOnePayloadTypeIsLater(t *testing.T) {
	const later = 150 * time.Millisecond
	packetOf := func(kind byte) []byte {
		packet := make([]byte, 20+8+12)
		packet[0], packet[9] = 0x45, 17 // IPv4 with UDP
		packet[28], packet[29] = 0x80, kind
		return packet
	}
	const sound, picture, report = 111, 0x80 | 96, 200
	q := newQueue(1, Impairment{Delay: time.Millisecond, Later: map[uint8]time.Duration{111: later}})
	for i := range 3 {
		for _, kind := range []byte{sound, picture, report} {
			q.push(start.Add(time.Duration(i)*time.Second), packetOf(kind))
		}
	}
	last := map[byte]time.Duration{}
	for {
		due, _ := q.next()
		packet, ok := q.pop(start.Add(time.Hour))
		if !ok {
			break
		}
		last[packet[29]] = due.Sub(start) - 2*time.Second
	}
	want := map[byte]time.Duration{sound: time.Millisecond + later, picture: time.Millisecond, report: time.Millisecond}
	for kind, at := range want {
		if last[kind] != at {
			t.Errorf("the last packet of kind %d comes out after %v, want %v", kind, last[kind], at)
		}
	}
}
