//go:build panics

package sdk

import (
	"strings"
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/signalling"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// TestAPanicLeavesAJoinAsItIs has nobody to tell: the application joins, and does not say what it knows.
func TestAPanicLeavesAJoinAsItIs(t *testing.T) {
	for place, capable := range map[string]bool{"sdk: join query": false, "sdk: capabilities": true} {
		t.Run(place, func(t *testing.T) {
			guard.Inject(place)
			defer guard.Inject("")
			room := lksdk.NewRoom(nil)
			if err := JoinContext(t.Context(), room).Err(); err != nil {
				t.Error(err)
			}
			if IsCapable(room) != capable {
				t.Errorf("capable: %v", !capable)
			}
			query, err := (*signallingOf(EngineOfRoom(room))).ConnectQueryParams("1", 16, &signalling.ConnectParams{}, nil,
				webrtc.SessionDescription{}, "")
			if err != nil || query == "" || strings.Contains(query, capabilitiesParameter) {
				t.Errorf("got %q, %v", query, err)
			}
		})
	}
}
