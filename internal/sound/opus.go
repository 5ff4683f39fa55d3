package sound

/*
#cgo pkg-config: opus
#cgo noescape opus_decode
#cgo nocallback opus_decode
#include <opus.h>

// cgo cannot call functions with a variable number of arguments.
static void
gst_livekit_opus_reset (OpusDecoder *decoder)
{
  opus_decoder_ctl (decoder, OPUS_RESET_STATE);
}
*/
import "C"

import (
	"fmt"
	"slices"
	"unsafe"
)

// opusRates are the sample rates at which libopus decodes.
var opusRates = []int{8000, 12000, 16000, 24000, 48000}

// concealStep divides every length that libopus can conceal, which are multiples of 2.5 ms.
const concealSteps = 400 // a second

type opus struct {
	c        *C.OpusDecoder
	rate     int
	channels int
	spare    []int16 // for sound that is longer than what was asked for
}

func newOpus(rate, channels int) (*opus, error) {
	if !slices.Contains(opusRates, rate) {
		rate = 48000
	}
	var failed C.int
	c := C.opus_decoder_create(C.opus_int32(rate), C.int(channels), &failed)
	if c == nil {
		return nil, fmt.Errorf("make an Opus decoder for %d Hz and %d channels: %w", rate, channels, opusError(failed))
	}
	return &opus{c: c, rate: rate, channels: channels}, nil
}

// opusError is an error of libopus.
type opusError C.int

func (e opusError) Error() string { return C.GoString(C.opus_strerror(C.int(e))) }

func (d *opus) Rate() int     { return d.rate }
func (d *opus) Channels() int { return d.channels }
func (d *opus) Close()        { C.opus_decoder_destroy(d.c) }
func (d *opus) Reset()        { C.gst_livekit_opus_reset(d.c) }

func (d *opus) Decode(to []int16, packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, opusError(C.OPUS_INVALID_PACKET) // libopus would conceal
	}
	n := d.decode(to, packet, len(to)/d.channels, false)
	if n < 0 {
		return 0, opusError(n)
	}
	return int(n), nil
}

func (d *opus) Conceal(to []int16, samples int) error { return d.makeUp(to, samples, nil) }

func (d *opus) Recover(to []int16, samples int, next []byte) error {
	return d.makeUp(to, samples, next)
}

// makeUp makes up samples in pieces that libopus can make.
func (d *opus) makeUp(to []int16, samples int, next []byte) error {
	step := d.rate / concealSteps
	whole := (samples + step - 1) / step * step
	if whole*d.channels > len(to) {
		d.spare = slices.Grow(d.spare[:0], whole*d.channels)[:whole*d.channels]
		defer func() { copy(to, d.spare[:samples*d.channels]) }()
		return d.conceal(d.spare, whole, next)
	}
	return d.conceal(to, whole, next)
}

func (d *opus) conceal(to []int16, samples int, next []byte) error {
	for samples > 0 {
		// At most one packet's length at a time; the copy in the next packet is that of the last one.
		n := min(samples, d.rate/50)
		var from []byte
		if n == samples {
			from = next
		}
		made := d.decode(to, from, n, from != nil)
		if made <= 0 {
			return opusError(made)
		}
		to = to[int(made)*d.channels:]
		samples -= int(made)
	}
	return nil
}

func (d *opus) decode(to []int16, packet []byte, samples int, fec bool) C.int {
	var decodeFEC C.int
	if fec {
		decodeFEC = 1
	}
	return C.opus_decode(d.c, (*C.uchar)(unsafe.SliceData(packet)), C.opus_int32(len(packet)),
		(*C.opus_int16)(unsafe.SliceData(to)), C.int(samples), decodeFEC)
}
