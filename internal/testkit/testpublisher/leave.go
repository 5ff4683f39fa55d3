package testpublisher

import (
	"time"

	"github.com/pion/webrtc/v4"
)

const (
	leaveTimeout  = 5 * time.Second
	leaveInterval = 10 * time.Millisecond
)

// leave leaves the room and waits until its connections are closed, which Disconnect only begins.
func (p *Publisher) leave() {
	connections := []*webrtc.PeerConnection{
		p.room.LocalParticipant.GetPublisherPeerConnection(),
		p.room.LocalParticipant.GetSubscriberPeerConnection(),
	}
	p.room.Disconnect()

	deadline := time.NewTimer(leaveTimeout)
	defer deadline.Stop()
	ticker := time.NewTicker(leaveInterval)
	defer ticker.Stop()
	for _, connection := range connections {
		for connection != nil && connection.ConnectionState() != webrtc.PeerConnectionStateClosed {
			select {
			case <-ticker.C:
			case <-deadline.C:
				return
			}
		}
	}
}
