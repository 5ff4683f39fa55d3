package stream_test

import (
	"image/png"
	"os"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// The examples join the room "demo" of the server that these variables name.
func exampleRoom(t *testing.T, config testpublisher.Config) {
	t.Helper()
	t.Setenv("LIVEKIT_URL", server.URL())
	t.Setenv("LIVEKIT_API_KEY", server.APIKey)
	t.Setenv("LIVEKIT_API_SECRET", server.APISecret)
	config.Room = "demo"
	publish(t, config)
}

func TestExampleSavesAPicture(t *testing.T) {
	exampleRoom(t, testpublisher.Config{Pattern: testpublisher.Colours})
	t.Chdir(t.TempDir())
	Example_picture()
	file, err := os.Open("publisher.png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	checkPatches(t, picture)
}

// modelFunc is a model.
type modelFunc func(pixels []byte, width, height int) error

func (f modelFunc) Look(pixels []byte, width, height int) error { return f(pixels, width, height) }

func TestExampleShowsTheScreenToAModel(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{Source: livekit.TrackSource_SCREEN_SHARE})
	seen := 0
	err := watch(patient(t), join(t).Participant(t, "publisher"), modelFunc(func(pixels []byte, w, h int) error {
		if w != width || h != height || len(pixels) != 3*w*h {
			t.Errorf("%dx%d in %d bytes", w, h, len(pixels))
		}
		if seen++; seen == 5 {
			p.Close()
		}
		return nil
	}))
	if err != nil || seen < 5 {
		t.Errorf("saw %d pictures: %v", seen, err)
	}
}

// writerFunc is a recognizer.
type writerFunc func(samples []byte) (int, error)

func (f writerFunc) Write(samples []byte) (int, error) { return f(samples) }

func TestExampleGivesWordsToARecognizer(t *testing.T) {
	t.Parallel()
	p := speak(t, "", 1)
	heard := 0
	err := transcribe(patient(t), join(t).Participant(t, "speaker"), writerFunc(func(samples []byte) (int, error) {
		if len(samples) != 2*160 {
			t.Errorf("10 ms in %d bytes", len(samples))
		}
		if heard++; heard == 20 {
			p.Leave()
		}
		return len(samples), nil
	}))
	if err != nil || heard < 20 {
		t.Errorf("heard %d frames: %v", heard, err)
	}
}

func TestExampleCountsFramesPerSecond(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	rate, err := frameRate(patient(t), join(t).fromTrack(t), 60)
	if err != nil || rate < 5 || rate > 33 { // a busy machine makes fewer than 30
		t.Errorf("%v frames per second: %v", rate, err)
	}
}
