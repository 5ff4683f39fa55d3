package main

import (
	"errors"
	"fmt"
	"log"
	"math"
	"sync"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/examples/internal/pipeline"
	"github.com/gst-livekit/gst-livekit/examples/internal/published"
)

// wall is a pipeline with a tile for each track. A compositor mixes them over a black picture, which is there without anybody, too.
type wall struct {
	room     string
	pipeline *gst.Pipeline
	mixer    *gst.Element

	mu    sync.Mutex
	tiles []*tile
}

// tile is what shows one track.
type tile struct {
	sid  string
	name string
	bin  *gst.Bin
	size *gst.Element // a caps filter
	pad  *gst.Pad     // of the compositor
}

func newWall(room, file string) (*wall, error) {
	sink := toWindow
	if file != "" {
		sink = toFile
	}
	// Without a format, the compositor mixes in the deepest that it knows, 16 bits a colour, which takes many times the work.
	graph, err := gst.NewPipelineFromString(fmt.Sprintf("compositor name=mixer background=black latency=200000000 ! "+
		"video/x-raw,format=I420,width=%d,height=%d,framerate=30/1 ! %s "+
		"videotestsrc is-live=true pattern=black ! video/x-raw,format=I420,width=16,height=16,framerate=30/1 ! mixer.", width, height, sink))
	if err != nil {
		return nil, err
	}
	mixer, err := graph.GetElementByName("mixer")
	if err != nil {
		return nil, err
	}
	if file != "" {
		if _, err := pipeline.Set(graph, "file", map[string]any{"location": file}); err != nil {
			return nil, err
		}
	}
	return &wall{room: room, pipeline: graph, mixer: mixer}, nil
}

// add shows a track, and makes room for it.
func (w *wall) add(t published.Track) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	// The caps say how large the picture is to be: livekitsrc asks the server for the layer that suits that.
	bin, err := gst.NewBinFromString("livekitsrc name=source hidden=true ! videoscale add-borders=true ! capsfilter name=size ! "+
		"textoverlay name=label valignment=bottom shaded-background=true ! videoconvert name=last", false)
	if err != nil {
		return err
	}
	name := t.Name
	if name == "" {
		name = t.Participant
	}
	for element, properties := range map[string]map[string]any{
		"source": {"room": w.room, "participant": t.Participant, "track-sid": t.SID},
		"label":  {"text": name},
	} {
		if _, err := pipeline.Set(bin, element, properties); err != nil {
			return err
		}
	}
	size, err := bin.GetElementByName("size")
	if err != nil {
		return err
	}
	// The bin does not make its pads by itself: it would make one for the pad of textoverlay that takes a text from another element, and
	// textoverlay would wait for that text instead of showing ours.
	last, err := bin.GetElementByName("last")
	if err != nil {
		return err
	}
	source := gst.NewGhostPad("src", last.GetStaticPad("src"))
	if !bin.AddPad(source.Pad) {
		return errors.New("no pad for the pictures")
	}
	tile := &tile{sid: t.SID, name: name, bin: bin, size: size, pad: w.mixer.GetRequestPad("sink_%u")}
	tile.pad.AddProbe(gst.PadProbeTypeBuffer, func(*gst.Pad, *gst.PadProbeInfo) gst.PadProbeReturn {
		log.Printf("%s is on the wall", name)
		return gst.PadProbeRemove // it was the first picture
	})
	// At the end of a recording each track ends a little before the black picture does. Without this, the last pictures are empty.
	if err := tile.pad.SetProperty("repeat-after-eos", true); err != nil {
		return err
	}
	w.tiles = append(w.tiles, tile)
	if err := w.arrange(); err != nil {
		return err
	}
	if err := w.pipeline.Add(bin.Element); err != nil {
		return err
	}
	if result := source.Pad.Link(tile.pad); result != gst.PadLinkOK {
		return fmt.Errorf("link to the compositor: %v", result)
	}
	if !bin.SyncStateWithParent() {
		return fmt.Errorf("start to receive %s", t.SID)
	}
	return nil
}

// remove takes a track off the wall.
func (w *wall) remove(sid string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, tile := range w.tiles {
		if tile.sid != sid {
			continue
		}
		w.tiles = append(w.tiles[:i], w.tiles[i+1:]...)
		// The pad goes first: a thread that waits in it for the compositor comes out, and the bin can stop.
		w.mixer.ReleaseRequestPad(tile.pad)
		_ = tile.bin.SetState(gst.StateNull)
		_ = w.pipeline.Remove(tile.bin.Element)
		_ = w.arrange()
		log.Printf("%s has left the wall", tile.name)
		return
	}
}

// arrange puts the tiles into rows and columns. The caller holds mu.
func (w *wall) arrange() error {
	if len(w.tiles) == 0 {
		return nil
	}
	columns := int(math.Ceil(math.Sqrt(float64(len(w.tiles)))))
	rows := (len(w.tiles) + columns - 1) / columns
	for i, t := range w.tiles {
		x, y := i%columns*width/columns, i/columns*height/rows
		caps := fmt.Sprintf("video/x-raw,width=%d,height=%d,pixel-aspect-ratio=1/1", width/columns&^1, height/rows&^1)
		for _, err := range []error{
			t.size.SetProperty("caps", gst.NewCapsFromString(caps)),
			t.pad.SetProperty("xpos", x),
			t.pad.SetProperty("ypos", y),
		} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}
