package sdk

import (
	"reflect"
	"sync"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/signalling"
	"github.com/pion/webrtc/v4"
)

// The SDK keeps a few things to itself that cannot be had otherwise: the whole ParticipantInfo, that a participant left
// while we received nothing from it, that an application closed its room, the settings of a track as the server takes
// them, and the media connections of an attempt to reconnect that nobody wants any more. And it has no way to say that we
// know packet trailers. All this is had here from unexported fields that are set once, by name and type, so that an SDK
// without them costs only what they give: every user of this file has another way, and TestTheSDKHasTheFieldsThatWeRead
// notices.

// pointerIn returns the pointer in a field of the struct that owner points to, or nil when there is no such field.
func pointerIn[T any](owner any, field string) *T {
	v := reflect.ValueOf(owner).Elem().FieldByName(field)
	if !v.IsValid() || v.Type() != reflect.TypeFor[*T]() {
		return nil
	}
	return (*T)(v.UnsafePointer())
}

// EngineOf returns the connection that rp came through, the same for all participants of one room.
func EngineOf(rp *lksdk.RemoteParticipant) *lksdk.RTCEngine {
	return pointerIn[lksdk.RTCEngine](rp, "engine")
}

// EngineOfRoom returns the connection of a room.
func EngineOfRoom(sdk *lksdk.Room) *lksdk.RTCEngine {
	return pointerIn[lksdk.RTCEngine](sdk, "engine")
}

// RoomCallbackOf returns the callbacks of the room that rp is in.
func RoomCallbackOf(rp *lksdk.RemoteParticipant) *lksdk.RoomCallback {
	return pointerIn[lksdk.RoomCallback](rp, "roomCallback")
}

// WithInfo calls f with what the server last told about rp, or with nil. f must not change or keep it, nor read
// disconnect_reason, which the SDK writes without a lock.
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

// signallingOf returns where the engine's connection to the server keeps what makes its queries, or nil.
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

// InterfaceList is what pion's ICE knows of this machine's network.
type InterfaceList interface{ UpdateInterfaces() error }

// InterfacesOf returns what the ICE of a peer connection keeps. It reads the network once, when it is made, and looks in
// that list again whenever ICE is restarted. The list must not be updated while addresses are being gathered from it.
func InterfacesOf(pc *webrtc.PeerConnection) (InterfaceList, bool) {
	if pc == nil || pc.SCTP() == nil || pc.SCTP().Transport() == nil || pc.SCTP().Transport().ICETransport() == nil {
		return nil, false
	}
	v := reflect.ValueOf(pc.SCTP().Transport().ICETransport())
	for _, field := range []string{"gatherer", "agent", "net"} {
		if v.Kind() != reflect.Pointer || v.IsNil() {
			return nil, false
		}
		if v = v.Elem().FieldByName(field); !v.IsValid() {
			return nil, false
		}
	}
	if v.Kind() != reflect.Interface || v.Elem().Kind() != reflect.Pointer {
		return nil, false
	}
	list, ok := reflect.NewAt(v.Elem().Type().Elem(), v.Elem().UnsafePointer()).Interface().(InterfaceList)
	return list, ok
}
