// Command bridge publishes what a participant of one room publishes in another room, on the same server or on another one.
//
//	go run ./examples/bridge -from demo -to copy
//
// H.264, VP8 and Opus go over as their publisher encoded them. The first room's server and keys are LIVEKIT_URL, LIVEKIT_API_KEY and
// LIVEKIT_API_SECRET. The second one's are LIVEKIT_TO_URL, LIVEKIT_TO_API_KEY and LIVEKIT_TO_API_SECRET, or else the same. The elements
// are linked into the program: no plugin has to be installed.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/go-gst/go-gst/gst"
	"github.com/go-gst/go-gst/gst/app"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/elements/livekitbin"
	"github.com/gst-livekit/gst-livekit/examples/internal/pipeline"
)

// The sinks wait until a picture or a sound is due, so that they leave in sync.
const line = `livekitsrc name=video hidden=true !
	appsink name=pictures caps="video/x-h264,stream-format=byte-stream,alignment=au;video/x-vp8"
	livekitaudiosrc name=audio hidden=true ! appsink name=sound caps=audio/x-opus`

func main() {
	log.SetFlags(0)
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "bridge publishes what a participant of one room publishes in another room.")
		flag.PrintDefaults()
	}
	from := flag.String("from", "demo", "room to receive from")
	to := flag.String("to", "copy", "room to publish in")
	participant := flag.String("participant", "", "who is received; empty is the first who publishes")
	identity := flag.String("identity", "bridge", "who publishes")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := bridge(ctx, *from, *participant, *to, *identity); err != nil {
		log.Fatal(err)
	}
}

// bridge returns when ctx or what is received has ended.
func bridge(ctx context.Context, from, participant, to, identity string) error {
	gst.Init(nil)
	if err := livekitbin.Register(); err != nil {
		return err
	}
	room, err := join(ctx, to, identity)
	if err != nil {
		return err
	}
	defer room.Disconnect()
	graph, err := gst.NewPipelineFromString(line)
	if err != nil {
		return err
	}
	var forwarding sync.WaitGroup
	defer forwarding.Wait()
	defer func() { _ = graph.SetState(gst.StateNull) }() // after which the sinks have nothing more
	ctx, end := context.WithCancel(ctx)
	defer end()
	failed := make(chan error, 2)
	var forwarders []*forwarder
	for source, sink := range map[string]string{"video": "pictures", "audio": "sound"} {
		received, err := pipeline.Set(graph, source, map[string]any{"room": from, "participant": participant})
		if err != nil {
			return err
		}
		last, err := graph.GetElementByName(sink)
		if err != nil {
			return err
		}
		f := &forwarder{source: received, sink: app.SinkFromElement(last), to: room.LocalParticipant}
		forwarders = append(forwarders, f)
	}
	_ = graph.SetState(gst.StatePaused) // a sink in NULL says that there is nothing more; Play says why it failed
	for _, f := range forwarders {
		forwarding.Go(func() {
			if err := f.forward(); err != nil {
				failed <- err
				end()
			}
		})
	}
	if err := pipeline.Play(ctx, graph); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// join joins the room to publish in.
func join(ctx context.Context, name, identity string) (*lksdk.Room, error) {
	lksdk.SetLogger(logger.GetDiscardLogger()) // otherwise it writes to standard error
	server := func(variable string) string {
		return cmp.Or(os.Getenv("LIVEKIT_TO_"+variable), os.Getenv("LIVEKIT_"+variable))
	}
	room := lksdk.NewRoom(&lksdk.RoomCallback{})
	err := room.JoinWithContext(ctx, server("URL"), lksdk.ConnectInfo{
		APIKey: server("API_KEY"), APISecret: server("API_SECRET"), RoomName: name, ParticipantIdentity: identity,
	}, lksdk.WithAutoSubscribe(false))
	if err != nil {
		return nil, fmt.Errorf("join room %q: %w", name, err)
	}
	return room, nil
}
