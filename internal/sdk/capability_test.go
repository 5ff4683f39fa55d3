package sdk

import (
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
)

func TestSaysItOnceHoweverOftenTheSDKAsksTheContext(t *testing.T) {
	t.Parallel()
	engine := EngineOfRoom(lksdk.NewRoom(nil))
	c := &capableContext{t.Context(), engine}
	for range 3 {
		if err := c.Err(); err != nil {
			t.Fatal(err)
		}
	}
	outer, ok := (*signallingOf(engine)).(capableSignalling)
	if !ok {
		t.Fatal("nothing was added")
	}
	if _, twice := outer.Signalling.(capableSignalling); twice {
		t.Error("added twice")
	}
}

func TestAnSDKWithoutTheFieldJoinsAsBefore(t *testing.T) {
	t.Parallel()
	if signallingOf(nil) != nil || signallingOf(new(lksdk.RTCEngine)) != nil {
		t.Error("found something in nothing")
	}
	if err := (&capableContext{Context: t.Context()}).Err(); err != nil {
		t.Error(err)
	}
}

// The fields of a room that has been joined are looked for by the tests of internal/room.
func TestTheSDKHasTheFieldsThatWeRead(t *testing.T) {
	t.Parallel()
	room := lksdk.NewRoom(nil)
	engine := EngineOfRoom(room)
	if engine == nil || signallingOf(engine) == nil {
		t.Error("engine.signalTransport.params.Signalling is missing")
	}
	if pointerIn[int](room, "engine") != nil || pointerIn[int](room, "nothing") != nil {
		t.Error("a field of another type or name was read")
	}
}
