package browser

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

var (
	//go:embed page.html
	page []byte
	//go:embed page.js
	script []byte
)

// Settings are what the page is told.
type Settings struct {
	Role  string `json:"role"` // "publish" or "show"
	URL   string `json:"url"`
	Token string `json:"token"`

	Width     int    `json:"width,omitempty"` // of the best layer; the other one is half of it
	Height    int    `json:"height,omitempty"`
	FrameRate int    `json:"frameRate,omitempty"`
	Codec     string `json:"codec,omitempty"` // as in the client's VideoCodec

	// Beat publishes the time in a picture, and a burst of sound at each whole second, as package skew wants it, instead of a camera.
	Beat bool `json:"beat,omitempty"`

	// ScalabilityMode is that of VP9 and AV1, such as "L3T3_KEY"; with "L1T3" the layers are streams of their own.
	ScalabilityMode string `json:"scalabilityMode,omitempty"`
	Screen          bool   `json:"screen,omitempty"`     // a shared screen that changes FrameRate times a second, and no camera
	Sound           bool   `json:"sound,omitempty"`      // a microphone beside it, with DTX and RED
	Passphrase      string `json:"passphrase,omitempty"` // encrypts all end to end

	Points [][2]float64 `json:"points,omitempty"` // whose colours are told, in parts of width and height
}

// Event is what the page says.
type Event struct {
	Event   string `json:"event"`   // connected, reconnecting, reconnected, published, path, heard, sends, shows, done, failed
	Error   string `json:"error"`   // failed: why
	Command string `json:"command"` // done: what
	State   string `json:"state"`   // path: that of RTCIceTransport, such as "disconnected"

	// Of what is sent or shown.
	RID           string
	Width, Height int
	Colours       [][3]int // of Points: red, green and blue
}

// Browser is a Chromium that runs. It is for the test's own goroutine.
type Browser struct {
	t        testing.TB
	events   chan Event
	commands chan string
}

// client is LiveKit's, as npm has installed it, and worker the part of it that encrypts. Both are in this folder of the module.
const (
	folder = "integration/browser/node_modules/livekit-client/dist"
	client = "livekit-client.umd.js"
	worker = "livekit-client.e2ee.worker.js"
)

// Place is where a browser runs. Listen and Put may be nil: then it runs in the test's own network.
type Place struct {
	Server *devserver.Server
	// Listen opens the port of the page. It has to be on loopback: elsewhere a browser gives a page no camera.
	Listen func() (net.Listener, error)
	// Put changes the command, so that it runs in another network.
	Put func(*exec.Cmd)
}

// Start runs a browser in the test's room until the test ends. It returns when that is connected.
func Start(t testing.TB, settings Settings) *Browser {
	t.Helper()
	return StartAt(t, Place{Server: rig.Server()}, settings)
}

// StartAt is Start for a browser in another place.
func StartAt(t testing.TB, place Place, settings Settings) *Browser {
	t.Helper()
	root, ok := devserver.ModuleRoot()
	if !ok {
		t.Fatal("there is no go.mod at or above the working directory")
	}
	installed := filepath.Join(root, folder)
	if _, err := os.Stat(filepath.Join(installed, client)); err != nil {
		t.Fatalf("LiveKit's client is not installed: run `npm ci` in integration/browser: %v", err)
	}
	token, err := place.Server.Token(devserver.TokenOptions{
		Room: rig.Room(t), Identity: settings.Role, CanPublish: settings.Role == "publish", CanSubscribe: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	settings.URL, settings.Token = place.Server.URL(), token
	b := &Browser{t: t, events: make(chan Event, 4096), commands: make(chan string)}
	server := httptest.NewUnstartedServer(b.pages(settings, installed))
	if place.Listen != nil {
		listener, err := place.Listen()
		if err != nil {
			t.Fatal(err)
		}
		_ = server.Listener.Close()
		server.Listener = listener
	}
	server.Start()
	t.Cleanup(server.Close)

	log, err := os.Create(filepath.Join(t.TempDir(), "chromium.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	command := exec.Command("chromium", "--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions",
		"--no-sandbox", // which root cannot have
		"--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
		"--autoplay-policy=no-user-gesture-required",
		"--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns",
		"--user-data-dir="+t.TempDir(), server.URL+"/page.html")
	command.Stdout, command.Stderr = log, log
	if place.Put != nil {
		place.Put(command)
	}
	process, err := child.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Kill()
		if printed, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("chromium printed:\n%s", printed)
		}
	})
	b.Await("connected", func(e Event) bool { return e.Event == "connected" })
	return b
}

// pages are what the browser loads, and where it says what happens.
func (b *Browser) pages(settings Settings, installed string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page.html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(page)
	})
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(script)
	})
	mux.HandleFunc("GET /livekit-client.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(installed, client)) })
	mux.HandleFunc("GET /"+worker, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(installed, worker)) })
	mux.HandleFunc("GET /command", func(w http.ResponseWriter, r *http.Request) {
		select {
		case command := <-b.commands:
			_, _ = w.Write([]byte(command))
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(settings)
	})
	mux.HandleFunc("POST /event", func(w http.ResponseWriter, r *http.Request) {
		var event Event
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			event = Event{Event: "failed", Error: fmt.Sprintf("the page says what cannot be read: %v", err)}
		}
		b.events <- event
	})
	return mux
}

// Await waits for an event that match accepts, and drops those before it.
func (b *Browser) Await(what string, match func(Event) bool) Event {
	b.t.Helper()
	patient := rig.Patient(b.t)
	var said []Event
	for {
		select {
		case e := <-b.events:
			said = append(said, e)
			if e.Event == "failed" {
				b.t.Fatalf("the browser failed: %s", e.Error)
			}
			if match(e) {
				return e
			}
		case <-patient.Done():
			b.t.Fatalf("the browser has not %s within %v, and said %+v", what, rig.Patience, said)
		}
	}
}

// Do has the page carry out a command, "mute" or "unmute", and returns when it has.
func (b *Browser) Do(command string) {
	b.t.Helper()
	select {
	case b.commands <- command:
	case <-rig.Patient(b.t).Done():
		b.t.Fatalf("the browser does not take the command %q", command)
	}
	b.Await("carried out "+command, func(e Event) bool { return e.Event == "done" && e.Command == command })
}
