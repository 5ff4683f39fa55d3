package rtcnode

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// Settings are what peer.mjs is told at its start.
type Settings struct {
	Role  string `json:"role"` // "publish" or "receive"
	URL   string `json:"url"`
	Token string `json:"token"`

	// Passphrase is the room's shared key for end-to-end encryption. Empty: media is published in clear.
	Passphrase string `json:"passphrase,omitempty"`
	// ScalabilityMode of VP9, such as "L3T3_KEY" (W3C "Scalable Video Coding (SVC) Extension for WebRTC"). Empty: no layers.
	ScalabilityMode string `json:"scalabilityMode,omitempty"`

	Picture   string `json:"picture,omitempty"` // file with one tight I420 picture to publish; empty: none
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
	FrameRate int    `json:"frameRate,omitempty"` // 0: 30
	Codec     string `json:"codec,omitempty"`     // as in the SDK's VideoCodec; empty: VP8
	Rotation  int    `json:"rotation,omitempty"`  // that each frame is captured with, in degrees
	Simulcast bool   `json:"simulcast,omitempty"` // 1280x720 is also sent at a half and at a quarter of its size

	// Tone is the frequency in Hz of a tone to publish as a microphone's, at half of the full scale. 0: none.
	Tone int `json:"tone,omitempty"`
	// Beat has the picture flash, and the tone sound, for 100 ms at each whole second of the wall clock, as package skew wants it.
	Beat bool `json:"beat,omitempty"`
	// Later are the parts, "picture" or "tone", that are not published before a command says so.
	Later []string `json:"later,omitempty"`

	ByHand    bool   `json:"byHand,omitempty"`    // nothing is subscribed to before it is told to
	Directory string `json:"directory,omitempty"` // where received frames are kept, as TIME.TYPE
	Keep      int    `json:"keep,omitempty"`      // one frame of so many is kept
	Listen    bool   `json:"listen,omitempty"`    // sound is kept as sound.s16: signed 16-bit samples, 48 kHz, one channel
}

// Event is one line that the peer says.
type Event struct {
	Event       string  `json:"event"` // connected, published, unpublished, muted, unmuted, the last four also with Tone at the end, beat, available, subscribed, unsubscribed, frame, sound
	SID         string  `json:"sid"`
	Time        *uint32 `json:"time"` // read from the picture, nil if there is none in it
	Kept        bool    `json:"kept"`
	Width       int     `json:"width"`
	Height      int     `json:"height"`
	TimestampUs int64   `json:"timestampUs"`
	Samples     int     `json:"samples"` // of sound, so far
	Frames      int     `json:"frames"`  // of sound, so far
	// PictureLate and SoundLate are by how many milliseconds a flash and the burst before it were late: the machine was busy.
	PictureLate float64 `json:"pictureLate"`
	SoundLate   float64 `json:"soundLate"`
}

// Peer is a running program.
type Peer struct {
	command *exec.Cmd
	input   io.WriteCloser
	events  chan Event
	errors  bytes.Buffer // its standard error, complete when done is closed
	done    chan struct{}
	err     error // set before done is closed
	closing sync.Once
}

// directory is where peer.mjs lies.
func directory() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// Start runs a peer. It does not wait for its connection.
func Start(settings Settings) (*Peer, error) {
	dir := directory()
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		return nil, fmt.Errorf("the Node SDK is not installed: run `npm ci` in %s: %w", dir, err)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	p := &Peer{events: make(chan Event, 4096), done: make(chan struct{})}
	p.command = exec.Command("node", filepath.Join(dir, "peer.mjs"), string(text))
	p.command.Stderr = &p.errors
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.input, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go p.run(output)
	return p, nil
}

// run reads events until the program ends. The SDK writes some lines of its own.
func (p *Peer) run(output io.Reader) {
	defer close(p.done)
	defer close(p.events)
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		var event Event
		if json.Unmarshal(lines.Bytes(), &event) == nil && event.Event != "" {
			p.events <- event
		}
	}
	if err := p.command.Wait(); err != nil {
		p.err = fmt.Errorf("peer.mjs: %w\n%s", err, p.errors.Bytes())
	}
}

// Events gives what the peer says, and is closed when it has ended.
func (p *Peer) Events() <-chan Event { return p.events }

// Await returns the first event of that name and drops those before it. A peer that does not say it in time is killed.
func (p *Peer) Await(name string) (Event, error) {
	patience := time.AfterFunc(roomtest.Patience, p.Kill)
	defer patience.Stop()
	for event := range p.events {
		if event.Event == name {
			return event, nil
		}
	}
	<-p.done
	return Event{}, errors.Join(fmt.Errorf("peer.mjs ended without the event %q", name), p.err)
}

// Command tells a publisher to "publish", "unpublish", "mute" or "unmute" its picture, or its tone with "publishTone" and so on, and a receiver to "subscribe", "unsubscribe", "disable" or
// "enable" the last track that was published, or to take it in "low" quality.
func (p *Peer) Command(name string) error {
	_, err := fmt.Fprintln(p.input, name)
	return err
}

// Close lets the peer leave the room and waits for its end.
func (p *Peer) Close() error {
	p.closing.Do(func() {
		p.input.Close()
		for range p.events {
		}
		<-p.done
	})
	return p.err
}

// Kill ends the peer without a farewell, if it has not ended: then its process id may be another's.
func (p *Peer) Kill() {
	select {
	case <-p.done:
	default:
		_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
	}
	_ = p.Close()
}
