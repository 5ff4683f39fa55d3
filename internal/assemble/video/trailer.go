package video

import (
	"encoding/binary"

	"github.com/gst-livekit/gst-livekit/caps"
)

// The trailer of LiveKit's SDKs (packet_trailer.go in server-sdk-go, frameMetadata.ts in client-sdk-js) is at the end
// of a frame:
//
//	{tag, length, value...}...  length of the trailer  "LKTS"
//
// All bytes except the magic are XORed with 0xff, so that they cannot contain a start code of H.264. Numbers are
// big-endian.
const (
	trailerMagic     = "LKTS"
	trailerEnvelope  = 1 + len(trailerMagic)
	trailerTimestamp = 1 // 8 bytes
	trailerFrameID   = 2 // 4 bytes
	trailerUserData  = 3 // any length
)

// cutTrailer splits a frame into the encoder's output and the items of the trailer, which are nil if there is none.
// Since a frame may end with any bytes, only a trailer that is completely well-formed counts.
func cutTrailer(frame []byte) (rest, items []byte) {
	if len(frame) < trailerEnvelope || string(frame[len(frame)-len(trailerMagic):]) != trailerMagic {
		return frame, nil
	}
	length := int(^frame[len(frame)-trailerEnvelope])
	if length < trailerEnvelope || length > len(frame) {
		return frame, nil
	}
	rest = frame[:len(frame)-length]
	items = frame[len(frame)-length : len(frame)-trailerEnvelope]
	for i := items; len(i) > 0; {
		if len(i) < 2 || len(i) < 2+int(^i[1]) {
			return frame, nil
		}
		i = i[2+int(^i[1]):]
	}
	return rest, items
}

// maxTrailer is more than the longest trailer, whose length is one byte.
const maxTrailer = 256

// trailerItems keeps the items of a trailer that was found before its unit is complete.
type trailerItems struct {
	memory [maxTrailer]byte
	items  []byte // nil if there are none
}

func (t *trailerItems) reset() { t.items = nil }

// keep keeps a copy of items, unless they are nil.
func (t *trailerItems) keep(items []byte) {
	if items != nil {
		t.items = append(t.memory[:0], items...)
	}
}

// trailerReader parses trailers into memory that it reuses.
type trailerReader struct {
	metadata      caps.FrameMetadata
	userTimestamp uint64
	frameID       uint32
	userData      [maxTrailer]byte
}

// read returns the metadata in the items of a trailer, or nil if it knows none of them. Tags of later versions are
// ignored. The result is valid until the next read.
func (r *trailerReader) read(items []byte) *caps.FrameMetadata {
	m := &r.metadata
	*m = caps.FrameMetadata{}
	found := false
	for len(items) >= 2 {
		tag, length := ^items[0], int(^items[1])
		if len(items) < 2+length {
			break
		}
		value := items[2 : 2+length]
		items = items[2+length:]
		switch {
		case tag == trailerTimestamp && length == 8:
			r.userTimestamp = ^binary.BigEndian.Uint64(value)
			m.UserTimestamp = &r.userTimestamp
		case tag == trailerFrameID && length == 4:
			r.frameID = ^binary.BigEndian.Uint32(value)
			m.FrameID = &r.frameID
		case tag == trailerUserData:
			for i, b := range value {
				r.userData[i] = ^b
			}
			m.UserData = r.userData[:length:length]
		default:
			continue
		}
		found = true
	}
	if !found {
		return nil
	}
	return m
}
