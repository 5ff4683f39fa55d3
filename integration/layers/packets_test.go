package layers_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// subscriber reads the VP8 packets of the publisher's track as they arrive.
type subscriber struct {
	room.Selector
	track *room.Track
}

func connect(t *testing.T, server *devserver.Server) *room.Connection {
	t.Helper()
	connection, err := room.Join(patient(t), room.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(), Identity: "subscriber",
		ConnectTimeout: patience,
	})
	must(t, err)
	t.Cleanup(connection.Close)
	must(t, connection.Ready(patient(t), nil))
	return connection
}

// choose selects the publisher's track with a layer.
func choose(t *testing.T, connection *room.Connection, layer caps.Layer) *subscriber {
	t.Helper()
	s := &subscriber{Selector: newSelector(connection)}
	t.Cleanup(s.Close)
	s.SetLayer(layer)
	s.next(t)
	return s
}

func newSelector(connection *room.Connection) room.Selector {
	selector := room.NewSelector(room.Criteria{Participant: publisherIdentity})
	connection.Serve(selector)
	return selector
}

func (s *subscriber) SetLayer(layer caps.Layer) { s.Layers().SetLayer(layer, caps.QualityAuto) }

func (s *subscriber) next(t *testing.T) {
	t.Helper()
	var err error
	s.track, err = s.Next(patient(t))
	must(t, err)
}

// packet is one that carries video.
type packet struct {
	timestamp uint32
	bytes     int
	key       size // of the key frame that it begins, if it does
}

// read returns the next packet, or an error whose Timeout method reports true when none comes until the deadline.
func (s *subscriber) read(deadline time.Time) (packet, error) {
	buffer := make([]byte, 2000)
	if err := s.track.SetReadDeadline(deadline); err != nil {
		return packet{}, err
	}
	for {
		n, _, err := s.track.Read(buffer)
		if err != nil {
			return packet{}, err
		}
		var p rtp.Packet
		if err := p.Unmarshal(buffer[:n]); err != nil {
			return packet{}, err
		}
		if p.Padding {
			continue // the server tries the connection
		}
		var vp8 codecs.VP8Packet
		data, err := vp8.Unmarshal(p.Payload)
		if err != nil {
			return packet{}, err
		}
		read := packet{timestamp: p.Timestamp, bytes: n}
		if vp8.S == 1 && vp8.PID == 0 && len(data) >= 10 && data[0]&1 == 0 { // RFC 6386 section 9.1
			read.key = size{(int(data[6]) | int(data[7])<<8) & 0x3fff, (int(data[8]) | int(data[9])<<8) & 0x3fff}
		}
		return read, nil
	}
}

func (s *subscriber) mustRead(t *testing.T) packet {
	t.Helper()
	p, err := s.read(time.Now().Add(patience))
	must(t, err)
	return p
}

// awaitKeyFrame reads until a key frame of that size.
func (s *subscriber) awaitKeyFrame(t *testing.T, want size) {
	t.Helper()
	for ctx := patient(t); ctx.Err() == nil; {
		if s.mustRead(t).key == want {
			return
		}
	}
	t.Fatalf("no key frame of %v", want)
}

// quiet is a time in which many frames would come.
const quiet = 2 * time.Second

// awaitQuiet reads until nothing has come for a while.
func (s *subscriber) awaitQuiet(t *testing.T) {
	t.Helper()
	for ctx := patient(t); ctx.Err() == nil; {
		_, err := s.read(time.Now().Add(quiet))
		if isTimeout(err) {
			return
		}
		must(t, err)
	}
	t.Fatal("packets do not stop coming")
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// bytesPerSecond measures for two seconds of the publisher's time.
func (s *subscriber) bytesPerSecond(t *testing.T) float64 {
	t.Helper()
	const clock, seconds = 90000, 2
	first, bytes := s.mustRead(t), 0
	for {
		p := s.mustRead(t)
		if elapsed := int32(p.timestamp - first.timestamp); elapsed > seconds*clock {
			return float64(bytes) * clock / float64(elapsed)
		}
		bytes += p.bytes
	}
}
