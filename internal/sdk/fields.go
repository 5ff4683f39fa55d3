package sdk

import (
	"reflect"
	"sync"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/signalling"
)

// The SDK does not export a few things that we need: the whole ParticipantInfo, that a participant left while nothing
// was received from it, that an application closed its room, the settings of a track in the form that the server takes,
// and a way to announce support for packet trailers. This file reads them from unexported fields that are set once, by name and type. If a version of the SDK lacks a field,
// only the function that needs it is lost: every caller has an alternative, and TestTheSDKHasTheFieldsThatWeRead fails.

// pointerIn returns the pointer in a field of the struct that owner points to, or nil if there is no such field.
func pointerIn[T any](owner any, field string) *T {
	v := reflect.ValueOf(owner).Elem().FieldByName(field)
	if !v.IsValid() || v.Type() != reflect.TypeFor[*T]() {
		return nil
	}
	return (*T)(v.UnsafePointer())
}

// EngineOf returns the engine, which is the connection to the server, of a participant's room. It is the same for all
// participants of a room.
func EngineOf(rp *lksdk.RemoteParticipant) *lksdk.RTCEngine {
	return pointerIn[lksdk.RTCEngine](rp, "engine")
}

// EngineOfRoom returns the engine of a room.
func EngineOfRoom(sdk *lksdk.Room) *lksdk.RTCEngine {
	return pointerIn[lksdk.RTCEngine](sdk, "engine")
}

// RoomCallbackOf returns the callbacks of the room that rp is in.
func RoomCallbackOf(rp *lksdk.RemoteParticipant) *lksdk.RoomCallback {
	return pointerIn[lksdk.RoomCallback](rp, "roomCallback")
}

// WithInfo calls f with the last information from the server about rp, or with nil. f must not change or keep it, nor
// read disconnect_reason, which the SDK writes without a lock.
func WithInfo(rp *lksdk.RemoteParticipant, f func(*livekit.ParticipantInfo)) {
	lock := reflect.ValueOf(rp).Elem().FieldByName("lock")
	if !lock.IsValid() || lock.Type() != reflect.TypeFor[sync.RWMutex]() {
		f(nil)
		return
	}
	mu := (*sync.RWMutex)(lock.Addr().UnsafePointer())
	mu.RLock()
	defer mu.RUnlock()
	f(pointerIn[livekit.ParticipantInfo](rp, "info"))
}

// signallingOf returns the field of the engine's connection with the object that makes its queries, or nil.
// capableContext says when it may be written.
func signallingOf(engine *lksdk.RTCEngine) *signalling.Signalling {
	if engine == nil {
		return nil
	}
	transport := reflect.ValueOf(engine).Elem().FieldByName("signalTransport")
	if !transport.IsValid() || transport.Kind() != reflect.Interface || transport.Elem().Kind() != reflect.Pointer {
		return nil
	}
	params := transport.Elem().Elem().FieldByName("params")
	if params.Kind() != reflect.Struct {
		return nil
	}
	s := params.FieldByName("Signalling")
	if !s.IsValid() || s.Type() != reflect.TypeFor[signalling.Signalling]() || s.IsNil() {
		return nil
	}
	return (*signalling.Signalling)(s.Addr().UnsafePointer())
}
