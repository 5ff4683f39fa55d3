package network

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/link"
	"github.com/gst-livekit/gst-livekit/integration/skew"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// The payload types with which a server sends to the elements.
const (
	soundType, redundantType = 111, 63
	pictureType              = 96
)

// speaker publishes pictures and bursts to a server on the near side of a link.
func speaker(t *testing.T) (*link.Link, *devserver.Server) {
	t.Helper()
	l, err := link.Open(link.Options{Seed: 1, Both: Base})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	server, err := devserver.Start(t.Context(), devserver.Options{Address: link.NearAddress})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	publisher, err := testpublisher.Start(t.Context(), testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: Room,
		Width: 320, Height: 180, FrameRate: frameRate, Tone: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(publisher.Close)
	return l, server
}

// recordFar records what comes over the link, for as long as the sound needs for some seconds more.
func recordFar(t *testing.T, l *link.Link, server *devserver.Server, properties string, length int) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "recording.mkv")
	of := "room=" + Room + " participant=publisher "
	recorder := startFar(t, l, server, "matroskamux name=m ! filesink location="+file+" livekitsrc "+of+"! m. livekitaudiosrc "+of+properties+
		" ! identity name=packets silent=false ! m.", "-e")
	recorder.await(0, 50*length)
	if err := recorder.process.StopInsisting(syscall.SIGINT, stopGrace, stopGrace); err != nil {
		t.Fatal(err)
	}
	return file
}

// unequal is a link on which some payload types are later by 150 ms.
func unequal(payloadTypes ...uint8) link.Impairment {
	impairment := link.Impairment{Delay: Base.Delay, Later: map[uint8]time.Duration{}}
	for _, payloadType := range payloadTypes {
		impairment.Later[payloadType] = 150 * time.Millisecond
	}
	return impairment
}

// checkSync wants sound and picture in a file to agree from the time on at which they have to be in sync. The beginning of a burst
// may be lost itself, or come too late on a busy machine, so the middle one counts.
func checkSync(t *testing.T, l *link.Link, server *devserver.Server, impairment link.Impairment, properties string) {
	t.Helper()
	const (
		settled = 4 * time.Second
		exact   = 20 * time.Millisecond
		length  = 10
	)
	if err := l.Set(link.ToFar, impairment); err != nil {
		t.Fatal(err)
	}
	all, err := skew.File(t.Context(), recordFar(t, l, server, properties, length), settled)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(all)
	if len(all) < 4 || all.Median().Abs() > exact {
		t.Errorf("the sound is more than %v off: %v", exact, all)
	}
}

func TestSoundThatComesLaterIsInSync(t *testing.T) {
	l, server := speaker(t)
	checkSync(t, l, server, unequal(soundType, redundantType), "")
}

// TestAWarningSaysThatSoundAndPictureAreTooFarApart for the default of max-sync-delay, and only one.
func TestAWarningSaysThatSoundAndPictureAreTooFarApart(t *testing.T) {
	l, server := speaker(t)
	if err := l.Set(link.ToFar, link.Impairment{Delay: Base.Delay, Later: map[uint8]time.Duration{pictureType: 800 * time.Millisecond}}); err != nil {
		t.Fatal(err)
	}
	const warning = `WARNING: from element /GstPipeline:pipeline0/GstLivekitAudioSrc:`
	of := "room=" + Room + " participant=publisher "
	r := startFar(t, l, server, "livekitsrc "+of+"! fakesink livekitaudiosrc "+of+"! identity name=packets silent=false ! fakesink")
	r.awaitText(0, warning, 1)
	printed := r.await(len(r.await(0, 1)), 100)
	_, behind, found := strings.Cut(r.await(0, 1), warning)
	if !found || !strings.Contains(behind, `sound and picture of "publisher" are `) || strings.Contains(printed, warning) {
		t.Errorf("want one warning that they are too far apart:\n%s", behind[:min(len(behind), 2000)])
	}
}
