package caps

import (
	"fmt"
	"strconv"
	"strings"
)

// Codec is a codec of a LiveKit track. The zero value is not a codec.
type Codec int

// The codecs of LiveKit's tracks.
const (
	VP8 Codec = iota + 1
	H264
	VP9
	AV1
	H265
	Opus
	PCMU // G.711 with the mu-law of North America and Japan
	PCMA // G.711 with the A-law of the rest of the world
)

// codecs is indexed by Codec. Names are the subtypes of RFC 7741 (VP8), 6184 (H264), 9628 (VP9), 7798 (H265), 7587
// (opus) and 3551 (PCMU, PCMA), and of AOM's "RTP Payload Format For AV1".
//
// caps are accepted by GStreamer's parsers, and by its decoders except openh264dec, which requires the profile that
// h264parse adds. H264 and H265 are byte-stream because an access unit from RTP is an Annex B stream with its parameter
// sets in band. av1dec, like av1enc, works on temporal units.
//
// untouched describes the same access units when they are pushed downstream without decoding: VP9 keeps its
// superframes, and framerate=0/1, which webmmux requires, is set where no parser finds a rate. template lists
// everything that a parser can convert them to, with stream formats and alignments in the parser's own order of
// preference. The number of channels of Opus stands in each packet, so only template has it.
var codecs = [...]struct {
	kind                            Kind
	rate                            uint32
	name, caps, untouched, template string
}{
	VP8: {
		kind: Video, rate: 90000, name: "VP8", caps: "video/x-vp8",
		untouched: "video/x-vp8, framerate=(fraction)0/1",
		template:  "video/x-vp8",
	},
	H264: {
		kind: Video, rate: 90000, name: "H264", caps: "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
		untouched: "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
		template:  "video/x-h264, stream-format=(string){ byte-stream, avc, avc3 }, alignment=(string){ au, nal }",
	},
	VP9: {
		kind: Video, rate: 90000, name: "VP9", caps: "video/x-vp9, alignment=(string)frame",
		untouched: "video/x-vp9, alignment=(string)super-frame, framerate=(fraction)0/1, chroma-site=(string)mpeg2",
		template:  "video/x-vp9, alignment=(string){ super-frame, frame }",
	},
	AV1: {
		kind: Video, rate: 90000, name: "AV1", caps: "video/x-av1, stream-format=(string)obu-stream, alignment=(string)tu",
		untouched: "video/x-av1, stream-format=(string)obu-stream, alignment=(string)tu, framerate=(fraction)0/1",
		template:  "video/x-av1, stream-format=(string){ obu-stream, annexb }, alignment=(string){ tu, frame, obu }",
	},
	H265: {
		kind: Video, rate: 90000, name: "H265", caps: "video/x-h265, stream-format=(string)byte-stream, alignment=(string)au",
		untouched: "video/x-h265, stream-format=(string)byte-stream, alignment=(string)au",
		template:  "video/x-h265, stream-format=(string){ byte-stream, hvc1, hev1 }, alignment=(string){ au, nal }",
	},
	Opus: {
		kind: Audio, rate: 48000, name: "opus", caps: "audio/x-opus, rate=(int)48000, channel-mapping-family=(int)0",
		untouched: "audio/x-opus, rate=(int)48000, channel-mapping-family=(int)0",
		template:  "audio/x-opus, rate=(int)48000, channels=(int)[ 1, 2 ], channel-mapping-family=(int)0",
	},
	PCMU: {
		kind: Audio, rate: 8000, name: "PCMU", caps: "audio/x-mulaw, rate=(int)8000, channels=(int)1",
		untouched: "audio/x-mulaw, rate=(int)8000, channels=(int)1",
		template:  "audio/x-mulaw, rate=(int)8000, channels=(int)1",
	},
	PCMA: {
		kind: Audio, rate: 8000, name: "PCMA", caps: "audio/x-alaw, rate=(int)8000, channels=(int)1",
		untouched: "audio/x-alaw, rate=(int)8000, channels=(int)1",
		template:  "audio/x-alaw, rate=(int)8000, channels=(int)1",
	},
}

// Codecs returns the codecs of a kind of track, in the order of their declaration. The slice is the caller's.
func Codecs(kind Kind) []Codec {
	var all []Codec
	for i, c := range codecs {
		if c.kind == kind && c.name != "" {
			all = append(all, Codec(i))
		}
	}
	return all
}

// CodecFromMimeType returns the codec with a MIME type such as "video/VP8", in upper or lower case, as in SDP, in
// pion's codec parameters and in LiveKit's TrackInfo. A type with parameters, such as "video/VP8;x=1", is not accepted.
// The error wraps [ErrUnknownCodec], also for "video/rtx" and other types that are not codecs.
func CodecFromMimeType(mimeType string) (Codec, error) {
	for c := VP8; c.Valid(); c++ {
		if strings.EqualFold(mimeType, c.MimeType()) {
			return c, nil
		}
	}
	return 0, fmt.Errorf("%w %q: want video/VP8, video/H264, video/VP9, video/AV1, video/H265, audio/opus, audio/PCMU or audio/PCMA", ErrUnknownCodec, mimeType)
}

// Valid reports whether c is one of the codecs.
func (c Codec) Valid() bool {
	return c >= VP8 && int(c) < len(codecs)
}

// Kind returns the kind of the codec's tracks. It is Video for a number that is not Valid.
func (c Codec) Kind() Kind {
	if !c.Valid() {
		return Video
	}
	return codecs[c].kind
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
	return codecs[c].kind.String() + "/" + codecs[c].name
}

// Caps returns the GStreamer caps of a stream with one access unit per buffer, such as "video/x-h264,
// stream-format=(string)byte-stream, alignment=(string)au". They do not contain the size: a parser or decoder reads it
// from the stream. It is empty for a number that is not Valid.
//
// VP9 has alignment=frame so that vp9parse splits superframes, as hardware decoders require. A stream without
// superframes is not changed.
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

// UntouchedCaps returns the caps of the access units when they are pushed downstream without decoding, before a parser
// has seen them. They do not contain the size; where there is no parser, as for VP8, the code that pushes the units
// adds it. It is empty for a number that is not Valid.
func (c Codec) UntouchedCaps() string {
	if !c.Valid() {
		return ""
	}
	return codecs[c].untouched
}

// TemplateCaps returns the caps that the encoded stream can have on the source pad: everything that a parser can
// convert [Codec.UntouchedCaps] to. H.264, for instance, can be byte-stream for a payloader and avc for a muxer. It is
// empty for a number that is not Valid.
func (c Codec) TemplateCaps() string {
	if !c.Valid() {
		return ""
	}
	return codecs[c].template
}

// ClockRate returns the rate of the RTP timestamps in Hz, such as 90000 for every video codec and 48000 for Opus, and 0
// for a number that is not Valid.
func (c Codec) ClockRate() uint32 {
	if !c.Valid() {
		return 0
	}
	return codecs[c].rate
}
