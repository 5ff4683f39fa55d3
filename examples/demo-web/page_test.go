package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
)

var update = flag.Bool("update", false, "write docs/images/demo-web.png anew")

const root = "../.."

// The browser's test camera has a moving picture and beeps, and it is given to whoever asks.
var withCamera = []string{"--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"}

func defaults(t *testing.T) options {
	t.Helper()
	o, err := parseFlags([]string{"-port", "0", "-out", t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	o.client = filepath.Join(root, o.client)
	return o
}

// serve runs the program until the test ends, or until interrupt is called, and returns the address that it prints.
func serve(t *testing.T) (address string, interrupt context.CancelFunc) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	printed := &prompt{address: make(chan string, 1)}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, defaults(t), console.New(printed)) }()
	t.Cleanup(func() {
		interrupt()
		if err := <-ended; err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	})
	select {
	case address = <-printed.address:
	case err := <-ended:
		ended <- nil
		t.Fatalf("it has ended: %v", err)
	}
	return address, interrupt
}

// prompt finds the page's address in what the program prints.
type prompt struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string
}

var pageAddress = regexp.MustCompile(`open (http://127\.0\.0\.1:\d+/)`)

// Write implements io.Writer.
func (p *prompt) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	if found := pageAddress.FindSubmatch(p.text.Bytes()); found != nil {
		p.text.Reset()
		p.address <- string(found[1])
	}
	return len(b), nil
}

// JavaScript that looks at the page.
const (
	// moves tells whether the picture that came back differs from the one that was there the last time.
	moves = `(() => {
		const canvas = document.getElementById('received');
		const now = canvas.toDataURL('image/jpeg', 0.5);
		const moved = canvas.width > 16 && window.before !== undefined && window.before !== now;
		window.before = now;
		return moved;
	})()`
	rate  = `parseFloat(document.querySelector('.tile output').textContent) > 0`
	loud  = `document.getElementById('level').textContent.endsWith('dB')`
	ready = `!document.getElementById('camera').disabled`
	alert = `document.getElementById('error').textContent`
)

func factIs(name, value string) string {
	return "document.querySelector('#facts').innerText.includes('" + name + "\\n" + value + "')"
}

// TestSharedCameraComesBack shares a camera with the keyboard alone, then in another codec, in a small layer, and not any more.
func TestSharedCameraComesBack(t *testing.T) {
	address, _ := serve(t)
	p := openTab(t, address, withCamera...)
	p.press("Tab", 9, "")
	p.press("Enter", 13, "\r")
	p.until("the picture moves", moves)
	p.until("the codec is told", factIs("Codec", "VP8"))
	p.until("pictures are counted", rate)
	p.until("the microphone is heard", loud)
	if *update {
		p.until("the charts are full enough", `document.querySelector('.tile polyline').points.length > 100`)
		p.until("the best layer comes, with a beep", factIs("Layer", "high")+" && "+loud)
		if err := os.WriteFile(filepath.Join(root, "docs", "images", "demo-web.png"), p.picture(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.choose("quality", "low")
	p.until("a small picture comes", factIs("Layer", "low"))
	p.until("it is shown", "document.getElementById('received').width < 640")
	p.until("the buttons are ready", ready)
	p.choose("codec", "h264")
	p.until("the codec has changed", factIs("Codec", "H264"))
	p.until("the picture moves again", moves)
	p.until("the page names no other codec", `document.getElementById('status').textContent === 'You share your camera.'`)
	p.until("the buttons are ready", ready)
	p.run(`document.getElementById('stop').click()`)
	p.until("nothing is shared", `document.getElementById('stop').disabled && `+ready)
}

// TestSharedScreenComesBack shares the test screen that the browser has for pages that ask for one.
func TestSharedScreenComesBack(t *testing.T) {
	address, _ := serve(t)
	p := openTab(t, address, withCamera...)
	p.run(`document.getElementById('screen').click()`)
	p.until("the page says what is shared", `document.getElementById('status').textContent === 'You share your screen.'`)
	p.until("the picture moves", moves)
	p.until("the microphone is heard", loud)
}

func TestRefusedCameraIsExplained(t *testing.T) {
	address, _ := serve(t)
	p := openTab(t, address, "--use-fake-device-for-media-stream", "--deny-permission-prompts")
	p.run(`document.getElementById('camera').click()`)
	p.until("the page says what to do", alert+`.startsWith('The browser does not let this page use the camera. Allow it')`)
	p.until("it can be tried again", ready)
}

func TestPageSaysThatTheProgramHasEnded(t *testing.T) {
	address, interrupt := serve(t)
	p := openTab(t, address, withCamera...)
	p.run(`document.getElementById('camera').click()`)
	p.until("the picture moves", moves)
	interrupt()
	p.until("the page says so", alert+`.startsWith('The program behind this page has ended')`)
}
