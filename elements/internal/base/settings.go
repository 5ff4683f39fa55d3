package base

/*
#include "border.h"
#include "plugin.h"
*/
import "C"

import (
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// settings is a run's own copy of the element's properties.
type settings struct {
	room           room.Config
	criteria       room.Criteria
	latency        time.Duration
	trackTimeout   time.Duration // 0: wait
	onTrackLost    onTrackLost
	onTrackLostSet bool
	sync           bool
	shared         bool
	passphrase     string
	encryption     caps.EncryptionPolicy
}

type onTrackLost int

const (
	lostWait  = onTrackLost(C.GST_LIVEKIT_ON_TRACK_LOST_WAIT)
	lostEOS   = onTrackLost(C.GST_LIVEKIT_ON_TRACK_LOST_EOS)
	lostError = onTrackLost(C.GST_LIVEKIT_ON_TRACK_LOST_ERROR)
)

func newSettings(media caps.Kind, c *C.GstLivekitSettings) settings {
	return settings{
		room: room.Config{
			URL:            C.GoString(c.url),
			Token:          C.GoString(c.token),
			APIKey:         C.GoString(c.api_key),
			APISecret:      C.GoString(c.api_secret),
			Room:           C.GoString(c.room),
			Identity:       C.GoString(c.identity),
			Version:        C.GST_LIVEKIT_VERSION,
			Hidden:         c.hidden != 0,
			RelayOnly:      c.ice_transport_policy == C.GST_LIVEKIT_ICE_TRANSPORT_POLICY_RELAY,
			ConnectTimeout: milliseconds(c.connect_timeout),
		},
		criteria:       newCriteria(media, c),
		latency:        chosenLatency(c.latency),
		trackTimeout:   milliseconds(c.track_timeout),
		onTrackLost:    onTrackLost(c.on_track_lost),
		onTrackLostSet: c.on_track_lost_set != 0,
		sync:           c.sync != C.GST_LIVEKIT_SYNC_OFF,
		shared:         c.shared != 0,
		passphrase:     C.GoString(c.e2ee_key),
		encryption:     caps.EncryptionPolicy(c.e2ee_policy),
	}
}

func newCriteria(media caps.Kind, c *C.GstLivekitSettings) room.Criteria {
	return room.Criteria{
		Kind:        media,
		Participant: C.GoString(c.participant),
		Source:      livekit.TrackSource(c.track_source),
		TrackName:   C.GoString(c.track_name),
		TrackSID:    C.GoString(c.track_sid),
	}
}

// chosenLatency is the property latency.
func chosenLatency(n C.gint) time.Duration {
	if n < 0 {
		return rtp.Adaptive
	}
	return time.Duration(n) * time.Millisecond
}

func milliseconds(n C.guint) time.Duration {
	return time.Duration(n) * time.Millisecond
}
