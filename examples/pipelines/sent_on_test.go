//go:build examples

package pipelines

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// nginx is the configuration of an RTMP server that writes what it gets to files: folder, port, folder.
const nginx = `load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off;
master_process off;
user root;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log;
events {}
rtmp { server { listen 127.0.0.1:%[2]s; application live {
  live on; record all; record_path %[1]s; record_suffix .flv;
} } }
`

func TestRTMPServerGetsPictureAndSound(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360, Tone: true})
	folder, port := t.TempDir(), freePort(t)
	config := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginx, folder, port), 0o600); err != nil {
		t.Fatal(err)
	}
	server := start(t, exec.Command("nginx", "-c", config, "-e", filepath.Join(folder, "nginx.log")))
	awaitListener(t, "tcp", port)
	p := start(t, script("rtmp.sh", rig.Room(t), "rtmp://127.0.0.1:"+port+"/live/key"))
	file := filepath.Join(folder, "key.flv")
	server.awaitFile(file, enough)
	p.interrupt()
	p.succeed()
	server.interrupt()
	server.succeed()
	if found := streams(t, file); !sameCodecs(found, "h264", "aac") {
		t.Errorf("ffprobe finds %+v, want h264 and aac", found)
	}
	if pictures := rig.Probe(t, file, "frame=width,height"); len(pictures) < 30 || !strings.HasPrefix(pictures[0], "640,360") {
		t.Errorf("%d pictures of %v", len(pictures), pictures[:min(1, len(pictures))])
	}
}

// TestRTSPServesTwoClients has the second one come while the first is watching, to a publisher who makes key frames only on request.
func TestRTSPServesTwoClients(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360, Tone: true})
	server := start(t, exec.Command("/usr/bin/python3", "../python/rtsp.py", rig.Room(t), "--port", "0"))
	server.await(1, "/live\n")
	printed, _ := server.printed.Look()
	address := regexp.MustCompile(`rtsp://\S+`).FindString(printed)
	file := func(n string) string { return filepath.Join(t.TempDir(), n+".mkv") }
	client := func(file string) *program {
		return start(t, exec.Command("ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", address, "-c", "copy", "-flush_packets", "1", file))
	}
	one, two := file("one"), file("two")
	first := client(one)
	first.awaitFile(one, enough)
	second := client(two)
	second.awaitFile(two, enough)
	for file, c := range map[string]*program{one: first, two: second} {
		c.interrupt()
		<-c.process.Done() // ffmpeg's status says that it was interrupted
		if found := streams(t, file); !sameCodecs(found, "h264", "opus") {
			t.Errorf("ffprobe finds %+v, want h264 and opus", found)
		}
		if pictures := rig.Probe(t, file, "frame=pict_type"); len(pictures) < 30 || pictures[0] != "I" {
			t.Errorf("%d pictures, the first is %v", len(pictures), pictures[:min(1, len(pictures))])
		}
	}
}

func TestSpeechIsRecognised(t *testing.T) {
	file := filepath.Join(t.TempDir(), "speech.ogg")
	// Whoever begins to receive late hears a later sentence.
	output(t, exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "flite=text='go forward ten meters':voice=slt",
		"-af", "aresample=48000,apad=pad_dur=2,aloop=loop=8:size=240000", "-c:a", "libopus", "-page_duration", "20000", file))
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	recogniser := exec.Command("../python/.venv/bin/python", "../python/recognise.py")
	recogniser.Stdin = read
	r := start(t, recogniser)
	_ = read.Close()
	cmd := script("speech.sh", rig.Room(t))
	cmd.Stdout = write
	p := start(t, cmd)
	_ = write.Close()
	publishFile(t, file, livekit.TrackSource_MICROPHONE)
	r.await(1, "go forward ten ") // meters, mostly
	p.interrupt()
	p.succeed()
	r.succeed()
}

func TestBarcodesAreRead(t *testing.T) {
	folder := t.TempDir()
	picture, file := filepath.Join(folder, "code.png"), filepath.Join(folder, "code.ivf")
	var text bytes.Buffer
	if err := png.Encode(&text, interleaved("12345678")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(picture, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, exec.Command("ffmpeg", "-v", "error", "-loop", "1", "-framerate", "10", "-i", picture, "-t", "30",
		"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "10", "-b:v", "500k", "-pix_fmt", "yuv420p", file))
	p := start(t, script("barcodes.sh", rig.Room(t)))
	publishFile(t, file, livekit.TrackSource_CAMERA)
	p.await(1, `symbol=(string)12345678`)
	printed, _ := p.printed.Look()
	if !strings.Contains(printed, "type=(string)I2/5") {
		t.Errorf("it printed %q", printed)
	}
	p.interrupt()
	p.succeed()
}

// interleaved is a bar code of the kind "interleaved 2 of 5", for an even number of digits.
func interleaved(digits string) image.Image {
	widths := []string{"nnwwn", "wnnnw", "nwnnw", "wwnnn", "nnwnw", "wnwnn", "nwwnn", "nnnww", "wnnwn", "nwnwn"}
	var bars strings.Builder // a bar, a space, a bar and so on
	bars.WriteString("nnnn")
	for ; digits != ""; digits = digits[2:] {
		for i := range 5 {
			bars.WriteByte(widths[digits[0]-'0'][i])
			bars.WriteByte(widths[digits[1]-'0'][i])
		}
	}
	bars.WriteString("wnn")
	const width, height, narrow, wide = 640, 360, 5, 13
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	x := 40
	for i, bar := range bars.String() {
		end := x + map[rune]int{'n': narrow, 'w': wide}[bar]
		for ; x < end; x++ {
			for y := 60; y < height-60 && i%2 == 0; y++ {
				picture.SetGray(x, y, color.Gray{})
			}
		}
	}
	return picture
}

// publishFile publishes an Ogg or IVF file to the test's room with LiveKit's SDK.
func publishFile(t *testing.T, file string, source livekit.TrackSource) {
	t.Helper()
	lksdk.SetLogger(logger.GetDiscardLogger())
	server := rig.Server()
	token, err := auth.NewAccessToken(server.APIKey, server.APISecret).SetIdentity("publisher").
		SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: rig.Room(t)}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	room, err := lksdk.ConnectToRoomWithToken(server.URL(), token, &lksdk.RoomCallback{}, lksdk.WithAutoSubscribe(false))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(room.Disconnect)
	track, err := lksdk.NewLocalFileTrack(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{Source: source, VideoWidth: 640, VideoHeight: 360}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = track.Close() })
}

//go:embed testdata/hls.html
var hlsPage []byte

// TestHLSPlaysInABrowser has Chromium play the stream while it is made, with hls.js, and by itself when it has ended: Chromium 156
// alone stops where it reads the list again ("Network read stopped").
func TestHLSPlaysInABrowser(t *testing.T) {
	began := time.Now()
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360, Tone: true})
	folder := t.TempDir()
	p := start(t, script("hls.sh", rig.Room(t), folder))
	p.awaitFile(filepath.Join(folder, "index.m3u8"), 1)
	// More than the list has when the page reads it first.
	checkBrowserPlays(t, folder, "?with=hls.js&seconds=12", began)
	p.interrupt()
	p.succeed()
	checkBrowserPlays(t, folder, "?seconds=2", began)
}

// checkBrowserPlays reads the time in the picture that Chromium shows after some seconds of a stream.
func checkBrowserPlays(t *testing.T, folder, query string, began time.Time) {
	t.Helper()
	shown := make(chan string, 1)
	var once sync.Once
	mux := http.NewServeMux()
	files := http.StripPrefix("/stream", http.FileServer(http.Dir(folder)))
	mux.HandleFunc("GET /stream/", func(w http.ResponseWriter, r *http.Request) {
		// Otherwise the types are those that the machine knows for a file's name, and for .ts there are several.
		kind := map[string]string{".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}[path.Ext(r.URL.Path)]
		w.Header().Set("Content-Type", kind)
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /hls.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "../../integration/browser/node_modules/hls.js/dist/hls.min.js")
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(hlsPage) })
	mux.HandleFunc("POST /shown", func(_ http.ResponseWriter, r *http.Request) {
		said, err := io.ReadAll(r.Body)
		if err != nil {
			said = []byte(err.Error())
		}
		once.Do(func() { shown <- string(said) })
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	start(t, exec.Command("chromium", "--headless=new", "--disable-gpu", "--no-first-run", "--no-sandbox",
		"--autoplay-policy=no-user-gesture-required", "--user-data-dir="+t.TempDir(), server.URL+query))
	select {
	case said := <-shown:
		data, ok := strings.CutPrefix(said, "data:image/png;base64,")
		if !ok {
			t.Fatalf("the browser says: %s", said)
		}
		text, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		picture := decodePNG(t, text)
		checkSize(t, picture, 640, 360)
		checkTime(t, picture, began)
	case <-rig.Patient(t).Done():
		t.Fatalf("the browser shows nothing within %v", rig.Patience)
	}
}

// TestFollowSpeakerShowsWhoSpeaks has alice, who is shown first and silent, and somebody with a tone.
func TestFollowSpeakerShowsWhoSpeaks(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Identity: "alice"})
	screen := newScreen(t, rig.Width, rig.Height)
	cmd := exec.Command("/usr/bin/python3", "../python/follow_speaker.py", rig.Room(t), "alice", "publisher")
	cmd.Env = screen.environment()
	p := start(t, cmd)
	p.await(1, "showing alice\n")
	rig.PublishNode(t, rtcnode.Settings{Tone: tone})
	p.await(1, "publisher speaks\n")
	p.await(1, "showing publisher\n")
	p.await(1, "\n-9 dB\n") // a sine at half of the full scale
	p.interrupt()
	p.succeed()
}
