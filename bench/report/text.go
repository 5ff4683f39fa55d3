package report

import (
	"fmt"
	"strings"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// Line is one run in a line for the terminal.
func Line(label string, s measure.Summary) string {
	line := fmt.Sprintf("%-52s %9s  cpu %.3f (steady %.3f)  first frame %4.0f ms  rss %3.0f MB",
		label, frames(s), s.CPU, s.CPUSteady, s.FirstFrame, megabytes(s.PeakRSS))
	if s.Latency != nil {
		line += "  latency " + threeOf(s.Latency)
	}
	if s.Beyond != nil {
		line += ", beyond encoding " + threeOf(s.Beyond)
	}
	if s.Threads > 0 {
		line += fmt.Sprintf("  %d threads, %.0f switches/s", s.Threads, s.Switches)
	}
	if s.Missing != nil && *s.Missing > 0 {
		line += fmt.Sprintf("  %d packets missing", *s.Missing)
	}
	if s.Mallocs != nil {
		line += fmt.Sprintf("  %.1f mallocs", *s.Mallocs)
	}
	if s.OurMallocs != nil {
		line += fmt.Sprintf(" (%.2f ours)", *s.OurMallocs)
	}
	if s.CgoCalls != nil {
		line += fmt.Sprintf("  %.2f cgo calls", *s.CgoCalls)
	}
	return line
}

// frames is how many of the frames sent came.
func frames(s measure.Summary) string {
	if s.Sent == 0 {
		return fmt.Sprint(s.Frames)
	}
	return fmt.Sprintf("%d/%d", s.Frames, s.Sent)
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

func threeOf(p *measure.Percentiles) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%.1f / %.1f / %.1f", p.Median, p.P95, p.P99)
}

// Text is a result for the terminal: the median of each receiver's runs.
func Text(r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: median of %d rounds of %.0f s", r.Title, r.Rounds, r.Seconds)
	if r.Machine.Busy > quiet {
		fmt.Fprintf(&b, "; others kept %.1f of %d cores busy when it began: take no number for more than a hint",
			r.Machine.Busy, r.Machine.Cores)
	}
	b.WriteString("\n")
	for _, receiver := range r.Receivers {
		if receiver.Middle == nil {
			fmt.Fprintf(&b, "    %-52s absent: %s\n", receiver.Label, firstLine(receiver.Absent))
			continue
		}
		fmt.Fprintf(&b, "    %s\n", Line(receiver.Label, *receiver.Middle))
		if receiver.Absent != "" {
			fmt.Fprintf(&b, "    %-52s then failed: %s\n", "", firstLine(receiver.Absent))
		}
	}
	for _, name := range sortedKeys(r.Values) {
		fmt.Fprintf(&b, "    %-52s %.3f\n", name, r.Values[name])
	}
	return b.String()
}

// quiet is how many cores others may use for numbers to be trusted.
const quiet = 0.1

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// GoalsText is what became of the goals, for the terminal.
func GoalsText(results Results) string {
	var b strings.Builder
	b.WriteString("goals\n")
	for _, v := range Judge(Goals(), results) {
		fmt.Fprintf(&b, "    %-8s %-42s %-52s %s\n", mark(v), v.Topic, v.Text, numbers(v))
	}
	return b.String()
}

func mark(v Verdict) string {
	switch {
	case v.Missing != "":
		return "unknown"
	case v.Reached():
		return "reached"
	default:
		return "missed"
	}
}

// numbers are the value and its limit.
func numbers(v Verdict) string {
	if v.Missing != "" {
		return fmt.Sprintf("at most %s (%s)", withUnit(v.Limit, v.Unit), firstLine(v.Missing))
	}
	return fmt.Sprintf("%s of at most %s", withUnit(v.Value, v.Unit), withUnit(v.Limit, v.Unit))
}

func withUnit(value float64, unit string) string {
	if unit == "" {
		return fmt.Sprintf("%.2f", value)
	}
	text := fmt.Sprintf("%.3g", value)
	if value >= 1000 {
		text = fmt.Sprintf("%.0f", value)
	}
	return text + " " + unit
}
