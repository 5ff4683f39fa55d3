package room

import (
	"encoding/binary"
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// lossy loses every tenth packet of what is received, and looks at what the other interceptors send.
type lossy struct {
	changed broadcast.Broadcast

	mu                         sync.Mutex
	lost                       int
	reports, feedback, answers int // since the first loss
	requests                   int
}

func (l *lossy) NewInterceptor(string) (interceptor.Interceptor, error) {
	return &lossyPeer{of: l}, nil
}

func (l *lossy) note(f func()) {
	l.mu.Lock()
	f()
	l.mu.Unlock()
	l.changed.Fire()
}

func (l *lossy) sent(packet rtcp.Packet) {
	if l.lost == 0 {
		return
	}
	switch packet.(type) {
	case *rtcp.ReceiverReport:
		l.reports++
	case *rtcp.TransportLayerCC:
		l.feedback++
	case *rtcp.TransportLayerNack:
		l.requests++
	}
}

type lossyPeer struct {
	interceptor.NoOp
	of *lossy
}

func (p *lossyPeer) BindRemoteStream(_ *interceptor.StreamInfo, reader interceptor.RTPReader) interceptor.RTPReader {
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		for {
			n, a, err := reader.Read(b, a)
			if err != nil || binary.BigEndian.Uint16(b[2:])%10 != 0 {
				return n, a, err
			}
			p.of.note(func() { p.of.lost++ })
		}
	})
}

func (p *lossyPeer) BindRTCPWriter(writer interceptor.RTCPWriter) interceptor.RTCPWriter {
	return interceptor.RTCPWriterFunc(func(packets []rtcp.Packet, a interceptor.Attributes) (int, error) {
		p.of.note(func() {
			for _, packet := range packets {
				p.of.sent(packet)
			}
		})
		return writer.Write(packets, a)
	})
}

func (p *lossyPeer) BindRTCPReader(reader interceptor.RTCPReader) interceptor.RTCPReader {
	return interceptor.RTCPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err != nil {
			return n, a, err
		}
		packets, _ := rtcp.Unmarshal(b[:n])
		for _, packet := range packets {
			if _, is := packet.(*rtcp.ExtendedReport); is {
				p.of.note(func() { p.of.answers++ })
			}
		}
		return n, a, nil
	})
}

// Who decides when a packet is asked for is whoever reads the Track. What else the SDK sends goes on being sent: it tells
// the server how the path is.
func TestMissingPacketsAreNotAskedForTwice(t *testing.T) {
	t.Parallel()
	s, err := devserver.Start(t.Context(), devserver.Options{SendSideBandwidthEstimation: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	newPublisher(t, s, "alice").publish(livekit.TrackSource_CAMERA, "")
	target, err := config(t, s).target()
	if err != nil {
		t.Fatal(err)
	}
	var path lossy
	ours := peers{opening: func() {}, refused: func() {}}
	all, err := interceptors(&ours)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	sdk := lksdk.NewRoom(&lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
		OnTrackPublished: func(pub *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) { _ = pub.SetSubscribed(true) },
		OnTrackSubscribed: func(remote *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
			go func() {
				defer close(ended)
				for b := make([]byte, 2048); ; {
					if _, _, err := remote.Read(b); err != nil {
						return
					}
				}
			}()
		},
	}})
	j := &join{target: target, sdk: sdk, peers: &ours, beforeDial: func(bool) {}}
	// The first one is nearest to the network.
	first := lksdk.WithInterceptors(append([]interceptor.Factory{&path}, all...))
	if err := j.run(patient(t), nil, first); err != nil {
		t.Fatal(err)
	}
	for _, rp := range sdk.GetRemoteParticipants() {
		for _, pub := range rp.TrackPublications() {
			_ = pub.(*lksdk.RemoteTrackPublication).SetSubscribed(true)
		}
	}
	await(t, path.changed.Wait, "what is sent once a second, twice", func() bool {
		path.mu.Lock()
		defer path.mu.Unlock()
		return path.lost > 20 && path.reports >= 2 && path.feedback >= 2 && path.answers >= 2
	})
	if err := leave(sdk, &ours, nil); err != nil {
		t.Fatal(err)
	}
	<-ended
	if path.requests > 0 {
		t.Errorf("%d packets are missing, and besides those of Track %d requests were sent", path.lost, path.requests)
	}
}
