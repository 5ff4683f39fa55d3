package testpublisher

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-app-1.0 gstreamer-video-1.0
#cgo LDFLAGS: -lm
#include <stdlib.h>
#include "encoder.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

var initGStreamer = sync.OnceFunc(func() { C.gst_init(nil, nil) })

func hasElement(name string) bool {
	initGStreamer()
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return C.gst_livekit_test_encoder_has_element(text) != 0
}

// accessUnit is one encoded picture, or one packet of sound. It owns its data.
type accessUnit struct {
	data     []byte
	time     time.Duration // of the picture, since the start
	age      time.Duration // since the picture was made
	made     time.Time     // the time in the picture; zero if the encoder has lost it
	keyFrame bool
}

// encoder makes and encodes the picture. Its methods may be called by several goroutines at once, except for pull.
type encoder struct {
	config Config

	// mu keeps the C object from being freed while it is in use. pull does not hold it: close waits for pull's end.
	mu sync.RWMutex
	c  *C.GstLivekitTestEncoder // nil after close
}

func newEncoder(config Config) (*encoder, error) {
	element, err := config.Codec.encoder()
	if err != nil {
		return nil, err
	}
	description := C.CString(launchLine(config, element))
	defer C.free(unsafe.Pointer(description))
	picture := newPicture(config)

	var failure *C.GError
	c := C.gst_livekit_test_encoder_new(description, &picture, &failure)
	if c == nil {
		defer C.g_error_free(failure)
		return nil, fmt.Errorf("build encoder %s: %s", element.element, C.GoString(failure.message))
	}
	return &encoder{config: config, c: c}, nil
}

// leakyQueue is in front of an encoder: a picture that it has no time for is dropped before it, and nobody misses it as a
// reference.
const leakyQueue = "queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0"

func launchLine(config Config, element encoderElement) string {
	front := leakyQueue
	if config.Simulcast {
		front = "tee name=layers ! " + leakyQueue
	}
	line := fmt.Sprintf("%s ! capsfilter name=size caps=%s ! %s ! %s ! appsink name=sink sync=false max-buffers=4",
		config.source(), rawCaps(config, config.Width, config.Height), front, config.launch(element))
	line += config.lowerLayersLine(element)
	if config.Tone {
		line += " " + fmt.Sprintf(toneLine, config.DTX)
	}
	return line
}

func (c Config) source() string {
	if c.Camera != "" {
		return fmt.Sprintf("v4l2src device=%q ! decodebin ! videoscale add-borders=true ! videorate ! videoconvert", c.Camera)
	}
	switch c.Pattern {
	case Moving:
	case Colours: // the patches are drawn over it
		return "videotestsrc is-live=true pattern=black"
	case Detailed:
		return "videotestsrc is-live=true pattern=zone-plate kx2=3 ky2=3 kt=3"
	case Ball:
		return "videotestsrc is-live=true pattern=ball background-color=0xff203040"
	}
	return "videotestsrc is-live=true pattern=smpte75 horizontal-speed=2"
}

func (c Config) launch(element encoderElement) string {
	if c.BFrames == 0 {
		return element.launch(c.Bitrate)
	}
	return fmt.Sprintf("x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate=%d key-int-max=%d bframes=%d"+
		" b-adapt=false option-string=scenecut=0 ! video/x-h264,profile=main,stream-format=byte-stream,alignment=au",
		c.Bitrate/1000, noKeyFrames, c.BFrames)
}

func rawCaps(config Config, width, height int) string {
	return fmt.Sprintf("video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1,colorimetry=%s",
		width, height, config.FrameRate, config.Matrix)
}

func newPicture(config Config) C.GstLivekitTestPicture {
	var picture C.GstLivekitTestPicture
	if config.Pattern == Colours {
		picture.patches = 1
	}
	for i, patch := range testpicture.Patches() {
		picture.colours[i] = newColour(patch.YUV(config.Matrix))
	}
	return picture
}

func newColour(colour testpicture.YUV) C.GstLivekitTestColour {
	return C.GstLivekitTestColour{y: C.guint8(colour.Y), u: C.guint8(colour.U), v: C.guint8(colour.V)}
}

func (e *encoder) start() error {
	if C.gst_livekit_test_encoder_start(e.c) != 0 {
		return nil
	}
	if err := e.failure(); err != nil {
		return err
	}
	return errors.New("start encoder: it does not say why not")
}

// pull waits for the next access unit. It is for one goroutine, and not ok after stop or a failure.
func (e *encoder) pull() (accessUnit, bool) { return e.pullLayer(0) }

// pullLayer is pull for a layer, 0 being the whole picture, and for one goroutine for each.
func (e *encoder) pullLayer(number int) (accessUnit, bool) {
	var unit C.GstLivekitTestUnit
	if C.gst_livekit_test_encoder_pull(e.c, C.guint(number), &unit) == 0 {
		return accessUnit{}, false
	}
	return takeUnit(&unit), true
}

// takeUnit copies a unit, and releases it.
func takeUnit(unit *C.GstLivekitTestUnit) accessUnit {
	defer C.gst_livekit_test_unit_release(unit)
	var made time.Time
	if unit.made != math.MaxUint64 { // GST_CLOCK_TIME_NONE
		made = time.Unix(0, int64(unit.made))
	}
	return accessUnit{
		data:     C.GoBytes(unsafe.Pointer(unit.data), C.int(unit.size)),
		time:     time.Duration(unit.running_time),
		age:      time.Duration(unit.age),
		made:     made,
		keyFrame: unit.key_frame != 0,
	}
}

// failure is what the pipeline reported, if anything. It is to be asked before stop, which forgets it.
func (e *encoder) failure() error {
	text := C.gst_livekit_test_encoder_error(e.c)
	if text == nil {
		return nil
	}
	defer C.g_free(C.gpointer(text))
	return fmt.Errorf("encode picture or sound: %s", C.GoString(text))
}

func (e *encoder) forceKeyFrame() { e.forceKeyFrameOf(0) }

func (e *encoder) forceKeyFrameOf(layer int) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.c != nil {
		C.gst_livekit_test_encoder_force_key_unit(e.c, C.guint(layer))
	}
}

func (e *encoder) setSize(width, height int) {
	caps := C.CString(rawCaps(e.config, width, height))
	defer C.free(unsafe.Pointer(caps))
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.c != nil {
		C.gst_livekit_test_encoder_set_caps(e.c, caps)
	}
}

// stop ends the pipeline, and with it pull.
func (e *encoder) stop() {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.c != nil {
		C.gst_livekit_test_encoder_stop(e.c)
	}
}

// close frees the encoder after stop. No pull may be under way.
func (e *encoder) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.c != nil {
		C.gst_livekit_test_encoder_free(e.c)
		e.c = nil
	}
}
