package subscriber

import (
	"errors"
	"fmt"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"
)

// offered is what we have offered to a server that has one peer connection for us. It cannot offer, so it says how much room it
// needs: media sections, of which each is for one track. They are used again when their track has ended.
type offered struct {
	last    uint32 // the number of the last offer
	waiting bool   // for its answer
	again   bool   // another one is due after that
	restart bool   // which has the media connection find its path anew

	made, asked, known sections // all, those in the last offer, and those that the server has answered
}

// sections are media sections, each for one track.
type sections struct{ audios, videos int }

// maxSections bounds the media sections of a peer connection. A description with that many has a few megabytes.
const maxSections = 1000

// Labels of LiveKit's data channels.
const (
	reliableChannel = "_reliable"
	lossyChannel    = "_lossy"
)

// prepare makes room for the first picture and the first sound, and for data if somebody wants it. Who does not want it has no
// SCTP.
func (p *peer) prepare() error {
	if _, err := p.makeRoom(sections{1, 1}); err != nil {
		return err
	}
	if p.config.data == nil {
		return nil
	}
	never, no := uint16(0), false
	for label, options := range map[string]*webrtc.DataChannelInit{
		reliableChannel: nil,
		lossyChannel:    {Ordered: &no, MaxRetransmits: &never},
	} {
		channel, err := p.pc.CreateDataChannel(label, options)
		if err != nil {
			return fmt.Errorf("make a data channel: %w", err)
		}
		p.channelOpened(channel)
	}
	return nil
}

// makeRoom makes sections, so that there are as many as the server needs besides those that it knows. It reports whether an
// offer is due.
//
// What the server says is about what it knew when it answered last. If an offer is on its way to it, the answer to that has all
// that it says now, except what there is no section for.
func (p *peer) makeRoom(need sections) (due bool, err error) {
	o := &p.offered
	audios := max(0, need.audios-(o.made.audios-o.known.audios))
	videos := max(0, need.videos-(o.made.videos-o.known.videos))
	if o.made.audios+o.made.videos+audios+videos > maxSections {
		return false, errors.New("the server wants to send more tracks than we take")
	}
	if err := p.add(webrtc.RTPCodecTypeAudio, audios); err != nil {
		return false, err
	}
	if err := p.add(webrtc.RTPCodecTypeVideo, videos); err != nil {
		return false, err
	}
	o.made.audios += audios
	o.made.videos += videos
	if o.waiting {
		o.again = o.again || audios+videos > 0
		return false, nil
	}
	return true, nil
}

func (p *peer) add(kind webrtc.RTPCodecType, count int) error {
	for range count {
		_, err := p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err != nil {
			return fmt.Errorf("make room for a track: %w", err)
		}
	}
	return nil
}

// nextOffer returns an offer with all that there is room for. restart has the media connection find its path anew. An offer whose
// answer may have been lost is made once more as it was, because pion makes no other one, and the next one follows its answer.
func (p *peer) nextOffer(restart bool) (*livekit.SessionDescription, error) {
	o := &p.offered
	o.restart = o.restart || restart
	if o.waiting {
		o.again = true
		return p.described(), nil
	}
	description, err := p.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: o.restart})
	if err != nil {
		return nil, fmt.Errorf("make an offer: %w", err)
	}
	if err := p.pc.SetLocalDescription(description); err != nil {
		return nil, fmt.Errorf("make an offer: %w", err)
	}
	o.last++
	o.waiting, o.again, o.restart, o.asked = true, false, false, o.made
	p.lastOffer = description.SDP
	return p.described(), nil
}

// described is the last offer.
func (p *peer) described() *livekit.SessionDescription {
	return &livekit.SessionDescription{Type: webrtc.SDPTypeOffer.String(), Sdp: p.lastOffer, Id: p.offered.last}
}

// answered takes the server's answer, and reports whether an offer is due.
func (p *peer) answered(answer *livekit.SessionDescription) (due bool, err error) {
	o := &p.offered
	if !o.waiting || answer.GetId() != 0 && answer.GetId() != o.last {
		return false, nil // nobody waits for it
	}
	if err := p.takeRemote(webrtc.SDPTypeAnswer, answer.GetSdp()); err != nil {
		return false, err
	}
	p.lastAnswer = answer.GetSdp()
	o.waiting, o.known = false, o.asked
	return o.again, nil
}
