package caps_test

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
)

type codecRow struct {
	codec     caps.Codec
	name      string
	mime      string
	caps      string
	untouched string
	template  string
}

var codecs = []codecRow{
	{
		caps.VP8, "VP8", "video/VP8", "video/x-vp8", "video/x-vp8, framerate=(fraction)0/1", "video/x-vp8",
	},
	{
		caps.H264, "H264", "video/H264", "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
		"video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
		"video/x-h264, stream-format=(string){ byte-stream, avc, avc3 }, alignment=(string){ au, nal }",
	},
	{
		caps.VP9, "VP9", "video/VP9", "video/x-vp9, alignment=(string)frame",
		"video/x-vp9, alignment=(string)super-frame, framerate=(fraction)0/1, chroma-site=(string)mpeg2",
		"video/x-vp9, alignment=(string){ super-frame, frame }",
	},
	{
		caps.AV1, "AV1", "video/AV1", "video/x-av1, stream-format=(string)obu-stream, alignment=(string)tu",
		"video/x-av1, stream-format=(string)obu-stream, alignment=(string)tu, framerate=(fraction)0/1",
		"video/x-av1, stream-format=(string){ obu-stream, annexb }, alignment=(string){ tu, frame, obu }",
	},
	{
		caps.H265, "H265", "video/H265", "video/x-h265, stream-format=(string)byte-stream, alignment=(string)au",
		"video/x-h265, stream-format=(string)byte-stream, alignment=(string)au",
		"video/x-h265, stream-format=(string){ byte-stream, hvc1, hev1 }, alignment=(string){ au, nal }",
	},
	{
		caps.Opus, "opus", "audio/opus", "audio/x-opus, rate=(int)48000, channel-mapping-family=(int)0",
		"audio/x-opus, rate=(int)48000, channel-mapping-family=(int)0",
		"audio/x-opus, rate=(int)48000, channels=(int)[ 1, 2 ], channel-mapping-family=(int)0",
	},
	{
		caps.PCMU, "PCMU", "audio/PCMU", "audio/x-mulaw, rate=(int)8000, channels=(int)1",
		"audio/x-mulaw, rate=(int)8000, channels=(int)1", "audio/x-mulaw, rate=(int)8000, channels=(int)1",
	},
	{
		caps.PCMA, "PCMA", "audio/PCMA", "audio/x-alaw, rate=(int)8000, channels=(int)1",
		"audio/x-alaw, rate=(int)8000, channels=(int)1", "audio/x-alaw, rate=(int)8000, channels=(int)1",
	},
}

var clockRates = map[caps.Codec]uint32{caps.Opus: 48000, caps.PCMU: 8000, caps.PCMA: 8000}

func TestCodecTable(t *testing.T) {
	all := map[caps.Kind][]caps.Codec{}
	for _, want := range codecs {
		c := want.codec
		all[c.Kind()] = append(all[c.Kind()], c)
		rate := cmp.Or(clockRates[c], 90000)
		if !c.Valid() || c.String() != want.name || c.MimeType() != want.mime || c.Caps() != want.caps || c.ClockRate() != rate {
			t.Errorf("%v: valid %v, MimeType %q, Caps %q, ClockRate %d", c, c.Valid(), c.MimeType(), c.Caps(), c.ClockRate())
		}
		if c.UntouchedCaps() != want.untouched || c.TemplateCaps() != want.template || c.MediaType() != strings.Split(want.caps, ",")[0] {
			t.Errorf("%v: UntouchedCaps %q, TemplateCaps %q, MediaType %q", c, c.UntouchedCaps(), c.TemplateCaps(), c.MediaType())
		}
		for _, mime := range []string{want.mime, strings.ToLower(want.mime), strings.ToUpper(want.mime)} {
			if got, err := caps.CodecFromMimeType(mime); err != nil || got != c {
				t.Errorf("CodecFromMimeType(%q) = %v, %v, want %v", mime, got, err, c)
			}
		}
	}
	for _, kind := range []caps.Kind{caps.Video, caps.Audio} {
		if diff := gocmp.Diff(all[kind], caps.Codecs(kind)); diff != "" {
			t.Errorf("Codecs(%v) (-want +got):\n%s", kind, diff)
		}
		if back, known := caps.KindOf(kind.String()); !known || back != kind {
			t.Errorf("KindOf(%q) = %v, %v", kind, back, known)
		}
		for _, c := range caps.Codecs(kind) {
			if !strings.HasPrefix(c.MimeType(), kind.String()+"/") || !strings.HasPrefix(c.Caps(), kind.String()+"/") {
				t.Errorf("%v: MimeType %q, Caps %q, want those of %v", c, c.MimeType(), c.Caps(), kind)
			}
		}
	}
}

func TestUnknownMimeTypeIsAnErrorThatNamesIt(t *testing.T) {
	for _, mime := range []string{"", "VP8", "video/", "video/rtx", "video/ulpfec", "video/opus", "audio/red", "audio/VP8", "video/VP8;x=1", "video/Codec(0)"} {
		c, err := caps.CodecFromMimeType(mime)
		if !errors.Is(err, caps.ErrUnknownCodec) || c.Valid() || !strings.Contains(err.Error(), `"`+mime+`"`) {
			t.Errorf("CodecFromMimeType(%q) = %v, %v, want ErrUnknownCodec", mime, c, err)
		}
	}
}

func TestUnknownCodecIsNotValid(t *testing.T) {
	for _, c := range []caps.Codec{-1, 0, 9} {
		if c.Valid() || c.MimeType()+c.MediaType()+c.Caps()+c.UntouchedCaps()+c.TemplateCaps() != "" || c.ClockRate() != 0 {
			t.Errorf("%d: valid %v, MimeType %q, Caps %q, ClockRate %d", int(c), c.Valid(), c.MimeType(), c.Caps(), c.ClockRate())
		}
	}
	if got := caps.Codec(0).String(); got != "Codec(0)" {
		t.Errorf("String() = %q", got)
	}
}
