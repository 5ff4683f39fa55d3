package mediaclock

import "time"

const (
	// maxExtrapolation is how long a capture time is extrapolated to packets without one, as in libwebrtc. The clocks of
	// NTP and RTP time drift apart by less than a millisecond in that time.
	maxExtrapolation = 5 * time.Second
	// maxReportAge limits the extrapolation from sender reports, which arrive every few seconds.
	maxReportAge = 30 * time.Second
	// maxReportSkew is by how much the distance of a sender report to a unit may differ between RTP time and arrival.
	// LiveKit's server forwards the publisher's reports when it sends its own, so they are some seconds old. A report
	// with a larger difference belongs to another sequence of timestamps.
	maxReportSkew = 20 * time.Second
)

// SenderReport is the part of an RTCP sender report (RFC 3550 section 6.4.1) that relates the two clocks of a sender.
type SenderReport struct {
	At        time.Time // the moment of Timestamp, by the sender's wall clock
	Timestamp uint32
	Received  time.Duration
}

// NewSenderReport takes the NTP and RTP timestamps of a report and the time of its arrival. It returns nil for a sender
// without a wall clock.
func NewSenderReport(ntp uint64, rtp uint32, received time.Duration) *SenderReport {
	at := NTPTime(ntp)
	if at.IsZero() {
		return nil
	}
	return &SenderReport{At: at, Timestamp: rtp, Received: received}
}

// CaptureTime is the absolute capture time extension of libwebrtc in one packet.
type CaptureTime struct {
	NTP    uint64 // NTP timestamp, by the sender's clock; 0 if absent
	Offset int64  // by how much the clock of the capture system is ahead of the sender's, in units of NTP timestamps
	Source uint32 // the capture system: the first CSRC, or the SSRC if there is none
}

// Capture computes when units were captured.
type Capture struct {
	rate int64 // RTP timestamp ticks per second

	// From the last packet with an absolute capture time:
	captured  time.Time // zero if there was none
	timestamp uint32
	source    uint32
	arrival   time.Duration
}

// NewCapture returns a Capture for a stream whose RTP timestamps have the given rate, in Hz.
func NewCapture(rate int64) Capture { return Capture{rate: rate} }

// Observe takes the next packet in sequence. It returns the capture time that is in it, or zero if there is none.
func (c *Capture) Observe(timestamp uint32, said CaptureTime, arrival time.Duration) (captured time.Time) {
	if captured = NTPTime(said.NTP); !captured.IsZero() {
		captured = captured.Add(-ntpDuration(said.Offset))
		c.captured, c.timestamp, c.source, c.arrival = captured, timestamp, said.Source, arrival
	} else if c.source != said.Source {
		c.captured = time.Time{} // another capture system, whose clock is unknown
	}
	return captured
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

// between returns the time between two RTP timestamps, in the direction in which their 32 bits are closer.
func (c *Capture) between(from, to uint32) time.Duration {
	return time.Duration(int64(int32(to-from)) * int64(time.Second) / c.rate)
}

// NTPTime converts an NTP timestamp (RFC 5905 section 6): seconds since 1900 in 32 bits, and 32 bits of fraction. If
// the highest bit is clear, the timestamp belongs to the era that begins in 2036 (RFC 4330 section 3). Zero, which
// means unknown, becomes the zero time.
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
