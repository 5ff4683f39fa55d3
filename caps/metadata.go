package caps

import "bytes"

// FrameMetadata is what a publisher can attach to a frame, with LiveKit's packet trailer or, in H.264 and H.265, with
// an SEI message. Each field can be absent, which is not the same as zero.
type FrameMetadata struct {
	// UserTimestamp is set by the publisher, by convention in microseconds since the Unix epoch; nil if absent.
	UserTimestamp *uint64
	// FrameID is the publisher's number for the frame; nil if absent.
	FrameID *uint32
	// UserData is nil if absent.
	UserData []byte
}

// Clone returns a copy that shares no memory with m, or nil if m is nil.
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
