package room

import (
	"strings"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// Look implements Origin.
func (c *Connection) Look() (View, error) {
	session, err := c.connectedSession()
	if session == "" || err != nil {
		return View{}, err
	}
	v := View{Session: session, Present: make(map[string]bool)}
	for _, info := range c.sub.Participants() {
		v.Present[info.GetIdentity()] = true
		v.Offers = append(v.Offers, c.offersOf(info)...)
	}
	c.addMedia(v.Offers)
	// If a reconnect has begun since, others may be in the room.
	if after, err := c.connectedSession(); after != session || err != nil {
		return View{}, err
	}
	return v, nil
}

// connectedSession returns the session, "" while the connection is not up, and an error after its end.
func (c *Connection) connectedSession() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == StateConnected && c.sub.Participant().GetSid() == c.session {
		return c.session, nil
	}
	return "", c.err
}

// offersOf lists the tracks that a participant publishes.
func (c *Connection) offersOf(info *livekit.ParticipantInfo) []Offer {
	var offers []Offer
	for _, track := range info.GetTracks() {
		kind, known := caps.KindOf(strings.ToLower(track.GetType().String()))
		if !known {
			continue
		}
		offers = append(offers, Offer{
			Kind: kind, Identity: info.GetIdentity(), ParticipantSID: info.GetSid(), Joined: subscriber.JoinedAt(info),
			SID: track.GetSid(), Name: track.GetName(), Source: track.GetSource(), MimeType: subscriber.PrimaryMimeType(track.GetMimeType()),
			Publication: publication{c.sub, info, track},
		})
	}
	return offers
}

// addMedia adds the media that there is to offers, but what is about to end.
func (c *Connection) addMedia(offers []Offer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, o := range offers {
		if m := c.media[o.SID]; m != nil && !m.leaving {
			offers[i].Media = m.received
		}
	}
}

// Subscribe implements Origin.
func (c *Connection) Subscribe(o Offer, by Selector, layer *Choice) { c.SetLayer(o.SID, by, layer) }

// SetLayer implements Origin.
func (c *Connection) SetLayer(sid string, by Selector, layer *Choice) {
	c.wishing.Lock()
	c.wishes.Add(sid, by, layer)
	c.wishing.Unlock()
	c.teller.Poke(sid)
}

// Unsubscribe implements Origin.
func (c *Connection) Unsubscribe(sid string, by Selector) {
	c.wishing.Lock()
	if _, last := c.wishes.Remove(sid, by); last && c.sub.Subscribed(sid) {
		c.setLeaving(sid, true)
	}
	c.wishing.Unlock()
	c.teller.Poke(sid)
}

// Ended implements Origin. It does nothing: mediaEnded is called before any Selector notices.
func (c *Connection) Ended(Offer) error { return nil }

// HasLayers implements Origin.
func (c *Connection) HasLayers() bool { return true }

// Closed implements Origin. The end of a Selector does not end the connection.
func (c *Connection) Closed() {}

// forgetTold is for a server that has begun a new session with us, and knows nothing of what was told before. followMedia, which
// comes next, has it told again.
func (c *Connection) forgetTold() {
	c.wishing.Lock()
	defer c.wishing.Unlock()
	for sid := range c.wishes {
		c.setLeaving(sid, false)
		c.wishes.Forgotten(sid)
	}
}

// wishForAll has the server told of each wanted track that is published and that it does not know of. What is no longer published
// it has forgotten.
func (c *Connection) wishForAll(published map[string]bool) {
	c.wishing.Lock()
	defer c.wishing.Unlock()
	c.sub.ForgetUnpublished()
	for sid := range c.wishes {
		if published[sid] && !c.sub.Subscribed(sid) {
			c.teller.Poke(sid)
		}
	}
}

// tellWanted sends to the server the wishes for a track that it does not know: the subscription, and then the layer.
// The server forgets the layer at each subscription, and ignores a layer without a subscription. What is said while the
// server is lost reaches it when the session is resumed; a new session begins with forgetTold. Only the teller calls it.
func (c *Connection) tellWanted(sid string) {
	participant, info := c.sub.Publication(sid)
	if info == nil {
		return
	}
	if subscribe, due := c.dueSubscription(sid); due {
		c.log.Debug("subscription", "track", sid, "subscribe", subscribe)
		if c.sub.Subscribe(participant.GetSid(), sid, subscribe) != nil {
			return // the connection has ended
		}
	}
	if layer, due := c.dueLayer(info); due {
		_ = c.sub.SetTrack(layer.Of(sid)) // as above
	}
}

// dueSubscription returns whether the server should send a track, and whether it has to be told so.
func (c *Connection) dueSubscription(sid string) (subscribe, due bool) {
	c.wishing.Lock()
	defer c.wishing.Unlock()
	wanted, told := c.wishes.Wants(sid), c.sub.Subscribed(sid)
	switch {
	case wanted && told:
		// It was released and taken again before the server was told.
		if c.setLeaving(sid, false) {
			c.changed.Fire()
		}
		return true, false
	case wanted && c.isLeaving(sid), !wanted && !told:
		return false, false
	case !wanted:
		c.setLeaving(sid, true)
	}
	c.wishes.Forgotten(sid)
	return wanted, true
}

// dueLayer returns the layer of a track that has to be sent to the server.
func (c *Connection) dueLayer(info *livekit.TrackInfo) (layer Settings, due bool) {
	c.wishing.Lock()
	defer c.wishing.Unlock()
	sid := info.GetSid()
	if !c.sub.Subscribed(sid) {
		return Settings{}, false
	}
	var mimeType string
	c.mu.Lock()
	if m := c.media[sid]; m != nil {
		mimeType = m.Codec().MimeType
	}
	c.mu.Unlock()
	return c.wishes.Due(info, mimeType, true)
}
