package malicious

import (
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/hostile"
)

const (
	clockRate = 90000
	// Good frames are at 30 a second, hostile ones at 100.
	goodTicks, hostileTicks = clockRate / 30, clockRate / 100
	// packetsPerMillisecond is about what a test machine carries from a publisher to two receivers: 15 MB a second.
	packetsPerMillisecond = 12
)

// publisher sends packets as it is told. Its methods are for the test's own goroutine.
type publisher struct {
	t         *testing.T
	codec     caps.Codec
	source    livekit.TrackSource
	room      *lksdk.Room
	published *lksdk.LocalTrackPublication

	mu       sync.Mutex
	track    *lksdk.LocalTrack
	good     *clip // nil: nothing is sent
	next     int   // frame of good
	packets  hostile.Packetizer
	sequence uint16
	newest   uint16 // the highest sequence number, as a server counts them
	time     uint32
}

func newPublisher(t *testing.T, codec caps.Codec) *publisher {
	t.Helper()
	p := &publisher{t: t, codec: codec, room: lksdk.NewRoom(nil)}
	token := rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), Identity: "malicious", CanPublish: true})
	if err := p.room.JoinWithContextAndToken(rig.Patient(t), rig.Server().URL(), token, lksdk.WithAutoSubscribe(false)); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() { p.sendGood(done) })
	t.Cleanup(func() {
		close(done)
		sending.Wait()
		p.room.Disconnect()
	})
	return p
}

// publish publishes a track. A server tells of it when something comes, and passes on what follows a key frame: all that is
// sent until play is called is another frame of a clip.
func (p *publisher) publish(c *clip) {
	p.t.Helper()
	capability := webrtc.RTPCodecCapability{MimeType: p.codec.MimeType(), ClockRate: clockRate}
	if p.codec == caps.H264 {
		capability.SDPFmtpLine = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
	}
	track, err := lksdk.NewLocalTrack(capability, lksdk.WithRTCPHandler(p.onRTCP))
	if err != nil {
		p.t.Fatal(err)
	}
	bound := make(chan struct{})
	track.OnBind(sync.OnceFunc(func() { close(bound) }))
	p.mu.Lock()
	p.track, p.packets = track, hostile.Packetizer{Codec: p.codec, Size: 1100}
	p.sequence, p.newest, p.time = 0xff00, 0xff00, 1<<32-clockRate
	p.mu.Unlock()
	p.published, err = p.room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Name: "picture", Source: p.source, VideoWidth: c.width, VideoHeight: c.height,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-bound:
	case <-rig.Patient(p.t).Done():
		p.t.Fatal("the track is not bound")
	}
	p.play(&clip{frames: c.frames[1:2], delta: true})
}

func (p *publisher) unpublish() {
	p.t.Helper()
	p.play(nil)
	if err := p.room.LocalParticipant.UnpublishTrack(p.published.SID()); err != nil {
		p.t.Fatal(err)
	}
}

// onRTCP begins anew when a key frame is asked for.
func (p *publisher) onRTCP(packet rtcp.Packet) {
	switch packet.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		p.mu.Lock()
		p.next = 0
		p.mu.Unlock()
	}
}

// play sends good media from now on, or nothing.
func (p *publisher) play(good *clip) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good, p.next = good, 0
	p.sequence = p.newest // what a server takes for old, it does not pass on
}

func (p *publisher) sendGood(done <-chan struct{}) {
	ticker := time.NewTicker(time.Second / 30)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-done:
			return
		}
		p.mu.Lock()
		if p.good != nil {
			p.time += goodTicks
			i := p.next % len(p.good.frames)
			p.next++
			for _, packet := range p.packets.Frame(p.good.frames[i], i == 0 && !p.good.delta) {
				p.send(packet)
			}
		}
		p.mu.Unlock()
	}
}

// jump goes on with other numbers and times.
func (p *publisher) jump(numbers uint16, times uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sequence += numbers
	p.time += times
}

// misbehave sends the frames of a stream in place of good media.
func (p *publisher) misbehave(stream hostile.Stream, good *clip, seed uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good = nil
	frames := stream.Frames(&p.packets, good.frames, seed)
	if len(frames) == 0 {
		p.t.Errorf("nothing to send")
	}
	frame := time.NewTicker(10 * time.Millisecond)
	defer frame.Stop()
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for _, packets := range frames {
		p.time += hostileTicks
		for i, packet := range packets {
			if i%packetsPerMillisecond == packetsPerMillisecond-1 {
				<-pace.C
			}
			p.send(packet)
		}
		<-frame.C
	}
}

func (p *publisher) send(packet hostile.Packet) {
	p.time += packet.Jump
	p.sequence += 1 + packet.Skip
	if p.sequence-p.newest < 1<<15 {
		p.newest = p.sequence
	}
	// Its errors are those of a connection that is going away: the room tells about them.
	_ = p.track.WriteRTP(&rtp.Packet{
		Header: rtp.Header{
			Version: 2, Marker: packet.Marker, SequenceNumber: p.sequence, Timestamp: p.time,
		},
		Payload: packet.Payload,
	}, nil)
}
