package devserver

import (
	"crypto/rand"
	"io"
	"log/slog"
)

// DefaultAPIKey is the API key of a server whose options do not name one.
const DefaultAPIKey = "devkey"

// Options say how a server is run. The zero value is right for tests.
type Options struct {
	// Binary is the livekit-server program; empty means what FindBinary finds.
	Binary string
	// Port is the TCP port for signalling; 0 means a free one. With a fixed port Start fails when it is taken.
	Port int
	// UDPPort is the port for media; 0 means a free one.
	UDPPort int
	// Address is the address of this machine that the server is reached at; empty means 127.0.0.1, so that nobody else can
	// join. A test that has a network of its own names its own end of it.
	Address string
	// MediaAddress is the address of this machine that media goes through; empty means Address. Signalling stays on Address.
	// GStreamer's webrtcbin needs another than 127.0.0.1: libnice and a server on the loopback interface do not come together.
	MediaAddress string
	// TCPMedia makes the server take media over TCP too, on a port of its own, for clients whom UDP does not reach.
	TCPMedia bool
	// Relays are TURN servers that the server tells its clients of.
	Relays []Relay
	// OwnRelay makes the server have a TURN server of its own, over UDP on a port of its own.
	OwnRelay bool
	// Redis is the address of a Redis server, such as 127.0.0.1:6379. All servers with the same one share their rooms.
	Redis string
	// NoNewRooms lets nobody into a room that the room service has not made before.
	NoNewRooms bool
	// APIKey and APISecret are the server's one key pair; empty means DefaultAPIKey and a new random secret. A
	// secret has at least 32 characters.
	APIKey, APISecret string
	// SendSideBandwidthEstimation makes the server ask its subscribers for TWCC feedback.
	SendSideBandwidthEstimation bool
	// LogLevel is the server's: debug, info, warn or error; empty means info.
	LogLevel string
	// LogWriter gets the server's log lines as they come; nil means nobody. The last lines are in Start's error
	// in any case. Writes come from one goroutine per run of the server.
	LogWriter io.Writer
	// Logger tells about starts and ends of the server; nil means silence.
	Logger *slog.Logger
}

// Relay is a TURN server. Its JSON is YAML, which is what the server reads.
type Relay struct {
	Host       string `json:"host"`
	Port       int    `json:"port"`
	Protocol   string `json:"protocol"` // udp, tcp or tls
	Username   string `json:"username"`
	Credential string `json:"credential"`
}

func (o Options) withDefaults() Options {
	if o.APIKey == "" {
		o.APIKey = DefaultAPIKey
	}
	if o.APISecret == "" {
		o.APISecret = rand.Text() + rand.Text()
	}
	if o.Address == "" {
		o.Address = loopback
	}
	if o.MediaAddress == "" {
		o.MediaAddress = o.Address
	}
	if o.LogLevel == "" {
		o.LogLevel = "info"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
