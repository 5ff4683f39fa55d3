package mediaclock

import "time"

// offsetReports is from how many of the last sender reports the offset is estimated. They come every few seconds.
const offsetReports = 16

// Offset estimates by how much a sender's wall clock is ahead of ours, from its sender reports. How long a report was on its way
// is not known: at least half of the round trip to the server, and the rest, from the publisher to the server, cannot be measured
// from here. The report that was on its way for the shortest time tells the most. The zero value has seen no report.
type Offset struct {
	ahead [offsetReports]time.Duration
	count int
}

// Observe takes what the sender's wall clock said when it sent a report, when that was received, and the time to the server and
// back, 0 if it is not known.
func (o *Offset) Observe(sent, received time.Time, roundTrip time.Duration) {
	// Round takes the monotonic reading away: this is about wall clocks.
	o.ahead[o.count%offsetReports] = sent.Round(0).Sub(received.Round(0)) + roundTrip/2
	o.count++
}

// Estimate returns by how much the sender's clock is ahead of ours, or false before the first report. It is less than the truth
// by what the fastest report took from the publisher to the server.
func (o *Offset) Estimate() (ahead time.Duration, ok bool) {
	if o.count == 0 {
		return 0, false
	}
	ahead = o.ahead[0]
	for _, a := range o.ahead[1:min(o.count, offsetReports)] {
		ahead = max(ahead, a)
	}
	return ahead, true
}
