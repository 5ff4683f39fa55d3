package room

import (
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// unpublishGrace is how long the media of an unpublished track may take to end by itself before its Tracks are ended.
const unpublishGrace = 2 * time.Second

// incoming is the media of one publication.
type incoming struct {
	source *rtp.Source // held
	// leaving is set when the server was told that nobody wants the track any more. If it is told otherwise at once, it
	// may or may not notice a change. So it is not told before this media has ended, and this media is not used again.
	leaving bool
}

// changes, look and the methods below implement origin.
func (c *Connection) changes() <-chan struct{} { return c.changed.Wait() }

func (c *Connection) look() (view, error) {
	session, err := c.connectedSession()
	if session == "" || err != nil {
		return view{}, err
	}
	v := view{session: session, present: make(map[string]bool)}
	for _, rp := range c.sdk.GetRemoteParticipants() {
		v.present[rp.Identity()] = true
		v.offers = append(v.offers, offersOf(rp)...)
	}
	c.hideLeaving(v.offers)
	// If a reconnect has begun since, the room may be empty for a moment.
	if after, err := c.connectedSession(); after != session || err != nil {
		return view{}, err
	}
	return v, nil
}

// connectedSession returns the session, "" while the connection is not up, and an error after its end.
func (c *Connection) connectedSession() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == StateConnected {
		return c.session, nil
	}
	return "", c.err
}

// hideLeaving removes the media that is about to end from offers.
func (c *Connection) hideLeaving(offers []offer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, o := range offers {
		if m := c.media[o.sid]; m != nil && m.leaving && m.source.Of(o.remote) {
			offers[i].remote = nil
		}
	}
}

func (c *Connection) subscribe(o offer, by *selection, layer *choice) { c.setLayer(o.sid, by, layer) }

func (c *Connection) setLayer(sid string, by *selection, layer *choice) {
	c.wishing.Lock()
	c.wishes.add(sid, by, layer)
	c.wishing.Unlock()
	c.teller.poke(sid)
}

func (c *Connection) unsubscribe(sid string, by *selection) {
	c.wishing.Lock()
	if _, last := c.wishes.remove(sid, by); last && c.subscribed[sid] {
		c.setLeaving(sid, true)
	}
	c.wishing.Unlock()
	c.teller.poke(sid)
}

// setLeaving sets whether the media of a track is about to end. It reports whether that changed.
func (c *Connection) setLeaving(sid string, leaving bool) (changed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.media[sid]
	if m == nil || m.leaving == leaving || leaving && m.source.IsEnded() {
		return false
	}
	m.leaving = leaving
	return true
}

// ended does nothing: mediaEnded is called before any Selector notices.
func (c *Connection) ended(offer) error { return nil }

// mediaEnded repeats the subscription to a wanted track whose Source ended. The server remembers subscriptions when
// permission was withdrawn, but not when we or a user of its API ended the subscription.
func (c *Connection) mediaEnded(sid string, source *rtp.Source) {
	c.wishing.Lock()
	c.mu.Lock()
	m := c.media[sid]
	present := m != nil && m.source == source && c.state != StateClosed
	if present {
		m.leaving = false
	}
	c.mu.Unlock()
	if present {
		delete(c.subscribed, sid)
	}
	c.wishing.Unlock()
	if !present {
		return
	}
	c.teller.poke(sid)
	c.changed.Fire()
}

func (c *Connection) wishAgain() {
	c.wishing.Lock()
	clear(c.subscribed)
	for sid := range c.wishes {
		c.setLeaving(sid, false)
	}
	c.wishing.Unlock()
	for _, pub := range c.publications() {
		c.teller.poke(pub.SID())
	}
}

// tellWanted sends to the server the wishes for a track that it does not know: the subscription, and then the layer.
// The server forgets the layer at each subscription, and ignores a layer without a subscription. If sending fails,
// there is no connection, and the wishes are sent again after the reconnect. Only the teller calls it.
func (c *Connection) tellWanted(sid string) {
	pub := c.publication(sid)
	if pub == nil {
		return
	}
	if subscribe, due := c.dueSubscription(sid); due {
		c.log.Debug("subscription", "track", sid, "subscribe", subscribe)
		if err := pub.SetSubscribed(subscribe); err != nil {
			c.log.Debug("subscription not sent", "track", sid, "error", err)
			c.setLeaving(sid, false)
			return
		}
	}
	layer, due := c.dueLayer(pub)
	if !due {
		return
	}
	if err := sendSettings(sdk.EngineOfRoom(c.sdk), pub, layer); err != nil {
		c.log.Debug("layer not sent", "track", sid, "error", err)
		c.wishing.Lock()
		c.wishes.forgotten(sid)
		c.wishing.Unlock()
	}
}

// dueSubscription returns whether the server should send a track, and whether it has to be told so.
func (c *Connection) dueSubscription(sid string) (subscribe, due bool) {
	c.wishing.Lock()
	defer c.wishing.Unlock()
	wanted, told := c.wishes.wants(sid), c.subscribed[sid]
	switch {
	case wanted && told:
		// It was released and taken again before the server was told.
		if c.setLeaving(sid, false) {
			c.changed.Fire()
		}
		return true, false
	case wanted && c.isLeaving(sid), !wanted && !told:
		return false, false
	case wanted:
		c.subscribed[sid] = true
	default:
		delete(c.subscribed, sid)
		c.setLeaving(sid, true)
	}
	c.wishes.forgotten(sid)
	return wanted, true
}

// dueLayer returns the layer of a track that has to be sent to the server.
func (c *Connection) dueLayer(pub *lksdk.RemoteTrackPublication) (layer settings, due bool) {
	c.wishing.Lock()
	defer c.wishing.Unlock()
	if !c.subscribed[pub.SID()] {
		return settings{}, false
	}
	return c.wishes.due(pub)
}

func (c *Connection) isLeaving(sid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.media[sid]
	return m != nil && m.leaving
}

// publication returns the publication with that SID, or nil if there is none any more.
func (c *Connection) publication(sid string) *lksdk.RemoteTrackPublication {
	for _, pub := range c.publications() {
		if pub.SID() == sid {
			return pub
		}
	}
	return nil
}

func (c *Connection) publications() []*lksdk.RemoteTrackPublication {
	var pubs []*lksdk.RemoteTrackPublication
	for _, rp := range c.sdk.GetRemoteParticipants() {
		for _, p := range rp.TrackPublications() {
			if pub, ok := p.(*lksdk.RemoteTrackPublication); ok {
				pubs = append(pubs, pub)
			}
		}
	}
	return pubs
}

// attached starts reading the media of a publication.
func (c *Connection) attached(remote *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication) {
	defer c.changed.Fire()
	if _, known := kindOf(remote.Kind().String()); !known || !c.expectSource() {
		return
	}
	sid := pub.SID()
	source, _ := rtp.Hold(remote, remote.Codec().ClockRate, nil)
	pub.OnRTCP(source.ReceiveRTCP)
	c.replaceMedia(sid, &incoming{source: source})
	// After a resume the SDK subscribes again to everything that it ever received, including what was released since. And
	// the codec is only known now, and with it the publisher's layers. A layer sent right after the subscription may have
	// reached the server before it had any layers, so it is sent again.
	c.wishing.Lock()
	c.subscribed[sid] = true
	c.wishes.forgotten(sid)
	c.wishing.Unlock()
	c.teller.poke(sid)
	source.WhenEnded(func() {
		defer c.sources.Done()
		guard.Do("room: media ended", c, func() { c.mediaEnded(sid, source) })
	})
}

// expectSource counts a Source that Close waits for. It returns false if Close has begun to wait.
func (c *Connection) expectSource() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == StateClosed {
		return false
	}
	c.sources.Add(1)
	return true
}

// detached is called when a publication is gone, because it was unpublished or its participant left.
func (c *Connection) detached(sid string) {
	c.replaceMedia(sid, nil)
	c.changed.Fire()
}

func (c *Connection) replaceMedia(sid string, m *incoming) {
	c.mu.Lock()
	old := c.media[sid]
	delete(c.media, sid)
	delete(c.failed, sid)
	if m != nil {
		c.media[sid] = m
	}
	c.mu.Unlock()
	if old != nil {
		old.source.EndAfter(unpublishGrace)
		old.source.Drop()
	}
}

func (c *Connection) dropAllMedia() {
	c.mu.Lock()
	all := c.media
	c.media = make(map[string]*incoming)
	c.mu.Unlock()
	for _, m := range all {
		m.source.Drop()
	}
}

func (c *Connection) subscriptionFailed(sid string) {
	c.mu.Lock()
	c.failed[sid] = true
	c.mu.Unlock()
	c.changed.Fire()
}

func (c *Connection) writePLI(o offer) func(webrtc.SSRC) { return o.publisher.WritePLI }

// close does nothing: the end of a Selector does not end the connection.
func (c *Connection) close() {}
