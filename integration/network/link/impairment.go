package link

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Impairment is what happens to the packets of one direction. The zero value passes everything on at once.
type Impairment struct {
	// Loss is the share of packets that are lost, from 0 to 1.
	Loss float64
	// Burst is how many packets in a row are lost in the mean, after Gilbert's model of two states; up to 1, each packet is
	// lost or not by itself.
	Burst float64
	// Delay is how long a packet is under way, and Jitter how far that differs from packet to packet, evenly in both directions.
	Delay, Jitter time.Duration
	// Reorder lets jitter change the order of packets. Otherwise a packet waits for those before it.
	Reorder bool
	// Duplicate is the share of packets that come twice, from 0 to 1.
	Duplicate float64
	// Rate is how much passes in bits per second, with IP headers; 0 is no limit.
	Rate int
	// Queue is how long a packet may wait in front of Rate; those that would wait longer are dropped. 0 means DefaultQueue.
	Queue time.Duration
	// Later is how much longer RTP packets are under way that have one of these payload types, as picture or sound alone are.
	Later map[uint8]time.Duration
	// Down drops everything.
	Down bool
}

// DefaultQueue is the longest wait in front of a rate. It is what home routers keep rather than what they should.
const DefaultQueue = 300 * time.Millisecond

// check says what is wrong with an impairment.
func (i Impairment) check() error {
	switch {
	case i.Loss < 0 || i.Loss > 1 || i.Duplicate < 0 || i.Duplicate > 1:
		return errors.New("the shares of lost and of duplicate packets go from 0 to 1")
	case i.Burst > 1 && i.Loss == 1:
		return errors.New("a loss of everything has no bursts")
	case i.Delay < 0 || i.Jitter < 0 || i.Queue < 0 || i.Rate < 0:
		return errors.New("a delay, a jitter, a queue and a rate are not negative")
	case slices.ContainsFunc(slices.Collect(maps.Values(i.Later)), func(d time.Duration) bool { return d < 0 }):
		return errors.New("a payload type is later by a time that is not negative")
	case i.Jitter > i.Delay:
		return fmt.Errorf("a jitter of %v is more than the delay of %v: no packet comes before it was sent", i.Jitter, i.Delay)
	}
	return nil
}

// String is the impairment in words.
func (i Impairment) String() string {
	if i.Down {
		return "down"
	}
	words := []string{fmt.Sprintf("delay %v", i.Delay)}
	if i.Jitter > 0 {
		words[0] += fmt.Sprintf(" ± %v", i.Jitter)
	}
	if i.Loss > 0 {
		words = append(words, fmt.Sprintf("loss %.3g %%", i.Loss*100))
		if i.Burst > 1 {
			words[len(words)-1] += fmt.Sprintf(" in bursts of %.3g", i.Burst)
		}
	}
	if i.Duplicate > 0 {
		words = append(words, fmt.Sprintf("duplicates %.3g %%", i.Duplicate*100))
	}
	for _, payloadType := range slices.Sorted(maps.Keys(i.Later)) {
		words = append(words, fmt.Sprintf("payload type %d later by %v", payloadType, i.Later[payloadType]))
	}
	if i.Rate > 0 {
		words = append(words, fmt.Sprintf("%d kbit/s", i.Rate/1000))
	}
	return strings.Join(words, ", ")
}
