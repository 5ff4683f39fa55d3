package room

import (
	"io"

	"github.com/pion/webrtc/v4"
)

// SelectTrack makes a Selector of one track that the caller received itself: Next returns it once, and io.EOF when it
// has ended. receiver is the receiver that the track came with, and writePLI sends a picture loss indication to its
// sender. Either may be nil: then header extensions are unknown, or key frames cannot be requested.
//
// Until Close nothing else may read the track.
func SelectTrack(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver, writePLI func(webrtc.SSRC)) Selector {
	return newSelection(&oneTrack{remote: remote, receiver: receiver, pli: writePLI}, Criteria{})
}

// oneTrack is the origin of SelectTrack's Selector.
type oneTrack struct {
	remote   *webrtc.TrackRemote
	receiver *webrtc.RTPReceiver
	pli      func(webrtc.SSRC)
	spent    bool // guarded by the Selector's lock
}

// changes returns nil: a single track can only end, which its Track reports.
func (o *oneTrack) changes() <-chan struct{} { return nil }

func (o *oneTrack) look() (view, error) {
	if o.spent {
		return view{}, io.EOF
	}
	return view{session: "track", offers: []offer{{sid: o.remote.ID(), remote: o.remote, receiver: o.receiver}}}, nil
}

func (o *oneTrack) ended(offer) error {
	o.spent = true
	return io.EOF
}

func (o *oneTrack) close()                           {}
func (o *oneTrack) writePLI(offer) func(webrtc.SSRC) { return o.pli }

// A single track has no server connection to send wishes to.
func (o *oneTrack) subscribe(offer, *selection, *choice) {}
func (o *oneTrack) setLayer(string, *selection, *choice) {}
func (o *oneTrack) unsubscribe(string, *selection)       {}
