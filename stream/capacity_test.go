package stream_test

import (
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// sleepThrough opens a stream of which only the first frame is read, and returns it when its track has ended, with the
// RTP timestamps of all the frames that came after that one.
func sleepThrough(t *testing.T, options ...stream.Option) (s *stream.VideoStream, came []uint32) {
	t.Helper()
	const frames = 40
	p := publish(t, testpublisher.Config{})
	app := join(t)
	sub := app.NextSubscription(t)
	pli := stream.WithPLIWriter(sub.Participant.WritePLI)
	awake := mustOpen(t)(stream.FromTrack(sub.Track, pli, stream.WithCapacity(stream.Unbounded)))
	mustRead(t, awake, 1)
	s = mustOpen(t)(stream.FromTrack(sub.Track, append(options, pli)...))
	first := mustNext(t, s)
	first.Frame.Release()

	add := func(event stream.VideoFrameEvent) {
		if int32(event.RTPTimestamp-first.RTPTimestamp) > 0 {
			came = append(came, event.RTPTimestamp)
		}
	}
	for len(came) < frames {
		event := mustNext(t, awake)
		event.Frame.Release()
		add(event)
	}
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
	for _, event := range mustEnd(t, awake) {
		add(event)
	}
	mustReceive(t, s.Done(), "the end of receiving")
	return s, came
}

func timestamps(events []stream.VideoFrameEvent) []uint32 {
	var all []uint32
	for _, event := range events {
		all = append(all, event.RTPTimestamp)
	}
	return all
}

func TestQueuedFramesAreDeliveredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s, came := sleepThrough(t, stream.WithCapacity(stream.Unbounded))
	events := mustEnd(t, s)
	if got := timestamps(events); !slices.Equal(got, came) {
		t.Errorf("frames of %v\nwant %v", got, came)
	}
	if stats := s.Stats(); stats.Decoded != uint64(1+len(came)) || stats.Dropped != 0 {
		t.Errorf("%+v, want %d decoded", stats, 1+len(came))
	}
	for i := 1; i < len(events); i++ {
		checkTimes(t, events[i-1], events[i])
	}
}

func TestSlowReaderLosesTheOldestFrames(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options []stream.Option
		want    int
	}{
		"capacity 1":    {[]stream.Option{stream.WithCapacity(1)}, 1},
		"capacity 7":    {[]stream.Option{stream.WithCapacity(7)}, 7},
		"below 1":       {[]stream.Option{stream.WithCapacity(-1)}, 1},
		"not asked for": {nil, stream.DefaultCapacity},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, came := sleepThrough(t, test.options...)
			if got, want := timestamps(mustEnd(t, s)), came[len(came)-test.want:]; !slices.Equal(got, want) {
				t.Errorf("frames of %v, want %v", got, want)
			}
			// Of the frames before the first one that was read some may have been dropped, too.
			stats := s.Stats()
			if kept := stats.Decoded - stats.Dropped; kept != uint64(1+test.want) || stats.Decoded < uint64(1+len(came)) {
				t.Errorf("%+v: want all but %d dropped, of %d or more", stats, 1+test.want, 1+len(came))
			}
		})
	}
}
