package room

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
)

// maxFirstQuestions is after how many a server is taken for one that does not answer.
const maxFirstQuestions = 10

// peer is the interceptor of one peer connection. It can ask the server for a sign of life: LiveKit answers the reference
// time of an extended report at once (RFC 3611, 4.4 and 4.5), whether media flows or not.
type peer struct {
	interceptor.NoOp
	of *peers

	// The rest but answers is guarded by of.mu.
	streams []uint32 // SSRCs of what is received
	turn    int // number of questions
	writer  interceptor.RTCPWriter

	answers atomic.Bool // the server is known to answer; see ask
}

// BindRemoteStream implements interceptor.Interceptor.
func (p *peer) BindRemoteStream(info *interceptor.StreamInfo, reader interceptor.RTPReader) interceptor.RTPReader {
	p.of.mu.Lock()
	p.streams = append(p.streams, info.SSRC)
	p.of.mu.Unlock()
	p.of.changed.fire()
	return reader
}

// UnbindRemoteStream implements interceptor.Interceptor.
func (p *peer) UnbindRemoteStream(info *interceptor.StreamInfo) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	p.streams = slices.DeleteFunc(p.streams, func(ssrc uint32) bool { return ssrc == info.SSRC })
}

// BindRTCPWriter implements interceptor.Interceptor.
func (p *peer) BindRTCPWriter(writer interceptor.RTCPWriter) interceptor.RTCPWriter {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	p.writer = writer
	return writer
}

// BindRTCPReader implements interceptor.Interceptor. The SDK's own interceptor asks once a second; the first answer tells
// that this server gives them. Not every one has to.
func (p *peer) BindRTCPReader(reader interceptor.RTCPReader) interceptor.RTCPReader {
	return interceptor.RTCPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err != nil || p.answers.Load() {
			return n, a, err
		}
		if a == nil {
			a = make(interceptor.Attributes) // keeps what is parsed here for the other interceptors
		}
		if packets, err := a.GetRTCPPackets(b[:n]); err == nil && slices.ContainsFunc(packets, isAnswer) {
			p.answers.Store(true)
		}
		return n, a, nil
	})
}

func isAnswer(packet rtcp.Packet) bool {
	report, is := packet.(*rtcp.ExtendedReport)
	return is && slices.ContainsFunc(report.Reports, func(block rtcp.ReportBlock) bool {
		_, is := block.(*rtcp.DLRRReportBlock)
		return is
	})
}

// ask sends the server a question on behalf of one of the streams, another one each time: a stream may be about to end.
func (p *peer) ask() {
	p.of.mu.Lock()
	writer := p.writer
	var ssrc uint32
	if len(p.streams) > 0 {
		ssrc = p.streams[p.turn%len(p.streams)]
		p.turn++
	}
	p.of.mu.Unlock()
	if writer == nil || ssrc == 0 {
		return
	}
	report := &rtcp.ExtendedReport{
		SenderSSRC: ssrc,
		Reports:    []rtcp.ReportBlock{&rtcp.ReceiverReferenceTimeReportBlock{NTPTimestamp: ntp(time.Now())}},
	}
	_, _ = writer.Write([]rtcp.Packet{report}, nil) // on a dead path it may fail, which the silence tells too
}

// askWhetherItAnswers finds out whether the server gives answers. The SDK's own question comes a second late.
func (p *peer) askWhetherItAnswers() {
	p.of.mu.Lock()
	known := p.answers.Load() || p.turn >= maxFirstQuestions
	p.of.mu.Unlock()
	if !known {
		p.ask()
	}
}

// ntp is a time as NTP counts it (RFC 3550, 4).
func ntp(t time.Time) uint64 {
	const from1900 = 2208988800 // seconds, to 1970
	return uint64(t.Unix()+from1900)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// Close implements interceptor.Interceptor.
func (p *peer) Close() error {
	p.of.closed(p)
	return nil
}
