package devserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

const (
	portTries = 5
	stopGrace = 3 * time.Second
	// At the first signal the server waits for its participants to leave, at the second one it ends.
	stopInterval = 100 * time.Millisecond
)

var (
	errServerEnded = errors.New("livekit-server ended while starting")
	errNotRunning  = errors.New("livekit-server is not running")
)

// Server is a livekit-server on one address, which is loopback unless the options say otherwise. Its methods may be called by several goroutines at once.
type Server struct {
	// APIKey and APISecret are the key pair of this server.
	APIKey, APISecret string

	options Options
	ports   ports

	mu      sync.Mutex
	process *child.Process // nil when the server is not running
	stun    *stunServer    // runs as long as process
}

// Start starts a server and returns when it answers. ctx bounds the start only: end the server with Stop.
func Start(ctx context.Context, options Options) (*Server, error) {
	options = options.withDefaults()
	if options.Binary == "" {
		binary, err := FindBinary()
		if err != nil {
			return nil, err
		}
		options.Binary = binary
	}

	s := &Server{APIKey: options.APIKey, APISecret: options.APISecret, options: options}
	want := ports{tcp: options.Port, udp: options.UDPPort}
	var err error
	for range portTries {
		if s.ports, err = choosePorts(options.Address, want, options.TCPMedia, options.OwnRelay); err != nil {
			return nil, err
		}
		s.mu.Lock()
		err = s.start(ctx)
		s.mu.Unlock()
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, errServerEnded) || s.ports == want {
			break
		}
	}
	return nil, err
}

// start runs the server on s.ports. The caller holds s.mu.
func (s *Server) start(ctx context.Context) error {
	answering, err := startSTUN(s.options.Address)
	if err != nil {
		return err
	}
	environment, err := newConfig(s.options, s.ports, answering.address()).environment()
	if err != nil {
		answering.close()
		return err
	}
	began := time.Now()
	log := &tail{next: s.options.LogWriter}
	cmd := exec.Command(s.options.Binary)
	cmd.Env = append(os.Environ(), environment)
	cmd.Stdout, cmd.Stderr = log, log
	process, err := child.Start(cmd)
	if err != nil {
		answering.close()
		return fmt.Errorf("start %s: %w", s.options.Binary, err)
	}
	if err := s.waitReady(ctx, process.Done()); err != nil {
		answering.close()
		// A kill makes every end look alike, so the wait error is of interest only for an end of its own.
		if ended := process.Kill(); errors.Is(err, errServerEnded) {
			err = fmt.Errorf("%w: %w", err, ended)
		}
		return fmt.Errorf("start %s on port %d: %w; its last log lines:\n%s", s.options.Binary, s.ports.tcp, err, log)
	}
	s.process, s.stun = process, answering
	s.options.Logger.Info("livekit-server answers", "url", s.URL(), "pid", process.Pid(), "after", time.Since(began))
	return nil
}

// URL is the server's address for clients, such as ws://127.0.0.1:41327.
func (s *Server) URL() string { return "ws://" + s.host() }

// Environment is what an element or a program of LiveKit's finds the server by.
func (s *Server) Environment() []string {
	return []string{
		"LIVEKIT_URL=" + s.URL(), "LIVEKIT_API_KEY=" + s.APIKey, "LIVEKIT_API_SECRET=" + s.APISecret,
		// An access token of the user's own would go before the key pair.
		"LIVEKIT_TOKEN=",
	}
}

// HTTPURL is the server's address for the room service, such as http://127.0.0.1:41327.
func (s *Server) HTTPURL() string { return "http://" + s.host() }

func (s *Server) host() string { return net.JoinHostPort(s.options.Address, strconv.Itoa(s.ports.tcp)) }

// UDPPort is the port that all media goes through.
func (s *Server) UDPPort() int { return s.ports.udp }

// Stop ends the server, without waiting for its participants, and returns when it is gone. It does nothing when
// the server is not running.
func (s *Server) Stop() {
	s.end("stopped", func(p *child.Process) { _ = p.StopInsisting(syscall.SIGTERM, stopInterval, stopGrace) })
}

// Kill ends the server as a crash would and returns when it is gone. Restart brings it back.
func (s *Server) Kill() {
	s.end("killed", func(p *child.Process) { _ = p.Kill() })
}

func (s *Server) end(how string, end func(*child.Process)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return
	}
	end(s.process)
	s.stun.close()
	s.process, s.stun = nil, nil
	s.options.Logger.Info("livekit-server "+how, "url", s.URL())
}

// Restart kills the server if it runs, starts it on the same ports with the same keys, and returns when it
// answers. Its rooms are gone.
func (s *Server) Restart(ctx context.Context) error {
	s.Kill()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		return errors.New("restart livekit-server: somebody else restarts it")
	}
	return s.start(ctx)
}

// Freeze suspends the server: its connections stay open, and nothing comes through them until Thaw.
func (s *Server) Freeze() error { return s.withProcess("freeze", (*child.Process).Suspend) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw() error { return s.withProcess("thaw", (*child.Process).Resume) }

func (s *Server) withProcess(what string, do func(*child.Process) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return fmt.Errorf("%s: %w", what, errNotRunning)
	}
	if err := do(s.process); err != nil {
		return fmt.Errorf("%s livekit-server: %w", what, err)
	}
	return nil
}
