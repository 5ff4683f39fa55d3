package stream_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const frameDuration = time.Second / 30

// encoders are by MIME type, for gst-launch-1.0. A key frame comes every third of a second.
var encoders = map[string]string{
	webrtc.MimeTypeVP8: "vp8enc deadline=1 keyframe-max-dist=10",
	webrtc.MimeTypeH264: "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10" +
		" ! video/x-h264,stream-format=byte-stream,alignment=au,profile=constrained-baseline",
}

// record returns a second of a video as access units.
func record(t *testing.T, mimeType string, width, height int) [][]byte {
	t.Helper()
	return encode(t, fmt.Sprintf("pattern=ball ! video/x-raw,format=I420,width=%d,height=%d", width, height), encoders[mimeType])
}

// encode returns 30 access units of a test source, in gst-launch's language.
func encode(t *testing.T, source, encoder string) [][]byte {
	t.Helper()
	dir := t.TempDir()
	line := fmt.Sprintf("videotestsrc num-buffers=30 %s,framerate=30/1 ! %s ! multifilesink location=%s/%%02d", source, encoder, dir)
	if out, err := exec.Command("sh", "-c", "exec gst-launch-1.0 -q "+line).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	names, err := filepath.Glob(dir + "/*")
	if err != nil {
		t.Fatal(err)
	}
	var units [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, data)
	}
	return units
}

// player is a participant that plays recordings, one after another, in any codec.
type player struct {
	t    *testing.T
	room *lksdk.Room
}

func newPlayer(t *testing.T) *player {
	t.Helper()
	token, err := server.Token(devserver.TokenOptions{Room: t.Name(), Identity: "publisher", CanPublish: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, room: lksdk.NewRoom(nil)}
	if err := p.room.JoinWithContextAndToken(patient(t), server.URL(), token,
		lksdk.WithLogger(logger.GetDiscardLogger()), lksdk.WithConnectTimeout(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { roomtest.Leave(p.room) })
	return p
}

// publish plays units over and over until stop is called.
func (p *player) publish(codec webrtc.RTPCodecCapability, units [][]byte, options *lksdk.TrackPublicationOptions) (stop func()) {
	p.t.Helper()
	track, err := lksdk.NewLocalTrack(codec)
	if err != nil {
		p.t.Fatal(err)
	}
	track.SetLogger(logger.GetDiscardLogger())
	publication, err := p.room.LocalParticipant.PublishTrack(track, options)
	if err != nil {
		p.t.Fatal(err)
	}
	stopping := make(chan struct{})
	var playing sync.WaitGroup
	playing.Go(func() {
		ticker := time.NewTicker(frameDuration)
		defer ticker.Stop()
		for i := 0; ; i = (i + 1) % len(units) {
			select {
			case <-ticker.C:
				// Fails while nobody is connected.
				_ = track.WriteSample(media.Sample{Data: units[i], Duration: frameDuration}, nil)
			case <-stopping:
				return
			}
		}
	})
	stop = sync.OnceFunc(func() {
		close(stopping)
		playing.Wait()
		if err := p.room.LocalParticipant.UnpublishTrack(publication.SID()); err != nil {
			p.t.Error(err)
		}
	})
	p.t.Cleanup(stop)
	return stop
}

// publishCamera records a video and publishes it as a camera.
func (p *player) publishCamera(mimeType string) (stop func()) {
	p.t.Helper()
	return p.publish(webrtc.RTPCodecCapability{MimeType: mimeType, ClockRate: 90000}, record(p.t, mimeType, width, height),
		&lksdk.TrackPublicationOptions{Source: camera, VideoWidth: width, VideoHeight: height})
}
