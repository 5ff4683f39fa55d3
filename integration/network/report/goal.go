package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network"
)

// goal is what livekitsrc is to come to with every codec.
type goal struct {
	text string
	// cases are those that it is about; none means every one.
	cases []string
	met   func(ours network.Summary, measured row) bool
}

func shows(share float64) func(network.Summary, row) bool {
	return func(ours network.Summary, _ row) bool { return ours.ShownShare() >= share }
}

var goals = []goal{
	{"1 % loss: at least 99.5 % of the pictures are shown", []string{"loss-1"}, shows(0.995)},
	{"5 % loss: at least 98 %", []string{"loss-5"}, shows(0.98)},
	{"10 % loss: at least 95 %", []string{"loss-10"}, shows(0.95)},
	{
		"5 % loss: no freeze over 500 ms",
		[]string{"loss-5"},
		func(ours network.Summary, _ row) bool { return ours.Longest <= 500*time.Millisecond },
	},
	{
		"more pictures shown than by the Node SDK, or all but 0.5 %", nil,
		func(ours network.Summary, measured row) bool {
			node := measured.of(network.NodeName)
			return node == nil || ours.ShownShare() >= min(node.Summary.ShownShare(), 0.995)
		},
	},
	{"no damaged picture", nil, func(ours network.Summary, _ row) bool { return ours.Damaged == 0 }},
	{
		"on a clean link the reported latency is constant",
		[]string{"loss-0"},
		func(ours network.Summary, _ row) bool { return ours.ReportedChanges == 0 },
	},
}

// judge tells where a goal is met and where it is missed.
func (g goal) judge(r *results) (met int, missed []string) {
	for _, codec := range allCodecs {
		for _, c := range network.Cases {
			measured, ok := r.codecs[codec][c.Name]
			ours := measured.of(network.OurName)
			if !ok || ours == nil || len(g.cases) > 0 && !slices.Contains(g.cases, c.Name) {
				continue
			}
			if g.met(ours.Summary, measured) {
				met++
			} else {
				missed = append(missed, codecNames[codec]+" "+c.Name)
			}
		}
	}
	return met, missed
}

func goalTable(r *results) string {
	var b strings.Builder
	b.WriteString("## Goals\n\n| | met | missed |\n|---|---|---|\n")
	for _, g := range goals {
		met, missed := g.judge(r)
		fmt.Fprintf(&b, "| %s | %d of %d | %s |\n", g.text, met, met+len(missed), strings.Join(missed, ", "))
	}
	return b.String()
}
