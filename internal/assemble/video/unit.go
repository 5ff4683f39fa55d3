package video

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// maxUnitSize is where a unit ends in which no packet ever ends one. The largest real ones, key frames in 4K, are a
// tenth of it.
const maxUnitSize = 16 << 20

// AccessUnit is one frame of video as a decoder takes it:
//   - VP8: a frame (RFC 6386 section 9).
//   - VP9: a frame, or the frames of all spatial layers of a picture that the server sent, the lowest first, as a
//     superframe of which the last frame is shown (see vp9superframe.go).
//   - H.264 and H.265: an access unit as a byte stream with start codes of 4 bytes (annex B), a key frame with its
//     parameter sets in front.
//   - AV1: a temporal unit of OBUs with sizes, the first being a temporal delimiter.
//
// It and its memory are the Receiver's again when the callback that got it returns.
type AccessUnit struct {
	Data         []byte
	PTS          time.Time // when it is to be shown, on the local monotonic clock; in order of RTPTimestamp, no two the same
	DTS          time.Time // when it is to be decoded, likewise; always later than that of the one before. Without reordering PTS
	RTPTimestamp uint32
	ReceivedAt   time.Time // arrival of its last packet
	KeyFrame     bool      // decoding can begin here
	Discont      bool      // units between the one delivered before and this one were lost or dropped

	// Width and Height are those of the picture, in pixels, on a key frame of VP8 and VP9; else zero, and if they cannot be
	// read. The other codecs have parsers, in GStreamer too, that read them where they are needed; GStreamer's of VP9 reads
	// those of the lowest layer.
	Width, Height int
	// Colorimetry is what a key frame of VP9 says of its colours, else zero. GStreamer's vp9dec does not read it, nor do
	// its parsers stand in front of that; VP8 has no way to say it, and the decoders of the others read it.
	Colorimetry picture.Colorimetry

	// CaptureTime is when the frame was captured, in UTC by the clock of the publisher: an absolute capture time, up to 5 s old
	// and carried on by the RTP timestamps, or else a sender report. LiveKit's server passes reports on as they are. Zero is
	// unknown.
	CaptureTime time.Time
	// Rotation is that of the last video orientation header extension, which holds until the next one, also over key
	// frames without it: senders put it on key frames and on changes, and a packet that a server sends again may have
	// lost it. If none came, it is that of the display orientation SEI message which holds for the frame, of H.264 and
	// H.265.
	Rotation picture.Rotation
	// Metadata is what the publisher attached to the frame, or nil.
	Metadata *caps.FrameMetadata
}

// unit is the access unit that packets are being put together to.
type unit struct {
	data      []byte
	begun     time.Duration // arrival of the packet that came first
	arrival   time.Duration // of the packet that came last
	timestamp uint32
	open      bool // it has at least one packet, and has not ended
	broken    bool // part of it is missing
	key       bool // it may become a key frame
}

// begin starts an empty unit in the memory of the last one.
func (u *unit) begin(timestamp uint32, arrival time.Duration) {
	*u = unit{data: u.data[:0], timestamp: timestamp, begun: arrival, arrival: arrival, open: true}
}
