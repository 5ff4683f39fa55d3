package mediaclock

import "time"

// offsetReports is how many of the last sender reports are used to estimate the offset. They arrive every few seconds.
const offsetReports = 16

// Offset estimates by how much a sender's wall clock is ahead of ours, from its sender reports. The network delay of a
// report is unknown. It is at least half of the round trip to the server; the time from the publisher to the server
// cannot be measured here. The report with the shortest delay gives the best estimate. The zero value has seen no
// report.
type Offset struct {
	ahead [offsetReports]time.Duration
	count int
}

// Observe takes the sender's wall clock time in a report, its arrival, and the round-trip time to the server, 0 if
// unknown.
func (o *Offset) Observe(sent, received time.Time, roundTrip time.Duration) {
	// Round removes the monotonic reading: only the wall clocks matter here.
	o.ahead[o.count%offsetReports] = sent.Round(0).Sub(received.Round(0)) + roundTrip/2
	o.count++
}

// Estimate returns by how much the sender's clock is ahead of ours, or false before the first report. It is too low by
// the delay of the fastest report from the publisher to the server.
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
