package sent_test

import (
	"bytes"
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/measure"
	"github.com/gst-livekit/gst-livekit/bench/sent"
)

func TestPicturesReadWhatAWriterWrites(t *testing.T) {
	var said bytes.Buffer
	w := sent.NewWriter(&said)
	for _, step := range []func() error{
		func() error { return w.Picture(sent.Identity(0), 100, 110) },
		w.Ready,
		func() error { return w.Picture(sent.Identity(1), 120, 130) },
		func() error { return w.Picture(sent.Identity(0), 133, 140) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	pictures := sent.NewPictures()
	if err := pictures.Read(&said); err != nil {
		t.Fatal(err)
	}
	select {
	case <-pictures.Ready():
	default:
		t.Error("not ready")
	}
	got := pictures.Sent()
	if first := got["camera-0"]; len(first) != 2 || first[1] != (measure.Sent{Made: 133, Encoded: 140}) {
		t.Errorf("first track is %v", first)
	}
	if second := got["camera-1"]; len(second) != 1 {
		t.Errorf("second track is %v", second)
	}
}

func TestPicturesFailOnNonsense(t *testing.T) {
	if err := sent.NewPictures().Read(bytes.NewBufferString("nonsense\n")); err == nil {
		t.Error("no error")
	}
}
