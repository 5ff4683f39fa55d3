package engine

import (
	_ "embed"
	"errors"
	"io"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// Key frames of one black picture, of 320x240. They are what these commands of GStreamer 1.22 gave, the second without its unit of
// supplemental information:
//
//	gst-launch-1.0 videotestsrc pattern=black num-buffers=1 ! video/x-raw,width=320,height=240 ! vp8enc ! filesink location=blank.vp8
//	gst-launch-1.0 videotestsrc pattern=black num-buffers=1 ! video/x-raw,width=320,height=240 ! x264enc speed-preset=veryslow !
//	  video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! filesink location=blank.h264
var (
	//go:embed blank.vp8
	blankVP8 []byte
	//go:embed blank.h264
	blankH264 []byte
)

// pushBlank pushes a black picture for a muxer, if the stream ends without any other: a camera may never have been there. Many muxers
// need to know each stream that they were promised. Without that, mp4mux, qtmux and avimux write files that no player opens,
// splitmuxsink and hlssink2 drop all of the sound, and mpegtsmux ends with an error (GStreamer 1.22 to 1.26).
func (s *Stream) pushBlank() {
	if s.config.Pad == nil || s.lastOutput() != nil || isDone(s.closed) || !errors.Is(s.Err(), io.EOF) || !s.config.Pad.LeadsToMuxer() {
		return
	}
	// Each muxer takes one of the two.
	_ = s.pushAlone(caps.VP8, blankVP8) || s.pushAlone(caps.H264, blankH264)
}

// pushAlone makes an output for one blank key frame. It returns false if downstream does not take it.
func (s *Stream) pushAlone(codec caps.Codec, data []byte) bool {
	c, err := chain.New(chain.Config{
		Codec: codec, Format: s.config.Format, Unconverted: s.config.Unconverted, StreamID: "livekit/blank", Latency: s.Latency(),
		Pad: s.config.Pad, Bad: &s.bad,
	})
	if err == nil {
		now := time.Now()
		out := newOutput(codec, c, true, 0)
		err = out.push(&video.AccessUnit{Data: data, PTS: now, DTS: now, KeyFrame: true, Width: 320, Height: 240}, false, false)
		if err == nil {
			s.addOutput(out)
			s.config.Logger.Info("a black picture for the muxer, because no other came", "codec", codec)
			return true
		}
		c.Close()
	}
	s.config.Logger.Debug("no black picture for the muxer", "codec", codec, "error", err)
	return false
}
