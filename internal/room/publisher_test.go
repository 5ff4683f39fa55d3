package room

import (
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// publisher is a participant that publishes video which nobody needs to decode.
type publisher struct {
	t    *testing.T
	room *lksdk.Room

	mu     sync.Mutex
	tracks map[string]*publishedTrack // by SID
}

type publishedTrack struct {
	pub  *lksdk.LocalTrackPublication
	stop chan struct{}
	done chan struct{}
}

func newPublisher(t *testing.T, s *devserver.Server, identity string) *publisher {
	t.Helper()
	token, err := s.Token(devserver.TokenOptions{Room: t.Name(), Identity: identity, CanPublish: true, CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	room := lksdk.NewRoom(nil)
	if err := room.JoinWithContextAndToken(t.Context(), s.URL(), token, lksdk.WithAutoSubscribe(false),
		lksdk.WithConnectTimeout(patience)); err != nil {
		t.Fatal(err)
	}
	p := &publisher{t: t, room: room, tracks: make(map[string]*publishedTrack)}
	t.Cleanup(p.leave)
	return p
}

// vp8KeyFrame is the beginning of a key frame of 320x180 (RFC 6386, 9.1), which is all that a server looks at.
var vp8KeyFrame = append([]byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00}, make([]byte, 200)...)

func (p *publisher) publish(source livekit.TrackSource, name string) (sid string) {
	p.t.Helper()
	return p.publishCodec(webrtc.MimeTypeVP8, vp8KeyFrame, source, name)
}

func (p *publisher) publishOpus() (sid string) {
	p.t.Helper()
	return p.publishTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
		[]byte{0xf8, 0xff, 0xfe}, livekit.TrackSource_MICROPHONE, "")
}

func (p *publisher) publishCodec(mime string, frame []byte, source livekit.TrackSource, name string) (sid string) {
	p.t.Helper()
	return p.publishTrack(webrtc.RTPCodecCapability{
		MimeType: mime, ClockRate: 90000,
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}},
	}, frame, source, name)
}

func (p *publisher) publishTrack(
	codec webrtc.RTPCodecCapability, frame []byte, source livekit.TrackSource, name string,
) (sid string) {
	p.t.Helper()
	track, err := lksdk.NewLocalTrack(codec)
	if err != nil {
		p.t.Fatal(err)
	}
	pub, err := p.room.LocalParticipant.PublishTrack(track,
		&lksdk.TrackPublicationOptions{Name: name, Source: source, VideoWidth: 320, VideoHeight: 180})
	if err != nil {
		p.t.Fatal(err)
	}
	published := &publishedTrack{pub: pub, stop: make(chan struct{}), done: make(chan struct{})}
	p.mu.Lock()
	p.tracks[pub.SID()] = published
	p.mu.Unlock()
	go published.send(track, frame)
	return pub.SID()
}

const frameDuration = 20 * time.Millisecond

func (p *publishedTrack) send(track *lksdk.LocalTrack, frame []byte) {
	defer close(p.done)
	ticker := time.NewTicker(frameDuration)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			// Fails while the server is away.
			_ = track.WriteSample(media.Sample{Data: frame, Duration: frameDuration}, nil)
		case <-p.stop:
			return
		}
	}
}

func (p *publisher) unpublish(sid string) {
	p.t.Helper()
	p.mu.Lock()
	published := p.tracks[sid]
	delete(p.tracks, sid)
	p.mu.Unlock()
	if err := p.room.LocalParticipant.UnpublishTrack(published.pub.SID()); err != nil {
		p.t.Fatal(err)
	}
	close(published.stop)
	<-published.done
}

// pause sends nothing any more, without saying so.
func (p *publisher) pause(sid string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	published := p.tracks[sid]
	close(published.stop)
	<-published.done
	delete(p.tracks, sid)
}

func (p *publisher) mute(sid string, muted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tracks[sid].pub.SetMuted(muted)
}

// permit says whether others may receive our tracks.
func (p *publisher) permit(all bool) {
	p.room.LocalParticipant.SetSubscriptionPermission(&livekit.SubscriptionPermission{AllParticipants: all})
}

// leave is idempotent.
func (p *publisher) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sid, published := range p.tracks {
		close(published.stop)
		<-published.done
		delete(p.tracks, sid)
	}
	p.room.Disconnect()
}
