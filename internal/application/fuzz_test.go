package application

import (
	"testing"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
)

// FuzzParticipantInfo copies participants, whatever the server tells of them.
func FuzzParticipantInfo(f *testing.F) {
	for _, info := range []*livekit.ParticipantInfo{
		{},
		{Identity: "alice", Tracks: []*livekit.TrackInfo{{Sid: "TR_1", MimeType: "video/VP8"}}, DisconnectReason: 3},
	} {
		seed, err := proto.Marshal(info)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		participant := &livekit.ParticipantInfo{}
		if proto.Unmarshal(data, participant) != nil {
			return
		}
		clone := cloneInfo(participant)
		participant.DisconnectReason = 0
		if !proto.Equal(clone, participant) {
			t.Errorf("%v is no copy of %v", clone, participant)
		}
	})
}
