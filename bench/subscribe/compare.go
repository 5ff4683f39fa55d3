package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/measure"
	"github.com/gst-livekit/gst-livekit/integration/network/link"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// between is how long nobody receives before the next one does: see package bench.
const between = 1500 * time.Millisecond

// compare runs the ways in turn, and prints the medians.
func compare(ctx context.Context, o options) error {
	where := devserver.Options{Binary: filepath.Join("build", "livekit-server"), MediaAddress: devserver.MachineAddress(), TCPMedia: true}
	put := func(*exec.Cmd) error { return nil }
	if o.loss > 0 || o.delay > 0 {
		if err := link.Isolate(); err != nil {
			return err
		}
		l, err := link.Open(link.Options{Seed: 1, Both: link.Impairment{Loss: o.loss, Delay: o.delay}})
		if err != nil {
			return err
		}
		defer func() { _ = l.Close() }()
		where.Address, where.MediaAddress, put = link.NearAddress, "", l.PutFar
	}
	server, err := devserver.Start(ctx, where)
	if err != nil {
		return err
	}
	defer server.Stop()
	environment := append(os.Environ(), server.Environment()...)
	stop, err := startPublisher(ctx, o, environment)
	if err != nil {
		return err
	}
	defer stop()
	names := strings.Split(o.ways, ",")
	results := make(map[string][]result)
	for round := range o.rounds {
		for i := range names {
			name := names[(i+round)%len(names)] // none is always first
			token, err := server.Token(devserver.TokenOptions{Room: roomName, Identity: "receiver", CanSubscribe: true})
			if err != nil {
				return err
			}
			select {
			case <-time.After(between):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			r, err := runWay(ctx, o, name, put, append(environment, "LIVEKIT_TOKEN="+token, "GOMAXPROCS=1"))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			fmt.Fprintf(os.Stderr, "%-10s %+v\n", name, r)
			results[name] = append(results[name], r)
		}
	}
	printTable(o, names, results)
	return nil
}

// again is this program, in a role.
func again(ctx context.Context, o options, role string, environment []string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	cmd := exec.CommandContext(ctx, program, "-role", role, "-codec", o.codec,
		fmt.Sprint("-width=", o.width), fmt.Sprint("-height=", o.height), fmt.Sprint("-rate=", o.rate),
		fmt.Sprint("-tracks=", o.tracks), fmt.Sprint("-seconds=", o.seconds), "-cpuprofile="+o.cpuProfile)
	cmd.Env, cmd.Stderr = environment, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	return cmd
}

func startPublisher(ctx context.Context, o options, environment []string) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := again(ctx, o, "publish", environment)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	stop = func() {
		cancel()
		_ = cmd.Wait() // it was told to end
	}
	if !bufio.NewScanner(out).Scan() {
		stop()
		return nil, errors.New("the publisher does not begin")
	}
	return stop, nil
}

func runWay(ctx context.Context, o options, name string, put func(*exec.Cmd) error, environment []string) (r result, err error) {
	cmd := again(ctx, o, name, environment)
	if err := put(cmd); err != nil {
		return r, err
	}
	out, err := cmd.Output()
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(out, &r)
}

// printTable prints the medians of the rounds, with the least and the most.
func printTable(o options, names []string, results map[string][]result) {
	fmt.Printf("%d x %s %dx%d at %d frames per second, %g s, %d rounds; median (least to most)\n\n|", o.tracks, o.codec, o.width, o.height, o.rate, o.seconds, o.rounds)
	for _, name := range names {
		fmt.Printf(" | %s", labels[name])
	}
	fmt.Printf(" |\n|---|%s\n", strings.Repeat("---|", len(names)))
	for _, row := range []struct {
		name   string
		format string
		value  func(result) float64
	}{
		{"CPU, s per s", "%.4f", func(r result) float64 { return r.CPU }},
		{"CPU for each frame, ms", "%.3f", func(r result) float64 { return 1000 * r.CPU / r.Frames }},
		{"thread switches for each frame", "%.1f", func(r result) float64 { return r.Switches / r.Frames }},
		{"thread switches a second", "%.0f", func(r result) float64 { return r.Switches }},
		{"threads", "%.0f", func(r result) float64 { return float64(r.Threads) }},
		{"goroutines", "%.0f", func(r result) float64 { return float64(r.Goroutines) }},
		{"allocations a second", "%.0f", func(r result) float64 { return r.Allocations }},
		{"frames a second", "%.1f", func(r result) float64 { return r.Frames }},
		{"packets a second", "%.0f", func(r result) float64 { return r.Packets }},
		{"from the publisher's SDK to an access unit, ms", "%.2f", func(r result) float64 { return r.Median }},
		{"the same, 95th percentile", "%.2f", func(r result) float64 { return r.Tail }},
		{"packets asked for again, a second", "%.1f", func(r result) float64 { return r.Requests }},
		{"of missing ones came in time, %", "%.1f", func(r result) float64 { return r.InTime }},
		{"first frame, ms", "%.0f", func(r result) float64 { return r.FirstFrame }},
		{"leaving, ms", "%.1f", func(r result) float64 { return r.Close }},
		{"goroutines left behind", "%.0f", func(r result) float64 { return float64(r.GoroutinesEnd) }},
	} {
		fmt.Printf("| %s ", row.name)
		for _, name := range names {
			var values []float64
			for _, r := range results[name] {
				values = append(values, row.value(r))
			}
			middle, least, most := measure.Median(values), values[0], values[len(values)-1] // it has sorted them
			fmt.Printf("| "+row.format+" ("+row.format+" to "+row.format+") ", middle, least, most)
		}
		fmt.Println("|")
	}
}
