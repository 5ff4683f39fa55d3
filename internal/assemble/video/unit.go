package video

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// maxUnitSize is the size at which a unit without an end is cut off. The largest real ones, key frames in 4K, are a
// tenth of it.
const maxUnitSize = 16 << 20

// AccessUnit is one frame of video in the form that a decoder takes:
//   - VP8: a frame (RFC 6386 section 9).
//   - VP9: a frame, or the frames of all spatial layers of a picture that the server sent, the lowest first, as a
//     superframe of which the last frame is shown (see vp9superframe.go).
//   - H.264 and H.265: an access unit as a byte stream with start codes of 4 bytes (annex B), a key frame with its
//     parameter sets in front.
//   - AV1: a temporal unit of OBUs with sizes, the first being a temporal delimiter.
//
// It and its memory may only be used until the callback that gets it returns.
type AccessUnit struct {
	Data         []byte
	PTS          time.Time     // when to show it, on the local monotonic clock; in the order of RTPTimestamp, no two the same
	DTS          time.Time     // when to decode it, on the same clock; always later than the previous one. Without reordering it equals PTS
	SyncDelay    time.Duration // what was added to PTS for the sake of Config.Sync
	RTPTimestamp uint32
	ReceivedAt   time.Time // arrival of its last packet
	KeyFrame     bool      // decoding can begin here
	Discont      bool      // units between the last delivered one and this one were lost or dropped

	// Width and Height are the size of the picture, in pixels, for a key frame of VP8 and VP9; otherwise, and if unknown,
	// they are zero. The other codecs have parsers, also in GStreamer, that read the size; GStreamer's VP9 parser reads
	// that of the lowest layer.
	Width, Height int
	// Colorimetry is the colorimetry in a key frame of VP9, otherwise zero. GStreamer's vp9dec does not read it, and no
	// parser is in front of it. VP8 has no colorimetry, and the decoders of the other codecs read it.
	Colorimetry picture.Colorimetry

	// CaptureTime is when the frame was captured, in UTC by the publisher's clock. It comes from an absolute capture
	// time, up to 5 s old and extrapolated with the RTP timestamps, or else from a sender report, which LiveKit's server
	// forwards unchanged. Zero means unknown.
	CaptureTime time.Time
	// Rotation is from the last video orientation header extension, which applies until the next one, also to key frames
	// without it: senders add it to key frames and at changes, and a packet that a server retransmits may have lost it.
	// If there was none, it is from the display orientation SEI message, in H.264 and H.265, that applies to the frame.
	Rotation picture.Rotation
	// Metadata is what the publisher attached to the frame, or nil.
	Metadata *caps.FrameMetadata
}

// unit is the access unit that is being assembled.
type unit struct {
	data      []byte
	begun     time.Duration // arrival of the first packet to arrive
	arrival   time.Duration // arrival of the last packet
	timestamp uint32
	open      bool // it has at least one packet, and has not ended
	broken    bool // part of it is missing
	key       bool // it may become a key frame
}

// begin starts an empty unit in the memory of the last one.
func (u *unit) begin(timestamp uint32, arrival time.Duration) {
	*u = unit{data: u.data[:0], timestamp: timestamp, begun: arrival, arrival: arrival, open: true}
}
