package static

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// wall is nine participants in one picture, three by three.
const wall = 9

// publishWall publishes small pictures, and returns the pipeline that shows them and, before the mixer, one tap each.
func publishWall(t *testing.T) *play.Pipeline {
	t.Helper()
	const width, height = 160, 90
	var b strings.Builder
	fmt.Fprint(&b, "compositor name=wall")
	for i := range wall {
		fmt.Fprintf(&b, " sink_%d::xpos=%d sink_%d::ypos=%d", i, i%3*width, i, i/3*height)
	}
	// The taps need not wait for each other's first frame, which the mixer holds up.
	b.WriteString(" ! video/x-raw,format=I420,width=480,height=270,framerate=30/1" + play.Sink)
	for i := range wall {
		rig.Publish(t, testpublisher.Config{
			Identity: fmt.Sprint("camera-", i), Width: width, Height: height,
		})
		fmt.Fprintf(&b, " livekitsrc name=src%d room=%s participant=camera-%d ! tee name=tee%d ! queue ! wall.sink_%d"+
			" tee%d. ! queue ! appsink name=tap%d async=false sync=false max-buffers=8 drop=true", i, rig.Room(t), i, i, i, i, i)
	}
	return play.Start(t, b.String())
}

func TestNineElementsShareOneConnection(t *testing.T) {
	p := publishWall(t)
	for i := range wall {
		p.FrameOf(fmt.Sprint("tap", i))
	}
	if mixed := p.Frame(); mixed.Info.Width != 480 || mixed.Info.Height != 270 {
		t.Errorf("the wall is %dx%d", mixed.Info.Width, mixed.Info.Height)
	}
	if people := rig.Participants(t); len(people) != wall+1 {
		t.Errorf("%d participants, want %d publishers and one connection: %v", len(people), wall, people)
	}

	// Also the first one, who began the connection.
	for _, i := range []int{4, 0} {
		removed := p.Element(fmt.Sprint("src", i))
		tee := p.Element(fmt.Sprint("tee", i))
		removed.Unlink(tee)
		if err := removed.SetState(gst.StateNull); err != nil {
			t.Fatal(err)
		}
		if err := p.Remove(removed); err != nil {
			t.Fatal(err)
		}
	}
	for i := range wall {
		if i == 4 || i == 0 {
			continue
		}
		rig.CheckFlow(t, p.FramesOf(fmt.Sprint("tap", i), 20))
	}
	if failures := p.Said(gst.MessageError); len(failures) > 0 {
		t.Error(failures)
	}
	if people := rig.Participants(t); len(people) != wall+1 {
		t.Errorf("%d participants after two elements were removed: %v", len(people), people)
	}
}

func TestElementsThatDoNotShareHaveTheirOwnConnections(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := play.Start(t, "livekitsrc shared=false room="+rig.Room(t)+play.Sink+
		" livekitsrc room="+rig.Room(t)+" ! appsink name=other sync=false max-buffers=8 drop=true")
	p.Frame()
	p.FrameOf("other")
	if people := rig.Participants(t); len(people) != 3 {
		t.Errorf("in the room are %v, want the publisher and two", people)
	}
}
