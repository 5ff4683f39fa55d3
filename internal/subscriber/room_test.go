package subscriber

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestJoinsAndSeesWhoIsThere(t *testing.T) {
	t.Parallel()
	publisher := mustPublish(t, server, testpublisher.VP8)
	r := mustJoin(t, config(t, server))
	if r.Name() != t.Name() || r.Participant().GetIdentity() != "subscriber" {
		t.Errorf("in room %q as %q", r.Name(), r.Participant().GetIdentity())
	}
	mustFind(t, r)
	if all := r.Participants(); len(all) != 1 || all[0].GetIdentity() != publisher.Identity() {
		t.Errorf("in the room: %v", all)
	}
	publisher.Close()
	await(t, r, "the publisher's leaving", func() bool { return len(r.Participants()) == 0 })
	ready(t, r)
}

func TestReceivesEveryCodec(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		for _, codec := range []testpublisher.Codec{
			testpublisher.VP8, testpublisher.H264, testpublisher.VP9, testpublisher.H265,
		} {
			t.Run(string(codec), func(t *testing.T) {
				mustPublish(t, server, codec)
				track := mustSubscribe(t, mustJoin(t, config(t, server)))
				mustRead(t, track, 20)
				if got := track.Codec().MimeType; !strings.EqualFold(got, "video/"+string(codec)) {
					t.Errorf("the codec is %q", got)
				}
				if id, ok := track.HeaderExtension(absCaptureTimeURI); !ok || id == 0 {
					t.Error("the absolute capture time is not negotiated")
				}
			})
		}
	})
}

func TestAnUnsubscribedTrackEndsAndComesBack(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		mustPublish(t, server, testpublisher.VP8)
		r := mustJoin(t, config(t, server))
		first := mustSubscribe(t, r)
		if err := r.Subscribe(first.ParticipantSID, first.SID, false); err != nil {
			t.Fatal(err)
		}
		if err := first.SetReadDeadline(time.Now().Add(roomtest.Patience)); err != nil {
			t.Fatal(err)
		}
		for b := make([]byte, 2000); ; {
			_, _, err := first.Read(b)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		await(t, r, "the end", func() bool { return r.Track(first.SID) == nil })
		second := mustSubscribe(t, r)
		mustRead(t, second, 5)
		if first.SID != second.SID || first == second {
			t.Error("it is the same subscription")
		}
	})
}

func TestAKeyFrameComesWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	publisher := mustPublish(t, server, testpublisher.VP8)
	track := mustSubscribe(t, mustJoin(t, config(t, server)))
	before := publisher.KeyFrames()
	for publisher.KeyFrames() == before {
		mustRead(t, track, 1)
		track.RequestKeyFrame() // the server passes on some of them
	}
}

func TestPausedTracksSendNothing(t *testing.T) {
	t.Parallel()
	mustPublish(t, server, testpublisher.VP8)
	r := mustJoin(t, config(t, server))
	track := mustSubscribe(t, r)
	settings := &livekit.UpdateTrackSettings{TrackSids: []string{track.SID}, Disabled: true}
	if err := r.SetTrack(settings); err != nil {
		t.Fatal(err)
	}
	silence := 1 * time.Second // 15 frames
	for b := make([]byte, 2000); ; {
		if err := track.SetReadDeadline(time.Now().Add(silence)); err != nil {
			t.Fatal(err)
		}
		_, _, err := track.Read(b)
		var timeout interface{ Timeout() bool }
		if errors.As(err, &timeout) && timeout.Timeout() {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	settings.Disabled = false
	if err := r.SetTrack(settings); err != nil {
		t.Fatal(err)
	}
	mustRead(t, track, 5)
}

func TestTheServerSaysWhyWeHaveToLeave(t *testing.T) {
	t.Parallel()
	r := mustJoin(t, config(t, server))
	ready(t, r)
	mustJoin(t, config(t, server)) // with the same identity
	<-r.Done()
	leaveError(t, r.Err(), livekit.DisconnectReason_DUPLICATE_IDENTITY)
}

func TestSomebodyAtTheServersAPIEndsOurPart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end    func(*lksdk.RoomServiceClient, string) error
		reason livekit.DisconnectReason
	}{
		"removed": {func(c *lksdk.RoomServiceClient, room string) error {
			_, err := c.RemoveParticipant(t.Context(), &livekit.RoomParticipantIdentity{Room: room, Identity: "subscriber"})
			return err
		}, livekit.DisconnectReason_PARTICIPANT_REMOVED},
		"room deleted": {func(c *lksdk.RoomServiceClient, room string) error {
			_, err := c.DeleteRoom(t.Context(), &livekit.DeleteRoomRequest{Room: room})
			return err
		}, livekit.DisconnectReason_ROOM_DELETED},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustJoin(t, config(t, server))
			ready(t, r)
			client := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
			if err := test.end(client, t.Name()); err != nil {
				t.Fatal(err)
			}
			<-r.Done()
			leaveError(t, r.Err(), test.reason)
		})
	}
}

func TestWhoIsNotLetInIsToldWhy(t *testing.T) {
	t.Parallel()
	closed := mustStart(t, devserver.Options{NoNewRooms: true})
	for name, test := range map[string]struct {
		config Config
		status int
	}{
		"wrong token":  {Config{Config: signal.Config{URL: server.URL(), Token: "wrong"}}, http.StatusUnauthorized},
		"unknown room": {config(t, closed), http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Join(roomtest.Patient(t), test.config)
			var refused *signal.RefusedError
			if !errors.As(err, &refused) || refused.Status != test.status {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestNothingIsLeftBehind is not parallel to others, and nobody publishes, who would have goroutines that come later. Those of
// tracks are looked for when all tests have ended.
func TestNothingIsLeftBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	r := mustJoin(t, config(t, server))
	ready(t, r)
	r.Close()
	goleak.VerifyNone(t, before)
}

func mustStart(t *testing.T, o devserver.Options) *devserver.Server {
	t.Helper()
	s, err := devserver.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func TestReceivesOverTCPAlone(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		s := mustStart(t, devserver.Options{TCPMedia: true})
		mustPublish(t, s, testpublisher.VP8)
		c := config(t, s)
		c.Networks = []webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6}
		r := mustJoin(t, c)
		mustRead(t, mustSubscribe(t, r), 50)
		if path := r.Path().String(); !strings.Contains(path, "tcp") {
			t.Errorf("media comes through %s", path)
		}
	})
}

func TestUDPIsPreferred(t *testing.T) {
	t.Parallel()
	s := mustStart(t, devserver.Options{TCPMedia: true})
	mustPublish(t, s, testpublisher.VP8)
	r := mustJoin(t, config(t, s))
	mustRead(t, mustSubscribe(t, r), 50)
	if path := r.Path().String(); strings.Contains(path, "tcp") {
		t.Errorf("media comes through %s", path)
	}
}

func TestCloseIsQuickAndEndsTheTracks(t *testing.T) {
	t.Parallel()
	mustPublish(t, server, testpublisher.VP8)
	for range 5 {
		r := mustJoin(t, config(t, server))
		track := mustSubscribe(t, r)
		mustRead(t, track, 1)
		begun := time.Now()
		r.Close()
		t.Log(time.Since(begun))
		if !errors.Is(r.Err(), ErrClosed) {
			t.Errorf("ended with %v", r.Err())
		}
		<-track.Ended()
		if n := r.current().peer.pc.ConnectionState(); n != webrtc.PeerConnectionStateClosed {
			t.Errorf("the peer connection is %v", n)
		}
	}
}

func TestCloseBeforeThereIsMedia(t *testing.T) {
	t.Parallel()
	r := mustJoin(t, config(t, server))
	r.Close()
	r.Close()
}

func TestSenderReportsCome(t *testing.T) {
	t.Parallel()
	mustPublish(t, server, testpublisher.VP8)
	track := mustSubscribe(t, mustJoin(t, config(t, server)))
	came := make(chan uint32, 10)
	track.OnSenderReport(func(report *rtcp.SenderReport, _ time.Time) {
		select {
		case came <- report.SSRC:
		default:
		}
	})
	select {
	case ssrc := <-came:
		if ssrc != track.SSRC() {
			t.Errorf("of %d, want %d", ssrc, track.SSRC())
		}
	case <-roomtest.Patient(t).Done():
		t.Fatal("no sender report comes")
	}
	if trip := track.RoundTrip(); trip <= 0 || trip > 10*time.Second {
		t.Errorf("the round trip is %v", trip)
	}
}
