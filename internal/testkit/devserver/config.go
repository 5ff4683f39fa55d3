package devserver

import (
	"encoding/json"
	"fmt"
	"strings"
)

// config is the part of livekit-server's configuration that keeps it on one address: --dev --bind 127.0.0.1 would
// still bind UDP on the outer interface. Its JSON is YAML, which is what the server reads. See
// https://github.com/livekit/livekit/blob/master/config-sample.yaml.
type config struct {
	Port          int               `json:"port"`
	BindAddresses []string          `json:"bind_addresses"`
	LogLevel      string            `json:"log_level"`
	Keys          map[string]string `json:"keys"`
	RTC           rtcConfig         `json:"rtc"`
	TURN          turnConfig        `json:"turn"`
	Room          roomConfig        `json:"room"`
	Redis         redisConfig       `json:"redis,omitzero"`
}

type redisConfig struct {
	Address string `json:"address"`
}

type turnConfig struct {
	Enabled bool `json:"enabled"`
	UDPPort int  `json:"udp_port"`
	// AllowRestrictedPeers has to name loopback, which a TURN server had better not lead strangers to.
	AllowRestrictedPeers []string `json:"allow_restricted_peer_cidrs"`
}

type rtcConfig struct {
	UDPPort                 int                     `json:"udp_port"`
	TCPPort                 int                     `json:"tcp_port"`
	UseExternalIP           bool                    `json:"use_external_ip"`
	EnableLoopbackCandidate bool                    `json:"enable_loopback_candidate"`
	NodeIP                  string                  `json:"node_ip"`
	Interfaces              includes                `json:"interfaces"`
	IPs                     includes                `json:"ips"`
	STUNServers             []string                `json:"stun_servers"`
	TURNServers             []Relay                 `json:"turn_servers"`
	CongestionControl       congestionControlConfig `json:"congestion_control"`
}

type includes struct {
	Includes []string `json:"includes"`
}

type congestionControlConfig struct {
	UseSendSideBWE bool `json:"use_send_side_bwe"`
}

type roomConfig struct {
	AutoCreate    bool    `json:"auto_create"`
	EnabledCodecs []codec `json:"enabled_codecs"`
}

type codec struct {
	MIME string `json:"mime"`
}

func newConfig(options Options, ports ports, stunServer string) config {
	var codecs []codec
	for _, mime := range []string{
		"audio/opus", "audio/red", "audio/pcmu", "audio/pcma", "video/vp8", "video/h264", "video/vp9", "video/av1", "video/h265", "video/rtx",
	} {
		codecs = append(codecs, codec{MIME: mime})
	}
	interfaces, addresses := includes{}, options.MediaAddress+"/32"
	switch {
	case options.MediaAddress == loopback:
		interfaces.Includes, addresses = []string{"lo"}, "127.0.0.0/8"
	case strings.Contains(options.MediaAddress, ":"):
		addresses = options.MediaAddress + "/128"
	}
	return config{
		Port:          ports.tcp,
		BindAddresses: []string{options.Address},
		LogLevel:      options.LogLevel,
		Keys:          map[string]string{options.APIKey: options.APISecret},
		RTC: rtcConfig{
			UDPPort:                 ports.udp,
			TCPPort:                 ports.tcpMedia,
			EnableLoopbackCandidate: true,
			NodeIP:                  options.MediaAddress,
			Interfaces:              interfaces,
			IPs:                     includes{Includes: []string{addresses}},
			STUNServers:             []string{stunServer},
			TURNServers:             options.Relays,
			CongestionControl:       congestionControlConfig{UseSendSideBWE: options.SendSideBandwidthEstimation},
		},
		TURN:  turnConfig{Enabled: options.OwnRelay, UDPPort: ports.udpRelay, AllowRestrictedPeers: []string{addresses}},
		Room:  roomConfig{AutoCreate: !options.NoNewRooms, EnabledCodecs: codecs},
		Redis: redisConfig{Address: options.Redis},
	}
}

// environment is the setting of LIVEKIT_CONFIG for the server.
func (c config) environment() (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("write server configuration: %w", err)
	}
	return "LIVEKIT_CONFIG=" + string(text), nil
}
