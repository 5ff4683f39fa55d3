package engine

import (
	_ "embed"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// Two black pictures of 320x240, a key frame and one that repeats it. They are what these commands of GStreamer 1.22 gave, the key frame of
// H.264 without its unit of supplemental information:
//
//	gst-launch-1.0 videotestsrc pattern=black num-buffers=2 ! video/x-raw,width=320,height=240 ! vp8enc ! multifilesink
//	gst-launch-1.0 videotestsrc pattern=black num-buffers=2 ! video/x-raw,width=320,height=240 !
//	  x264enc speed-preset=veryslow tune=zerolatency !
//	  video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! multifilesink
var (
	//go:embed blank-key.vp8
	keyVP8 []byte
	//go:embed blank-delta.vp8
	deltaVP8 []byte
	//go:embed blank-key.h264
	keyH264 []byte
	//go:embed blank-delta.h264
	deltaH264 []byte
)

// pushBlank pushes two black pictures for a muxer, if the stream ends without any other: a camera may never have been there. Many muxers
// need to know each stream that they were promised. Without that, mp4mux and qtmux write files that no player opens,
// splitmuxsink and hlssink2 drop all of the sound, and mpegtsmux ends with an error (GStreamer 1.22 to 1.26). The first is from when
// the pipeline began to play, because players look for the size of pictures in the first seconds, and the second from now, so that
// the file is as long as its sound.
func (s *Stream) pushBlank() {
	if s.lastOutput() != nil || isDone(s.closed) || !s.endsAtMuxer(s.config.Pad) {
		return
	}
	// Each muxer takes one of the two.
	_ = s.pushAlone(caps.VP8, keyVP8, deltaVP8) || s.pushAlone(caps.H264, keyH264, deltaH264)
}

// pushAlone makes an output for two pictures. It returns false if downstream does not take them.
func (s *Stream) pushAlone(codec caps.Codec, key, delta []byte) bool {
	c, err := chain.New(chain.Config{
		Codec: codec, Format: s.config.Format, Unconverted: s.config.Unconverted, StreamID: "livekit/blank", Latency: s.Latency(),
		Pad: s.config.Pad, Bad: &s.bad,
	})
	if err != nil {
		s.config.Logger.Debug("no black pictures for the muxer", "codec", codec, "error", err)
		return false
	}
	out := newOutput(codec, c, true, 0)
	begin, end := s.firstPlayed(), time.Now()
	err = out.push(&video.AccessUnit{Data: key, PTS: begin, DTS: begin, KeyFrame: true, Width: 320, Height: 240}, false, false)
	if err == nil {
		err = out.push(&video.AccessUnit{Data: delta, PTS: end, DTS: end}, false, false)
	}
	if err != nil {
		s.config.Logger.Debug("black pictures are refused", "codec", codec, "error", err)
		c.Close()
		return false
	}
	s.addOutput(out)
	s.config.Logger.Info("black pictures for the muxer, because no others came", "codec", codec)
	return true
}

// firstPlayed returns when the stream was first not paused, or now.
func (s *Stream) firstPlayed() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.played.IsZero() {
		return time.Now()
	}
	return s.played
}
