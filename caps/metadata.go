package caps

import "bytes"

// FrameMetadata is what a publisher can attach to a frame with LiveKit's packet trailer, or in H.264 and H.265 with an SEI
// message. Each field is there or not by itself: absent is not zero.
type FrameMetadata struct {
	// UserTimestamp is the publisher's, by convention microseconds since the Unix epoch; nil if absent.
	UserTimestamp *uint64
	// FrameID is the publisher's number of the frame; nil if absent.
	FrameID *uint32
	// UserData is nil if absent.
	UserData []byte
}

// Clone returns a copy that shares no memory with m, nil for nil.
func (m *FrameMetadata) Clone() *FrameMetadata {
	if m == nil {
		return nil
	}
	clone := &FrameMetadata{UserData: bytes.Clone(m.UserData)}
	if m.UserTimestamp != nil {
		clone.UserTimestamp = new(*m.UserTimestamp)
	}
	if m.FrameID != nil {
		clone.FrameID = new(*m.FrameID)
	}
	return clone
}
