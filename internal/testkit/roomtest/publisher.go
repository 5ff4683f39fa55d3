package roomtest

import (
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// Publisher is a participant that publishes video and sound which nobody needs to decode.
type Publisher struct {
	Room *lksdk.Room

	t testing.TB

	mu     sync.Mutex
	tracks map[string]*publishedTrack // by SID
}

type publishedTrack struct {
	pub  *lksdk.LocalTrackPublication
	stop chan struct{}
	done chan struct{}
}

// NewPublisher joins the test's own room, until the test ends.
func NewPublisher(t testing.TB, server *devserver.Server, identity string, options ...lksdk.ConnectOption) *Publisher {
	t.Helper()
	room := lksdk.NewRoom(nil)
	Must(t, room.JoinWithContextAndToken(t.Context(), server.URL(), Token(t, server, identity), append([]lksdk.ConnectOption{
		lksdk.WithAutoSubscribe(false), lksdk.WithConnectTimeout(Patience),
	}, options...)...))
	p := &Publisher{t: t, Room: room, tracks: make(map[string]*publishedTrack)}
	t.Cleanup(p.Leave)
	return p
}

// VP8KeyFrame is the beginning of a key frame of 320x180 (RFC 6386, 9.1), which is all that a server looks at.
var VP8KeyFrame = append([]byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00}, make([]byte, 200)...)

// Publish begins to send VP8.
func (p *Publisher) Publish(source livekit.TrackSource, name string) (sid string) {
	p.t.Helper()
	return p.PublishCodec(webrtc.MimeTypeVP8, VP8KeyFrame, source, name)
}

// PublishCodec begins to send frames of another codec, one after another the same.
func (p *Publisher) PublishCodec(mime string, frame []byte, source livekit.TrackSource, name string) (sid string) {
	p.t.Helper()
	return p.PublishTrack(webrtc.RTPCodecCapability{
		MimeType: mime, ClockRate: 90000,
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}},
	}, frame, source, name)
}

// PublishTrack is PublishCodec with all that a codec may have.
func (p *Publisher) PublishTrack(
	codec webrtc.RTPCodecCapability, frame []byte, source livekit.TrackSource, name string,
) (sid string) {
	p.t.Helper()
	track, err := lksdk.NewLocalTrack(codec)
	Must(p.t, err)
	return p.send(track, source, name, func() {
		// Fails while the server is away.
		_ = track.WriteSample(media.Sample{Data: frame, Duration: FrameDuration}, nil)
	})
}

// send publishes a track, and calls write for each frame.
func (p *Publisher) send(track webrtc.TrackLocal, source livekit.TrackSource, name string, write func()) (sid string) {
	p.t.Helper()
	return p.publish(track, &lksdk.TrackPublicationOptions{Name: name, Source: source, VideoWidth: 320, VideoHeight: 180},
		FrameDuration, write)
}

// publish is send with all options. write is called every so often.
func (p *Publisher) publish(
	track webrtc.TrackLocal, options *lksdk.TrackPublicationOptions, every time.Duration, write func(),
) (sid string) {
	p.t.Helper()
	pub, err := p.Room.LocalParticipant.PublishTrack(track, options)
	Must(p.t, err)
	published := &publishedTrack{pub: pub, stop: make(chan struct{}), done: make(chan struct{})}
	p.mu.Lock()
	p.tracks[pub.SID()] = published
	p.mu.Unlock()
	go published.send(every, write)
	return pub.SID()
}

// PublishPackets begins to send VP8, a frame in each packet. change may change a packet before it is sent.
func (p *Publisher) PublishPackets(change func(packet *rtp.Packet)) (sid string) {
	p.t.Helper()
	track, err := lksdk.NewLocalTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000})
	Must(p.t, err)
	packet := rtp.Packet{
		Header:  rtp.Header{Version: 2, Marker: true},
		Payload: append([]byte{0x10}, VP8KeyFrame...), // RFC 7741, 4.2: the first partition begins
	}
	return p.send(track, livekit.TrackSource_CAMERA, "", func() {
		packet.SequenceNumber++
		packet.Timestamp += uint32(FrameDuration.Seconds() * 90000)
		sent := packet
		change(&sent)
		packet.SequenceNumber = sent.SequenceNumber
		_ = track.WriteRTP(&sent, nil) // fails before there is a connection
	})
}

// FrameDuration is the time from one frame to the next.
const FrameDuration = 20 * time.Millisecond

func (p *publishedTrack) send(every time.Duration, write func()) {
	defer close(p.done)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if !p.pub.IsMuted() {
				write()
			}
		case <-p.stop:
			return
		}
	}
}

// Unpublish ends a track.
func (p *Publisher) Unpublish(sid string) {
	p.t.Helper()
	p.mu.Lock()
	published := p.tracks[sid]
	delete(p.tracks, sid)
	p.mu.Unlock()
	Must(p.t, p.Room.LocalParticipant.UnpublishTrack(published.pub.SID()))
	close(published.stop)
	<-published.done
}

// Pause sends nothing any more, without saying so.
func (p *Publisher) Pause(sid string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	published := p.tracks[sid]
	close(published.stop)
	<-published.done
	delete(p.tracks, sid)
}

// Mute mutes a track, which then sends nothing, or ends that.
func (p *Publisher) Mute(sid string, muted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tracks[sid].pub.SetMuted(muted)
}

// Permit says whether others may receive our tracks.
func (p *Publisher) Permit(all bool) {
	p.Room.LocalParticipant.SetSubscriptionPermission(&livekit.SubscriptionPermission{AllParticipants: all})
}

// Leave leaves the room. It is idempotent.
func (p *Publisher) Leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sid, published := range p.tracks {
		close(published.stop)
		<-published.done
		delete(p.tracks, sid)
	}
	p.Room.Disconnect()
}
