package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// Receiver receives the track while it runs. Its methods may be called by several goroutines at once.
type Receiver struct{ *program }

// ReceiverOptions say what receives, and where.
type ReceiverOptions struct {
	// Name is for people and for the report.
	Name string
	// near puts it beside the server instead of behind the link.
	near bool
	// command is what is run. It writes what package sink reads to file descriptor 3.
	command func(s *Stage) (*exec.Cmd, error)
}

// The receivers' names.
const (
	ControlName = "control"
	OurName     = "livekitsrc"
	NodeName    = "rtc-node"
	WebRTCName  = "livekitwebrtcsrc"
)

// Ours is livekitsrc in gst-launch-1.0, with the properties that are named, in front of a video sink with its defaults.
func Ours(properties string) ReceiverOptions {
	return ReceiverOptions{Name: OurName, command: func(*Stage) (*exec.Cmd, error) {
		return launch("livekitsrc room=" + Room + " " + properties + " ! networksink"), nil
	}}
}

func control() ReceiverOptions {
	options := Ours("")
	options.Name, options.near = ControlName, true
	return options
}

// Node is the VideoStream of LiveKit's Node SDK.
func Node() ReceiverOptions {
	return ReceiverOptions{Name: NodeName, command: func(s *Stage) (*exec.Cmd, error) {
		return s.node("node", nodeSettings{Role: "receive"}, devserver.TokenOptions{CanSubscribe: true})
	}}
}

// WebRTC is livekitwebrtcsrc of gst-plugins-rs, of a plugin file. Its usual STUN server is on the internet; nobody answers at
// this one. GStreamer 1.22 agrees on one codec only, the first of those that the source wants, so it is told which.
func WebRTC(plugin string) ReceiverOptions {
	return ReceiverOptions{Name: WebRTCName, command: func(s *Stage) (*exec.Cmd, error) {
		if _, err := os.Stat(plugin); err != nil {
			return nil, fmt.Errorf("there is no %s: scripts/bench-peers.sh builds it", plugin)
		}
		token, err := s.token(devserver.TokenOptions{Identity: WebRTCName, CanSubscribe: true})
		if err != nil {
			return nil, err
		}
		cmd := launch(fmt.Sprintf("livekitwebrtcsrc stun-server=stun://127.0.0.1:9 video-codecs=<%s> signaller::ws-url=%s"+
			" signaller::room-name=%s signaller::auth-token=%s ! video/x-raw ! networksink",
			strings.ToUpper(s.options.Codec), s.Server.URL(), Room, token))
		for _, variable := range s.environment {
			if path, ok := strings.CutPrefix(variable, "GST_PLUGIN_PATH="); ok {
				cmd.Env = []string{"GST_PLUGIN_PATH=" + path + string(filepath.ListSeparator) + filepath.Dir(plugin)}
			}
		}
		return cmd, nil
	}}
}

func launch(pipeline string) *exec.Cmd {
	return exec.Command("gst-launch-1.0", append([]string{"-q"}, strings.Fields(pipeline)...)...)
}

// Receive starts a receiver, and returns when it shows pictures. It ends with the stage, or before it by Stop.
func (s *Stage) Receive(ctx context.Context, options ReceiverOptions) (*Receiver, error) {
	cmd, err := options.command(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", options.Name, err)
	}
	p, err := s.start(options.Name, !options.near, cmd)
	if err != nil {
		return nil, err
	}
	if err := p.shows(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return &Receiver{p}, nil
}

// shows waits for the first picture.
func (p *program) shows(ctx context.Context) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case <-p.Recording.First():
		return nil
	case <-p.process.Done():
		return fmt.Errorf("%s ended before its first picture: %w; it said:\n%s", p.Name, p.process.Wait(), p.said())
	case <-timeout.C:
		return fmt.Errorf("%s showed no picture within %v; it said:\n%s", p.Name, patience, p.said())
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
