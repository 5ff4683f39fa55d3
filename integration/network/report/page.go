package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/gst-livekit/gst-livekit/integration/network"
)

// What is between these lines of the page is replaced. The rest is written by people.
const (
	pageBegin = "<!-- make test-network writes from here -->"
	pageEnd   = "<!-- to here -->"
)

// busy is what the control receiver shows at least on a machine with time for everybody.
const busy = 0.99

var codecNames = map[string]string{"vp8": "VP8", "h264": "H.264", "vp9": "VP9", "h265": "H.265", "av1": "AV1"}

// writePage replaces the tables of a page.
func writePage(path string, r *results) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	before, rest, ok := strings.Cut(string(page), pageBegin+"\n")
	_, after, found := strings.Cut(rest, pageEnd)
	if !ok || !found {
		return fmt.Errorf("write the page: the lines %q and %q are not in %s", pageBegin, pageEnd, path)
	}
	text := before + pageBegin + "\n" + tables(r) + pageEnd + after
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

func tables(r *results) string {
	var b strings.Builder
	b.WriteString("\n" + goalTable(r))
	for _, codec := range allCodecs {
		kept := r.codecs[codec]
		if len(kept) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", codecNames[codec])
		b.WriteString("| | shown | freezes > 200 / 500 ms | longest ms | damaged | latency ms, median / p95 | reported ms | key frames asked |" +
			" Node SDK | livekitwebrtcsrc |\n|---|---|---|---|---|---|---|---|---|---|\n")
		for _, c := range network.Cases {
			if measured, ok := kept[c.Name]; ok {
				b.WriteString(tableRow(c, measured))
			}
		}
		b.WriteString("\n" + conditions(kept))
	}
	b.WriteString("\n")
	return b.String()
}

func tableRow(c network.Case, measured row) string {
	title := c.Title
	if control := measured.of(network.ControlName); control != nil && control.Summary.ShownShare() < busy {
		title += fmt.Sprintf(" (the machine was busy: %.1f %% beside the server)", 100*control.Summary.ShownShare())
	}
	ours := "| | | | | | |"
	if result := measured.of(network.OurName); result != nil {
		s := result.Summary
		ours = fmt.Sprintf("%s | %d / %d | %d | %d | %s | %s | %d", percent(s), s.Freezes200, s.Freezes500, s.Longest.Milliseconds(),
			s.Damaged, latency(s), reported(s), s.KeyFrameRequests)
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", title, ours, peer(measured, network.NodeName), peer(measured, network.WebRTCName))
}

func percent(s network.Summary) string { return fmt.Sprintf("%.1f %%", 100*s.ShownShare()) }

func latency(s network.Summary) string {
	return fmt.Sprintf("%d / %d", s.LatencyMedian.Milliseconds(), s.LatencyP95.Milliseconds())
}

func reported(s network.Summary) string {
	if s.ReportedLeast == s.ReportedMost {
		return fmt.Sprint(s.Reported.Milliseconds())
	}
	return fmt.Sprintf("%d to %d", s.ReportedLeast.Milliseconds(), s.ReportedMost.Milliseconds())
}

// peer is what a peer showed: the share, the freezes, the longest one, the damaged pictures if there are any, and the latency.
func peer(measured row, name string) string {
	result := measured.of(name)
	if result == nil {
		if measured.Absent[name] != "" {
			return "absent"
		}
		return ""
	}
	s := result.Summary
	text := fmt.Sprintf("%s; %d / %d, %d; %s", percent(s), s.Freezes200, s.Freezes500, s.Longest.Milliseconds(), latency(s))
	if s.Damaged > 0 {
		text += fmt.Sprintf("; %d damaged", s.Damaged)
	}
	return text
}

// conditions say how long and when, and why peers are absent.
func conditions(kept rows) string {
	var seconds float64
	first, last := "9999", ""
	var absent []string
	for _, c := range network.Cases {
		measured, ok := kept[c.Name]
		if !ok {
			continue
		}
		seconds = max(seconds, measured.Seconds)
		first, last = min(first, measured.Date), max(last, measured.Date)
		for _, name := range []string{network.NodeName, network.WebRTCName} {
			if why := measured.Absent[name]; why != "" && !strings.Contains(strings.Join(absent, " "), name) {
				absent = append(absent, fmt.Sprintf(" Absent: %s.", strings.TrimSuffix(why, ".")))
			}
		}
	}
	date := first
	if first != last {
		date += " to " + last
	}
	return fmt.Sprintf("%s, %.0f s a case.%s\n", date, seconds, strings.Join(absent, ""))
}
