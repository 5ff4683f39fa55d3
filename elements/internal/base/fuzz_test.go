package base

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
)

// FuzzInfo reads what a server can tell: whatever it is, it becomes a structure that says whose it is.
func FuzzInfo(f *testing.F) {
	for _, message := range []proto.Message{
		&livekit.ParticipantInfo{},
		&livekit.ParticipantInfo{
			Sid: "PA_1", Identity: "alice", Metadata: "{}\x00", Attributes: map[string]string{"": "", "a\x00b": "1"},
			State: 99, Permission: &livekit.ParticipantPermission{CanPublishSources: []livekit.TrackSource{1, -5}},
			Tracks: []*livekit.TrackInfo{{
				Sid: "TR_1", Type: livekit.TrackType_VIDEO, Width: 1 << 31, MimeType: "video/\"", Source: -1,
				Codecs: []*livekit.SimulcastCodecInfo{{MimeType: "video/VP8", Layers: []*livekit.VideoLayer{{Ssrc: 1, Bitrate: 2}}}},
				Layers: []*livekit.VideoLayer{{Quality: 7, Width: 1 << 31}, {}},
			}},
		},
	} {
		seed, err := proto.Marshal(message)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte("\x0a\x04PA_1\x12\x05alice\x22\x08\x0a\x04TR_1\x10\x63\x2a\x02{}\x7a\x08\x0a\x01a\x12\x01b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		info := &livekit.ParticipantInfo{}
		if proto.Unmarshal(data, info) != nil {
			return
		}
		got := read(info)
		want := strings.ReplaceAll(info.GetIdentity(), "\x00", "\uFFFD")
		if got.Text("identity") != want || len(got.At("tracks").Array) != len(info.GetTracks()) {
			t.Errorf("%+v of %v", got, info)
		}
	})
}
