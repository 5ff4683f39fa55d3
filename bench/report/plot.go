package report

import (
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// The measures of a plot, in pixels.
const (
	plotWidth  = 860
	labelWidth = 330
	barHeight  = 16
	barGap     = 6
	panelGap   = 34
	valueWidth = 120 // behind the longest bar
	margin     = 12
)

// panel is one group of bars with a scale of its own.
type panel struct {
	title, unit string
	bars        []bar
}

// bar is one receiver. Its tail goes on, paler, to a second value.
type bar struct {
	label       string
	value, tail float64
	ours        bool
}

// plot is a result as SVG: processor time, latency and memory of each receiver.
func plot(r *Result) string {
	panels := []panel{
		{title: "processor seconds per second of video, whole process", bars: bars(r, func(s measure.Summary) (float64, float64) {
			return s.CPU, 0
		})},
		{title: "latency beyond the publisher's encoding, median, and p95 paler", unit: " ms", bars: bars(r, func(s measure.Summary) (float64, float64) {
			if s.Beyond == nil {
				return 0, 0
			}
			return s.Beyond.Median, s.Beyond.P95
		})},
		{title: "peak RSS", unit: " MB", bars: bars(r, func(s measure.Summary) (float64, float64) {
			return megabytes(s.PeakRSS), 0
		})},
	}
	height := margin
	for _, p := range panels {
		height += p.height()
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n",
		plotWidth, height, plotWidth, height)
	fmt.Fprintf(&b, `<title>%s</title>`+"\n"+`<rect width="100%%" height="100%%" fill="#ffffff"/>`+"\n", html.EscapeString(r.Title))
	y := margin
	for _, p := range panels {
		p.draw(&b, y)
		y += p.height()
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// bars are those of the receivers that have the value.
func bars(r *Result, value func(measure.Summary) (float64, float64)) []bar {
	var all []bar
	for _, receiver := range r.Receivers {
		if receiver.Middle == nil {
			continue
		}
		v, tail := value(*receiver.Middle)
		if v <= 0 {
			continue
		}
		ours := strings.HasPrefix(receiver.Name, "gst-") || strings.HasPrefix(receiver.Name, "videostream") ||
			receiver.Name == SoundStream
		all = append(all, bar{label: receiver.Label, value: v, tail: tail, ours: ours})
	}
	return all
}

func (p panel) height() int {
	if len(p.bars) == 0 {
		return 0
	}
	return panelGap + len(p.bars)*(barHeight+barGap)
}

func (p panel) draw(b *strings.Builder, y int) {
	if len(p.bars) == 0 {
		return
	}
	longest := 0.0
	for _, bar := range p.bars {
		longest = max(longest, bar.value, bar.tail)
	}
	scale := float64(plotWidth-labelWidth-valueWidth-margin) / longest
	fmt.Fprintf(b, `<text x="%d" y="%d" font-weight="bold" fill="#222222">%s</text>`+"\n", margin, y+16, html.EscapeString(p.title))
	y += 26
	for _, bar := range p.bars {
		fill, pale := "#9aa5b1", "#d5dbe1"
		if bar.ours {
			fill, pale = "#1f6feb", "#b6d1f8"
		}
		end := max(bar.value, bar.tail) * scale
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end" fill="#222222">%s</text>`+"\n",
			labelWidth-8, y+barHeight-4, html.EscapeString(bar.label))
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", labelWidth, y, end, barHeight, pale)
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", labelWidth, y, bar.value*scale, barHeight, fill)
		fmt.Fprintf(b, `<text x="%.1f" y="%d" fill="#222222">%s</text>`+"\n",
			float64(labelWidth)+end+6, y+barHeight-4, bar.text()+p.unit)
		y += barHeight + barGap
	}
}

// text is the value with three significant digits, and that of the tail.
func (b bar) text() string {
	text := significant(b.value)
	if b.tail > 0 {
		text += " / " + significant(b.tail)
	}
	return text
}

func significant(value float64) string {
	digits := 2 - int(math.Floor(math.Log10(value)))
	return fmt.Sprintf("%.*f", min(max(digits, 0), 4), value)
}
