package testpublisher

import (
	"sync"
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
)

// trueReports makes sender reports say when pictures and sound were made. pion's say when they were sent, and encoding takes
// longer for the one than for the other: a receiver that believed them could not be in sync.
type trueReports struct {
	interceptor.NoOp
	reportsFactory

	mu    sync.Mutex
	rates map[uint32]uint32 // clock rates by SSRC
}

// withTrueReports is for tracks whose timestamps rtpTimestamp makes. ahead is that of the publisher's clock.
func withTrueReports(beginning func() (time.Time, bool), ahead time.Duration) []lksdk.ConnectOption {
	return []lksdk.ConnectOption{
		lksdk.WithInterceptors([]interceptor.Factory{reportsFactory{beginning, ahead}}), lksdk.WithIncludeDefaultInterceptors(true),
	}
}

type reportsFactory struct {
	beginning func() (time.Time, bool)
	ahead     time.Duration
}

func (f reportsFactory) NewInterceptor(string) (interceptor.Interceptor, error) {
	return &trueReports{reportsFactory: f, rates: make(map[uint32]uint32)}, nil
}

func (r *trueReports) BindLocalStream(info *interceptor.StreamInfo, writer interceptor.RTPWriter) interceptor.RTPWriter {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rates[info.SSRC] = info.ClockRate
	return writer
}

func (r *trueReports) UnbindLocalStream(info *interceptor.StreamInfo) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.rates, info.SSRC)
}

func (r *trueReports) BindRTCPWriter(writer interceptor.RTCPWriter) interceptor.RTCPWriter {
	return interceptor.RTCPWriterFunc(func(packets []rtcp.Packet, attributes interceptor.Attributes) (int, error) {
		for _, packet := range packets {
			if report, ok := packet.(*rtcp.SenderReport); ok {
				r.correct(report)
			}
		}
		return writer.Write(packets, attributes)
	})
}

func (r *trueReports) correct(report *rtcp.SenderReport) {
	r.mu.Lock()
	rate := r.rates[report.SSRC]
	r.mu.Unlock()
	if beginning, ok := r.beginning(); ok && rate > 0 {
		report.RTPTime = rtpTimestamp(ntpTime(report.NTPTime).Sub(beginning), rate)
		// As a sum of fractions of a second, which wrap around as the timestamp does.
		report.NTPTime += uint64(r.ahead/time.Second)<<32 + uint64(r.ahead%time.Second)<<32/uint64(time.Second)
	}
}

// ntpTime is the time of a timestamp of RFC 3550, section 4.
func ntpTime(ntp uint64) time.Time {
	const unixEpoch = 2_208_988_800 // in seconds since 1900
	fraction := (ntp & (1<<32 - 1)) * uint64(time.Second) >> 32
	return time.Unix(int64(ntp>>32)-unixEpoch, int64(fraction))
}
