package rtp

import "time"

// jitter is the interarrival jitter of RFC 3550 section 6.4.1, measured between packets of different timestamps as
// libwebrtc does: packets of one frame are spread out by the sender's pacer, not by the network.
type jitter struct {
	rate      int64
	timestamp uint32
	arrival   time.Duration
	started   bool
	mean      time.Duration
}

// observe gets the next packet in order of arrival and returns the jitter.
func (j *jitter) observe(timestamp uint32, arrival time.Duration) time.Duration {
	ticks := int64(int32(timestamp - j.timestamp))
	if j.started && ticks <= 0 {
		return j.mean
	}
	if j.started && ticks < 10*j.rate {
		d := arrival - j.arrival - time.Duration(ticks*int64(time.Second)/j.rate)
		j.mean += (max(d, -d) - j.mean) / 16
	}
	j.timestamp, j.arrival, j.started = timestamp, arrival, true
	return j.mean
}
