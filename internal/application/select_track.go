package application

import (
	"io"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// SelectTrack makes a Selector of one track that the caller received itself: Next returns it once, and io.EOF when it
// has ended. receiver is the receiver that the track came with, and writePLI sends a picture loss indication to its
// sender. Either may be nil: then header extensions are unknown, or key frames cannot be requested.
//
// Until Close nothing else may read the track.
func SelectTrack(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver, writePLI func(webrtc.SSRC)) room.Selector {
	return room.Select(&oneTrack{media: media{remote, receiver, writePLI}}, room.Criteria{Kind: kindOf(remote)})
}

func kindOf(remote *webrtc.TrackRemote) caps.Kind {
	kind, _ := caps.KindOf(remote.Kind().String())
	return kind
}

// oneTrack is the origin of SelectTrack's Selector.
type oneTrack struct {
	media media
	spent bool // guarded by the Selector's lock
}

// Changed implements room.Origin. It returns nil: a single track can only end, which its Track reports.
func (o *oneTrack) Changed() <-chan struct{} { return nil }

// Look implements room.Origin.
func (o *oneTrack) Look() (room.View, error) {
	if o.spent {
		return room.View{}, io.EOF
	}
	return room.View{Session: "track", Offers: []room.Offer{{Kind: kindOf(o.media.remote), SID: o.media.remote.ID(), Media: o.media}}}, nil
}

// Ended implements room.Origin.
func (o *oneTrack) Ended(room.Offer) error {
	o.spent = true
	return io.EOF
}

// Closed implements room.Origin.
func (o *oneTrack) Closed() {}

// HasLayers implements room.Origin. A single track has no connection to the server.
func (o *oneTrack) HasLayers() bool { return false }

// Subscribe implements room.Origin.
func (o *oneTrack) Subscribe(room.Offer, room.Selector, *room.Choice) {}

// SetLayer implements room.Origin.
func (o *oneTrack) SetLayer(string, room.Selector, *room.Choice) {}

// Unsubscribe implements room.Origin.
func (o *oneTrack) Unsubscribe(string, room.Selector) {}
