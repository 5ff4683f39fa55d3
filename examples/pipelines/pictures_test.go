package pipelines

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

var update = flag.Bool("update", false, "write the pictures of docs/images anew")

// TestPictures makes the pictures of docs/images, and wants the ones that are there to show the same.
func TestPictures(t *testing.T) {
	began := time.Now()
	rig.Publish(t, testpublisher.Config{Room: "demo", Width: 1280, Height: 720})
	images := filepath.Join(root, "docs", "images")

	t.Run("Demo", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "demo.png")
		start(t, exec.Command("gst-launch-1.0", "livekitsrc", "room=demo", "!", "videoscale", "!", "video/x-raw,width=640,height=360",
			"!", "videoconvert", "!", "pngenc", "compression-level=9", "snapshot=true", "!", "filesink", "location="+file)).succeed()
		picture := readPNG(t, file)
		checkSize(t, picture, 640, 360)
		checkTime(t, picture, began)

		shown := filepath.Join(images, "demo.png")
		copyIfUpdating(t, file, shown)
		picture = readPNG(t, shown)
		checkSize(t, picture, 640, 360)
		if _, ok := madeAt(picture); !ok {
			t.Errorf("%s: no time can be read from it", shown)
		}
	})
	t.Run("Graph", func(t *testing.T) {
		dot := drawing(t)
		source := filepath.Join(t.TempDir(), "graph.dot")
		if err := os.WriteFile(source, readable(dot), 0o600); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "graph.svg")
		output(t, exec.Command("dot", "-Tsvg", "-o", file, source))

		shown := filepath.Join(images, "graph.svg")
		copyIfUpdating(t, file, shown)
		now, then := words(t, file), words(t, shown)
		for _, element := range []string{"GstLivekitSrc", "GstLivekitUnits", "access-units", "GstVP8Dec", "GstCapsFilter", "GstQueue", "GstVideoConvert"} {
			if !slices.Contains(now, element) {
				t.Errorf("GStreamer draws no %s: %q", element, now)
			}
		}
		if slices.Sort(now); !slices.Equal(now, then) {
			t.Errorf("%s shows\n%q\nthe pipeline is\n%q\nDraw it anew: see docs/images/README.md", shown, then, now)
		}
	})
}

func copyIfUpdating(t *testing.T, from, to string) {
	t.Helper()
	if !*update {
		return
	}
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// drawing is GStreamer's drawing of the pipeline that shows the room in a window, while it does: gst-launch-1.0 draws when
// it is sent SIGHUP.
func drawing(t *testing.T) []byte {
	t.Helper()
	screen := newScreen(t, 1280, 720)
	directory := t.TempDir()
	cmd := script("display.sh", "demo")
	cmd.Env = append(screen.environment(), "GST_DEBUG_DUMP_DOT_DIR="+directory,
		"GST_PLUGIN_FEATURE_RANK=vp8dec:MAX,ximagesink:MAX") // the same on every machine
	p := start(t, cmd)
	screen.awaitPicture(p)
	if err := p.process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.await(1, "dumping dot file")
	p.interrupt()
	p.succeed()
	drawings, err := filepath.Glob(filepath.Join(directory, "*snapshot*.dot"))
	if err != nil || len(drawings) != 1 {
		t.Fatalf("%d drawings, %v", len(drawings), err)
	}
	dot, err := os.ReadFile(drawings[0])
	if err != nil {
		t.Fatal(err)
	}
	return dot
}

// readable leaves out of a drawing what differs from run to run, and what makes it wider than a page.
func readable(dot []byte) []byte {
	for _, change := range []struct{ expression, replacement string }{
		{`(?s)  legend \[.*?\];\n`, ""},
		{`labeldistance="10", labelangle="0", label=" *", taillabel=("[^"]*"), headlabel="[^"]*"`, "label=$1"},
		{`\\l *(interlace-mode|multiview-mode|multiview-flags|pixel-aspect-ratio|framerate|colorimetry|chroma-site): [^\\"]*`, ""},
		{`\\l +`, `\l`},
		{`\\n(automatic-request-sync-points|caps|connection-state|current-level-[a-z]+|emit-signals|filter-caps|format|last-sample|` +
			`max-[a-z-]+|min-latency|participant-info|processing-deadline|qos|silent|stats|track-info|ts-offset|uri|url|window-[a-z]+)=(\\"|[^\\"])*`, ""},
		{`\\n\[>\]`, ""},
		{`(\[[A-Za-z]+\])+",`, `",`},
		{`\\lwidth: (\d+)\\lheight: (\d+)`, ` ${1}x$2`},
		{`\\lformat: (\w+)`, ` $1`},
		{`"video/x-raw (\w+) (\w+)`, `"$1 $2`},
		{`<GstPipeline>\\npipeline0`, ""},
		{`rankdir=LR`, `rankdir=TB`},
		{`(?m)^( *)fontname="[^"]*";`, `${1}fontname="sans";`},
	} {
		dot = regexp.MustCompile(change.expression).ReplaceAll(dot, []byte(change.replacement))
	}
	return dot
}

// words are the sorted texts in an SVG file.
func words(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	inText := false
	for decoder := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "text"
		case xml.EndElement:
			inText = false
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); inText && text != "" {
				all = append(all, text)
			}
		}
	}
	slices.Sort(all)
	return all
}
