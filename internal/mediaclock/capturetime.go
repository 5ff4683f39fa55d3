package mediaclock

import "time"

const (
	// maxExtrapolation is for how long a capture time is carried on to packets without one, as in libwebrtc. The clocks
	// behind NTP and RTP time drift apart by less than a millisecond in that time.
	maxExtrapolation = 5 * time.Second
	// maxReportAge is the same for sender reports, which come every few seconds.
	maxReportAge = 30 * time.Second
	// maxReportSkew is how far a sender report may be from a unit by RTP time and by arrival. LiveKit's server passes the
	// publisher's reports on when it sends its own, so they are some seconds old. Beyond that the report is of another
	// sequence of timestamps.
	maxReportSkew = 20 * time.Second
)

// SenderReport is the part of an RTCP sender report (RFC 3550 section 6.4.1) that ties the two clocks of a sender
// together.
type SenderReport struct {
	At        time.Time // the same moment as Timestamp, by the sender's wall clock
	Timestamp uint32
	Received  time.Duration
}

// NewSenderReport takes the NTP and RTP timestamps of a report and when it was received. It returns nil for a sender without
// a wall clock.
func NewSenderReport(ntp uint64, rtp uint32, received time.Duration) *SenderReport {
	at := NTPTime(ntp)
	if at.IsZero() {
		return nil
	}
	return &SenderReport{At: at, Timestamp: rtp, Received: received}
}

// CaptureTime is what one packet says about when it was captured (the absolute capture time of libwebrtc).
type CaptureTime struct {
	NTP    uint64 // NTP timestamp, by the clock of the sender; 0 if the packet says nothing
	Offset int64  // by how much the clock of the capture system is ahead of the sender's, as a difference of NTP timestamps
	Source uint32 // the capture system: the first CSRC, or the SSRC if there is none
}

// Capture tells when units were captured.
type Capture struct {
	rate int64 // ticks of an RTP timestamp per second

	// Of the last packet with an absolute capture time:
	captured  time.Time // zero if there was none
	timestamp uint32
	source    uint32
	arrival   time.Duration
}

// NewCapture returns a Capture that has seen no packet, of a stream whose RTP timestamps have a rate in Hz.
func NewCapture(rate int64) Capture { return Capture{rate: rate} }

// Observe takes the next packet in sequence.
func (c *Capture) Observe(timestamp uint32, said CaptureTime, arrival time.Duration) {
	if captured := NTPTime(said.NTP); !captured.IsZero() {
		captured = captured.Add(-ntpDuration(said.Offset))
		c.captured, c.timestamp, c.source, c.arrival = captured, timestamp, said.Source, arrival
	} else if c.source != said.Source {
		c.captured = time.Time{} // another capture system, whose clock is not known
	}
}

// At returns the capture time of a unit, or zero if it is unknown. report may be nil.
func (c *Capture) At(timestamp uint32, arrival time.Duration, report *SenderReport) time.Time {
	if !c.captured.IsZero() && arrival-c.arrival <= maxExtrapolation {
		return c.captured.Add(c.between(c.timestamp, timestamp))
	}
	if report == nil {
		return time.Time{}
	}
	age, elapsed := arrival-report.Received, c.between(report.Timestamp, timestamp)
	if age > maxReportAge || elapsed-age > maxReportSkew || age-elapsed > maxReportSkew {
		return time.Time{}
	}
	return report.At.Add(elapsed)
}

// between returns the time between two RTP timestamps, the shorter way round their 32 bits.
func (c *Capture) between(from, to uint32) time.Duration {
	return time.Duration(int64(int32(to-from)) * int64(time.Second) / c.rate)
}

// NTPTime converts an NTP timestamp (RFC 5905 section 6): seconds since 1900 in 32 bits, and 32 bits of fraction. Those
// with the highest bit clear are of the era that begins in 2036 (RFC 4330 section 3). Zero, which stands for unknown,
// becomes the zero time.
func NTPTime(ntp uint64) time.Time {
	const to1970 = 2208988800
	if ntp == 0 {
		return time.Time{}
	}
	seconds := int64(ntp >> 32)
	if seconds < 1<<31 {
		seconds += 1 << 32
	}
	return time.Unix(seconds-to1970, int64(ntp&0xffffffff*uint64(time.Second)>>32)).UTC()
}

// ntpDuration converts a signed difference of NTP timestamps.
func ntpDuration(d int64) time.Duration {
	return time.Duration(d>>32)*time.Second + time.Duration(uint64(d)&0xffffffff*uint64(time.Second)>>32)
}
