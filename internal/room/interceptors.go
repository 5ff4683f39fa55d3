package room

import (
	xr "github.com/livekit/mediatransportutil/pkg/interceptor"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
)

// interceptors returns the interceptors for each peer connection of a room that we join: our own, and those of the
// SDK's default ones that a receiver needs. These are receiver reports, the feedback from which the server estimates
// the bandwidth, and a query for the round trip each second.
//
// The SDK's own requests for missing packets are left out: Track.RequestPackets sends them. The SDK does not notice
// retransmitted packets, which arrive as a separate stream (RFC 4588), so it requests each of them five times, and the
// server sends it three times.
func interceptors(ours *peers) ([]interceptor.Factory, error) {
	reports, err := report.NewReceiverInterceptor()
	if err != nil {
		return nil, err
	}
	feedback, err := twcc.NewSenderInterceptor()
	if err != nil {
		return nil, err
	}
	// Our interceptor reads the answers itself.
	trips := xr.NewRTTFromXRFactory(func(uint32) {})
	return []interceptor.Factory{ours, reports, feedback, trips}, nil
}
