//go:build servernext

package layers_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/stream"
)

// ridLayers are what publishRids sends, each with an RTP stream identifier (rid) of its own. They are small, and few a second,
// because a processor with other things to do takes its time to decode key frames of AV1.
var ridLayers = []struct {
	size
	quality livekit.VideoQuality
}{
	{size{160, 90}, livekit.VideoQuality_LOW},
	{size{320, 180}, livekit.VideoQuality_MEDIUM},
	{size{640, 360}, livekit.VideoQuality_HIGH},
}

const ridFrameDuration = time.Second / 10

// keyFrame encodes one picture.
func keyFrame(t *testing.T, encoder string, s size) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "frame")
	command := fmt.Sprintf("videotestsrc num-buffers=1 ! video/x-raw,format=I420,width=%d,height=%d ! %s ! filesink location=%s",
		s.width, s.height, encoder, file)
	if said, err := exec.Command("gst-launch-1.0", append([]string{"-q"}, strings.Fields(command)...)...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, said)
	}
	frame, err := os.ReadFile(file)
	must(t, err)
	return frame
}

// publishRids publishes three layers in the test's own room, as browsers do for VP9 and AV1 when they are asked for
// simulcast and not for SVC. Every frame is a key frame.
func publishRids(t *testing.T, server *devserver.Server, mime, encoder string) {
	t.Helper()
	var tracks []*lksdk.LocalTrack
	var frames [][]byte
	for _, layer := range ridLayers {
		track, err := lksdk.NewLocalTrack(webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 90000},
			lksdk.WithSimulcast("camera", &livekit.VideoLayer{
				Quality: layer.quality, Width: uint32(layer.width), Height: uint32(layer.height),
			}))
		must(t, err)
		tracks = append(tracks, track)
		frames = append(frames, keyFrame(t, encoder, layer.size))
	}
	room, err := lksdk.ConnectToRoomWithToken(server.URL(), token(t, server, publisherIdentity), nil,
		lksdk.WithAutoSubscribe(false))
	must(t, err)
	t.Cleanup(room.Disconnect)
	_, err = room.LocalParticipant.PublishSimulcastTrack(tracks, &lksdk.TrackPublicationOptions{
		Source: livekit.TrackSource_CAMERA, VideoWidth: 640, VideoHeight: 360,
	})
	must(t, err)
	done := make(chan struct{})
	var sending sync.WaitGroup
	for i, track := range tracks {
		sending.Go(func() {
			ticker := time.NewTicker(ridFrameDuration)
			defer ticker.Stop()
			for {
				select {
				case <-ticker.C:
					// Fails before there is a connection.
					_ = track.WriteSample(media.Sample{Data: frames[i], Duration: ridFrameDuration}, nil)
				case <-done:
					return
				}
			}
		})
	}
	t.Cleanup(func() {
		close(done)
		sending.Wait()
	})
}

// livekit-server 1.13.7 and newer take layers of VP9 and AV1 with rids; before, they were taken for one stream.
func TestLayersOfVP9AndAV1WithRids(t *testing.T) {
	for mime, encoder := range map[string]string{
		webrtc.MimeTypeVP9: "vp9enc deadline=1 cpu-used=8 target-bitrate=300000 end-usage=cbr",
		webrtc.MimeTypeAV1: "av1enc cpu-used=8 usage-profile=realtime ! av1parse ! video/x-av1,stream-format=obu-stream,alignment=tu",
	} {
		t.Run(strings.TrimPrefix(mime, "video/"), func(t *testing.T) {
			publishRids(t, server, mime, encoder)
			s := join(t, server, "application").open(t, stream.WithCapacity(stream.Unbounded))
			awaitSize(t, s, ridLayers[2].size)
			for i, quality := range []stream.Quality{stream.QualityLow, stream.QualityMedium, stream.QualityHigh} {
				must(t, s.SetLayer(stream.Layer{Quality: quality}))
				awaitSize(t, s, ridLayers[i].size)
			}
		})
	}
}
