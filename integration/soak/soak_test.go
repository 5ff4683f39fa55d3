package soak

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

const (
	// durationVariable is how long to watch, as time.ParseDuration reads it.
	durationVariable = "SOAK_DURATION"
	shortDuration    = 12 * time.Second

	tracks = 9
	// growth is how much more memory the last quarter may take than the two before: what the allocators keep. Frames
	// that are not freed would be 31 MB a second.
	growth = 24 << 20

	frameWidth, frameHeight = 640, 360
)

func TestMain(m *testing.M) {
	lksdk.SetLogger(logger.GetDiscardLogger())
	goleak.VerifyTestMain(m, roomtest.ReadsForAPublisher)
}

func TestMemoryOfReadAndUnreadStreamsIsFlat(t *testing.T) {
	duration := shortDuration
	if text := os.Getenv(durationVariable); text != "" {
		var err error
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s: %v", durationVariable, err)
		}
	}
	server, err := devserver.Start(t.Context(), devserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	for i := range tracks {
		publisher, err := testpublisher.Start(t.Context(), testpublisher.Config{
			URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: "soak",
			Identity: fmt.Sprint("publisher-", i), Width: frameWidth, Height: frameHeight, FrameRate: 10,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer publisher.Close()
	}
	streams := openAll(t, server)

	ctx, cancel := context.WithTimeout(t.Context(), duration)
	defer cancel()
	var reading sync.WaitGroup
	read := make([]int, tracks)
	for i, s := range streams {
		if i%3 == 0 { // the others are never read
			reading.Go(func() { read[i] = readUntilDone(ctx, t, s) })
		}
	}
	first, second := watchMemory(t, ctx, duration)
	reading.Wait()

	t.Logf("%v, resident memory at most %d MiB, in the last quarter %d MiB", duration, first>>20, second>>20)
	if second > first+growth {
		t.Errorf("memory grew from %d to %d MiB", first>>20, second>>20)
	}
	for i, s := range streams {
		stats := s.Stats()
		if i%3 == 0 && read[i] == 0 {
			t.Errorf("stream %d gave no frame", i)
		}
		if i%3 != 0 && stats.Dropped == 0 {
			t.Errorf("stream %d was never read, and dropped nothing: %+v", i, stats)
		}
	}
}

// openAll opens a stream of each publisher, as an application does.
func openAll(t *testing.T, server *devserver.Server) []*stream.VideoStream {
	t.Helper()
	token, err := server.Token(devserver.TokenOptions{Room: "soak", Identity: "application", CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	opened := make(chan *stream.VideoStream, tracks)
	callback := lksdk.NewRoomCallback()
	callback.OnTrackPublished = func(_ *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
		s, err := stream.FromParticipant(rp, livekit.TrackSource_CAMERA)
		if err != nil {
			t.Error(err)
			return
		}
		opened <- s
	}
	room, err := lksdk.ConnectToRoomWithToken(server.URL(), token, callback)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(room.Disconnect)
	var streams []*stream.VideoStream
	for range tracks {
		s := <-opened
		t.Cleanup(func() { s.Close() })
		streams = append(streams, s)
	}
	return streams
}

func readUntilDone(ctx context.Context, t *testing.T, s *stream.VideoStream) (frames int) {
	for {
		event, err := s.Next(ctx)
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			return frames
		}
		event.Frame.Release()
		frames++
	}
}

// watchMemory returns the most resident memory of the second and third quarter, and of the last one. The first quarter is
// warming up.
func watchMemory(t *testing.T, ctx context.Context, duration time.Duration) (first, second int64) {
	t.Helper()
	began := time.Now()
	ticker := time.NewTicker(duration / 200)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return first, second
		}
		switch rss := residentMemory(t); time.Since(began) * 4 / duration {
		case 0:
		case 1, 2:
			first = max(first, rss)
		default:
			second = max(second, rss)
		}
	}
}

// residentMemory is in bytes.
func residentMemory(t *testing.T) int64 {
	t.Helper()
	file, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadString('\n')
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
		if errors.Is(err, io.EOF) {
			t.Fatal("no VmRSS in /proc/self/status")
		}
	}
}
