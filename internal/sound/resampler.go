package sound

/*
#cgo pkg-config: gstreamer-audio-1.0
#cgo noescape gst_livekit_resample
#cgo nocallback gst_livekit_resample
#include <gst/audio/audio.h>

static gsize
gst_livekit_resample (GstAudioResampler *resampler, const void *in, gsize in_samples, void *out)
{
  gpointer from[1] = { (gpointer) in }, to[1] = { out };
  gsize n = gst_audio_resampler_get_out_frames (resampler, in_samples);

  gst_audio_resampler_resample (resampler, from, in_samples, to, n);
  return n;
}
*/
import "C"

import (
	"slices"
	"unsafe"
)

// Resampler changes the sample rate of a stream of samples. It is for one goroutine at a time.
type Resampler struct {
	c        *C.GstAudioResampler
	channels int
	from, to int
	out      []int16
}

// NewResampler returns a Resampler between two rates in Hz.
func NewResampler(from, to, channels int) *Resampler {
	return &Resampler{
		c: C.gst_audio_resampler_new(C.GST_AUDIO_RESAMPLER_METHOD_KAISER, C.GST_AUDIO_RESAMPLER_FLAG_NONE,
			C.GST_AUDIO_FORMAT_S16, C.gint(channels), C.gint(from), C.gint(to), nil),
		channels: channels, from: from, to: to,
	}
}

// Resample returns the next samples. It keeps a few back, less than a millisecond, until it has what comes behind them. They are valid until the next call.
func (r *Resampler) Resample(samples []int16) []int16 {
	n := len(samples) / r.channels
	if n == 0 {
		return nil
	}
	most := (n*r.to/r.from + 64) * r.channels
	r.out = slices.Grow(r.out[:0], most)[:most]
	got := C.gst_livekit_resample(r.c, unsafe.Pointer(unsafe.SliceData(samples)), C.gsize(n),
		unsafe.Pointer(unsafe.SliceData(r.out)))
	return r.out[:int(got)*r.channels]
}

// Reset begins a stream: what it has kept of the former one is dropped.
func (r *Resampler) Reset() { C.gst_audio_resampler_reset(r.c) }

// Close frees the Resampler.
func (r *Resampler) Close() { C.gst_audio_resampler_free(r.c) }
