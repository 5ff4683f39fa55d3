package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestWindowLineIsTheOneInTheReadme(t *testing.T) {
	const want = "gst-launch-1.0 livekitsrc room=demo ! videoconvert ! autovideosink"
	if got := windowLine("livekitsrc room=demo", "").String(); got != want {
		t.Errorf("line is %q, want %q", got, want)
	}
	const heard = want + " \\\n      livekitaudiosrc room=demo ! audioconvert ! autoaudiosink"
	if got := windowLine("livekitsrc room=demo", "livekitaudiosrc room=demo").String(); got != heard {
		t.Errorf("with sound, the line is %q, want %q", got, heard)
	}
}

func TestRecordingLineCropsToTheBands(t *testing.T) {
	line := recordingLine(testpublisher.VP8, "livekitsrc room=demo", "livekitaudiosrc room=demo", "build/demo/demo.mkv", "build/demo/demo.png", 720)
	arguments := strings.Join(line.arguments(), " ")
	for _, want := range []string{
		"-e matroskamux name=m ! filesink", "livekitsrc room=demo ! tee name=t livekitaudiosrc room=demo ! m.", "videocrop bottom=656 !", "fdsink fd=3 sync=false",
		"filesink location=build/demo/demo.mkv", "multifilesink location=build/demo/demo.png",
	} {
		if !strings.Contains(arguments, want) {
			t.Errorf("%q is not in %q", want, arguments)
		}
	}
	if shown := strings.ReplaceAll(line.String(), "\\\n      ", ""); shown != "gst-launch-1.0 "+arguments {
		t.Errorf("shown is %q, run is %q", shown, arguments)
	}
}

func TestPathWithSpacesStaysOneWord(t *testing.T) {
	line := recordingLine(testpublisher.VP8, "livekitsrc", "livekitaudiosrc", "/home/a b/x.mkv", "/home/it's/x.png", 720)
	if !slices.Contains(line.arguments(), "location=/home/a b/x.mkv") {
		t.Errorf("arguments are %q", line.arguments())
	}
	for _, want := range []string{"'location=/home/a b/x.mkv'", `'location=/home/it'\''s/x.png'`} {
		if !strings.Contains(line.String(), want) {
			t.Errorf("%s is not in %s", want, line)
		}
	}
}
