package application

import (
	"reflect"
	"sync"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// SelectParticipant makes a Selector of the tracks of a kind that rp, a participant in a room that the application joined,
// publishes from source (TrackSource_UNKNOWN means any).
//
// The application owns its subscriptions. The Selector subscribes once to each track that it chooses, which does
// nothing if the room subscribes automatically, and never unsubscribes. Until Close nothing else may read the track.
//
// The Selector listens through rp.Callback, which is the only way that the SDK offers. It calls the application's
// callback first, and restores it on Close. An application that sets the same callbacks later replaces the Selector's:
// Next then notices changes only when another callback is called, or when Next is called again.
//
// Next ends for good with a *room.ParticipantLeftError when the SDK removes rp: because it left, or because the
// application's room was joined again after a failure, for which the SDK may make new participants. It ends with
// room.ErrRoomClosed when the application's room is closed.
func SelectParticipant(rp *lksdk.RemoteParticipant, kind caps.Kind, source livekit.TrackSource) room.Selector {
	return room.Select(watchParticipant(rp), room.Criteria{Kind: kind, Source: source})
}

// watches has a watch for each participant that is listened to, shared by all of its Selectors.
var watches struct {
	mu sync.Mutex
	m  map[*lksdk.RemoteParticipant]*watch
}

// watch is the origin of SelectParticipant's Selectors.
type watch struct {
	participant *lksdk.RemoteParticipant
	selectors   int // guarded by watches.mu
	restore     []func()
	changed     broadcast.Broadcast

	leaveRoom func()

	wishing  sync.Mutex // not held while sending to the server
	wishes   room.Wishes
	asks     map[string]bool // track SIDs to subscribe to
	returned map[string]bool // track SIDs that nobody wants any more, but whose layer we have set on the server
	teller   *room.Teller

	mu    sync.Mutex
	err   error           // why there will be no more tracks
	asked map[string]bool // track SIDs that were subscribed to
}

func watchParticipant(rp *lksdk.RemoteParticipant) *watch {
	watches.mu.Lock()
	defer watches.mu.Unlock()
	w := watches.m[rp]
	if w == nil {
		w = &watch{
			participant: rp, asked: make(map[string]bool), wishes: make(room.Wishes),
			asks: make(map[string]bool), returned: make(map[string]bool),
		}
		w.teller = room.NewTeller(w, w.tellWanted)
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

// Closed implements room.Origin.
func (w *watch) Closed() {
	watches.mu.Lock()
	defer watches.mu.Unlock()
	if w.selectors--; w.selectors > 0 {
		return
	}
	delete(watches.m, w.participant)
	w.leaveRoom()
	w.changed.Fire() // orders what follows after the SDK's reads of the callbacks that ran
	for _, restore := range w.restore {
		restore()
	}
}

// listen adds the watch to rp.Callback, after the application's callbacks.
func (w *watch) listen() {
	cb := w.participant.Callback
	published := cb.OnTrackPublished
	hook(w, &cb.OnTrackPublished, func(pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
		published(pub, rp)
		w.notice()
	})
	unpublished := cb.OnTrackUnpublished
	hook(w, &cb.OnTrackUnpublished, func(pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
		unpublished(pub, rp)
		w.notice()
	})
	subscribed := cb.OnTrackSubscribed
	hook(w, &cb.OnTrackSubscribed,
		func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
			subscribed(track, pub, rp)
			w.notice()
			guard.Do("application: participant's track subscribed", w, func() { w.tellLayerAgain(pub.SID()) })
		})
	unsubscribed := cb.OnTrackUnsubscribed
	hook(w, &cb.OnTrackUnsubscribed,
		func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
			unsubscribed(track, pub, rp)
			w.notice()
			guard.Do("application: participant's track unsubscribed", w, func() { w.detached(pub) })
		})
	muted := cb.OnTrackMuted
	hook(w, &cb.OnTrackMuted, func(pub lksdk.TrackPublication, p lksdk.Participant) {
		muted(pub, p)
		w.notice()
	})
	unmuted := cb.OnTrackUnmuted
	hook(w, &cb.OnTrackUnmuted, func(pub lksdk.TrackPublication, p lksdk.Participant) {
		unmuted(pub, p)
		w.notice()
	})
}

// notice wakes the selectors. Every hook calls it first: the SDK's goroutine may have found the hook through the plain
// write of sdk.SetCallback, and is only guaranteed to see the rest of the watch after locking the lock that was held
// when it was made.
func (w *watch) notice() {
	guard.Do("application: participant changed", w, func() {
		watches.mu.Lock()
		defer watches.mu.Unlock()
		w.changed.Fire()
	})
}

// Panicked implements guard.Owner: there will be no more tracks.
func (w *watch) Panicked(err *guard.Error) { w.end(err) }

// hook sets *field to f until the watch is closed, unless the application has changed it by then.
func hook[F any](w *watch, field *F, f F) {
	before := *field
	sdk.SetCallback(field, f)
	w.restore = append(w.restore, func() {
		if reflect.ValueOf(*field).Pointer() == reflect.ValueOf(f).Pointer() {
			sdk.SetCallback(field, before)
		}
	})
}

// detached runs in the SDK's goroutine. When a track is unpublished, the SDK has already removed it; when the SDK
// removes the whole participant, it removes the tracks afterwards and reports nothing.
func (w *watch) detached(pub *lksdk.RemoteTrackPublication) {
	for _, p := range w.participant.TrackPublications() {
		if p == lksdk.TrackPublication(pub) {
			w.end(&room.ParticipantLeftError{Identity: w.participant.Identity()})
		}
	}
	w.changed.Fire()
}

// end says that there will be no more tracks. The first reason is kept.
func (w *watch) end(reason error) {
	w.mu.Lock()
	if w.err == nil {
		w.err = reason
	}
	w.mu.Unlock()
	w.changed.Fire()
}

// Changed implements room.Origin.
func (w *watch) Changed() <-chan struct{} { return w.changed.Wait() }

// Look implements room.Origin.
func (w *watch) Look() (room.View, error) {
	identity := w.participant.Identity()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return room.View{}, w.err
	}
	return room.View{Session: "participant", Present: map[string]bool{identity: true}, Offers: offersOf(w.participant)}, nil
}

// Subscribe implements room.Origin.
func (w *watch) Subscribe(o room.Offer, by room.Selector, layer *room.Choice) {
	w.mu.Lock()
	asked := w.asked[o.SID]
	w.asked[o.SID] = true
	w.mu.Unlock()
	if !asked && o.Media == nil {
		w.wishing.Lock()
		w.asks[o.SID] = true
		w.wishing.Unlock()
	}
	w.SetLayer(o.SID, by, layer)
}

// SetLayer implements room.Origin.
func (w *watch) SetLayer(sid string, by room.Selector, layer *room.Choice) {
	w.wishing.Lock()
	w.wishes.Add(sid, by, layer)
	if w.returned[sid] {
		delete(w.returned, sid)
		w.wishes.Told(sid)
	}
	w.wishing.Unlock()
	w.teller.Poke(sid)
}

// Unsubscribe implements room.Origin. It does not change the application's subscription. If nobody wants a layer of the track any more, the whole
// track is requested for the application again.
func (w *watch) Unsubscribe(sid string, by room.Selector) {
	w.wishing.Lock()
	if told, last := w.wishes.Remove(sid, by); last && told {
		w.returned[sid] = true
	}
	w.wishing.Unlock()
	w.teller.Poke(sid)
}

// tellLayerAgain is called when the server may have forgotten the layer: when a subscription began, no matter whose,
// and after a reconnect, during which messages are lost.
func (w *watch) tellLayerAgain(sid string) {
	w.wishing.Lock()
	w.wishes.Forgotten(sid)
	w.wishing.Unlock()
	w.teller.Poke(sid)
}

// tellWanted sends to the server the wishes for a track that it does not know. It fails without a connection; the
// application's room reports that, and the layer is sent again after the reconnect. Only the teller calls it.
func (w *watch) tellWanted(sid string) {
	pub := w.publication(sid)
	w.wishing.Lock()
	ask, layer, due := w.asks[sid], room.Everything, w.returned[sid]
	delete(w.asks, sid)
	delete(w.returned, sid)
	if pub != nil && !due {
		layer, due = w.wishes.Due(pub.TrackInfo(), mimeTypeOf(pub), pub.IsEnabled())
	}
	w.wishing.Unlock()
	if pub == nil {
		return
	}
	if ask {
		_ = pub.SetSubscribed(true)
	}
	if !due {
		return
	}
	layer.Disabled = layer.Disabled || !pub.IsEnabled()
	if sendSettings(sdk.EngineOf(w.participant), pub, layer) != nil {
		w.wishing.Lock()
		w.wishes.Forgotten(sid)
		w.wishing.Unlock()
	}
}

// reconnected is called after a session of the application's room was resumed or replaced.
func (w *watch) reconnected() {
	for _, p := range w.participant.TrackPublications() {
		w.tellLayerAgain(p.SID())
	}
}

// publication returns the publication with that SID, or nil if there is none any more.
func (w *watch) publication(sid string) *lksdk.RemoteTrackPublication {
	for _, p := range w.participant.TrackPublications() {
		if pub, ok := p.(*lksdk.RemoteTrackPublication); ok && pub.SID() == sid {
			return pub
		}
	}
	return nil
}

// Ended implements room.Origin. It does not change a subscription that ended: the application may have ended it.
func (w *watch) Ended(room.Offer) error { return nil }

// HasLayers implements room.Origin.
func (w *watch) HasLayers() bool { return true }

// mimeTypeOf returns that of the media that comes, "" while none does.
func mimeTypeOf(pub *lksdk.RemoteTrackPublication) string {
	if remote := pub.TrackRemote(); remote != nil {
		return remote.Codec().MimeType
	}
	return ""
}

// sendSettings does not use the publication's own setters: there is none for the frame rate, and once a size was set,
// they send it with every quality, which the server then ignores. Without the engine only the quality can be sent.
func sendSettings(engine *lksdk.RTCEngine, pub *lksdk.RemoteTrackPublication, s room.Settings) error {
	if engine == nil {
		return pub.SetVideoQuality(s.Quality)
	}
	return engine.SendUpdateTrackSettings(s.Of(pub.SID()))
}
