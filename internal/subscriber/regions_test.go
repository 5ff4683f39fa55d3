package subscriber

import (
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// leaveTo is a leave that says where else to go.
func leaveTo(action livekit.LeaveRequest_Action, urls ...string) *livekit.SignalResponse {
	m := leave(action, livekit.DisconnectReason_MIGRATION)
	m.GetLeave().Regions = new(livekit.RegionSettings)
	for _, url := range urls {
		m.GetLeave().Regions.Regions = append(m.GetLeave().Regions.Regions, &livekit.RegionInfo{Region: url, Url: url})
	}
	return m
}

// TestTheRegionsOfALeaveAreFollowed to a real server.
func TestTheRegionsOfALeaveAreFollowed(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]livekit.LeaveRequest_Action{
		"to join anew":                           livekit.LeaveRequest_RECONNECT,
		"to resume, where the session is not to": livekit.LeaveRequest_RESUME,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustPublish(t, server, testpublisher.VP8)
			away := scripted(t, nil, func(v *visit) {
				if v.number > 0 {
					t.Error("it is returned to")
				}
				v.send(welcome())
				v.send(leaveTo(action, server.URL()))
				v.stay()
			})
			c := config(t, server)
			c.URL = away.URL
			r := mustJoin(t, c)
			mustRead(t, mustSubscribe(t, r), 10)
			if identity := r.Participant().GetIdentity(); identity != "subscriber" {
				t.Errorf("we are %q", identity)
			}
		})
	}
}

func TestASessionIsResumedInTheRegionOfALeave(t *testing.T) {
	t.Parallel()
	visits := make(chan *visit, 10)
	there := scripted(t, nil, func(v *visit) {
		visits <- v
		v.send(reconnected())
		v.stay()
	})
	mustJoin(t, scripted(t, nil, func(v *visit) {
		if v.number > 0 {
			t.Error("it is returned to")
		}
		v.send(welcome())
		v.send(leaveTo(livekit.LeaveRequest_RESUME, there.URL))
		v.stay()
	}))
	if v := mustCome(t, visits); !v.asked.GetReconnect() || v.asked.GetParticipantSid() != "PA_us" || v.token != "Bearer secret" {
		t.Errorf("asked %v with %q", v.asked, v.token)
	}
}
