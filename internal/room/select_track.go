package room

import (
	"io"

	"github.com/pion/webrtc/v4"
)

// SelectTrack makes a Selector of one track that the caller received by itself: Next returns it, and io.EOF when it has
// ended. receiver is the one the track came with, and writePLI sends a picture loss indication to its sender; without
// them (nil) header extensions are unknown and key frames cannot be asked for.
//
// Until Close the Selector is the only one to read the track.
func SelectTrack(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver, writePLI func(webrtc.SSRC)) Selector {
	return newSelection(&oneTrack{remote: remote, receiver: receiver, pli: writePLI}, Criteria{})
}

// oneTrack is the origin of SelectTrack.
type oneTrack struct {
	remote   *webrtc.TrackRemote
	receiver *webrtc.RTPReceiver
	pli      func(webrtc.SSRC)
	spent    bool // guarded by the Selector's lock
}

// changes returns a channel that is never closed: a single track does nothing but end, which its Track tells.
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

// A track alone has nobody who could be asked for anything.
func (o *oneTrack) subscribe(offer, *selection, *choice) {}
func (o *oneTrack) setLayer(string, *selection, *choice) {}
func (o *oneTrack) unsubscribe(string, *selection)       {}
