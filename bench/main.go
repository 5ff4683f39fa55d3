// Command bench measures livekitsrc and stream.VideoStream side by side with their peers, and with decoding alone, which is
// the limit. It starts a real livekit-server and, in a process of its own, a publisher of pictures with the time in them.
// Then it runs each receiver in a process of its own, one at a time and in turn, for several rounds.
//
//	bench -case vp8-720p30 -seconds 10 -rounds 3
//	bench -list
//
// It expects the programs that scripts/bench.sh builds in build/ and build/bench/, prints what it finds, and writes
// bench/results/CASE.json, docs/performance.md and the plots beside it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/report"
)

// options are the flags.
type options struct {
	cases     []benchCase
	receivers []string // empty: all of a case's
	duration  time.Duration
	rounds    int
	results   string
	page      string
	images    string
	list      bool
}

func main() {
	o, err := parseFlags(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func parseFlags(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	names := flags.String("case", "", "the cases to run, with commas between them; all of them if empty")
	receivers := flags.String("receiver", "", "only these receivers of each case, with commas between them")
	seconds := flags.Float64("seconds", 5, "how long each receiver receives")
	flags.IntVar(&o.rounds, "rounds", 2, "how many runs each receiver has")
	flags.StringVar(&o.results, "results", "bench/results", "the directory for the numbers, as JSON")
	flags.StringVar(&o.page, "page", "docs/performance.md", "the page for people; none if empty")
	flags.StringVar(&o.images, "images", "docs/images", "the directory for the page's plots")
	flags.BoolVar(&o.list, "list", false, "only name the cases")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *seconds < 1 || o.rounds < 1 {
		return o, errors.New("at least one round of one second is needed")
	}
	o.duration = time.Duration(*seconds * float64(time.Second))
	if *receivers != "" {
		o.receivers = strings.Split(*receivers, ",")
	}
	var err error
	o.cases, err = chooseCases(*names)
	return o, err
}

func run(ctx context.Context, o options) error {
	if o.list {
		for _, c := range o.cases {
			fmt.Printf("%-22s %s\n", c.name, c.title)
		}
		return nil
	}
	b, err := newBench(o)
	if err != nil {
		return err
	}
	for _, c := range o.cases {
		result, err := b.run(ctx, c)
		if err != nil {
			return fmt.Errorf("case %s: %w", c.name, err)
		}
		fmt.Println(report.Text(result))
		if err := result.Write(o.results); err != nil {
			return err
		}
	}
	results, err := report.ReadResults(o.results)
	if err != nil {
		return err
	}
	fmt.Println(report.GoalsText(results))
	if o.page == "" {
		return nil
	}
	return report.WritePage(o.page, o.images, results, caseNames())
}
