package subscriber

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// How long ICE goes on, as LiveKit's SDKs have it.
const (
	iceDisconnected = 10 * time.Second
	iceFailed       = 5 * time.Second
	iceKeepAlive    = 2 * time.Second
	dtlsInterval    = 100 * time.Millisecond
)

// peerConfig says how a peer connection is made, and whom it tells.
type peerConfig struct {
	servers      []webrtc.ICEServer
	policy       webrtc.ICETransportPolicy
	networks     []webrtc.NetworkType
	indirect     bool                 // leaves all packets to pion
	target       livekit.SignalTarget // which of the server's peer connections it is for
	udpFirst     bool                 // TCP only if that does not do
	noRedundancy bool
	interceptors []interceptor.Factory
	data         func(*livekit.DataPacket) // may be nil
	log          *slog.Logger
	owner        guard.Owner

	candidate func(webrtc.ICECandidateInit)    // one of ours
	state     func(webrtc.PeerConnectionState) // it is another one
	began     func(*Track)                     // the first packet of a track came
	ended     func(*Track)
	noRelay   func() // takes us, and nothing else is allowed
}

// peer is the peer connection through which everything is received. offer, addCandidate and what the last offer was are for
// one goroutine.
type peer struct {
	config   peerConfig
	pc       *webrtc.PeerConnection
	network  *network
	streams  streams
	direct   direct
	keys     keys
	feedback feedback
	relays   relays
	pending  []webrtc.ICECandidateInit // came before the server's first description

	offered               offered
	lastOffer, lastAnswer string
	certificate           string // the server's

	closing sync.Once

	mu       sync.Mutex
	tracks   map[uint32]*Track // by SSRC
	channels []*livekit.DataChannelInfo
	held     []webrtc.ICECandidateInit // for TCP
	holding  *time.Timer               // nil if none is held
}

func newPeer(config peerConfig) (*peer, error) {
	p := &peer{config: config, tracks: make(map[uint32]*Track)}
	p.streams.owner, p.streams.rtcp = config.owner, p.control
	p.direct.streams = &p.streams
	p.keys.owner, p.keys.ready = config.owner, p.direct.begin
	log := pionLog{config.log}
	p.feedback.log, p.feedback.extra = log, config.interceptors
	p.feedback.write = func(packets []rtcp.Packet, _ interceptor.Attributes) (int, error) {
		return 0, p.pc.WriteRTCP(packets)
	}
	media, err := newMediaEngine(config.noRedundancy)
	if err != nil {
		return nil, err
	}
	if p.network, err = newNetwork(&p.direct); err != nil {
		return nil, fmt.Errorf("look at the machine's network: %w", err)
	}
	var engine webrtc.SettingEngine
	engine.LoggerFactory = relayLog{log, &p.relays}
	engine.BufferFactory = p.streams.buffer
	engine.SetNet(p.network)
	engine.SetNetworkTypes(config.networks)
	// Otherwise pion opens TCP connections to the server's own candidates, whatever the policy.
	engine.DisableActiveTCP(config.policy == webrtc.ICETransportPolicyRelay)
	engine.SetICETimeouts(iceDisconnected, iceFailed, iceKeepAlive)
	engine.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled) // no server has an mDNS name
	engine.SetDTLSRetransmissionInterval(dtlsInterval)
	if !config.indirect {
		// It would protect us from who is not who it says it is. ICE has found that out already.
		engine.SetDTLSInsecureSkipHelloVerify(true)
		engine.SetDTLSServerHelloMessageHook(p.keys.hello)
		engine.SetDTLSKeyLogWriter(&p.keys)
		if err := engine.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
			return nil, err
		}
	}
	engine.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	engine.SetFireOnTrackBeforeFirstRTP(true) // otherwise pion reads the packets, which are not to be read
	// Without a registry pion makes interceptors of its own choice.
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(engine),
		webrtc.WithInterceptorRegistry(new(interceptor.Registry)))
	p.pc, err = api.NewPeerConnection(webrtc.Configuration{ICEServers: config.servers, ICETransportPolicy: config.policy})
	if err != nil {
		return nil, fmt.Errorf("make a peer connection: %w", err)
	}
	p.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		guard.Do("subscriber: candidate", config.owner, func() {
			if c == nil {
				p.gathered()
				return
			}
			p.relays.found.Store(true)
			config.candidate(c.ToJSON())
		})
	})
	p.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		guard.Do("subscriber: connection state", config.owner, func() { config.state(state) })
	})
	p.pc.OnTrack(func(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		guard.Do("subscriber: track", config.owner, func() { p.attach(remote, receiver) })
	})
	p.pc.OnDataChannel(func(channel *webrtc.DataChannel) {
		guard.Do("subscriber: data channel", config.owner, func() { p.channelOpened(channel) })
	})
	return p, nil
}

// maxChannels bounds the data channels that are noted. LiveKit opens two or three.
const maxChannels = 16

func (p *peer) channelOpened(channel *webrtc.DataChannel) {
	if p.config.data != nil {
		channel.OnMessage(func(m webrtc.DataChannelMessage) {
			guard.Do("subscriber: data", p.config.owner, func() { p.received(m.Data) })
		})
	}
	id := channel.ID()
	p.mu.Lock()
	defer p.mu.Unlock()
	if id != nil && len(p.channels) < maxChannels {
		p.channels = append(p.channels, &livekit.DataChannelInfo{
			Label: channel.Label(), Id: uint32(*id), Target: p.config.target,
		})
	}
}

// received takes a message of a data channel. One that cannot be read is of a kind that comes later.
func (p *peer) received(data []byte) {
	packet := new(livekit.DataPacket)
	if proto.Unmarshal(data, packet) == nil {
		p.config.data(packet)
	}
}

// dataChannels returns those that the server has opened.
func (p *peer) dataChannels() []*livekit.DataChannelInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.channels)
}

// setServers replaces the STUN and TURN servers, whose passwords expire, for the next time that candidates are gathered. While they
// are gathered, pion is not to be given other ones.
func (p *peer) setServers(servers []webrtc.ICEServer) {
	c := p.pc.GetConfiguration()
	if slices.EqualFunc(c.ICEServers, servers, sameServer) {
		return
	}
	c.ICEServers = servers
	if err := p.pc.SetConfiguration(c); err != nil {
		p.config.log.Debug("ICE servers not taken", "err", err)
	}
}

func sameServer(a, b webrtc.ICEServer) bool {
	return slices.Equal(a.URLs, b.URLs) && a.Username == b.Username && a.Credential == b.Credential
}

// showInterfaces has ICE see the machine's network as it is now when it gathers candidates the next time.
func (p *peer) showInterfaces() {
	if err := p.network.look(); err != nil {
		p.config.log.Warn("this machine's addresses cannot be read", "err", err)
	}
}

// offer takes an offer of the server and returns our answer.
func (p *peer) offer(sdp string) (answer string, err error) {
	if err := p.takeRemote(webrtc.SDPTypeOffer, sdp); err != nil {
		return "", err
	}
	description, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("answer the server's offer: %w", err)
	}
	if err := p.pc.SetLocalDescription(description); err != nil {
		return "", fmt.Errorf("answer the server's offer: %w", err)
	}
	p.lastOffer, p.lastAnswer = sdp, description.SDP
	return description.SDP, nil
}

// takeRemote takes a description of the server, and the candidates that came before the first one.
func (p *peer) takeRemote(kind webrtc.SDPType, sdp string) error {
	// pion goes on with the keys that there are, for ever. A session that is resumed by another server has to be replaced.
	if is := certificate(sdp); p.certificate == "" {
		p.certificate = is
	} else if is != "" && is != p.certificate {
		return errOtherServer
	}
	if p.config.udpFirst {
		sdp = p.withoutTCP(sdp)
	}
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: kind, SDP: sdp}); err != nil {
		return fmt.Errorf("take the server's %v: %w", kind, err)
	}
	pending := p.pending
	p.pending = nil
	for _, candidate := range pending {
		if err := p.addCandidate(candidate); err != nil {
			return fmt.Errorf("take a candidate of the server: %w", err)
		}
	}
	return nil
}

// certificate returns what a description says of the certificate of DTLS (RFC 8122), "" if it says nothing.
func certificate(sdp string) string {
	for line := range strings.Lines(sdp) {
		if print, is := strings.CutPrefix(line, "a=fingerprint:"); is {
			return strings.ToUpper(strings.TrimSpace(print))
		}
	}
	return ""
}

// maxPending bounds the candidates that wait for the server's first description.
const maxPending = 256

// addCandidate takes a candidate of the server.
func (p *peer) addCandidate(candidate webrtc.ICECandidateInit) error {
	if p.pc.RemoteDescription() == nil {
		if len(p.pending) >= maxPending {
			return errors.New("the server sends candidates and no description of the media")
		}
		p.pending = append(p.pending, candidate)
		return nil
	}
	if p.config.udpFirst && isTCP(candidate.Candidate) {
		p.later(candidate)
		return nil
	}
	return p.pc.AddICECandidate(candidate)
}

// attach begins with a track that the last offer has.
func (p *peer) attach(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	parameters := receiver.GetParameters()
	if len(parameters.Codecs) == 0 {
		return
	}
	t := newTrack(p, remote, parameters)
	t.ParticipantSID, t.SID = trackNames(remote.StreamID(), remote.ID())
	t.began, t.stopped = p.config.began, p.detached
	main, err := p.feedback.bind(t.ssrc, parameters.Codecs[0].RTPCodecCapability, parameters.HeaderExtensions)
	if err != nil {
		return // it is closed
	}
	p.mu.Lock()
	p.tracks[t.ssrc] = t
	p.mu.Unlock()
	if ssrc := uint32(remote.RtxSSRC()); ssrc != 0 {
		resent, err := p.feedback.bind(ssrc, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: parameters.Codecs[0].ClockRate,
		}, parameters.HeaderExtensions)
		if err == nil {
			p.streams.get(ssrc).bind(t, true, resent)
		}
	}
	p.streams.get(t.ssrc).bind(t, false, main)
}

func (p *peer) detached(t *Track) {
	p.mu.Lock()
	if p.tracks[t.ssrc] == t {
		delete(p.tracks, t.ssrc)
	}
	p.mu.Unlock()
	p.config.ended(t)
}

// trackPrefix begins the SID of every track.
const trackPrefix = "TR_"

// trackNames reads what LiveKit writes into an offer: the stream has the participant's SID, and the track its own one. Behind the
// participant's SID the stream has that of the track again or, in a room that keeps picture and sound in sync (sync_streams), a name
// that the publisher chose, which several tracks share.
func trackNames(stream, track string) (participantSID, sid string) {
	participantSID, in, _ := strings.Cut(stream, "|")
	if !strings.HasPrefix(track, trackPrefix) && strings.HasPrefix(in, trackPrefix) {
		return participantSID, in
	}
	return participantSID, track
}

// control takes a control packet.
func (p *peer) control(packet []byte) {
	packets, err := p.feedback.control(packet)
	if err != nil {
		return // it is none
	}
	for _, packet := range packets {
		report, is := packet.(*rtcp.SenderReport)
		if !is {
			continue
		}
		p.mu.Lock()
		track := p.tracks[report.SSRC]
		p.mu.Unlock()
		if track != nil {
			track.reported(report)
		}
	}
}

// write sends a control packet. One that cannot be sent is one of a connection that has ended.
func (p *peer) write(packet rtcp.Packet) { _ = p.pc.WriteRTCP([]rtcp.Packet{packet}) }

// transport returns pion's ICE. There is one from the beginning.
func (p *peer) transport() *webrtc.ICETransport { return p.pc.SCTP().Transport().ICETransport() }

// isClosed reports whether the peer connection is closed, or is being closed: then any part of it may be missing, and what fails says
// that one is.
func (p *peer) isClosed() bool {
	return p.pc.SignalingState() == webrtc.SignalingStateClosed
}

// close ends everything and returns when pion's goroutines are gone. It has to be called before the server hears that we
// leave, and closes the connection: pion's SCTP then waits 0.4 s for a goodbye to be sent that cannot be sent any more.
func (p *peer) close() {
	p.closing.Do(func() {
		p.streams.closeAll()
		p.mu.Lock()
		if p.holding != nil {
			p.holding.Stop()
		}
		p.mu.Unlock()
		p.network.cancel()
		_ = p.pc.GracefulClose() // errors are about parts that had failed before
		p.feedback.close()
	})
}
