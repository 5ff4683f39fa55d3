package subscriber

import (
	"encoding/binary"
	"sync"
	"testing"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// told counts what a server is told by itself, and what it answers.
type told struct {
	interceptor.NoOp
	changed broadcast.Broadcast

	mu                         sync.Mutex
	last                       uint16 // sequence number; 0 is before the first
	lost                       int
	reports, feedback, answers int // since the first loss
	requests                   int
}

func (w *told) NewInterceptor(string) (interceptor.Interceptor, error) { return w, nil }

func (w *told) note(f func()) {
	w.mu.Lock()
	f()
	w.mu.Unlock()
	w.changed.Fire()
}

// follow takes what the interceptors of a room send from now on.
func (w *told) follow(r *Room) {
	f := &r.current().peer.feedback
	f.mu.Lock()
	defer f.mu.Unlock()
	write := f.write
	f.write = func(packets []rtcp.Packet, a interceptor.Attributes) (int, error) {
		w.note(func() {
			for _, packet := range packets {
				w.sent(packet)
			}
		})
		return write(packets, a)
	}
}

func (w *told) sent(packet rtcp.Packet) {
	if w.lost == 0 {
		return
	}
	switch packet.(type) {
	case *rtcp.ReceiverReport:
		w.reports++
	case *rtcp.TransportLayerCC:
		w.feedback++
	case *rtcp.TransportLayerNack:
		w.requests++
	}
}

func (w *told) BindRemoteStream(_ *interceptor.StreamInfo, reader interceptor.RTPReader) interceptor.RTPReader {
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err == nil {
			sequence := binary.BigEndian.Uint16(b[2:])
			w.note(func() {
				if gap := int(int16(sequence - w.last)); w.last != 0 && gap > 1 {
					w.lost += gap - 1
				}
				w.last = sequence
			})
		}
		return n, a, err
	})
}

func (w *told) BindRTCPReader(reader interceptor.RTCPReader) interceptor.RTCPReader {
	return interceptor.RTCPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err != nil {
			return n, a, err
		}
		packets, _ := rtcp.Unmarshal(b[:n])
		for _, packet := range packets {
			if _, is := packet.(*rtcp.ExtendedReport); is {
				w.note(func() { w.answers++ })
			}
		}
		return n, a, nil
	})
}

// TestMissingPacketsAreNotAskedFor: who reads a track decides when a packet is asked for. What else the server is told says how
// the path is. The publisher leaves out every tenth packet.
func TestMissingPacketsAreNotAskedFor(t *testing.T) {
	t.Parallel()
	s := mustStart(t, devserver.Options{SendSideBandwidthEstimation: true})
	roomtest.NewPublisher(t, s, "publisher").PublishPackets(func(packet *rtp.Packet) {
		if packet.SequenceNumber%10 == 0 {
			packet.SequenceNumber++
		}
	})
	var w told
	c := config(t, s)
	c.Interceptors = []interceptor.Factory{&w}
	r := mustJoin(t, c)
	ready(t, r)
	w.follow(r)
	track := mustSubscribe(t, r)
	done := roomtest.Patient(t).Done()
	for {
		changed := w.changed.Wait()
		w.mu.Lock()
		enough := w.lost > 20 && w.reports >= 2 && w.feedback >= 2 && w.answers >= 2
		w.mu.Unlock()
		if enough {
			break
		}
		select {
		case <-changed:
		case <-done:
			t.Fatalf("what is sent once a second does not come twice: %+v", &w)
		}
	}
	r.Close()
	if w.requests > 0 {
		t.Errorf("%d packets are missing, and %d requests were sent for %s", w.lost, w.requests, track.SID)
	}
}
