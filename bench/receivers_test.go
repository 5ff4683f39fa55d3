package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/measure"
	"github.com/gst-livekit/gst-livekit/bench/report"
)

func fakeReceiver(name string) report.Receiver {
	ones := measure.Percentiles{Median: 1, P95: 1, P99: 1}
	s := measure.Summary{
		CPU: 1, CPUSteady: 1, FirstFrame: 1, PeakRSS: 1, SteadyRSS: 1, Beyond: &ones, OurMallocs: new(1.0), CgoCalls: new(1.0),
		Threads: 1, Switches: 1, Missing: new(uint64(0)),
	}
	return report.Receiver{Name: name, Label: name, Middle: &s}
}

func TestShownCommandHasNoSecret(t *testing.T) {
	r := request{url: "ws://127.0.0.1:1234", token: "eyJsecret"}
	shown := r.shown(command{words: []string{"gst-launch-1.0", "x", "url=ws://127.0.0.1:1234", "token=eyJsecret"}})
	if shown != "gst-launch-1.0 x url=$LIVEKIT_URL token=$LIVEKIT_TOKEN" {
		t.Errorf("shown is %q", shown)
	}
	c := r.peer("node", "peer.mjs", "RGBA")
	if strings.Contains(r.shown(c), "secret") || c.environment[0] != "LIVEKIT_TOKEN=eyJsecret" {
		t.Errorf("command is %+v", c)
	}
}

func TestRecordingIsDecodedByWhatItsCodecNeeds(t *testing.T) {
	recording := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(recording, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.alone {
			continue
		}
		if decoders[c.codec] == "" || encodedCaps[c.codec] == "" {
			t.Errorf("%s: nothing is known about %s", c.name, c.codec)
		}
	}
	r := request{benchCase: benchCase{codec: "vp8"}, tools: newTools(), recording: recording}
	c, err := fromFile("videoconvert !", false)(r)
	if err != nil {
		t.Fatal(err)
	}
	want := "filesrc location=" + recording + " ! ivfparse ! vp8dec ! videoconvert ! benchtap track=camera-0 ! fakesink sync=false"
	if got := strings.Join(c.words, " "); got != "gst-launch-1.0 -q "+want {
		t.Errorf("command is %q", got)
	}
	r.recording += ".missing"
	if _, err := fromFile("", true)(r); err == nil {
		t.Error("without a recording: no error")
	}
}

func TestKeptTextNamesNoDirectoryOfThisMachine(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", "/somewhere/else")
	got := withoutPlaces("open " + here + "/build/x: no such file; /somewhere/else/.cargo is there")
	if got != "open build/x: no such file; ~/.cargo is there" {
		t.Errorf("text is %q", got)
	}
}

func TestMissingPeerSaysWhy(t *testing.T) {
	tools := tools{directory: t.TempDir()}
	missing := filepath.Join(t.TempDir(), "nothing")
	if err := tools.present("python", missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("error is %v", err)
	}
	if err := os.WriteFile(tools.scratch("absent-python"), []byte("pip could not reach its index\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tools.present("python", missing); err == nil || err.Error() != "pip could not reach its index" {
		t.Errorf("error is %v", err)
	}
	if err := tools.present("python", tools.directory); err != nil {
		t.Errorf("what is there is missing: %v", err)
	}
}
