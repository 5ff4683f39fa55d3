package link

import (
	"container/heap"
	"math/rand/v2"
	"time"
)

// Counts are what became of the packets of one direction.
type Counts struct {
	// Came is how many packets came in. Of these, Lost were lost by chance, Dropped found the link down, and Overflowed the
	// queue in front of the rate full. Duplicated is how many came out once more.
	Came, Lost, Dropped, Overflowed, Duplicated int
}

// queue holds the packets that are under way in one direction. It knows no clock: its caller says what time it is, which
// does not run backwards. The same seed and the same packets give the same result.
type queue struct {
	impairment Impairment
	counts     Counts

	random *rand.Rand
	bad    bool                        // Gilbert's model is in the state that loses
	free   time.Time                   // when the rate has room for the next packet
	latest map[time.Duration]time.Time // when the last of those that keep their order comes out, of each Later
	number uint64                      // of the packet, to tell apart those of the same moment
	under  underway
}

func newQueue(seed uint64, impairment Impairment) *queue {
	return &queue{
		impairment: impairment, random: rand.New(rand.NewPCG(seed, 0)), latest: make(map[time.Duration]time.Time),
	}
}

// push takes a packet, which is the queue's from now on.
func (q *queue) push(now time.Time, packet []byte) {
	q.counts.Came++
	// The dice are thrown for every packet, so that a direction that was down goes on as it would have.
	lost, twice := q.loses(), q.random.Float64() < q.impairment.Duplicate
	if q.impairment.Down {
		q.counts.Dropped++
		return
	}
	if lost {
		q.counts.Lost++
		return
	}
	sent, ok := q.send(now, len(packet))
	if !ok {
		q.counts.Overflowed++
		return
	}
	q.add(sent, packet)
	if twice {
		q.counts.Duplicated++
		q.add(sent, packet)
	}
}

// loses throws the dice for a packet.
func (q *queue) loses() bool {
	share, burst := q.impairment.Loss, q.impairment.Burst
	throw := q.random.Float64()
	if burst <= 1 {
		q.bad = false
		return throw < share
	}
	// A run of losses is burst packets long in the mean; how often one begins follows from the share.
	if q.bad {
		q.bad = throw >= 1/burst
	} else {
		q.bad = throw < share/((1-share)*burst)
	}
	return q.bad
}

// send is when a packet has passed the rate, and not ok if the queue in front of it is full.
func (q *queue) send(now time.Time, size int) (sent time.Time, ok bool) {
	if q.impairment.Rate == 0 {
		return now, true
	}
	longest := q.impairment.Queue
	if longest == 0 {
		longest = DefaultQueue
	}
	if q.free.Before(now) {
		q.free = now
	}
	if q.free.Sub(now) > longest {
		return now, false
	}
	q.free = q.free.Add(time.Duration(size) * 8 * time.Second / time.Duration(q.impairment.Rate))
	return q.free, true
}

// add lets a packet come out after the delay.
func (q *queue) add(sent time.Time, packet []byte) {
	later := q.impairment.Later[payloadType(packet)]
	due := sent.Add(q.impairment.Delay + later)
	if jitter := q.impairment.Jitter; jitter > 0 {
		due = due.Add(time.Duration((q.random.Float64()*2 - 1) * float64(jitter)))
	}
	if !q.impairment.Reorder {
		if due.Before(q.latest[later]) {
			due = q.latest[later]
		}
		q.latest[later] = due
	}
	q.number++
	heap.Push(&q.under, parcel{due: due, number: q.number, packet: packet})
}

// next is when the next packet comes out; ok is false if none is under way.
func (q *queue) next() (due time.Time, ok bool) {
	if len(q.under) == 0 {
		return time.Time{}, false
	}
	return q.under[0].due, true
}

// pop takes the next packet that has come out by now. A packet that comes twice is the same slice twice.
func (q *queue) pop(now time.Time) (packet []byte, ok bool) {
	if due, ok := q.next(); !ok || due.After(now) {
		return nil, false
	}
	return heap.Pop(&q.under).(parcel).packet, true
}

// parcel is a packet that is under way.
type parcel struct {
	due    time.Time
	number uint64
	packet []byte
}

// underway is a heap of them, the next one first.
type underway []parcel

func (u underway) Len() int { return len(u) }

func (u underway) Less(i, j int) bool {
	if u[i].due.Equal(u[j].due) {
		return u[i].number < u[j].number
	}
	return u[i].due.Before(u[j].due)
}

func (u underway) Swap(i, j int) { u[i], u[j] = u[j], u[i] }
func (u *underway) Push(x any)   { *u = append(*u, x.(parcel)) }

func (u *underway) Pop() any {
	last := len(*u) - 1
	p := (*u)[last]
	(*u)[last] = parcel{}
	*u = (*u)[:last]
	return p
}
