package chain

/*
#cgo pkg-config: gstreamer-audio-1.0
#cgo noescape gst_livekit_chain_push_sound
#cgo noescape gst_livekit_timing_offset
#include <stdlib.h>
#include <gst/audio/audio.h>
#include "audio_want.h"
#include "chain.h"
#include "timing.h"
*/
import "C"

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
)

// SoundForm is the form of the sound on a pad.
type SoundForm struct {
	Caps     string // fixed
	Codec    caps.Codec
	Raw      bool // samples, and not packets of the codec
	Float    bool // samples are 32-bit floats, and not signed 16-bit numbers
	Rate     int  // of the samples, in Hz
	Channels int
	Forced   bool // downstream has no choice between samples and packets
}

// SoundOffer is what can be given to a pad.
type SoundOffer struct {
	Codec        caps.Codec
	Channels     int  // of the codec's stream
	Raw, Encoded bool // whether samples, and packets, may be given
}

// WantSound returns the form in which downstream of the pad currently wants sound. The error is a *NotWantedError if it
// accepts none.
func (p Pad) WantSound(offer SoundOffer) (SoundForm, error) {
	encoded := offer.Codec.UntouchedCaps()
	if offer.Codec == caps.Opus {
		encoded += fmt.Sprintf(", channels=(int)%d, streamheader=(buffer)< %x, %x >", offer.Channels, opusHead(offer.Channels), opusTags)
	}
	c := C.GstLivekitSound{
		encoded_caps: C.CString(encoded), raw_caps: C.CString(caps.RawAudioCaps()),
		rate: C.gint(offer.Codec.ClockRate()), channels: C.gint(offer.Channels),
		raw: gboolean(offer.Raw), encoded: gboolean(offer.Encoded),
	}
	defer C.free(unsafe.Pointer(c.encoded_caps))
	defer C.free(unsafe.Pointer(c.raw_caps))
	var complaint *C.char
	taken := C.gst_livekit_audio_want((*C.GstPad)(p.Ghost), &c, &complaint)
	if taken == nil {
		return SoundForm{}, &NotWantedError{Codec: offer.Codec, Reason: C.GoString(complaint)}
	}
	defer C.gst_caps_unref(taken)
	text := C.gst_caps_to_string(taken)
	defer C.g_free(C.gpointer(text))
	form := SoundForm{Caps: C.GoString(text), Codec: offer.Codec, Forced: !offer.Raw || !offer.Encoded}
	var info C.GstAudioInfo
	if C.gst_structure_has_name(C.gst_caps_get_structure(taken, 0), rawAudio) != 0 && C.gst_audio_info_from_caps(&info, taken) != 0 {
		form.Raw, form.Rate, form.Channels = true, int(info.rate), int(info.channels)
		form.Float = info.finfo.format == C.GST_AUDIO_FORMAT_F32LE
	}
	return form, nil
}

// opusHead returns the header of an Opus stream in a file (RFC 7845 section 5.1), without which some muxers write nothing.
// There are no samples to skip, because the stream began long before.
func opusHead(channels int) []byte {
	head := append([]byte("OpusHead"), 1, byte(channels), 0, 0)
	head = binary.LittleEndian.AppendUint32(head, uint32(caps.Opus.ClockRate()))
	return append(head, 0, 0, 0) // no gain, and channels as in every stream with one or two of them
}

// opusTags is the second header (RFC 7845 section 5.2): the name of the writer, and no tags.
var opusTags = []byte("OpusTags\x0b\x00\x00\x00gst-livekit\x00\x00\x00\x00")

// rawAudio is never freed.
var rawAudio = (*C.gchar)(C.CString("audio/x-raw"))

// noClock is GST_CLOCK_STIME_NONE.
const noClock = math.MinInt64

// Running returns the running time of the pad's element, and when it was that; ok is false without a clock.
func (p Pad) Running() (running time.Duration, at time.Time, ok bool) {
	offset := C.gst_livekit_timing_offset((*C.GstElement)(p.Bin))
	if offset == noClock {
		return 0, time.Time{}, false
	}
	now := newAnchor()
	return time.Duration(now.glib + int64(offset)), now.goTime, true
}

// Running returns the running time of the chain's element, and when it was that; ok is false without a clock. It is for
// the goroutine that calls PushSound.
func (c *Chain) Running() (running time.Duration, at time.Time, ok bool) {
	const recent = time.Second // the pipeline's clock may have another pace
	if offset, readAt, ok := c.mail.offset(); ok {
		at = time.Now()
		if now := time.Duration(c.anchor.glibTime(at)); now-readAt < recent {
			return now + offset, at, true
		}
	}
	return c.config.Pad.Running()
}

// Piece is a piece of sound for PushSound, of which one of the first three fields is set.
type Piece struct {
	Data        []byte        // a packet of the codec
	Samples     []int16       // of all channels, interleaved
	Floats      []float32     // likewise
	PTS         time.Duration // running time
	Duration    time.Duration
	CaptureTime time.Time // zero if unknown
	Discont     bool
}

// PushSound sends a piece of sound into a chain for sound. It copies the piece, and never blocks. If it returns ErrStopped
// or ErrOutdated, the piece was refused. leaked says that downstream is too slow: as much that waited was dropped.
func (c *Chain) PushSound(p *Piece) (leaked bool, err error) {
	data := p.Data
	switch {
	case len(p.Samples) > 0:
		data = bytesOf(p.Samples)
	case len(p.Floats) > 0:
		data = bytesOf(p.Floats)
	}
	if c.config.Pad != nil && c.mail.begin(len(data)) {
		c.mail.c.piece = p.describe()
		c.mail.c.is_sound = 1
		c.mail.send(data)
		return false, nil
	}
	c.piece = p.describe()
	// The type of the pointer says that there are no pointers in what it points to: a packet may be part of a struct
	// that has some.
	switch C.gst_livekit_chain_push_sound(c.c, (*C.guint8)(unsafe.SliceData(data)), C.gsize(len(data)), &c.piece) {
	case C.GST_LIVEKIT_PUSH_STOPPED:
		return false, ErrStopped
	case C.GST_LIVEKIT_PUSH_OUTDATED:
		return false, ErrOutdated
	case C.GST_LIVEKIT_PUSH_LEAKED:
		return true, nil
	}
	return false, nil
}

func (p *Piece) describe() C.GstLivekitSoundPiece {
	return C.GstLivekitSoundPiece{
		pts: C.guint64(p.PTS), duration: C.guint64(p.Duration),
		capture_time: captureTime(p.CaptureTime), discont: gboolean(p.Discont),
	}
}

// PushGap says that there is no sound for a time. It is for the goroutine that calls PushSound.
func (c *Chain) PushGap(pts, duration time.Duration) {
	C.gst_livekit_chain_push_gap(c.c, C.guint64(pts), C.guint64(duration))
}

// Monotonic returns t on the system's monotonic clock (CLOCK_MONOTONIC).
func Monotonic(t time.Time) time.Duration { return time.Duration(newAnchor().glibTime(t)) }
