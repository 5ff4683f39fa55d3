package contract

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// Run tests everything, one behaviour after another: each has this process's GStreamer to itself.
func Run(t *testing.T) {
	t.Run("GivesTheTrackOfEachCodec", givesTheTrackOfEachCodec)
	t.Run("GivesTheFormatThatDownstreamAsksFor", givesTheFormatThatDownstreamAsksFor)
	t.Run("FollowsASizeChange", followsASizeChange)
	t.Run("PlaysTwiceInOnePipeline", playsTwiceInOnePipeline)
	t.Run("AnswersLatency", answersLatency)
	t.Run("AsksForAKeyFrame", asksForAKeyFrame)
	t.Run("GoesOnAfterAPause", goesOnAfterAPause)
	t.Run("PlaysAgainAfterNull", playsAgainAfterNull)
	t.Run("LeavesAndEntersARunningPipeline", leavesAndEntersARunningPipeline)
	t.Run("EndsAtAnyMoment", endsAtAnyMoment)
	t.Run("SaysWhatFailed", saysWhatFailed)
	t.Run("SaysWhichDecoderIsMissing", saysWhichDecoderIsMissing)
	t.Run("HasTheDefaultsThatItShows", hasTheDefaultsThatItShows)
}

// start plays the test's room.
func start(t *testing.T) *play.Pipeline {
	t.Helper()
	return play.Start(t, "livekitsrc name=src room="+rig.Room(t)+play.Sink)
}

var codecs = []testpublisher.Codec{testpublisher.VP8, testpublisher.H264}
