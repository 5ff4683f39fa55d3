package application

import (
	"maps"
	"slices"
	"sync"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// applicationRoom tells the watches in one of the application's rooms what participants' callbacks do not report: that
// a participant left while nothing was received from it, that the room reconnected, and that it was closed.
type applicationRoom struct {
	mu      sync.Mutex
	watches map[*watch]bool
}

var applicationRooms struct {
	mu sync.Mutex
	m  map[*lksdk.RTCEngine]*applicationRoom
}

// enterApplicationRoom listens for w until leave is called. If the SDK does not allow that, it does nothing.
//
// Each room is listened to once, until it is closed: our hook stays in front of the application's callback and, without
// watches, only calls it.
func enterApplicationRoom(w *watch) (leave func()) {
	engine, callback := sdk.EngineOf(w.participant), sdk.RoomCallbackOf(w.participant)
	if engine == nil || callback == nil {
		return func() {}
	}
	applicationRooms.mu.Lock()
	defer applicationRooms.mu.Unlock()
	r := applicationRooms.m[engine]
	if r == nil {
		r = &applicationRoom{watches: make(map[*watch]bool)}
		if applicationRooms.m == nil {
			applicationRooms.m = make(map[*lksdk.RTCEngine]*applicationRoom)
		}
		applicationRooms.m[engine] = r
		r.listen(engine, callback)
	}
	r.mu.Lock()
	r.watches[w] = true
	r.mu.Unlock()
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watches, w)
	}
}

func (r *applicationRoom) listen(engine *lksdk.RTCEngine, callback *lksdk.RoomCallback) {
	disconnected := callback.OnParticipantDisconnected
	left := func(rp *lksdk.RemoteParticipant) {
		disconnected(rp)
		guard.Do("application: participant left", r, func() {
			r.end(&room.ParticipantLeftError{Identity: rp.Identity()}, func(w *watch) bool { return w.participant == rp })
		})
	}
	sdk.SetCallback(&callback.OnParticipantDisconnected, left)
	reconnected := callback.OnReconnected
	afterwards := func() {
		reconnected()
		guard.Do("application: application reconnected", r, func() {
			for _, w := range r.all() {
				w.reconnected()
			}
		})
	}
	sdk.SetCallback(&callback.OnReconnected, afterwards)
	engine.OnClose(guard.Func("application: application left", r, func() {
		applicationRooms.mu.Lock()
		delete(applicationRooms.m, engine)
		applicationRooms.mu.Unlock()
		r.end(room.ErrRoomClosed, func(*watch) bool { return true })
	}))
}

// Panicked implements guard.Owner: there are no more tracks for anybody in the room.
func (r *applicationRoom) Panicked(err *guard.Error) { r.end(err, func(*watch) bool { return true }) }

// all returns a copy of the watches, because their methods may lock.
func (r *applicationRoom) all() []*watch {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Keys(r.watches))
}

func (r *applicationRoom) end(reason error, concerned func(*watch) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for w := range r.watches {
		if concerned(w) {
			w.end(reason)
		}
	}
}
