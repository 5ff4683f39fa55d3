package report

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// What is between these lines of the page is replaced. The rest is written by people.
const (
	pageBegin = "<!-- make bench writes from here -->"
	pageEnd   = "<!-- to here -->"
)

const newPage = "# Performance\n\n" + pageBegin + "\n" + pageEnd + "\n"

// WritePage writes the tables into the page at path, and the plots into a directory. Order names the cases in the order in
// which they are shown.
func WritePage(path, images string, results Results, order []string) error {
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(newPage), nil
	}
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	toImages, err := filepath.Rel(filepath.Dir(path), images)
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	page, err := replacePart(string(old), pagePart(results, order, toImages))
	if err != nil {
		return fmt.Errorf("write page %s: %w", path, err)
	}
	for _, name := range order {
		if result := results[name]; result != nil && len(result.Receivers) > 0 {
			if err := os.WriteFile(filepath.Join(images, imageName(name)), []byte(plot(result)), 0o644); err != nil {
				return fmt.Errorf("write plot: %w", err)
			}
		}
	}
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func imageName(name string) string { return "performance-" + name + ".svg" }

// replacePart replaces what is between the two marks.
func replacePart(page, part string) (string, error) {
	before, rest, ok := strings.Cut(page, pageBegin+"\n")
	_, after, found := strings.Cut(rest, pageEnd)
	if !ok || !found {
		return "", fmt.Errorf("the lines %q and %q are not in it", pageBegin, pageEnd)
	}
	return before + pageBegin + "\n" + part + pageEnd + after, nil
}

func pagePart(results Results, order []string, images string) string {
	var b strings.Builder
	b.WriteString("\n## Goals\n\n| | | goal | measured | |\n|---|---|---|---|---|\n")
	for _, v := range Judge(Goals(), results) {
		value := "unknown: " + firstLine(v.Missing)
		if v.Missing == "" {
			value = withUnit(v.Value, v.Unit)
		}
		fmt.Fprintf(&b, "| %s | %s | at most %s | %s | %s |\n", v.Topic, v.Text, withUnit(v.Limit, v.Unit), cell(value), mark(v))
	}
	for _, name := range order {
		if result := results[name]; result != nil {
			b.WriteString("\n" + section(result, images))
		}
	}
	b.WriteString("\n")
	return b.String()
}

func section(r *Result, images string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n", capitalized(r.Title), conditions(r))
	if len(r.Receivers) > 0 {
		fmt.Fprintf(&b, "\n![%s](%s)\n\n", r.Title, filepath.ToSlash(filepath.Join(images, imageName(r.Case))))
		b.WriteString("| receiver | frames | CPU s per s (least to most) | from first to last frame | RSS peak, steady MB | latency ms |" +
			" beyond encoding ms | first frame ms |\n|---|---|---|---|---|---|---|---|\n")
		for _, receiver := range r.Receivers {
			b.WriteString(row(receiver))
		}
	}
	if counted := countsTable(r); counted != "" {
		b.WriteString("\n" + counted)
	}
	if threads := threadsTable(r); threads != "" {
		b.WriteString("\n" + threads)
	}
	if len(r.Values) > 0 {
		b.WriteString("\n| | |\n|---|---|\n")
		for _, name := range sortedKeys(r.Values) {
			fmt.Fprintf(&b, "| %s | %.3f |\n", name, r.Values[name])
		}
	}
	if commands := commandList(r); commands != "" {
		b.WriteString("\n<details><summary>The commands</summary>\n\n```\n" + commands + "```\n\n</details>\n")
	}
	return b.String()
}

// conditions say when and where, and how much the numbers can be trusted.
func conditions(r *Result) string {
	m := r.Machine
	text := fmt.Sprintf("%s, %d cores of %s, %s, GStreamer %s, %s.", m.Date, m.Cores, m.Processor, m.Kernel, m.GStreamer, m.Go)
	if len(r.Receivers) > 0 {
		text += fmt.Sprintf(" Median of %d runs of %.0f s; latencies are median / p95 / p99.", r.Rounds, r.Seconds)
	}
	if m.Busy > quiet {
		text += fmt.Sprintf(" **Not quiet: others kept %.1f cores busy when it began.**", m.Busy)
	}
	return text
}

func row(r Receiver) string {
	if r.Middle == nil {
		return fmt.Sprintf("| %s | absent: %s | | | | | | |\n", r.Label, cell(firstLine(r.Absent)))
	}
	s := *r.Middle
	label := r.Label
	if r.Absent != "" {
		label += " (then failed: " + cell(firstLine(r.Absent)) + ")"
	}
	least, most := measure.Spread(r.Runs, func(s measure.Summary) float64 { return s.CPU })
	memory := ""
	if s.PeakRSS > 0 {
		memory = fmt.Sprintf("%.0f, %.0f", megabytes(s.PeakRSS), megabytes(s.SteadyRSS))
	}
	return fmt.Sprintf("| %s | %s | %.3f (%.3f to %.3f) | %.3f | %s | %s | %s | %.0f |\n",
		label, frames(s), s.CPU, least, most, s.CPUSteady, memory, threeOf(s.Latency), threeOf(s.Beyond), s.FirstFrame)
}

// countsTable is what Go programs have counted of themselves.
func countsTable(r *Result) string {
	var b strings.Builder
	for _, receiver := range r.Receivers {
		if receiver.Middle == nil || receiver.Middle.Mallocs == nil {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("| of each frame | allocations in the process | bytes | of this module's code | calls into C |\n|---|---|---|---|---|\n")
		}
		s := receiver.Middle
		ours := ""
		if s.OurMallocs != nil {
			ours = fmt.Sprintf("%.2f", *s.OurMallocs)
		}
		fmt.Fprintf(&b, "| %s | %.1f | %.0f | %s | %.2f |\n", receiver.Label, *s.Mallocs, *s.AllocatedBytes, ours, *s.CgoCalls)
	}
	return b.String()
}

// threadsTable is what the kernel says of the threads, and the receivers of packets that are missing.
func threadsTable(r *Result) string {
	var b strings.Builder
	for _, receiver := range r.Receivers {
		if receiver.Middle == nil || receiver.Middle.Threads == 0 {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("| | threads | thread switches a second | packets lost or dropped, at most |\n|---|---|---|---|\n")
		}
		s, missing := receiver.Middle, ""
		if s.Missing != nil {
			missing = fmt.Sprint(*s.Missing)
		}
		fmt.Fprintf(&b, "| %s | %d | %.0f | %s |\n", receiver.Label, s.Threads, s.Switches, missing)
	}
	return b.String()
}

func commandList(r *Result) string {
	var b strings.Builder
	for _, receiver := range r.Receivers {
		if receiver.Command != "" {
			b.WriteString(receiver.Command + "\n")
		}
	}
	return b.String()
}

// cell is a text that stays within a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func capitalized(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func sortedKeys(values map[string]float64) []string { return slices.Sorted(maps.Keys(values)) }
