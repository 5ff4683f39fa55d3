package testpublisher

import (
	"fmt"
	"strings"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
)

// Codec is a video codec by its name in lower case, such as "vp8".
type Codec string

// The codecs that a publisher encodes with. There is no AV1: the av1enc of GStreamer 1.22 makes no key frame on request.
const (
	VP8  Codec = "vp8"
	H264 Codec = "h264"
	VP9  Codec = "vp9"
	H265 Codec = "h265"
)

// isH26x tells whether a frame is a byte stream of NAL units.
func (c Codec) isH26x() bool { return c == H264 || c == H265 }

// Available tells whether GStreamer has an encoder for this codec here; the error names what is missing.
func (c Codec) Available() error {
	_, err := c.encoder()
	return err
}

// format is how a codec is announced and encoded.
type format struct {
	capability webrtc.RTPCodecCapability
	encoders   []encoderElement // the best first
}

// encoderElement is one way to encode: an element and, in gst-launch's language, how it is used.
type encoderElement struct {
	element       string
	debianPackage string
	launch        func(bitrate int) string
}

// noKeyFrames is the distance of key frames that nobody asked for, in frames: more than an hour.
const noKeyFrames = 1 << 20

func vpx(element, speed string) encoderElement {
	return encoderElement{element, "gstreamer1.0-plugins-good", func(bitrate int) string {
		return fmt.Sprintf("%s deadline=1 cpu-used=%s threads=1 end-usage=cbr target-bitrate=%d keyframe-max-dist=%d"+
			" keyframe-mode=disabled lag-in-frames=0 static-threshold=100", element, speed, bitrate, noKeyFrames)
	}}
}

var formats = map[Codec]format{
	VP8: {
		capability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: clockRate},
		encoders:   []encoderElement{vpx("vp8enc", "16")},
	},
	VP9: {
		capability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP9, ClockRate: clockRate, SDPFmtpLine: "profile-id=0"},
		encoders:   []encoderElement{vpx("vp9enc", "8")},
	},
	H264: {
		capability: webrtc.RTPCodecCapability{
			MimeType:    webrtc.MimeTypeH264,
			ClockRate:   clockRate,
			SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
		},
		encoders: []encoderElement{
			{"x264enc", "gstreamer1.0-plugins-ugly", func(bitrate int) string {
				return fmt.Sprintf("x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate=%d key-int-max=%d"+
					" option-string=scenecut=0 ! %s", bitrate/1000, noKeyFrames, h264Caps)
			}},
			{"openh264enc", "gstreamer1.0-plugins-bad", func(bitrate int) string {
				return fmt.Sprintf("openh264enc complexity=low rate-control=bitrate bitrate=%d gop-size=%d"+
					" scene-change-detection=false ! %s", bitrate, noKeyFrames, h264Caps)
			}},
		},
	},
	H265: {
		capability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH265, ClockRate: clockRate},
		encoders: []encoderElement{
			{"x265enc", "gstreamer1.0-plugins-bad", func(bitrate int) string {
				return fmt.Sprintf("x265enc tune=zerolatency speed-preset=ultrafast bitrate=%d key-int-max=%d"+
					" option-string=scenecut=0:repeat-headers=1:log-level=none"+
					" ! video/x-h265,stream-format=byte-stream,alignment=au", bitrate/1000, noKeyFrames)
			}},
		},
	},
}

const h264Caps = "video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au"

// payloader divides access units into packets, as the SDK's does.
func (c Codec) payloader() rtp.Payloader {
	switch c {
	case VP8:
		return &codecs.VP8Payloader{EnablePictureID: true}
	case VP9:
		return &codecs.VP9Payloader{}
	case H265:
		return &codecs.H265Payloader{}
	case H264:
	}
	return &codecs.H264Payloader{}
}

func (c Codec) format() (format, error) {
	f, ok := formats[c]
	if !ok {
		return format{}, fmt.Errorf("codec %q: this publisher has vp8, vp9, h264 and h265", c)
	}
	return f, nil
}

// encoder is the first encoder of the codec that is installed.
func (c Codec) encoder() (encoderElement, error) {
	f, err := c.format()
	if err != nil {
		return encoderElement{}, err
	}
	var missing []string
	for _, encoder := range f.encoders {
		if hasElement(encoder.element) {
			return encoder, nil
		}
		missing = append(missing, fmt.Sprintf("%s (Debian package %s)", encoder.element, encoder.debianPackage))
	}
	return encoderElement{}, fmt.Errorf("encode %s: no GStreamer element %s", c, strings.Join(missing, " or "))
}
