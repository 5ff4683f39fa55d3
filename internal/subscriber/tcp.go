package subscriber

import (
	"strings"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// tcpDelay is how long UDP is tried alone: ICE asks four times in it. Who offers decides which path is taken, and pion takes the
// first one. Where a packet is lost that would be TCP, for as long as the session lasts.
const tcpDelay = 750 * time.Millisecond

// later keeps a candidate of the server for TCP until UDP has had its time. p.mu is not held.
func (p *peer) later(candidate webrtc.ICECandidateInit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.held) >= maxPending {
		return
	}
	p.held = append(p.held, candidate)
	if p.holding == nil {
		p.holding = time.AfterFunc(tcpDelay, guard.Func("subscriber: TCP", p.config.owner, p.tryTCP))
	}
}

// tryTCP gives pion what was kept, if there is no path yet.
func (p *peer) tryTCP() {
	p.mu.Lock()
	held := p.held
	p.held, p.holding = nil, nil
	p.mu.Unlock()
	if p.pc.ConnectionState() == webrtc.PeerConnectionStateConnected {
		return
	}
	for _, candidate := range held {
		if err := p.pc.AddICECandidate(candidate); err != nil {
			p.config.log.Debug("candidate not taken", "err", err)
		}
	}
}

// isTCP reports whether a candidate (RFC 8839 section 5.1) is for TCP.
func isTCP(candidate string) bool {
	fields := strings.Fields(candidate)
	return len(fields) > 2 && strings.EqualFold(fields[2], "tcp")
}

// withoutTCP takes the candidates for TCP out of a description, and keeps them for later.
func (p *peer) withoutTCP(sdp string) string {
	const attribute = "a=candidate:"
	var b strings.Builder
	for line := range strings.Lines(sdp) {
		if strings.HasPrefix(line, attribute) && isTCP(line) {
			p.later(webrtc.ICECandidateInit{Candidate: strings.TrimSpace(strings.TrimPrefix(line, "a="))})
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}
