package livekitsrc

/*
#include "border.h"
*/
import "C"

import (
	"math"
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
	format         *caps.VideoBufferType
	capacity       int
	maxPixels      int
	latency        time.Duration
	trackTimeout   time.Duration // 0: wait
	onTrackLost    onTrackLost
	onTrackLostSet bool
	shared         bool
	layer          caps.Layer
	passphrase     string
	encryption     caps.EncryptionPolicy
}

type onTrackLost int

const (
	lostWait  = onTrackLost(C.GST_LIVEKIT_ON_TRACK_LOST_WAIT)
	lostEOS   = onTrackLost(C.GST_LIVEKIT_ON_TRACK_LOST_EOS)
	lostError = onTrackLost(C.GST_LIVEKIT_ON_TRACK_LOST_ERROR)
)

func newSettings(c *C.GstLivekitSrcSettings) settings {
	s := settings{
		room: room.Config{
			URL:            C.GoString(c.url),
			Token:          C.GoString(c.token),
			APIKey:         C.GoString(c.api_key),
			APISecret:      C.GoString(c.api_secret),
			Room:           C.GoString(c.room),
			Identity:       C.GoString(c.identity),
			ConnectTimeout: milliseconds(c.connect_timeout),
		},
		criteria:       newCriteria(c),
		capacity:       int(min(c.capacity, math.MaxInt32)),
		maxPixels:      int(c.max_pixels),
		latency:        chosenLatency(c.latency),
		trackTimeout:   milliseconds(c.track_timeout),
		onTrackLost:    onTrackLost(c.on_track_lost),
		onTrackLostSet: c.on_track_lost_set != 0,
		shared:         c.shared != 0,
		layer:          newLayer(c),
		passphrase:     C.GoString(c.e2ee_key),
		encryption:     caps.EncryptionPolicy(c.e2ee_policy),
	}
	if c.format >= 0 {
		format := caps.VideoBufferType(c.format)
		s.format = &format
	}
	return s
}

func newCriteria(c *C.GstLivekitSrcSettings) room.Criteria {
	return room.Criteria{
		Kind:        room.Video,
		Participant: C.GoString(c.participant),
		Source:      livekit.TrackSource(c.track_source),
		TrackName:   C.GoString(c.track_name),
		TrackSID:    C.GoString(c.track_sid),
	}
}

// newLayer is the layer that the user chose; the size is not up to him.
func newLayer(c *C.GstLivekitSrcSettings) caps.Layer {
	return caps.Layer{
		Quality:      caps.Quality(c.quality),
		MaxFrameRate: float64(c.max_framerate.numerator) / float64(c.max_framerate.denominator),
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
