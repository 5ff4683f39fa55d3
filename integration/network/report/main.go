// Command report measures what livekitsrc and its peers show of a stream on networks that lose and delay packets, each case
// with each codec, and writes docs/reliability.md. It needs root, and is run by make test-network.
//
//	report -case loss-5 -codec vp8 -seconds 40
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network"
	"github.com/gst-livekit/gst-livekit/integration/network/link"
)

// webrtcPlugin has livekitwebrtcsrc, if scripts/bench-peers.sh could build it.
const webrtcPlugin = "build/.deps/plugins/libgstrswebrtc.so"

type options struct {
	cases, codecs, properties string
	seconds                   float64
	seed                      uint64
	peers, verbose            bool
}

func main() {
	if err := link.Isolate(); err != nil {
		fmt.Fprintln(os.Stderr, "make test-network cannot run:", err)
		os.Exit(1)
	}
	var o options
	flag.StringVar(&o.cases, "case", "", "the cases, with commas between them; empty: those of the report")
	flag.StringVar(&o.codecs, "codec", "vp8,h264,vp9,h265", "the codecs, with commas between them")
	flag.StringVar(&o.properties, "properties", "", "properties of the livekitsrc under test, such as latency=500")
	flag.Float64Var(&o.seconds, "seconds", 40, "how long each case is measured")
	flag.Uint64Var(&o.seed, "seed", 1, "of the chance on the link")
	flag.BoolVar(&o.peers, "peers", false, "also measure the Node SDK and livekitwebrtcsrc, on the same link at the same time")
	flag.BoolVar(&o.verbose, "verbose", false, "the server's log, and all that livekitsrc counted")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "make test-network:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	cases, err := network.Find(o.cases)
	if err != nil {
		return err
	}
	for _, codec := range strings.Split(o.codecs, ",") {
		for _, c := range cases {
			results, err := measure(ctx, o, codec, c)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", c.Name, codec, err)
			}
			for _, r := range results {
				fmt.Println(line(codec, c.Name, r))
				if o.verbose {
					fmt.Println("   ", r.Summary.Stats)
				}
			}
		}
	}
	return nil
}

func measure(ctx context.Context, o options, codec string, c network.Case) (_ []network.Result, err error) {
	settings := network.Options{Codec: codec, Simulcast: c.Simulcast, Seed: o.seed}
	if o.verbose {
		settings.Log = os.Stderr
	}
	stage, err := network.Open(ctx, settings)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := stage.Close(); err == nil {
			err = closing
		}
	}()
	under, err := stage.Receive(ctx, network.Ours(o.properties))
	if err != nil {
		return nil, err
	}
	receivers := []*network.Receiver{under}
	if o.peers {
		for _, peer := range []network.ReceiverOptions{network.Node(), network.WebRTC(webrtcPlugin)} {
			receiver, err := stage.Receive(ctx, peer)
			if err != nil {
				fmt.Println("   ", err)
				continue
			}
			receivers = append(receivers, receiver)
		}
	}
	return stage.Measure(ctx, c, time.Duration(o.seconds*float64(time.Second)), receivers...)
}

func line(codec, name string, r network.Result) string {
	s := r.Summary
	return fmt.Sprintf("%-5s %-14s %-11s shown %5.1f %% of %4d, came %5.1f %%, freezes > 200/500 ms %2d/%2d, longest %5d ms, damaged %d of %d,"+
		" latency %d/%d ms, reported %d (%d..%d), key frames asked %d",
		codec, name, r.Receiver, 100*s.ShownShare(), s.Published, 100*s.ArrivedShare(), s.Freezes200, s.Freezes500,
		s.Longest.Milliseconds(), s.Damaged, s.Compared, s.LatencyMedian.Milliseconds(), s.LatencyP95.Milliseconds(),
		s.Reported.Milliseconds(), s.ReportedLeast.Milliseconds(), s.ReportedMost.Milliseconds(), s.KeyFrameRequests)
}
