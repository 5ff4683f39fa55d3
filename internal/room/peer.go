package room

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// maxFirstQuestions is after how many queries without an answer a server counts as one that does not answer.
const maxFirstQuestions = 10

// peer is the interceptor of one peer connection. It can query the server for a sign of life: LiveKit answers the
// reference time of an extended report at once (RFC 3611, 4.4 and 4.5), whether media flows or not.
type peer struct {
	interceptor.NoOp
	of *peers

	// All fields below except answers are guarded by of.mu.
	streams []uint32 // SSRCs of the received streams
	videos  []uint32 // SSRCs of the video streams among them
	turn    int      // number of queries
	writer  interceptor.RTCPWriter
	trips   trips

	answers   atomic.Bool   // the server is known to answer; see ask
	suspected atomic.Bool   // a queue on the path from the server is suspected
	late      atomic.Int64  // lateness of the last suspicious frame, in ns
	lost      atomic.Uint32 // lost packets, including those that are retransmitted later
}

// trips measures the round trips of queries and answers.
type trips struct {
	unanswered time.Time // when the oldest unanswered query was sent, or zero
	asked      time.Time // when the last answered query was sent
	last       time.Duration
	shortest   time.Duration
}

// BindRemoteStream implements interceptor.Interceptor.
func (p *peer) BindRemoteStream(info *interceptor.StreamInfo, reader interceptor.RTPReader) interceptor.RTPReader {
	guard.Do("room: incoming stream", p.of.owner, func() {
		isVideo := strings.HasPrefix(info.MimeType, "video/") && info.MimeType != webrtc.MimeTypeRTX && info.ClockRate > 0
		p.add(info.SSRC, isVideo)
		if isVideo {
			reader = p.watch(reader, lateness{clockRate: info.ClockRate})
		}
	})
	return reader
}

func (p *peer) add(ssrc uint32, isVideo bool) {
	p.of.mu.Lock()
	p.streams = append(p.streams, ssrc)
	if isVideo {
		p.videos = append(p.videos, ssrc)
	}
	p.of.mu.Unlock()
	p.of.changed.Fire()
}

// watch checks the packets of a video stream.
func (p *peer) watch(reader interceptor.RTPReader, l lateness) interceptor.RTPReader {
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err != nil {
			return n, a, err
		}
		guard.Do("room: packet", p.of.owner, func() { p.look(&l, b[:n]) })
		return n, a, nil
	})
}

func (p *peer) look(l *lateness, packet []byte) {
	suspected := l.arrived(packet, time.Now())
	if l.lost > 0 {
		p.lost.Add(uint32(l.lost))
	}
	if suspected {
		p.late.Store(int64(l.over))
		p.suspect()
	}
}

// suspect is called for each frame that is too late. It wakes the goroutine that checks the path, once.
func (p *peer) suspect() {
	if !p.suspected.Swap(true) {
		p.of.changed.Fire()
	}
}

// UnbindRemoteStream implements interceptor.Interceptor.
func (p *peer) UnbindRemoteStream(info *interceptor.StreamInfo) {
	guard.Do("room: stream ended", p.of.owner, func() {
		p.of.mu.Lock()
		defer p.of.mu.Unlock()
		gone := func(ssrc uint32) bool { return ssrc == info.SSRC }
		p.streams, p.videos = slices.DeleteFunc(p.streams, gone), slices.DeleteFunc(p.videos, gone)
	})
}

// BindRTCPWriter implements interceptor.Interceptor.
func (p *peer) BindRTCPWriter(writer interceptor.RTCPWriter) interceptor.RTCPWriter {
	guard.Do("room: way to the server", p.of.owner, func() {
		p.of.mu.Lock()
		defer p.of.mu.Unlock()
		p.writer = writer
	})
	return writer
}

// BindRTCPReader implements interceptor.Interceptor. Another interceptor sends a query once a second; the first answer
// shows that this server answers, which not every server does.
func (p *peer) BindRTCPReader(reader interceptor.RTCPReader) interceptor.RTCPReader {
	return interceptor.RTCPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err != nil {
			return n, a, err
		}
		if a == nil {
			a = make(interceptor.Attributes) // caches the parsed packets for the other interceptors
		}
		guard.Do("room: control packet", p.of.owner, func() { p.readRTCP(b[:n], a) })
		return n, a, nil
	})
}

func (p *peer) readRTCP(raw []byte, a interceptor.Attributes) {
	packets, err := a.GetRTCPPackets(raw)
	if err != nil {
		return
	}
	for _, packet := range packets {
		if report, is := packet.(*rtcp.ExtendedReport); is {
			p.answered(report, time.Now())
		}
	}
}

// answered handles a report that may answer our query or the one of each second.
func (p *peer) answered(report *rtcp.ExtendedReport, now time.Time) {
	for _, block := range report.Reports {
		answer, is := block.(*rtcp.DLRRReportBlock)
		if !is || len(answer.Reports) == 0 {
			continue
		}
		// The middle 32 bits of NTP time: 16 of them are seconds.
		took := time.Duration(uint32(ntp(now)>>16)-answer.Reports[0].LastRR) * time.Second >> 16
		if took < 0 || took > time.Minute {
			continue
		}
		p.of.mu.Lock()
		t := &p.trips
		t.last, t.asked = took, now.Add(-took)
		if !p.answers.Load() || took < t.shortest {
			t.shortest = took
		}
		if !t.asked.Before(t.unanswered) {
			t.unanswered = time.Time{}
		}
		p.answers.Store(true)
		p.of.mu.Unlock()
	}
}

// isQueued reports what is known about a queue on the path since a moment, after so many queries: whether it certainly
// exists, and whether it certainly does not.
func (p *peer) isQueued(now, since time.Time, questions int) (certain, refuted bool) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	t := &p.trips
	if !t.asked.Before(since) {
		long := t.last >= t.shortest+queued
		return long, !long
	}
	return questions >= enoughQuestions && !t.unanswered.IsZero() && now.Sub(t.unanswered) >= t.shortest+queued, false
}

// tell sends the server a bandwidth estimate, in bit/s.
func (p *peer) tell(bitrate uint64) {
	p.of.mu.Lock()
	writer, videos := p.writer, slices.Clone(p.videos)
	p.of.mu.Unlock()
	if writer == nil || len(videos) == 0 {
		return
	}
	remb := &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: videos[0], Bitrate: float32(bitrate), SSRCs: videos}
	_, _ = writer.Write([]rtcp.Packet{remb}, nil) // it is sent again
}

// ask sends the server a query for one of the streams, a different one each time, since a stream may be about to end.
func (p *peer) ask() {
	p.of.mu.Lock()
	writer := p.writer
	var ssrc uint32
	if len(p.streams) > 0 {
		ssrc = p.streams[p.turn%len(p.streams)]
		p.turn++
	}
	if p.trips.unanswered.IsZero() {
		p.trips.unanswered = time.Now()
	}
	p.of.mu.Unlock()
	if writer == nil || ssrc == 0 {
		return
	}
	report := &rtcp.ExtendedReport{
		SenderSSRC: ssrc,
		Reports:    []rtcp.ReportBlock{&rtcp.ReceiverReferenceTimeReportBlock{NTPTimestamp: ntp(time.Now())}},
	}
	_, _ = writer.Write([]rtcp.Packet{report}, nil) // it may fail on a dead path, which the silence shows, too
}

// askWhetherItAnswers finds out whether the server answers queries. The other interceptor's first query is only sent
// after a second.
func (p *peer) askWhetherItAnswers() {
	p.of.mu.Lock()
	known := p.answers.Load() || p.turn >= maxFirstQuestions
	p.of.mu.Unlock()
	if !known {
		p.ask()
	}
}

// ntp converts a time to an NTP timestamp (RFC 3550, 4).
func ntp(t time.Time) uint64 {
	const from1900 = 2208988800 // seconds, to 1970
	return uint64(t.Unix()+from1900)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// Close implements interceptor.Interceptor.
func (p *peer) Close() error {
	guard.Do("room: media connection closed", p.of.owner, func() { p.of.closed(p) })
	return nil
}
