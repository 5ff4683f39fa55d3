package application

import (
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// publication implements room.Publication.
type publication struct {
	*lksdk.RemoteTrackPublication
	publisher *lksdk.RemoteParticipant
}

func (p publication) Muted() bool                               { return p.IsMuted() }
func (p publication) ParticipantInfo() *livekit.ParticipantInfo { return participantInfo(p.publisher) }

// offersOf lists the tracks that rp publishes.
func offersOf(rp *lksdk.RemoteParticipant) []room.Offer {
	var offers []room.Offer
	for _, p := range rp.TrackPublications() {
		pub, ok := p.(*lksdk.RemoteTrackPublication)
		if !ok {
			continue
		}
		kind, known := caps.KindOf(string(pub.Kind()))
		if !known {
			continue
		}
		o := room.Offer{
			Kind: kind, Identity: rp.Identity(), ParticipantSID: rp.SID(), Joined: joinedAt(rp),
			SID: pub.SID(), Name: pub.Name(), Source: pub.Source(), MimeType: subscriber.PrimaryMimeType(pub.MimeType()),
			Publication: publication{pub, rp},
		}
		if remote := pub.TrackRemote(); remote != nil {
			o.Media = media{remote, pub.Receiver(), rp.WritePLI}
		}
		offers = append(offers, o)
	}
	return offers
}
