package caps

import (
	"fmt"
	"strconv"
	"strings"
)

// Codec is a video codec that LiveKit carries. The zero value is none of them.
type Codec int

// The codecs of LiveKit's video tracks.
const (
	VP8 Codec = iota + 1
	H264
	VP9
	AV1
	H265
)

// codecs is indexed by Codec. Names are the subtypes of RFC 7741 (VP8), 6184 (H264), 9628 (VP9), 7798 (H265) and of
// AOM's "RTP Payload Format For AV1"; all of them have a 90 kHz clock.
//
// The caps are those which GStreamer's parsers take, and its decoders too except openh264dec: it wants the profile,
// which h264parse adds. H264 and H265 are byte-stream because an access unit from RTP is an Annex B stream with its
// parameter sets in band. av1dec, like av1enc, knows temporal units.
//
// untouched are the caps of the same access units where they go to an element downstream: VP9 as it was sent, whole
// superframes, and framerate 0/1, which webmmux insists on, where no parser finds a rate. template are all that a parser
// can make of them: the order of their streams' formats and of their alignments is that of its own preference.
var codecs = [...]struct{ name, caps, untouched, template string }{
	VP8: {
		name: "VP8", caps: "video/x-vp8",
		untouched: "video/x-vp8, framerate=(fraction)0/1",
		template:  "video/x-vp8",
	},
	H264: {
		name: "H264", caps: "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
		untouched: "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
		template:  "video/x-h264, stream-format=(string){ byte-stream, avc, avc3 }, alignment=(string){ au, nal }",
	},
	VP9: {
		name: "VP9", caps: "video/x-vp9, alignment=(string)frame",
		untouched: "video/x-vp9, alignment=(string)super-frame, framerate=(fraction)0/1, chroma-site=(string)mpeg2",
		template:  "video/x-vp9, alignment=(string){ super-frame, frame }",
	},
	AV1: {
		name: "AV1", caps: "video/x-av1, stream-format=(string)obu-stream, alignment=(string)tu",
		untouched: "video/x-av1, stream-format=(string)obu-stream, alignment=(string)tu, framerate=(fraction)0/1",
		template:  "video/x-av1, stream-format=(string){ obu-stream, annexb }, alignment=(string){ tu, frame, obu }",
	},
	H265: {
		name: "H265", caps: "video/x-h265, stream-format=(string)byte-stream, alignment=(string)au",
		untouched: "video/x-h265, stream-format=(string)byte-stream, alignment=(string)au",
		template:  "video/x-h265, stream-format=(string){ byte-stream, hvc1, hev1 }, alignment=(string){ au, nal }",
	},
}

// Codecs returns the codecs in the order of their declaration. The slice is the caller's.
func Codecs() []Codec {
	return []Codec{VP8, H264, VP9, AV1, H265}
}

// CodecFromMimeType returns the codec with a MIME type such as "video/VP8", in upper or lower case, as in SDP, in
// pion's codec parameters and in LiveKit's TrackInfo. It takes no parameters after the type. The error wraps
// [ErrUnknownCodec]; "video/rtx" and its like are no codecs.
func CodecFromMimeType(mimeType string) (Codec, error) {
	for _, c := range Codecs() {
		if strings.EqualFold(mimeType, c.MimeType()) {
			return c, nil
		}
	}
	return 0, fmt.Errorf("%w %q: want video/VP8, video/H264, video/VP9, video/AV1 or video/H265", ErrUnknownCodec, mimeType)
}

// Valid reports whether c is one of the codecs.
func (c Codec) Valid() bool {
	return c >= VP8 && int(c) < len(codecs)
}

// String returns the name of the codec in SDP, such as "H264", or "Codec(0)" for a number without one.
func (c Codec) String() string {
	if !c.Valid() {
		return "Codec(" + strconv.Itoa(int(c)) + ")"
	}
	return codecs[c].name
}

// MimeType returns the MIME type in the spelling of SDP, such as "video/H264". It is empty for a number that is not
// Valid.
func (c Codec) MimeType() string {
	if !c.Valid() {
		return ""
	}
	return "video/" + codecs[c].name
}

// Caps returns the GStreamer caps of a stream with one access unit per buffer, such as
// "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au". The size is not in them: a parser or
// decoder reads it from the stream. It is empty for a number that is not Valid.
//
// VP9 has alignment=frame so that vp9parse always splits a superframe, which decoders in hardware need; a stream
// without superframes passes as it is.
func (c Codec) Caps() string {
	if !c.Valid() {
		return ""
	}
	return codecs[c].caps
}

// MediaType returns the name of the codec's caps, such as "video/x-h264". It is empty for a number that is not Valid.
func (c Codec) MediaType() string {
	name, _, _ := strings.Cut(c.Caps(), ",")
	return name
}

// UntouchedCaps returns the caps of the access units for an element that takes the encoded stream itself, in front of a
// parser where there is one. The size is not in them; without a parser, as for VP8, whoever pushes the units adds it. It
// is empty for a number that is not Valid.
func (c Codec) UntouchedCaps() string {
	if !c.Valid() {
		return ""
	}
	return codecs[c].untouched
}

// TemplateCaps returns the caps that the encoded stream can have on the source pad. It is received as in
// [Codec.UntouchedCaps] and offered as everything a parser makes of that: H.264, for instance, as byte-stream for a
// payloader and as avc for a muxer. It is empty for a number that is not Valid.
func (c Codec) TemplateCaps() string {
	if !c.Valid() {
		return ""
	}
	return codecs[c].template
}

// ClockRate returns the rate of the RTP timestamps in Hz: 90000 for every video codec, 0 for a number that is not Valid.
func (c Codec) ClockRate() uint32 {
	if !c.Valid() {
		return 0
	}
	return 90000
}
