package chain

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-base-1.0 gstreamer-app-1.0 gstreamer-video-1.0
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
	Format   *caps.VideoBufferType // nil: the decoder's own, or what the pad's peer asks for, which may be the encoded stream
	StreamID string                // id of the stream-start event, stable for the track
	Latency  time.Duration         // answered to the LATENCY query
	Capacity int                   // decoded frames queued for a slow reader; 0 is no limit
	Pad      *Pad                  // nil: frames are read with Next
	After    time.Duration         // presentation times must come after this one, from an earlier chain; 0 is none
	Bad      *BadDecoders          // decoders not to use; those that fail are added. nil: none, and failures are not remembered

	// Unconverted lists types that frames may have instead of Format. A frame that the decoder gives in one of them is
	// not converted; any other is converted to the nearest of them.
	Unconverted []caps.VideoBufferType

	// Sound makes it a chain for sound, which is given to PushSound in this form, and SoundCapacity is how much of it is
	// queued for a slow downstream, beyond the pipeline's latency; negative is no limit. While a muxer takes nothing,
	// MuxerCapacity is, if it is more.
	Sound         *SoundForm
	SoundCapacity time.Duration
	MuxerCapacity time.Duration

	// Sized is called from a streaming thread when the size of the pictures changes, in pixels, before they are scaled.
	// It must not block. It may be nil.
	Sized func(width, height int)

	// Begins reports whether a stream that is not decoded may begin with pictures of this size, in pixels. Pictures
	// before that are dropped, for at most Patience. It is called from a streaming thread, and must not block. If it is
	// nil, the stream begins with any size.
	Begins   func(width, height int) bool
	Patience time.Duration

	// KeyFrameWanted is called from a streaming thread when a decoder or an element downstream needs a key frame: the
	// first frame that is due after a moment should be one or, if the time is zero, the next possible frame. It must not
	// block.
	KeyFrameWanted func(at time.Time)
	// Warn is called, for a chain without a pad, when there was a failure from which the chain recovers. It may be called
	// from a streaming thread, and must not block.
	Warn func(message, debug string)
}

// NoDecoderError says that no installed GStreamer element decodes a codec.
type NoDecoderError struct {
	Codec caps.Codec
	Bad   []string // decoders that are not used because they failed
}

func (e *NoDecoderError) Error() string {
	if len(e.Bad) > 0 {
		return fmt.Sprintf("no installed GStreamer element decodes %s (%s); these were tried and do not work: %s",
			e.Codec, e.Codec.Caps(), strings.Join(e.Bad, ", "))
	}
	return fmt.Sprintf("no installed GStreamer element decodes %s (%s)", e.Codec, e.Codec.Caps())
}

// UndecodableError says that all decoders of a codec failed with several key frames in a row.
type UndecodableError struct {
	Codec caps.Codec
	Tried []string // the decoders
}

func (e *UndecodableError) Error() string {
	return fmt.Sprintf("what its publisher sends cannot be decoded: with %d key frames in a row %s failed",
		stumbles, strings.Join(e.Tried, ", "))
}

// NotWantedError says that the element downstream accepts neither a codec's encoded stream nor raw video.
type NotWantedError struct {
	Codec  caps.Codec
	Reason string // a sentence that says what to do; "" if downstream takes neither
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
	// ErrBacklog means that the decoder does not keep up: the unit was refused, and the next unit must be a key frame.
	ErrBacklog = errors.New("decoder does not keep up")
	// ErrStopped means that the chain accepts no units: its pipeline is not playing, or the stream has ended.
	ErrStopped = errors.New("decode chain is not running")

	// ErrOutdated means that another chain must replace this one, from a key frame on; see Outdated.
	ErrOutdated = errors.New("decode chain has to be replaced")
)

// Chain decodes one track, or passes it on without decoding. Push and End are for one goroutine at a time, Next for
// another; Close is called once, after both have returned for the last time. The other methods may be called at any
// time, also after Close.
type Chain struct {
	c       *C.GstLivekitChain
	anchor  anchor
	config  Config
	decoder string

	alive  sync.RWMutex // held for reading by calls that may run during Close, but never while waiting
	closed bool         // guarded by alive

	reader   reader   // used without a pad
	returned returned // a released frame that C has not freed yet

	// unit is passed to C by Push. It is kept here because otherwise each Push would allocate it.
	size   [2]int // of the units, in pixels
	mail   mail
	unit   C.GstLivekitUnit
	piece  C.GstLivekitSoundPiece
	pts    C.guint64
	behind C.gint64

	mu    sync.Mutex
	ended bool  // guarded by mu: the appsink has received EOS
	err   error // guarded by mu: the pipeline's first error
}

// anchor converts between Go's monotonic clock and GLib's, which differ only in their start.
type anchor struct {
	goTime time.Time
	glib   int64 // ns
}

func newAnchor() (a anchor) {
	const quick = 200 * time.Microsecond
	for range 5 { // this thread may be interrupted between the two clocks
		before := time.Now()
		glib := int64(C.g_get_monotonic_time()) * 1000
		took := time.Since(before)
		a = anchor{goTime: before.Add(took / 2), glib: glib}
		if took < quick {
			break
		}
	}
	return a
}

func (a anchor) glibTime(t time.Time) int64 {
	return a.glib + int64(t.Sub(a.goTime))
}

// time is the inverse of glibTime.
func (a anchor) time(glib int64) time.Time {
	return a.goTime.Add(time.Duration(glib - a.glib))
}

// rawCaps returns the caps of all frames that the chain may give. Unless Format has alternatives, it restricts them
// further.
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

// New builds and starts a chain. It returns a [*NoDecoderError] if no installed element decodes the codec, an
// [*UndecodableError] if no decoder can decode what the publisher sends, and a [*NotWantedError] if downstream of the
// pad accepts nothing that the chain could give.
func New(config Config) (*Chain, error) {
	c, err := newChainOf(config)
	var undecodable *UndecodableError
	if errors.As(err, &undecodable) && config.Bad.forgive(time.Now()) {
		return newChainOf(config)
	}
	return c, err
}

func newChainOf(config Config) (*Chain, error) {
	types() // the first call takes time
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
	cc.sound_capacity = C.GST_CLOCK_TIME_NONE
	if sound := config.Sound; sound != nil {
		cc.sound_caps, cc.sound_forced = C.CString(sound.Caps), gboolean(sound.Forced)
		if config.SoundCapacity >= 0 {
			cc.sound_capacity = C.guint64(config.SoundCapacity)
		}
		cc.muxer_capacity = C.guint64(config.MuxerCapacity)
	}
	defer func() {
		for _, s := range []*C.char{cc.sound_caps, cc.encoded_caps, cc.untouched_caps, cc.raw_caps, cc.stream_id, cc.format} {
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
	c.mail = mail{C.gst_livekit_chain_mail(c.c)}
	c.reader.arrived = (*int32)(C.gst_livekit_chain_arrived(c.c))
	c.decoder = C.GoString(C.gst_livekit_chain_decoder(c.c))
	return c, nil
}

// newStrv copies strings into a NULL-terminated array. The caller frees it with g_strfreev.
func newStrv(all []string) **C.char {
	const size = unsafe.Sizeof((*C.char)(nil))
	strv := (**C.char)(C.g_malloc0(C.gsize(size) * C.gsize(len(all)+1)))
	for i, s := range all {
		unsafe.Slice(strv, len(all))[i] = C.CString(s)
	}
	return strv
}

// Push sends one access unit into the chain. It copies the unit, and never blocks. If it returns ErrBacklog, ErrStopped
// or ErrOutdated, the unit was refused; with a pad, ErrStopped may be about the one before. Without a pad it returns the
// unit's presentation time.
func (c *Chain) Push(unit Unit) (pts time.Duration, err error) {
	if len(unit.Data) == 0 {
		return 0, nil
	}
	if unit.Decode.IsZero() {
		unit.Decode = unit.Due
	}
	if c.config.Pad != nil && unit.Metadata == nil && !unit.Outruns && c.mail.begin(len(unit.Data)) {
		c.describeUnit(&c.mail.c.unit, unit)
		c.mail.c.is_sound = 0
		c.mail.send(unit.Data)
		c.behind = 0
		return 0, nil
	}
	c.describe(unit.Metadata)
	c.describeUnit(&c.unit, unit)
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

func (c *Chain) describeUnit(to *C.GstLivekitUnit, unit Unit) {
	*to = C.GstLivekitUnit{
		due:          C.gint64(c.anchor.glibTime(unit.Due)),
		decode:       C.gint64(c.anchor.glibTime(unit.Decode)),
		key_frame:    gboolean(unit.KeyFrame),
		discont:      gboolean(unit.Discont || unit.Outruns),
		outruns:      gboolean(unit.Outruns && unit.KeyFrame && c.decoder != ""),
		capture_time: captureTime(unit.CaptureTime),
		orientation:  orientation(unit.Rotation),
		colorimetry:  colorimetry(unit.Colorimetry),
	}
}

// Last returns the highest presentation time so far, 0 before the first unit. It is for the goroutine that calls Push.
func (c *Chain) Last() time.Duration {
	last := C.gst_livekit_chain_last(c.c)
	if last == C.GST_CLOCK_TIME_NONE {
		return 0
	}
	return time.Duration(last)
}

// Behind returns how long, at the last Push, the next unit had been waiting for the decoder, or for downstream of a
// stream that is not decoded. It is for the goroutine that calls Push.
func (c *Chain) Behind() time.Duration { return time.Duration(c.behind) }

// SetTitle sets the stream's title from the next unit on; "" is no title. It is for the goroutine that calls Push.
func (c *Chain) SetTitle(title string) {
	text := C.CString(title)
	defer C.free(unsafe.Pointer(text))
	C.gst_livekit_chain_set_title(c.c, text)
}

// Gap sends a gap event, which says that the stream continues but has no data between two moments. It is for a chain
// with a pad. It may be called from any goroutine, but not during a Push.
func (c *Chain) Gap(from, to time.Time) {
	c.alive.RLock()
	defer c.alive.RUnlock()
	if c.closed {
		return
	}
	C.gst_livekit_chain_gap(c.c, C.gint64(c.anchor.glibTime(from)), C.gint64(c.anchor.glibTime(to)))
}

// SetSize sets the size of the next units. A stream that is not decoded has it in its caps, whatever its parser reads,
// and a decoder without a parser is reset by it. It is for the goroutine that calls Push.
func (c *Chain) SetSize(width, height int) {
	size := [2]int{width, height}
	if size == c.size {
		return
	}
	c.size = size
	C.gst_livekit_chain_set_size(c.c, C.guint(width), C.guint(height))
}

// Outdated reports whether another chain must replace this one, from a key frame on: its decoder does not work, or
// downstream changed between raw and encoded video. It is for the goroutine that calls Push.
func (c *Chain) Outdated() bool {
	return !c.mail.isOpen() && C.gst_livekit_chain_outdated(c.c) != 0
}

// End ends the stream: after the frames already pushed, EOS is sent on the pad, or Next returns io.EOF. It returns
// false if the chain has failed and can send no EOS.
func (c *Chain) End() bool {
	c.returned.close() // no further Push would free a returned frame
	if C.gst_livekit_chain_end(c.c) != 0 {
		return true
	}
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	c.reader.wake()
	return c.config.Pad == nil
}

// SetLatency changes the answer to the LATENCY query. It posts a message, which an application may handle
// synchronously, so no lock is held.
func (c *Chain) SetLatency(latency time.Duration) {
	if !c.hold() {
		return
	}
	defer C.gst_livekit_chain_unref(c.c)
	C.gst_livekit_chain_set_latency(c.c, C.guint64(latency))
}

// SetDelay says by how much the units are shown later than the latency explains. A sink that follows the clock holds so much
// more of them back.
func (c *Chain) SetDelay(delay time.Duration) {
	if !c.hold() {
		return
	}
	defer C.gst_livekit_chain_unref(c.c)
	C.gst_livekit_chain_set_delay(c.c, C.guint64(max(delay, 0)))
}

// hold takes a reference on the C chain, unless it is closed.
func (c *Chain) hold() bool {
	c.alive.RLock()
	defer c.alive.RUnlock()
	if !c.closed {
		C.gst_livekit_chain_ref(c.c)
	}
	return !c.closed
}

// Decoder returns the decoder's factory name, for instance "vp8dec", or "" if the stream is not decoded.
func (c *Chain) Decoder() string { return c.decoder }

// Counts returns how many frames were decoded, and how many of them were dropped because the reader was slow.
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

// Close stops the decoder and frees everything except frames that are not yet released. No callback begins after Close,
// but a function of Config that was called because of an event from downstream may still be running.
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

// Preload loads the plugin of the codec's decoder, so that [New] is fast when the first picture arrives. It may run
// concurrently with anything else.
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
