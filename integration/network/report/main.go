// Command report measures what livekitsrc and its peers show of a stream on networks that lose and delay packets, each case
// with each codec, and writes docs/reliability.md. It needs root, and is run by make test-network.
//
//	report -case loss-5 -codec vp8 -seconds 40
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network"
	"github.com/gst-livekit/gst-livekit/integration/network/link"
)

const (
	// webrtcPlugin has livekitwebrtcsrc, if scripts/bench-peers.sh could build it.
	webrtcPlugin = "build/.deps/plugins/libgstrswebrtc.so"
	resultsPath  = "integration/network/report/results"
	pagePath     = "docs/reliability.md"
)

var allCodecs = []string{"vp8", "h264", "vp9", "h265", "av1"}

type options struct {
	cases, codecs, properties string
	seconds                   float64
	seed                      uint64
	peers, write, verbose     bool
}

func main() {
	if err := link.Isolate(); err != nil {
		fmt.Fprintln(os.Stderr, "make test-network cannot run:", err)
		os.Exit(1)
	}
	var o options
	flag.StringVar(&o.cases, "case", "", "the cases, with commas between them; empty: those of the report")
	flag.StringVar(&o.codecs, "codec", strings.Join(allCodecs, ","), "the codecs, with commas between them")
	flag.StringVar(&o.properties, "properties", "", "properties of the livekitsrc under test, such as latency=500")
	flag.Float64Var(&o.seconds, "seconds", 40, "how long each case is measured")
	flag.Uint64Var(&o.seed, "seed", 1, "of the chance on the link")
	flag.BoolVar(&o.peers, "peers", false, "also measure the Node SDK and livekitwebrtcsrc, on the same link at the same time")
	flag.BoolVar(&o.write, "write", false, "keep the results, and write "+pagePath)
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
	if o.cases == "list" {
		for _, c := range slices.Concat(network.Cases, network.Events) {
			fmt.Printf("%-20s %s\n", c.Name, c.Title)
		}
		return nil
	}
	cases, err := network.Find(o.cases)
	if err != nil {
		return err
	}
	codecs := strings.Split(o.codecs, ",")
	for _, codec := range codecs {
		if !slices.Contains(allCodecs, codec) {
			return fmt.Errorf("there is no codec %q: the codecs are %s", codec, strings.Join(allCodecs, ", "))
		}
	}
	kept, err := readResults(resultsPath)
	if err != nil {
		return err
	}
	for _, codec := range codecs {
		for _, c := range cases {
			measured, err := measure(ctx, o, codec, c)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", c.Name, codec, err)
			}
			tell(o, codec, c, measured)
			if o.write {
				if err := errors.Join(kept.keep(codec, c.Name, *measured), writePage(pagePath, kept)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func tell(o options, codec string, c network.Case, measured *row) {
	for _, r := range measured.Results {
		fmt.Printf("%-5s %-14s %-16s %v\n", codec, c.Name, r.Receiver, r.Summary)
		if o.verbose {
			fmt.Println("   ", r.Stats)
		}
	}
	for name, why := range measured.Absent {
		fmt.Printf("%-5s %-14s %-16s absent: %s\n", codec, c.Name, name, why)
	}
}

// measure measures a case with a codec. Receivers that would share a narrow link are measured one after the other.
func measure(ctx context.Context, o options, codec string, c network.Case) (*row, error) {
	measured := newRow(o.seconds)
	together := [][]network.ReceiverOptions{{network.Ours(o.properties)}}
	if o.peers {
		for _, peer := range []network.ReceiverOptions{network.Node(), network.WebRTC(webrtcPlugin)} {
			if c.Simulcast {
				together = append(together, []network.ReceiverOptions{peer})
			} else {
				together[0] = append(together[0], peer)
			}
		}
	}
	for i, receivers := range together {
		got, err := stage(ctx, o, codec, c, receivers, measured)
		if err != nil {
			return nil, err
		}
		if i > 0 && len(got) > 0 {
			got = got[1:] // the control receiver has its result from the first time
		}
		measured.Results = append(measured.Results, got...)
	}
	return measured, nil
}

// stage measures receivers on one stage. Peers that do not show a picture are absent; we are not.
func stage(ctx context.Context, o options, codec string, c network.Case, options []network.ReceiverOptions, measured *row,
) (_ []network.Result, err error) {
	settings := network.Options{Codec: codec, Simulcast: c.Simulcast, Estimate: c.Estimate, Seed: o.seed}
	if o.verbose {
		settings.Log = os.Stderr
	}
	stage, err := network.Open(ctx, settings)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	var receivers []*network.Receiver
	for _, one := range options {
		receiver, err := stage.Receive(ctx, one)
		switch {
		case err == nil:
			receivers = append(receivers, receiver)
		case one.Name == network.OurName || ctx.Err() != nil:
			return nil, err
		default:
			first, _, _ := strings.Cut(err.Error(), "\n")
			measured.Absent[one.Name] = strings.TrimSuffix(first, "; it said:")
		}
	}
	if len(receivers) == 0 {
		return nil, nil
	}
	return stage.Measure(ctx, c, time.Duration(o.seconds*float64(time.Second)), receivers...)
}
