package testpublisher_test

import (
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

const patience = 15 * time.Second

// subscriber is a plain SDK participant that subscribes to everything.
type subscriber struct {
	t       *testing.T
	room    *lksdk.Room
	readers sync.WaitGroup

	packets chan received
	tracks  chan subscribed
	gone    chan string // SIDs
	mutes   chan bool
	reports chan *rtcp.SenderReport
}

type received struct {
	sid    string
	packet *rtp.Packet
}

type subscribed struct {
	sid, name, identity string
	codec               string
	pli                 func()
}

func subscribe(t *testing.T, server *devserver.Server, room string) *subscriber {
	t.Helper()
	s := &subscriber{
		t:       t,
		packets: make(chan received, 10000),
		tracks:  make(chan subscribed, 10),
		gone:    make(chan string, 10),
		mutes:   make(chan bool, 10),
		reports: make(chan *rtcp.SenderReport, 1000),
	}
	token, err := server.Token(devserver.TokenOptions{Room: room, Identity: "subscriber", CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	s.room, err = lksdk.ConnectToRoomWithToken(server.URL(), token, &lksdk.RoomCallback{
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: s.onTrack,
			OnTrackUnsubscribed: func(_ *webrtc.TrackRemote, publication *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
				s.gone <- publication.SID()
			},
			OnTrackMuted:   func(lksdk.TrackPublication, lksdk.Participant) { s.mutes <- true },
			OnTrackUnmuted: func(lksdk.TrackPublication, lksdk.Participant) { s.mutes <- false },
		},
	}, lksdk.WithLogger(logger.GetDiscardLogger()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.room.Disconnect()
		s.readers.Wait()
	})
	return s
}

func (s *subscriber) onTrack(track *webrtc.TrackRemote, publication *lksdk.RemoteTrackPublication, participant *lksdk.RemoteParticipant) {
	sid := publication.SID()
	publication.OnRTCP(func(packet rtcp.Packet) {
		if report, ok := packet.(*rtcp.SenderReport); ok {
			select {
			case s.reports <- report:
			default:
			}
		}
	})
	s.readers.Go(func() {
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					s.t.Errorf("read track %s: %v", sid, err)
				}
				return
			}
			select {
			case s.packets <- received{sid, packet}:
			default:
			}
		}
	})
	s.tracks <- subscribed{
		sid: sid, name: publication.Name(), identity: participant.Identity(), codec: track.Codec().MimeType,
		pli: func() { participant.WritePLI(track.SSRC()) },
	}
}

// await receives from a channel, and fails the test when nothing comes.
func await[T any](t *testing.T, channel <-chan T, what string) T {
	t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case value := <-channel:
		return value
	case <-timeout.C:
		t.Fatalf("no %s within %v", what, patience)
		panic("unreachable")
	}
}

// media is the next packet with a payload that is no padding.
func (s *subscriber) media() received {
	s.t.Helper()
	for {
		next := await(s.t, s.packets, "packet")
		if len(next.packet.Payload) > 0 && !next.packet.Padding {
			return next
		}
	}
}

// frames reads whole frames, by their timestamps, until it has seen count ends of a frame, and gives the timestamps.
func (s *subscriber) frames(count int) []uint32 {
	s.t.Helper()
	seen := map[uint32]bool{}
	var timestamps []uint32
	for len(timestamps) < count {
		next := s.media()
		if next.packet.Marker && !seen[next.packet.Timestamp] {
			seen[next.packet.Timestamp] = true
			timestamps = append(timestamps, next.packet.Timestamp)
		}
	}
	return timestamps
}
