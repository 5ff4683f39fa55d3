package room

import (
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// wishes are what the selectors of one origin want, by track SID. There is one subscription per track, so its selectors
// share what the server sends: the larger wish counts. The origin guards wishes with a lock, and sends them to the
// server without that lock, on one goroutine.
type wishes map[string]*wish

// wish is for one track that at least one selector wants.
type wish struct {
	layers map[*selection]*choice // nil for a selector without a layer
	told   bool                   // a layer of this track was sent to the server
	last   *settings              // the last settings sent; nil if the server may have forgotten them
}

func (w wishes) add(sid string, of *selection, layer *choice) {
	if w[sid] == nil {
		w[sid] = &wish{layers: make(map[*selection]*choice)}
	}
	w[sid].layers[of] = layer
}

// remove removes a selector's wish for a track. It reports whether nobody wants the track any more, and returns its
// wish.
func (w wishes) remove(sid string, of *selection) (former *wish, last bool) {
	former = w[sid]
	if former == nil {
		return nil, false
	}
	delete(former.layers, of)
	if last = len(former.layers) == 0; last {
		delete(w, sid)
	}
	return former, last
}

// forgotten records that the server may have forgotten the settings of a track.
func (w wishes) forgotten(sid string) {
	if w[sid] != nil {
		w[sid].last = nil
	}
}

// wants reports whether any selector wants the track.
func (w wishes) wants(sid string) bool { return w[sid] != nil }

// due returns the settings of a track that have to be sent to the server. ok is false if no layer was chosen, or the
// server knows the settings already. If sending fails, forgotten must be called.
func (w wishes) due(pub *lksdk.RemoteTrackPublication) (s settings, ok bool) {
	wish := w[pub.SID()]
	if wish == nil {
		return settings{}, false
	}
	s, chosen := wish.settings(pub)
	s.disabled = s.disabled || !pub.IsEnabled() // a track that the application disabled stays disabled
	if !chosen || wish.last != nil && *wish.last == s {
		return settings{}, false
	}
	wish.told, wish.last = true, &s
	return s, true
}

// settings merges the wishes. chosen is false if no selector has chosen a layer: the server sends the whole track by
// default, and the subscription may belong to an application that made its own choice.
func (w *wish) settings(pub *lksdk.RemoteTrackPublication) (merged settings, chosen bool) {
	var mimeType string
	if remote := pub.TrackRemote(); remote != nil {
		mimeType = remote.Codec().MimeType
	}
	sizes := layersOf(pub.TrackInfo(), mimeType)
	merged, chosen = nothing, w.told
	for _, layer := range w.layers {
		if layer == nil {
			merged = merged.with(everything)
			continue
		}
		merged, chosen = merged.with(layer.settings(sizes)), true
	}
	return merged, chosen
}

// sendSettings does not use the publication's own setters: there is none for the frame rate, and once a size was set,
// they send it with every quality, which the server then ignores. Without the engine only the quality can be sent.
func sendSettings(engine *lksdk.RTCEngine, pub *lksdk.RemoteTrackPublication, s settings) error {
	if engine == nil {
		return pub.SetVideoQuality(s.quality)
	}
	return engine.SendUpdateTrackSettings(&livekit.UpdateTrackSettings{
		TrackSids: []string{pub.SID()}, Disabled: s.disabled, Quality: s.quality, Fps: s.fps,
	})
}
