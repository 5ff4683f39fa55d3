package main

import (
	"fmt"
	"io"
	"time"
)

// console prints the progress of the demo for a person to read.
type console struct {
	w io.Writer
}

func newConsole(w io.Writer) *console { return &console{w} }

// step prints what begins. The function that it returns prints the outcome, and how long it took.
func (c *console) step(format string, values ...any) (done func(format string, values ...any)) {
	fmt.Fprintf(c.w, "==> "+format+"\n", values...)
	began := time.Now()
	return func(format string, values ...any) {
		fmt.Fprintf(c.w, "    "+format+", after %s s\n", append(values, seconds(time.Since(began)))...)
	}
}

// line writes an indented line.
func (c *console) line(format string, values ...any) {
	fmt.Fprintf(c.w, "    "+format+"\n", values...)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

// size is a number of bytes in decimal units.
func size(bytes int64) string {
	switch {
	case bytes >= 1_000_000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	case bytes >= 1000:
		return fmt.Sprintf("%d kB", bytes/1000)
	default:
		return fmt.Sprintf("%d bytes", bytes)
	}
}
