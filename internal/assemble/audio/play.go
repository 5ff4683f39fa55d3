package audio

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// leap is how much further than the local clock a timestamp may advance. After a larger step it belongs to a new
// sequence of timestamps, as for a mediaclock.Clock.
const leap = time.Second

// Take implements rtp.Assembler.
func (a *assembly) Take(p *rtp.Packet, _ time.Duration) error {
	if err := a.stampHeld(false); err != nil { // more packets follow
		return err
	}
	if a.isBlank(p) {
		a.counters.blank.Add(1)
		a.blank, a.sequence = true, p.Sequence
		a.missing = false // the packets of the server count as silence, not as lost
		return nil
	}
	captured := a.capture.Observe(p.Timestamp, mediaclock.CaptureTime{
		NTP: p.Extensions.CaptureNTP, Offset: p.Extensions.CaptureOffset, Source: p.Extensions.Source,
	}, p.Arrival)
	a.config.Sync.Captured(captured, p.Timestamp, p.Arrival)
	err := a.takeSound(p)
	a.blank, a.sequence = false, p.Sequence
	return err
}

// takeSound plays what a packet has that was not played yet.
func (a *assembly) takeSound(p *rtp.Packet) error {
	if a.isRefused() {
		return nil
	}
	if a.isRedundant(p) {
		return a.takeRedundant(p)
	}
	data := p.Payload
	if a.config.Decryptor != nil {
		if data = a.decrypt(data); data == nil {
			return nil
		}
	}
	return a.play(block{data, p.Timestamp}, false, p.Arrival)
}

// play plays a frame. It is dropped if it is not a valid one.
func (a *assembly) play(b block, redundant bool, arrival time.Duration) error {
	duration, silent, ok := measure(a.config.Codec, b.data)
	if !ok {
		a.invalid("not a frame of the codec")
		return nil
	}
	ahead := a.ticks(int32(b.timestamp - a.last))
	switch {
	case !a.given:
		a.discont = true
	case ahead == 0:
		a.counters.repeated.Add(1)
		return nil
	case ahead < 0 || ahead > max(arrival-a.arrival, 0)+leap:
		a.clock.Restart()
		a.discont = true
	}
	a.out = Frame{
		Data:         b.data,
		Duration:     duration,
		RTPTimestamp: b.timestamp,
		Missing:      a.missing && !a.continues(b.timestamp),
		Redundant:    redundant,
		Silent:       silent,
		Discont:      a.discont,
		CaptureTime:  a.capture.At(b.timestamp, arrival, a.report.Load()),
		ReceivedAt:   a.epoch.Add(arrival),
	}
	if a.out.Missing || !redundant {
		a.missing = false
	}
	a.discont, a.given = false, true
	a.last, a.arrival = b.timestamp, max(a.arrival, arrival)
	a.end = b.timestamp + uint32(duration*time.Duration(a.config.ClockRate)/time.Second)
	a.counters.frames.Add(1)
	if redundant {
		a.counters.redundant.Add(1)
	}
	if silent {
		a.counters.silent.Add(1)
	}
	return a.schedule(mediaclock.Sample{
		Timestamp: b.timestamp,
		Key:       true,
		Begun:     arrival,
		Arrival:   arrival,
	})
}

// ticks converts a distance of RTP timestamps to a time.
func (a *assembly) ticks(distance int32) time.Duration {
	return time.Duration(int64(distance) * int64(time.Second) / a.config.ClockRate)
}

// invalid drops a frame that is not valid.
func (a *assembly) invalid(why string) {
	a.counters.invalid.Add(1)
	a.drop(why)
}

// drop says that a frame is lost for good, although a packet with it arrived.
func (a *assembly) drop(why string) {
	a.missing = a.given
	a.log.Debug("frame dropped", "why", why)
}
