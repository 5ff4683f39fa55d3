package subscriber

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// hostile is a server that sends what it is told to, after it has let everybody in.
func hostile(t testing.TB, messages ...*livekit.SignalResponse) Config {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var upgrade websocket.Upgrader
		socket, err := upgrade.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = socket.Close() }()
		for _, m := range messages {
			data, err := proto.Marshal(m)
			if err != nil {
				t.Error(err)
			}
			if socket.WriteMessage(websocket.BinaryMessage, data) != nil {
				return
			}
		}
		for {
			if _, _, err := socket.ReadMessage(); err != nil {
				return
			}
		}
	}))
	t.Cleanup(web.Close)
	return Config{Config: signal.Config{URL: web.URL, Token: "secret"}}
}

func welcome() *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Join{Join: &livekit.JoinResponse{
		Room: &livekit.Room{Name: "r"}, Participant: &livekit.ParticipantInfo{Sid: "PA_us", Identity: "us"}, SubscriberPrimary: true,
	}}}
}

func TestAServerThatSaysNothingUsefulIsRefused(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]*livekit.SignalResponse{
		"an empty message":           {},
		"a join without a room":      {Message: &livekit.SignalResponse_Join{Join: &livekit.JoinResponse{}}},
		"a join without its content": {Message: &livekit.SignalResponse_Join{}},
		"another message":            {Message: &livekit.SignalResponse_Pong{Pong: 1}},
		"a join of the publisher only": {Message: &livekit.SignalResponse_Join{Join: &livekit.JoinResponse{
			Room: &livekit.Room{}, Participant: &livekit.ParticipantInfo{},
		}}},
		"a leave": {Message: &livekit.SignalResponse_Leave{Leave: &livekit.LeaveRequest{Reason: livekit.DisconnectReason_JOIN_FAILURE}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// What only answers a ping is passed over, and something has to follow.
			c := hostile(t, first, &livekit.SignalResponse{})
			c.Separate = true
			if r, err := Join(roomtest.Patient(t), c); err == nil {
				r.Close()
				t.Error("it is joined")
			}
		})
	}
}

func TestContradictionsDoNoHarm(t *testing.T) {
	t.Parallel()
	update := func(all ...*livekit.ParticipantInfo) *livekit.SignalResponse {
		return &livekit.SignalResponse{Message: &livekit.SignalResponse_Update{Update: &livekit.ParticipantUpdate{Participants: all}}}
	}
	r := mustJoin(t, hostile(t, welcome(),
		update(nil, &livekit.ParticipantInfo{}, &livekit.ParticipantInfo{Sid: "PA_a", Version: 5, Name: "new"}),
		update(&livekit.ParticipantInfo{Sid: "PA_a", Version: 4, Name: "old"}),
		update(&livekit.ParticipantInfo{Sid: "PA_gone", State: livekit.ParticipantInfo_DISCONNECTED}),
		&livekit.SignalResponse{Message: &livekit.SignalResponse_Trickle{Trickle: &livekit.TrickleRequest{
			CandidateInit: "nonsense", Target: livekit.SignalTarget_SUBSCRIBER,
		}}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_Trickle{}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_RoomUpdate{}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_StreamStateUpdate{StreamStateUpdate: &livekit.StreamStateUpdate{
			StreamStates: []*livekit.StreamStateInfo{nil, {TrackSid: "TR_a", State: livekit.StreamState_PAUSED}},
		}}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_SubscriptionPermissionUpdate{
			SubscriptionPermissionUpdate: &livekit.SubscriptionPermissionUpdate{TrackSid: "TR_a"},
		}},
	))
	await(t, r, "the last message", func() bool { return r.Paused("TR_a") && r.Forbidden("TR_a") })
	for _, p := range r.Participants() {
		if p.GetSid() == "PA_a" && p.GetName() != "new" {
			t.Errorf("it is %v", p)
		}
	}
}

func TestADescriptionThatIsNoneEndsTheRoom(t *testing.T) {
	t.Parallel()
	none := &livekit.SessionDescription{Sdp: "nonsense"}
	for name, test := range map[string]struct {
		separate bool
		says     *livekit.SignalResponse
	}{
		"an offer":        {true, &livekit.SignalResponse{Message: &livekit.SignalResponse_Offer{Offer: none}}},
		"an answer":       {false, &livekit.SignalResponse{Message: &livekit.SignalResponse_Answer{Answer: none}}},
		"too many tracks": {false, needs(1<<32-1, 1<<32-1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := hostile(t, welcome(), test.says)
			c.Separate = test.separate
			r := mustJoin(t, c)
			<-r.Done()
			if r.Err() == nil {
				t.Error("without a reason")
			}
		})
	}
}

func needs(audios, videos uint32) *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_MediaSectionsRequirement{
		MediaSectionsRequirement: &livekit.MediaSectionsRequirement{NumAudios: audios, NumVideos: videos},
	}}
}

func TestAServerWithTooManyParticipantsIsLeft(t *testing.T) {
	t.Parallel()
	all := make(participants)
	for i := range maxParticipants {
		all[strconv.Itoa(i)] = &livekit.ParticipantInfo{}
	}
	if _, err := all.update([]*livekit.ParticipantInfo{{Sid: "PA_one_more", Identity: "one more"}}, nil); err == nil {
		t.Error("it is taken")
	}
}

// FuzzMessages gives a room that has joined whatever a server could send.
func FuzzMessages(f *testing.F) {
	for _, m := range []*livekit.SignalResponse{
		welcome(),
		{Message: &livekit.SignalResponse_Offer{Offer: &livekit.SessionDescription{Type: "offer", Sdp: "v=0\r\n"}}},
		{Message: &livekit.SignalResponse_Update{Update: &livekit.ParticipantUpdate{Participants: []*livekit.ParticipantInfo{{Sid: "a"}}}}},
		{Message: &livekit.SignalResponse_RoomMoved{RoomMoved: &livekit.RoomMovedResponse{Token: "t"}}},
		{Message: &livekit.SignalResponse_Reconnect{Reconnect: &livekit.ReconnectResponse{
			IceServers: []*livekit.ICEServer{nil, {Urls: []string{"nonsense"}}},
		}}},
		{Message: &livekit.SignalResponse_Trickle{Trickle: &livekit.TrickleRequest{CandidateInit: `{"candidate":"candidate:1 1 udp 1 127.0.0.1 9 typ host"}`}}},
	} {
		data, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	r, err := Join(roomtest.Patient(f), hostile(f, welcome()))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(r.Close)
	r.log = slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, data []byte) {
		m := new(livekit.SignalResponse)
		if proto.Unmarshal(data, m) != nil {
			return
		}
		if leave := m.GetLeave(); leave != nil {
			return // it ends the room that the next ones are for
		}
		_ = r.take(r.current(), m)
		r.Participants()
		if r.isEnded() {
			t.Fatal(r.Err()) // only an error of take may, and a panic
		}
	})
}
