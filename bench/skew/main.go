// Command skew measures by how much sound comes after its picture, or before it, at livekitsrc and livekitaudiosrc and at their
// peers, on equal and unequal paths, and prints a table. It needs root, for the network that delays one of the two.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/link"
	"github.com/gst-livekit/gst-livekit/integration/skew"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

const (
	room = "skew"
	// later is how much later sound or picture is on an unequal path, and delay what every packet takes.
	later, delay = 150 * time.Millisecond, 30 * time.Millisecond
	// settled is when sound and picture have to be in sync, and patience how long a receiver may take for all.
	settled, patience = 4 * time.Second, 90 * time.Second
)

// The payload types with which a server sends.
const opus, red, vp8 = 111, 63, 96

// path is what lies between the server and a receiver.
type path struct {
	title      string
	impairment link.Impairment
}

var paths = []path{
	{"equal paths", link.Impairment{Delay: delay}},
	{"sound 150 ms later", link.Impairment{Delay: delay, Later: map[uint8]time.Duration{opus: later, red: later}}},
	{"picture 150 ms later", link.Impairment{Delay: delay, Later: map[uint8]time.Duration{vp8: later}}},
	{"5 % loss", link.Impairment{Delay: delay, Loss: 0.05}},
}

func main() {
	log.SetFlags(0)
	bursts := flag.Int("bursts", 10, "how many `bursts` are measured of each receiver")
	only := flag.String("publisher", "", "the only `SDK` to publish with, Go or Node; empty: both")
	title := flag.String("path", "", "the only path, by its `title` in the table; empty: all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *bursts, *only, *title); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, bursts int, only, title string) error {
	if err := link.Isolate(); err != nil {
		return err
	}
	l, err := link.Open(link.Options{Seed: 1})
	if err != nil {
		return err
	}
	defer l.Close()
	server, err := devserver.Start(ctx, devserver.Options{Address: link.NearAddress})
	if err != nil {
		return err
	}
	defer server.Stop()
	token, err := server.Token(devserver.TokenOptions{Room: room, Identity: "receiver", CanSubscribe: true})
	if err != nil {
		return err
	}
	environment := append(os.Environ(), server.Environment()...)
	for _, p := range publishers {
		if only != "" && only != p.sdk {
			continue
		}
		p.paths = slices.DeleteFunc(slices.Clone(p.paths), func(p path) bool { return title != "" && p.title != title })
		stop, err := p.publish(ctx, server)
		if err != nil {
			return err
		}
		err = table(ctx, l, p, receivers(server.URL(), token), environment, bursts)
		if err := errors.Join(err, stop()); err != nil {
			return err
		}
	}
	return nil
}

// table prints what all receivers show of a publisher.
func table(ctx context.Context, l *link.Link, of publisher, receivers []receiver, environment []string, bursts int) error {
	fmt.Printf("| %s |", "published with the "+of.sdk+" SDK")
	for _, p := range of.paths {
		fmt.Printf(" %s |", p.title)
	}
	fmt.Printf("\n|---|%s\n", strings.Repeat("---|", len(of.paths)))
	for _, r := range receivers {
		fmt.Printf("| %s |", r.name)
		for _, p := range of.paths {
			if err := l.Set(link.ToFar, p.impairment); err != nil {
				return err
			}
			cmd := exec.Command(r.words[0], r.words[1:]...)
			cmd.Env = append(environment, r.environment...)
			if err := l.PutFar(cmd); err != nil {
				return err
			}
			fmt.Printf(" %s |", measure(ctx, r, cmd, bursts))
		}
		fmt.Println()
	}
	fmt.Println()
	return nil
}

// measure is one cell of the table: the median, and what 95 % do not exceed.
func measure(ctx context.Context, r receiver, cmd *exec.Cmd, bursts int) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	sinks, err := r.start(cmd)
	if err == nil {
		var all skew.Skew
		all, err = sinks.Await(ctx, bursts, settled)
		if ended := sinks.Close(); err == nil {
			log.Printf("%s: %v (%v)", r.name, all, ended)
			return fmt.Sprintf("%.0f / %.0f", all.Median().Seconds()*1e3, all.P95().Seconds()*1e3)
		}
	}
	log.Printf("%s: %v", r.name, err)
	return "absent"
}

// receiver is one way to receive both.
type receiver struct {
	name        string
	words       []string
	environment []string
	start       func(*exec.Cmd) (*skew.Sinks, error)
}

// receivers are those that are installed. scripts/bench-peers.sh installs the peers.
func receivers(url, token string) []receiver {
	const of = "room=" + room + " participant=publisher"
	peer := []string{"LIVEKIT_URL=" + url, "LIVEKIT_TOKEN=" + token}
	all := []receiver{
		{
			"livekitsrc and livekitaudiosrc", strings.Fields("gst-launch-1.0 -q livekitsrc " + of + " ! queue ! " + skew.PictureSink +
				" livekitaudiosrc " + of + " ! queue ! " + skew.SoundSink), nil, skew.StartSinks,
		},
		{
			"the same with `sync=off`", strings.Fields("gst-launch-1.0 -q livekitsrc sync=off " + of + " ! queue ! " + skew.PictureSink +
				" livekitaudiosrc sync=off " + of + " ! queue ! " + skew.SoundSink), nil, skew.StartSinks,
		},
	}
	if plugin := filepath.Join("build", ".deps", "plugins"); exists(filepath.Join(plugin, "libgstrswebrtc.so")) {
		line := "gst-launch-1.0 -q livekitwebrtcsrc name=s stun-server=stun://127.0.0.1:9 video-codecs=<VP8> signaller::ws-url=" + url +
			" signaller::room-name=" + room + " signaller::auth-token=" + token +
			" s. ! video/x-raw ! queue ! " + skew.PictureSink + " s. ! audio/x-raw ! queue ! " + skew.SoundSink
		all = append(all, receiver{
			"livekitwebrtcsrc", strings.Fields(line), []string{"GST_PLUGIN_PATH=" + plugin, "GST_REGISTRY=build/registry-webrtc.bin"}, skew.StartSinks,
		})
	}
	all = append(all, receiver{"a program on the Node SDK", []string{"node", "bench/peers/skew.mjs"}, peer, skew.StartTeller})
	if python := filepath.Join("build", ".deps", "python"); exists(python) {
		all = append(all, receiver{
			"a program on the Python SDK", []string{"python3", "bench/peers/skew.py"}, append(peer, "PYTHONPATH="+python), skew.StartTeller,
		})
	}
	return all
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
