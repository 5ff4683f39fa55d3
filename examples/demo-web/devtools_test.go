package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

// patience bounds every wait. Nothing waits that long unless it is broken.
const patience = 60 * time.Second

// tab is a page in a Chromium of its own, led by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).
type tab struct {
	t          *testing.T
	connection *websocket.Conn
	session    string
	calls      int
}

// openTab starts a browser, which ends with the test, and opens a page.
func openTab(t *testing.T, url string, flags ...string) *tab {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// Chromium may still write there when it is killed, so the folder is not the test's own, which has to be empty then.
	profile, err := os.MkdirTemp("", "demo-web") //nolint:usetesting // as just said
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("chromium", append([]string{
		"--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions",
		"--no-sandbox", // which root cannot have
		"--remote-debugging-port=0", "--user-data-dir=" + profile,
	}, flags...)...)
	command.Stderr = write
	process, err := child.Start(command)
	_ = write.Close()
	if err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	var reader sync.WaitGroup
	reader.Go(func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			if _, found, ok := strings.Cut(lines.Text(), "DevTools listening on "); ok {
				address <- found
			}
		}
		close(address)
	})
	t.Cleanup(func() {
		_ = process.Kill()
		reader.Wait()
		_ = read.Close()
		_ = os.RemoveAll(profile)
	})
	connection, _, err := websocket.DefaultDialer.DialContext(t.Context(), <-address, nil)
	if err != nil {
		t.Fatalf("connect to chromium: %v", err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	p := &tab{t: t, connection: connection}
	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank", "newWindow": true, "width": 1280, "height": 900}, &target)
	var attached struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p.session = attached.SessionID
	p.call("Page.navigate", map[string]any{"url": url}, nil) // which waits for the page to be there
	p.until("the page is loaded", "document.readyState === 'complete' && document.querySelector('#facts dd')")
	return p
}

// call calls a method of the protocol, and reads its result, if that is not nil.
func (p *tab) call(method string, parameters map[string]any, result any) {
	p.t.Helper()
	p.calls++
	_ = p.connection.SetReadDeadline(time.Now().Add(2 * patience))
	err := p.connection.WriteJSON(map[string]any{"id": p.calls, "method": method, "params": parameters, "sessionId": p.session})
	for err == nil {
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err = p.connection.ReadJSON(&answer); err != nil || answer.ID != p.calls {
			continue // an event, if not an error
		}
		if answer.Error != nil {
			p.t.Fatalf("%s: %s", method, answer.Error.Message)
		}
		if result != nil {
			err = json.Unmarshal(answer.Result, result)
		}
		break
	}
	if err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
}

// run runs JavaScript in the page and waits for its promise.
func (p *tab) run(script string) {
	p.t.Helper()
	var result struct {
		ExceptionDetails *struct {
			Exception struct{ Description, Value string }
		}
	}
	p.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "userGesture": true}, &result)
	if e := result.ExceptionDetails; e != nil {
		p.t.Fatalf("the page: %s%s", e.Exception.Description, e.Exception.Value)
	}
}

// until waits until an expression is true in the page. Nobody tells when, so this asks for it.
func (p *tab) until(what, expression string) {
	p.t.Helper()
	p.run(fmt.Sprintf(`(async () => {
		const end = Date.now() + %d;
		while (!(%s)) {
			if (Date.now() > end) throw %q + document.body.innerText;
			await new Promise((done) => setTimeout(done, 50));
		}
	})()`, patience.Milliseconds(), expression, "not so in time: "+what+". The page says:\n"))
}

// press presses and releases a key.
func (p *tab) press(key string, code int, text string) {
	p.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		p.call("Input.dispatchKeyEvent", map[string]any{
			"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text,
		}, nil)
	}
}

// choose chooses an option of a list, as somebody does.
func (p *tab) choose(list, option string) {
	p.t.Helper()
	p.run(fmt.Sprintf(`(() => { const list = document.getElementById(%q); list.value = %q; list.dispatchEvent(new Event('change')); })()`,
		list, option))
}

// picture is a PNG of the page.
func (p *tab) picture() []byte {
	p.t.Helper()
	var taken struct{ Data string }
	p.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &taken)
	data, err := base64.StdEncoding.DecodeString(taken.Data)
	if err != nil {
		p.t.Fatal(err)
	}
	return data
}
