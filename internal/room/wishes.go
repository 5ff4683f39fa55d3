package room

import "github.com/livekit/protocol/livekit"

// Wishes are what the Selectors of one Origin want, by track SID. There is one subscription per track, so its Selectors
// share what the server sends: the larger wish counts. The Origin guards Wishes with a lock, and sends them to the
// server without that lock, on one goroutine.
type Wishes map[string]*wish

// wish is for one track that at least one Selector wants.
type wish struct {
	layers map[Selector]*Choice // nil for a Selector without a layer
	told   bool                 // a layer of this track was sent to the server
	last   *Settings            // the last settings sent; nil if the server may have forgotten them
}

// Add records what a Selector wants of a track; layer is nil if it has not chosen any.
func (w Wishes) Add(sid string, of Selector, layer *Choice) {
	if w[sid] == nil {
		w[sid] = &wish{layers: make(map[Selector]*Choice)}
	}
	w[sid].layers[of] = layer
}

// Remove removes a Selector's wish for a track. It reports whether nobody wants the track any more, and whether the server
// was told a layer of it.
func (w Wishes) Remove(sid string, of Selector) (told, last bool) {
	former := w[sid]
	if former == nil {
		return false, false
	}
	delete(former.layers, of)
	if last = len(former.layers) == 0; last {
		delete(w, sid)
	}
	return former.told, last
}

// Told records that the server was told a layer of a wanted track before.
func (w Wishes) Told(sid string) { w[sid].told = true }

// Forgotten records that the server may have forgotten the settings of a track.
func (w Wishes) Forgotten(sid string) {
	if w[sid] != nil {
		w[sid].last = nil
	}
}

// Wants reports whether any Selector wants the track.
func (w Wishes) Wants(sid string) bool { return w[sid] != nil }

// Due returns the settings of a track that have to be sent to the server. ok is false if no layer was chosen, or the
// server knows the settings already. If sending fails, Forgotten must be called. mimeType is that of the media that comes, ""
// while none does; enabled is false for a track that the application disabled, which stays so.
func (w Wishes) Due(info *livekit.TrackInfo, mimeType string, enabled bool) (s Settings, ok bool) {
	wish := w[info.GetSid()]
	if wish == nil {
		return Settings{}, false
	}
	s, chosen := wish.settings(layersOf(info, mimeType))
	s.Disabled = s.Disabled || !enabled
	if !chosen || wish.last != nil && *wish.last == s {
		return Settings{}, false
	}
	wish.told, wish.last = true, &s
	return s, true
}

// settings merges the wishes. chosen is false if no Selector has chosen a layer: the server sends the whole track by
// default, and the subscription may belong to an application that made its own choice.
func (w *wish) settings(sizes []*livekit.VideoLayer) (merged Settings, chosen bool) {
	merged, chosen = nothing, w.told
	for _, layer := range w.layers {
		if layer == nil {
			merged = merged.with(Everything)
			continue
		}
		merged, chosen = merged.with(layer.settings(sizes)), true
	}
	return merged, chosen
}
