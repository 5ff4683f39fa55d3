// Package console prints the progress of a program for a person to read.
package console

import (
	"fmt"
	"io"
	"time"
)

// Console prints to w, on one goroutine at a time.
type Console struct {
	w io.Writer
}

// New returns a Console that prints to w.
func New(w io.Writer) *Console { return &Console{w} }

// Step prints what begins. The function that it returns prints the outcome, and how long it took.
func (c *Console) Step(format string, values ...any) (done func(format string, values ...any)) {
	fmt.Fprintf(c.w, "==> "+format+"\n", values...)
	began := time.Now()
	return func(format string, values ...any) {
		fmt.Fprintf(c.w, "    "+format+", after %s s\n", append(values, Seconds(time.Since(began)))...)
	}
}

// Line writes an indented line.
func (c *Console) Line(format string, values ...any) {
	fmt.Fprintf(c.w, "    "+format+"\n", values...)
}

// Seconds has one decimal.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

// Milliseconds has the unit.
func Milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

// Size is a number of bytes in decimal units.
func Size(bytes int64) string {
	switch {
	case bytes >= 1_000_000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	case bytes >= 1000:
		return fmt.Sprintf("%d kB", bytes/1000)
	default:
		return fmt.Sprintf("%d bytes", bytes)
	}
}
