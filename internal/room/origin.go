package room

import (
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Origin is where a Selector's tracks come from: a Connection, or a room or a track that belongs to the application.
type Origin interface {
	// Changed returns a channel that is closed when the result of Look may have changed.
	Changed() <-chan struct{}
	// Look returns what is published now, or the error that ends the Selector.
	Look() (View, error)
	// Subscribe requests the media of o for a Selector, with its layer or nil. SetLayer changes the layer, and
	// Unsubscribe withdraws the request.
	Subscribe(o Offer, by Selector, layer *Choice)
	SetLayer(sid string, by Selector, layer *Choice)
	Unsubscribe(sid string, by Selector)
	// Ended is called once when the media of o has ended although o is still published. An error ends the Selector.
	Ended(o Offer) error
	// HasLayers reports whether SetLayer can have an effect.
	HasLayers() bool
	// Closed is called once, when the Selector is closed.
	Closed()
}

// View is the state of an Origin at one moment.
type View struct {
	Session string          // "" while the state is unknown, such as during a reconnect
	Present map[string]bool // identities of the participants
	Offers  []Offer
}

// Offer is one published track.
type Offer struct {
	Kind           caps.Kind
	Identity       string
	ParticipantSID string
	Joined         int64 // when the publisher joined, in Unix milliseconds; 0 if unknown
	SID            string
	Name           string
	Source         livekit.TrackSource
	MimeType       string // that the publisher announced; "" if unknown

	Media       Media       // nil while there is none
	Publication Publication // nil if nothing is known of it
}

// Publication describes a published track and its participant as they are now, or as they were last.
type Publication interface {
	Muted() bool
	TrackInfo() *livekit.TrackInfo             // a copy
	ParticipantInfo() *livekit.ParticipantInfo // a copy
}

// Media is the media of one subscription.
type Media interface {
	// Packets is what the packets are read from. It identifies the subscription.
	Packets() rtp.PacketReader
	// ResendsAtOnce reports whether packets that are sent again come when they arrive, and not with the next ordinary one.
	ResendsAtOnce() bool
	// Codec is the codec of the present packets, or where these are redundant the one in them.
	Codec() webrtc.RTPCodecParameters
	// Redundancy returns the payload type of the redundant packets that it may have (RED, RFC 2198).
	Redundancy() (payloadType uint8, ok bool)
	SSRC() webrtc.SSRC
	HeaderExtension(uri string) (id uint8, ok bool)
	// RequestKeyFrame and RequestPackets do nothing for audio: it has no key frames, and LiveKit sends none of its packets again.
	RequestKeyFrame()
	RequestPackets(sequences []uint16)
	CanRequestPackets() bool
	RoundTrip() time.Duration
}
