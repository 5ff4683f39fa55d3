package chain

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-app-1.0 gstreamer-video-1.0
#cgo noescape gst_livekit_chain_describe
#include <stdlib.h>
#include "chain.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"io"
	"runtime/cgo"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Config describes a chain.
type Config struct {
	Codec    caps.Codec            // of the access units
	Format   *caps.VideoBufferType // nil: the decoder's own, or what the pad's peer asks for, also the stream itself
	StreamID string                // id of the stream-start event, stable for the track
	Latency  time.Duration         // answered to the LATENCY query
	Capacity int                   // decoded frames kept for a slow consumer; 0 is no limit
	Pad      *Pad                  // nil: frames are read with Next
	After    time.Duration         // presentation times come after this one of an earlier chain; 0 is none
	Bad      *BadDecoders          // decoders that are left out; those that fail are added. nil: none, and they are forgotten

	// Unconverted are types that may come instead of Format: what the decoder
	// gives in one of them is left as it is, and anything else becomes the nearest.
	Unconverted []caps.VideoBufferType

	// Sized is called from a streaming thread when pictures have another size from
	// then on, in pixels, before they are scaled. It must not block. Nil is nobody.
	Sized func(width, height int)

	// Begins reports whether an untouched stream is to begin with pictures of that size, in pixels. While it is to begin
	// with others, what comes is dropped, for no longer than Patience. It is called from a streaming thread, and must not
	// block. Nil is any size.
	Begins   func(width, height int) bool
	Patience time.Duration

	// KeyFrameWanted is called from a streaming thread when a decoder or an element
	// downstream needs a key frame: the first frame that is due after a moment is to be
	// one, or with the zero time the next that there can be. It must not block.
	KeyFrameWanted func(at time.Time)
	// Warn is called, for a chain without a pad, when something went wrong that the
	// chain gets over. It may come from a streaming thread, and must not block.
	Warn func(message, debug string)
}

// NoDecoderError says that no installed GStreamer element decodes a codec.
type NoDecoderError struct {
	Codec caps.Codec
	Bad   []string // decoders that are left out because they failed
}

func (e *NoDecoderError) Error() string {
	if len(e.Bad) > 0 {
		return fmt.Sprintf("no installed GStreamer element decodes %s (%s); these were tried and do not work: %s",
			e.Codec, e.Codec.Caps(), strings.Join(e.Bad, ", "))
	}
	return fmt.Sprintf("no installed GStreamer element decodes %s (%s)", e.Codec, e.Codec.Caps())
}

// UndecodableError says that all decoders of a codec failed with several key frames in
// a row of what the publisher sends.
type UndecodableError struct {
	Codec caps.Codec
	Tried []string // the decoders
}

func (e *UndecodableError) Error() string {
	return fmt.Sprintf("what its publisher sends cannot be decoded: with %d key frames in a row %s failed",
		stumbles, strings.Join(e.Tried, ", "))
}

// NotWantedError says that the element downstream takes neither a codec's stream nor
// raw video.
type NotWantedError struct {
	Codec  caps.Codec
	Reason string // a sentence that says what to do; empty if it takes neither
}

func (e *NotWantedError) Error() string {
	if e.Reason != "" {
		return e.Reason
	}
	return fmt.Sprintf("the next element takes neither %s (%s) nor raw video", e.Codec, e.Codec.MediaType())
}

// ErrInterrupted is returned by [Chain.Next] when its interrupt is closed.
var ErrInterrupted = errors.New("interrupted")

// Errors of [Chain.Push].
var (
	// ErrBacklog means that the decoder does not keep up: the unit was not
	// taken, and the next one that makes sense is a key frame.
	ErrBacklog = errors.New("decoder does not keep up")
	// ErrStopped means that the chain takes nothing now: its pipeline is not
	// playing, or the stream has ended.
	ErrStopped = errors.New("decode chain is not running")

	// ErrOutdated means that another chain must go on in place of this one, from a
	// key frame on; see Outdated.
	ErrOutdated = errors.New("decode chain has to be replaced")
)

// Chain decodes one track, or hands it on as it is. Push and End are for one goroutine at a time, Next for
// another; Close is called once, after both have returned for good. The other
// methods may be called at any time, also after Close.
type Chain struct {
	c       *C.GstLivekitChain
	anchor  anchor
	config  Config
	decoder string

	alive  sync.RWMutex // held for reading by calls that may meet Close, never while waiting
	closed bool         // guarded by alive

	reader   reader   // of a chain without a pad
	returned returned // of its frames

	// What C reads and writes in a Push, which would be allocated anew for each.
	unit   C.GstLivekitUnit
	pts    C.guint64
	behind C.gint64

	mu    sync.Mutex
	ended bool  // guarded by mu: the appsink saw EOS
	err   error // guarded by mu: the pipeline's first error
}

// anchor relates Go's monotonic clock to GLib's: both count the same time from
// different starts.
type anchor struct {
	goTime time.Time
	glib   int64 // ns
}

func newAnchor() anchor {
	return anchor{goTime: time.Now(), glib: int64(C.g_get_monotonic_time()) * 1000}
}

func (a anchor) glibTime(t time.Time) int64 {
	return a.glib + int64(t.Sub(a.goTime))
}

// time is the inverse of glibTime.
func (a anchor) time(glib int64) time.Time {
	return a.goTime.Add(time.Duration(glib - a.glib))
}

// rawCaps are all that the chain may give; Format restricts them further unless it
// has alternatives.
func (c *Config) rawCaps() string {
	if c.Format == nil || len(c.Unconverted) == 0 {
		return caps.RawCaps()
	}
	var all []string
	for _, t := range append(slices.Clone(c.Unconverted), *c.Format) {
		all = append(all, t.Caps())
	}
	return strings.Join(all, "; ")
}

// New builds and starts a chain. It returns a [*NoDecoderError] when nothing
// installed decodes the codec, an [*UndecodableError] when nothing does what the
// publisher sends, and a [*NotWantedError] when downstream of the pad
// nobody wants what it could give.
func New(config Config) (*Chain, error) {
	c, err := newChainOf(config)
	var undecodable *UndecodableError
	if errors.As(err, &undecodable) && config.Bad.forgive(time.Now()) {
		return newChainOf(config)
	}
	return c, err
}

func newChainOf(config Config) (*Chain, error) {
	types() // which takes time once
	if !config.Codec.Valid() {
		return nil, &NoDecoderError{Codec: config.Codec}
	}
	c := &Chain{config: config, anchor: newAnchor()}
	if config.Pad == nil {
		if err := c.reader.open(); err != nil {
			c.reader.close()
			return nil, err
		}
	}
	var cc C.GstLivekitChainConfig
	cc.encoded_caps = C.CString(config.Codec.Caps())
	cc.raw_caps = C.CString(config.rawCaps())
	cc.untouched_caps = C.CString(config.Codec.UntouchedCaps())
	cc.stream_id = C.CString(config.StreamID)
	if config.Format != nil && len(config.Unconverted) == 0 {
		cc.format = C.CString(config.Format.Format())
	}
	defer func() {
		for _, s := range []*C.char{cc.encoded_caps, cc.untouched_caps, cc.raw_caps, cc.stream_id, cc.format} {
			C.free(unsafe.Pointer(s))
		}
	}()
	bad := newStrv(config.Bad.Names())
	defer C.g_strfreev(bad)
	cc.bad = bad
	cc.after = C.GST_CLOCK_TIME_NONE
	if config.After > 0 {
		cc.after = C.guint64(config.After)
	}
	cc.latency = C.guint64(config.Latency)
	cc.patience = C.guint64(config.Patience)
	cc.capacity = C.guint(config.Capacity)
	cc.handle = C.uintptr_t(cgo.NewHandle(c))
	cc.arrival = c.reader.fd
	if config.Pad != nil {
		cc.parent = (*C.GstBin)(config.Pad.Bin)
		cc.ghost = (*C.GstPad)(config.Pad.Ghost)
	}

	var gerr *C.GError
	c.c = C.gst_livekit_chain_new(&cc, &gerr)
	if c.c == nil {
		defer C.g_error_free(gerr)
		c.reader.close()
		if gerr.domain == C.gst_livekit_chain_error_quark() {
			switch gerr.code {
			case C.GST_LIVEKIT_CHAIN_NO_DECODER:
				return nil, config.Bad.missing(config.Codec)
			case C.GST_LIVEKIT_CHAIN_NOT_WANTED:
				return nil, &NotWantedError{Codec: config.Codec}
			case C.GST_LIVEKIT_CHAIN_UNSUITABLE:
				return nil, &NotWantedError{Codec: config.Codec, Reason: C.GoString(gerr.message)}
			}
		}
		return nil, fmt.Errorf("build decoder for %s: %s", config.Codec, C.GoString(gerr.message))
	}
	c.reader.arrived = (*int32)(C.gst_livekit_chain_arrived(c.c))
	c.decoder = C.GoString(C.gst_livekit_chain_decoder(c.c))
	return c, nil
}

// newStrv copies strings into a NULL-terminated array, which the caller frees with
// g_strfreev.
func newStrv(all []string) **C.char {
	const size = unsafe.Sizeof((*C.char)(nil))
	strv := (**C.char)(C.g_malloc0(C.gsize(size) * C.gsize(len(all)+1)))
	for i, s := range all {
		unsafe.Slice(strv, len(all))[i] = C.CString(s)
	}
	return strv
}

// Push hands one access unit to the decoder and returns the presentation time it
// got. It copies the unit, and never blocks. Its errors are ErrBacklog, ErrStopped
// and ErrOutdated: the unit was not taken.
func (c *Chain) Push(unit Unit) (pts time.Duration, err error) {
	if len(unit.Data) == 0 {
		return 0, nil
	}
	c.describe(unit.Metadata)
	if unit.Decode.IsZero() {
		unit.Decode = unit.Due
	}
	c.unit = C.GstLivekitUnit{
		due:          C.gint64(c.anchor.glibTime(unit.Due)),
		decode:       C.gint64(c.anchor.glibTime(unit.Decode)),
		key_frame:    gboolean(unit.KeyFrame),
		discont:      gboolean(unit.Discont || unit.Outruns),
		outruns:      gboolean(unit.Outruns && unit.KeyFrame && c.decoder != ""),
		capture_time: captureTime(unit.CaptureTime),
		orientation:  orientation(unit.Rotation),
		colorimetry:  colorimetry(unit.Colorimetry),
	}
	switch C.gst_livekit_chain_push(c.c, unsafe.Pointer(unsafe.SliceData(unit.Data)), C.gsize(len(unit.Data)),
		&c.unit, c.returned.take(), &c.pts, &c.behind) {
	case C.GST_LIVEKIT_PUSH_FULL:
		return 0, ErrBacklog
	case C.GST_LIVEKIT_PUSH_STOPPED:
		return 0, ErrStopped
	case C.GST_LIVEKIT_PUSH_OUTDATED:
		return 0, ErrOutdated
	}
	return time.Duration(c.pts), nil
}

// Behind returns how long the unit had waited, at the last Push, that was the next to
// be decoded, or to be taken from an untouched stream. It is for the goroutine that
// pushes.
func (c *Chain) Behind() time.Duration { return time.Duration(c.behind) }

// SetTitle names the stream, from the next unit on; empty is no name. It is for
// the goroutine that pushes.
func (c *Chain) SetTitle(title string) {
	text := C.CString(title)
	defer C.free(unsafe.Pointer(text))
	C.gst_livekit_chain_set_title(c.c, text)
}

// Gap says that there is nothing to show between two moments and that the stream
// goes on. It is for a chain with a pad, may come from any goroutine, and not
// beside a Push.
func (c *Chain) Gap(from, to time.Time) {
	c.alive.RLock()
	defer c.alive.RUnlock()
	if c.closed {
		return
	}
	C.gst_livekit_chain_gap(c.c, C.gint64(c.anchor.glibTime(from)), C.gint64(c.anchor.glibTime(to)))
}

// SetSize says what size the next units have, until it is called again. An
// untouched stream tells it downstream, whatever its parser reads, and a decoder
// without a parser begins anew with it. It is for the goroutine that pushes.
func (c *Chain) SetSize(width, height int) {
	C.gst_livekit_chain_set_size(c.c, C.guint(width), C.guint(height))
}

// Outdated reports whether another chain must go on in place of this one, from a key
// frame on: its decoder does not work, or downstream wants the stream itself
// instead of pictures, or the other way round. It is for the goroutine that pushes.
func (c *Chain) Outdated() bool {
	return C.gst_livekit_chain_outdated(c.c) != 0
}

// End ends the stream: after the frames already pushed comes EOS on the pad, or
// io.EOF from Next. It reports whether it does: a chain that has failed gives no
// EOS on its pad any more.
func (c *Chain) End() bool {
	c.returned.close() // no unit comes that takes a frame along
	if C.gst_livekit_chain_end(c.c) != 0 {
		return true
	}
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	c.reader.wake()
	return c.config.Pad == nil
}

// SetLatency changes the answer to the LATENCY query. It posts a message, which an
// application may handle in this very call: no lock is held.
func (c *Chain) SetLatency(latency time.Duration) {
	if !c.hold() {
		return
	}
	defer C.gst_livekit_chain_unref(c.c)
	C.gst_livekit_chain_set_latency(c.c, C.guint64(latency))
}

// hold takes a reference on the chain in C, unless it is closed.
func (c *Chain) hold() bool {
	c.alive.RLock()
	defer c.alive.RUnlock()
	if !c.closed {
		C.gst_livekit_chain_ref(c.c)
	}
	return !c.closed
}

// Decoder returns the decoder's factory name, for instance "vp8dec", or "" when the
// stream goes on untouched.
func (c *Chain) Decoder() string { return c.decoder }

// Counts returns how many frames were decoded, and how many of them were dropped
// because the consumer was slow.
func (c *Chain) Counts() (decoded, dropped uint64) {
	c.alive.RLock()
	defer c.alive.RUnlock()
	if c.closed {
		return 0, 0
	}
	var d, p C.guint64
	C.gst_livekit_chain_counts(c.c, &d, &p)
	return uint64(d), uint64(p)
}

// Outrun returns how many units were dropped before the decoder because of Unit.Outruns.
func (c *Chain) Outrun() uint64 {
	c.alive.RLock()
	defer c.alive.RUnlock()
	if c.closed {
		return 0
	}
	return uint64(C.gst_livekit_chain_outrun_units(c.c))
}

// Monotonic returns t on the system's monotonic clock (CLOCK_MONOTONIC).
func (c *Chain) Monotonic(t time.Time) time.Duration {
	return time.Duration(c.anchor.glibTime(t))
}

func (c *Chain) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	if c.ended {
		return io.EOF
	}
	return nil
}

// Close stops the decoder and frees everything but frames not yet released. No callback
// begins after it; one of Config's that is called for an event from downstream may still
// be under way.
func (c *Chain) Close() {
	C.gst_livekit_chain_stop(c.c)
	c.alive.Lock()
	defer c.alive.Unlock()
	c.closed = true
	c.returned.close()
	c.reader.close()
	C.gst_livekit_chain_unref(c.c)
}

func gboolean(b bool) C.gboolean {
	if b {
		return 1
	}
	return 0
}

// Preload loads the plugin that decodes a codec, so that [New] is fast when the
// first picture has come. It may run beside anything else.
func Preload(codec caps.Codec) {
	text := C.CString(codec.Caps())
	defer C.free(unsafe.Pointer(text))
	C.gst_livekit_chain_preload(text)
}

// Init initialises GStreamer unless the program has done so.
func Init() error {
	var gerr *C.GError
	if C.gst_livekit_init(&gerr) == 0 {
		defer C.g_error_free(gerr)
		return fmt.Errorf("initialise GStreamer: %s", C.GoString(gerr.message))
	}
	return nil
}

// Err returns the pipeline's first error. A chain in an element reports errors
// as messages of its bin instead.
func (c *Chain) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
