package room

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
)

// SelectParticipant makes a Selector of what rp, a participant of the application's own room, publishes from source
// (TrackSource_UNKNOWN means any).
//
// The application owns its subscriptions. The Selector subscribes once to each track that it chooses, which does nothing
// when the room subscribes by itself, and never unsubscribes; until Close it is the only reader of the track.
//
// The Selector listens through rp.Callback, the only place that the SDK offers. It calls what it finds there first, and
// puts it back on Close. An application that sets the same callbacks later takes the place; Next then notices changes when
// another callback fires, or when it is called again.
//
// Next ends for good with a *ParticipantLeftError when the SDK gives rp up: because it left, or because the application's
// room was joined anew after a failure, for which the SDK may make new participants. It ends with ErrRoomClosed when the
// application's room is closed.
func SelectParticipant(rp *lksdk.RemoteParticipant, source livekit.TrackSource) Selector {
	return newSelection(watchParticipant(rp), Criteria{Source: source})
}

// watches are the participants that are being listened to, one watch for all their selectors.
var watches struct {
	mu sync.Mutex
	m  map[*lksdk.RemoteParticipant]*watch
}

// watch is the origin of SelectParticipant.
type watch struct {
	participant *lksdk.RemoteParticipant
	selectors   int // guarded by watches.mu
	restore     []func()
	changed     broadcast

	leaveRoom func()

	mu    sync.Mutex
	err   error           // why there will be no more tracks
	asked map[string]bool // track SIDs that were subscribed to
}

func watchParticipant(rp *lksdk.RemoteParticipant) *watch {
	watches.mu.Lock()
	defer watches.mu.Unlock()
	w := watches.m[rp]
	if w == nil {
		w = &watch{participant: rp, asked: make(map[string]bool)}
		if watches.m == nil {
			watches.m = make(map[*lksdk.RemoteParticipant]*watch)
		}
		watches.m[rp] = w
		w.listen()
		w.leaveRoom = enterApplicationRoom(w)
	}
	w.selectors++
	return w
}

func (w *watch) close() {
	watches.mu.Lock()
	defer watches.mu.Unlock()
	if w.selectors--; w.selectors > 0 {
		return
	}
	delete(watches.m, w.participant)
	w.leaveRoom()
	w.changed.fire() // orders what follows behind the SDK's reading of the callbacks that ran
	for _, restore := range w.restore {
		restore()
	}
}

// listen puts the watch behind whatever the application has in rp.Callback.
func (w *watch) listen() {
	cb := w.participant.Callback
	published := cb.OnTrackPublished
	hook(w, &cb.OnTrackPublished, func(pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
		published(pub, rp)
		w.changed.fire()
	})
	unpublished := cb.OnTrackUnpublished
	hook(w, &cb.OnTrackUnpublished, func(pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
		unpublished(pub, rp)
		w.changed.fire()
	})
	subscribed := cb.OnTrackSubscribed
	hook(w, &cb.OnTrackSubscribed,
		func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
			subscribed(track, pub, rp)
			w.changed.fire()
		})
	unsubscribed := cb.OnTrackUnsubscribed
	hook(w, &cb.OnTrackUnsubscribed,
		func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
			unsubscribed(track, pub, rp)
			w.detached(pub)
		})
	muted := cb.OnTrackMuted
	hook(w, &cb.OnTrackMuted, func(pub lksdk.TrackPublication, p lksdk.Participant) {
		muted(pub, p)
		w.changed.fire()
	})
	unmuted := cb.OnTrackUnmuted
	hook(w, &cb.OnTrackUnmuted, func(pub lksdk.TrackPublication, p lksdk.Participant) {
		unmuted(pub, p)
		w.changed.fire()
	})
}

// hook sets *field to f until the watch is closed, unless somebody else has set it by then.
func hook[F any](w *watch, field *F, f F) {
	before := *field
	setCallback(unsafe.Pointer(field), unsafe.Pointer(&f))
	w.restore = append(w.restore, func() {
		if reflect.ValueOf(*field).Pointer() == reflect.ValueOf(f).Pointer() {
			setCallback(unsafe.Pointer(field), unsafe.Pointer(&before))
		}
	})
}

// setCallback copies a function value, which is one word, where the SDK may be reading it: it reads its callbacks without
// a lock, in a room that is running. It gets the old function or the new one, and both are right, because whoever hooks
// looks at the present state afterwards. The race detector, which cannot know that, is not told.
//
//go:norace
func setCallback(field, f unsafe.Pointer) {
	*(*unsafe.Pointer)(field) = *(*unsafe.Pointer)(f)
}

// detached runs in the SDK's goroutine. When a track is unpublished, the SDK has removed it by now; when it gives up the
// whole participant, it removes the tracks afterwards and tells nobody.
func (w *watch) detached(pub *lksdk.RemoteTrackPublication) {
	for _, p := range w.participant.TrackPublications() {
		if p == lksdk.TrackPublication(pub) {
			w.end(&ParticipantLeftError{Identity: w.participant.Identity()})
		}
	}
	w.changed.fire()
}

// end tells that there will be no more tracks. The first reason stands.
func (w *watch) end(reason error) {
	w.mu.Lock()
	if w.err == nil {
		w.err = reason
	}
	w.mu.Unlock()
	w.changed.fire()
}

func (w *watch) changes() <-chan struct{} { return w.changed.wait() }

func (w *watch) look() (view, error) {
	identity := w.participant.Identity()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return view{}, w.err
	}
	return view{session: "participant", present: map[string]bool{identity: true}, offers: offersOf(w.participant)}, nil
}

func (w *watch) subscribe(o offer) {
	w.mu.Lock()
	asked := w.asked[o.sid]
	w.asked[o.sid] = true
	w.mu.Unlock()
	if !asked && o.remote == nil {
		_ = o.pub.SetSubscribed(true) // fails without a server; the application's room says so
	}
}

// ended leaves a subscription that ended as it is: the application may have ended it.
func (w *watch) ended(offer) error { return nil }

func (w *watch) unsubscribe(string) {}

func (w *watch) writePLI(offer) func(webrtc.SSRC) { return w.participant.WritePLI }
