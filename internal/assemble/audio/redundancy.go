package audio

import (
	"encoding/binary"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

const (
	// maxBlocks is more than the blocks of any sender: libwebrtc has at most 9 in a packet, LiveKit's server 3.
	maxBlocks = 16

	moreBlocks = 0x80 // the bit F in a header: another one follows
)

// block is the sound of one packet, repeated by a later one.
type block struct {
	data      []byte
	timestamp uint32
}

// blocks are those of one packet (RFC 2198 section 3), the oldest first. The last one is its own sound.
type blocks struct {
	memory [maxBlocks]block
	list   []block
	odd    bool // a block was left out, because it is empty or of another payload type
}

// split reads the blocks of a packet with a timestamp. It reports whether it has the form of RFC 2198.
func (b *blocks) split(payload []byte, timestamp uint32) bool {
	b.list, b.odd = nil, false
	// The payload type of a packet is that of its last header. It need not be the negotiated one: LiveKit's server writes
	// the same one for all subscribers.
	headers, count := 0, 0
	for {
		if headers >= len(payload) || count == maxBlocks {
			return false
		}
		count++
		if payload[headers]&moreBlocks == 0 {
			break
		}
		headers += 4
	}
	payloadType := payload[headers]
	rest := payload[headers+1:]

	list := b.memory[:0]
	for h := range count - 1 {
		header := binary.BigEndian.Uint32(payload[4*h:])
		offset, size := header>>10&0x3fff, int(header&0x3ff)
		if size > len(rest) {
			return false
		}
		data := rest[:size:size]
		rest = rest[size:]
		if size == 0 || byte(header>>24)&^moreBlocks != payloadType {
			b.odd = true
			continue
		}
		list = append(list, block{data, timestamp - offset})
	}
	b.list = append(list, block{rest, timestamp})
	return true
}

// own returns the sound that the packet does not repeat.
func (b *blocks) own() *block { return &b.list[len(b.list)-1] }

// repeated returns the others.
func (b *blocks) repeated() []block { return b.list[:len(b.list)-1] }

// isRedundant reports whether a packet has the form of RFC 2198.
func (a *assembly) isRedundant(p *rtp.Packet) bool {
	return a.config.IsRedundant != nil && a.config.IsRedundant(p.PayloadType)
}

// covers reports whether the sound of all packets that are missing before one is in it, or no sound is missing.
func (a *assembly) covers(next *rtp.Packet) bool {
	switch {
	case !a.given || len(next.Payload) == 0:
		return false
	case a.blank && a.isBlank(next):
		return true
	case a.continues(next.Timestamp):
		return true
	case !a.isRedundant(next):
		return false
	}
	payload := next.Payload
	if a.whole {
		payload = a.openAhead(next)
	}
	if !a.blocks.split(payload, next.Timestamp) {
		return false
	}
	fresh := 0
	for _, b := range a.blocks.repeated() {
		if a.continues(b.timestamp) {
			return true
		}
		if a.isFresh(b.timestamp) {
			fresh++
		}
	}
	return fresh >= int(next.Sequence-a.sequence-1) // a publisher with DTX has gaps between its timestamps
}

// isFresh reports whether a repeated frame with this timestamp was not played yet.
func (a *assembly) isFresh(timestamp uint32) bool { return int32(timestamp-a.end) >= 0 }

// continues reports whether no sound is missing between the last frame and one with this timestamp.
func (a *assembly) continues(timestamp uint32) bool {
	return int32(timestamp-a.last) > 0 && int32(timestamp-a.end) <= 0
}

// takeRedundant plays what a packet in the form of RFC 2198 has that was not played yet.
func (a *assembly) takeRedundant(p *rtp.Packet) error {
	sealed := false
	if a.config.Decryptor != nil {
		ok := false
		if sealed, ok = a.openBlocks(p); !ok {
			return nil
		}
	} else if !a.blocks.split(p.Payload, p.Timestamp) {
		a.invalid("not as in RFC 2198")
		return nil
	}
	if a.blocks.odd {
		a.counters.invalid.Add(1)
	}
	if a.given {
		for _, b := range a.blocks.repeated() {
			if !a.isFresh(b.timestamp) || int32(p.Timestamp-b.timestamp) <= 0 {
				continue
			}
			if sealed {
				if b.data = a.openRepeated(b.data); b.data == nil {
					a.missing = true
					continue
				}
			}
			if err := a.play(b, true, p.Arrival); err != nil {
				return err
			}
		}
	}
	return a.play(*a.blocks.own(), false, p.Arrival)
}
