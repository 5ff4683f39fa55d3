package room

import (
	xr "github.com/livekit/mediatransportutil/pkg/interceptor"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
)

// interceptors makes what each peer connection of a room of ours has: the interceptor of ours, and of the SDK's default ones
// those that serve who only receives. These are the receiver reports, the feedback by which the server estimates the path,
// and a question each second for the round trip.
//
// The SDK's own requests for missing packets are left out: Track.RequestPackets makes them. The SDK does not see which
// packets were sent again, as they come as another stream (RFC 4588), and asks five times for each of them. The server then
// sends it three times.
func interceptors(ours *peers) ([]interceptor.Factory, error) {
	reports, err := report.NewReceiverInterceptor()
	if err != nil {
		return nil, err
	}
	feedback, err := twcc.NewSenderInterceptor()
	if err != nil {
		return nil, err
	}
	// Ours reads the answers itself.
	trips := xr.NewRTTFromXRFactory(func(uint32) {})
	return []interceptor.Factory{ours, reports, feedback, trips}, nil
}
