package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// nodeSettings are what peer.mjs is told.
type nodeSettings struct {
	Role      string `json:"role"` // "publish" or "receive"
	Codec     string `json:"codec,omitempty"`
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
	Bitrate   int    `json:"bitrate,omitempty"`
	Simulcast bool   `json:"simulcast,omitempty"`
}

// node is LiveKit's Node SDK in a role. scripts/test.sh and scripts/test-network.sh install it with npm.
func (s *Stage) node(identity string, settings nodeSettings, token devserver.TokenOptions) (*exec.Cmd, error) {
	root, ok := devserver.ModuleRoot()
	if !ok {
		return nil, errors.New("find peer.mjs: there is no go.mod at or above the working directory")
	}
	if _, err := os.Stat(filepath.Join(root, "integration", "rtcnode", "node_modules")); err != nil {
		return nil, fmt.Errorf("the Node SDK is not installed: run `npm ci` in integration/rtcnode: %w", err)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	token.Identity = identity
	access, err := s.token(token)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("node", filepath.Join(root, "integration", "network", "peer.mjs"), string(text))
	cmd.Env = []string{"LIVEKIT_TOKEN=" + access}
	return cmd, nil
}

func (s *Stage) token(options devserver.TokenOptions) (string, error) {
	options.Room = Room
	return s.Server.Token(options)
}

// publishNode publishes with the Node SDK. Which pictures its encoder leaves out it does not say.
func (s *Stage) publishNode() error {
	settings := nodeSettings{
		Role: "publish", Codec: strings.ToUpper(s.options.Codec), Width: width, Height: height, Bitrate: bitrate,
	}
	if s.options.Simulcast {
		settings.Width, settings.Height, settings.Bitrate, settings.Simulcast = 1280, 720, simulcastBitrate, true
	}
	cmd, err := s.node("publisher", settings, devserver.TokenOptions{CanPublish: true})
	if err != nil {
		return err
	}
	s.publisher, err = s.start("the Node SDK's publisher", false, cmd)
	return err
}
