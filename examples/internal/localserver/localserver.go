// Package localserver runs the livekit-server of an example on loopback, and prints how to reach it.
package localserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// Server is one that runs. Its log goes into a file.
type Server struct {
	*devserver.Server
	log *os.File
}

// Start returns when the server answers. Its log goes into folder, which is made if it is not there.
func Start(ctx context.Context, options devserver.Options, folder string, out *console.Console) (*Server, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for logs and results: %w", err)
	}
	log, err := os.Create(filepath.Join(folder, "livekit-server.log"))
	if err != nil {
		return nil, fmt.Errorf("open the file for livekit-server's log: %w", err)
	}
	options.LogWriter = log
	done := out.Step("start livekit-server on loopback (log: %s)", log.Name())
	server, err := devserver.Start(ctx, options)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	done("answers at %s", server.URL())
	return &Server{server, log}, nil
}

// Stop ends it, and returns when it is gone.
func (s *Server) Stop() {
	s.Server.Stop()
	_ = s.log.Close()
}

// Exports are the lines that make a shell's programs find the server. A token that the user has set would go before the key.
func (s *Server) Exports(getenv func(string) string) []string {
	lines := []string{
		"export LIVEKIT_URL=" + s.URL(),
		"export LIVEKIT_API_KEY=" + s.APIKey + " LIVEKIT_API_SECRET=" + s.APISecret,
	}
	if getenv("LIVEKIT_TOKEN") != "" {
		lines = append(lines, "unset LIVEKIT_TOKEN")
	}
	return lines
}
