package room

import (
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// unpublishGrace is how long the media of an unpublished track may take to end by itself before its Tracks are ended.
const unpublishGrace = 2 * time.Second

// incoming is the media of one publication.
type incoming struct {
	received
	source *rtp.Source // held
	// leaving is set when the server was told that nobody wants the track any more. If it is told otherwise at once, it
	// may or may not notice a change. So it is not told before this media has ended, and this media is not used again.
	leaving bool
}

// received implements Media.
type received struct{ *subscriber.Track }

func (r received) Packets() rtp.PacketReader { return r.Track }
func (r received) SSRC() webrtc.SSRC         { return webrtc.SSRC(r.Track.SSRC()) }
func (r received) ResendsAtOnce() bool       { return true }
func (r received) CanRequestPackets() bool   { return !r.IsAudio() }

func (r received) RequestKeyFrame() {
	if !r.IsAudio() {
		r.Track.RequestKeyFrame()
	}
}

func (r received) RequestPackets(sequences []uint16) {
	if !r.IsAudio() {
		r.Track.RequestPackets(sequences)
	}
}

// followMedia takes over which tracks are published and have media now.
func (c *Connection) followMedia() {
	coming := c.sub.Tracks() // first: what has media by now was published before
	published := c.sub.Published()
	// Media ends a moment after its publication, and is not begun with again then.
	before := c.begun
	c.begun = make(map[*subscriber.Track]bool, len(coming))
	for sid, track := range coming {
		c.begun[track] = true
		if published[sid] && !before[track] {
			c.attached(track)
		}
	}
	for _, sid := range c.mediaWithout(published) {
		c.replaceMedia(sid, nil)
	}
	c.wishForAll(published)
}

// mediaWithout returns the tracks that have media and are not among the published ones.
func (c *Connection) mediaWithout(published map[string]bool) (sids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for sid := range c.media {
		if !published[sid] {
			sids = append(sids, sid)
		}
	}
	return sids
}

// attached starts reading the media of a publication.
func (c *Connection) attached(track *subscriber.Track) {
	if !c.expectSource() {
		return
	}
	sid := track.SID
	source, _ := rtp.Hold(track, track.Codec().ClockRate, nil)
	track.OnSenderReport(func(report *rtcp.SenderReport, _ time.Time) { source.ReceiveRTCP(report) })
	c.replaceMedia(sid, &incoming{received: received{track}, source: source})
	// The codec is only known now, and with it the publisher's layers. A layer sent right after the subscription may have
	// reached the server before it had any layers, so it is sent again.
	c.wishing.Lock()
	c.wishes.Forgotten(sid)
	c.wishing.Unlock()
	c.teller.Poke(sid)
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

func (c *Connection) replaceMedia(sid string, m *incoming) {
	c.mu.Lock()
	old := c.media[sid]
	delete(c.media, sid)
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
		m.source.End() // a Selector may hold its Track without reading it
		m.source.Drop()
	}
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

func (c *Connection) isLeaving(sid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.media[sid]
	return m != nil && m.leaving
}

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
		c.sub.Unsubscribed(sid)
	}
	c.wishing.Unlock()
	if !present {
		return
	}
	c.teller.Poke(sid)
	c.changed.Fire()
}

// publication implements Publication. It keeps what was known last.
type publication struct {
	in          *subscriber.Room
	participant *livekit.ParticipantInfo
	track       *livekit.TrackInfo
}

// now returns the descriptions, which are not to be changed.
func (p publication) now() (*livekit.ParticipantInfo, *livekit.TrackInfo) {
	if participant, track := p.in.Publication(p.track.GetSid()); track != nil {
		return participant, track
	}
	return p.participant, p.track
}

func (p publication) Muted() bool {
	_, track := p.now()
	return track.GetMuted()
}

func (p publication) TrackInfo() *livekit.TrackInfo {
	_, track := p.now()
	return proto.CloneOf(track)
}

func (p publication) ParticipantInfo() *livekit.ParticipantInfo {
	participant, _ := p.now()
	return proto.CloneOf(participant)
}
