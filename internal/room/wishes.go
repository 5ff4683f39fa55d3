package room

import (
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// wishes are what the selectors of one origin want, by track SID. A track is subscribed to once, so its selectors share
// what the server sends: the larger wish counts. The origin guards them with a lock, and tells the server of them, without
// that lock, on one goroutine.
type wishes map[string]*wish

// wish is that for one track which at least one selector wants.
type wish struct {
	layers map[*selection]*choice // nil for a selector that was never told one
	told   bool                   // the server was told a layer of this track
	last   *settings              // the last it was told; nil when it may have forgotten that
}

func (w wishes) add(sid string, of *selection, layer *choice) {
	if w[sid] == nil {
		w[sid] = &wish{layers: make(map[*selection]*choice)}
	}
	w[sid].layers[of] = layer
}

// remove reports whether nobody wants the track any more, and returns what was known about it.
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

// forgotten notes that the server may not know any more what it was told about a track.
func (w wishes) forgotten(sid string) {
	if w[sid] != nil {
		w[sid].last = nil
	}
}

// wants reports whether somebody wants the track.
func (w wishes) wants(sid string) bool { return w[sid] != nil }

// due returns what the server is to be told of the layer of a track. It is not ok when nobody chose one, or the server
// knows it already. When telling fails, it was forgotten.
func (w wishes) due(pub *lksdk.RemoteTrackPublication) (s settings, ok bool) {
	wish := w[pub.SID()]
	if wish == nil {
		return settings{}, false
	}
	s, chosen := wish.settings(pub)
	s.disabled = s.disabled || !pub.IsEnabled() // an application that disabled its track is obeyed
	if !chosen || wish.last != nil && *wish.last == s {
		return settings{}, false
	}
	wish.told, wish.last = true, &s
	return s, true
}

// settings merges the wishes. Nothing is chosen where nobody ever said what it wants: the server's default is everything,
// and the subscription may be an application's, which chose by itself.
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

// sendSettings goes past the publication's own setters: there is none for the frame rate, and once a size was set, they
// send it with every quality, which the server then ignores. Without the engine only the quality can be told.
func sendSettings(engine *lksdk.RTCEngine, pub *lksdk.RemoteTrackPublication, s settings) error {
	if engine == nil {
		return pub.SetVideoQuality(s.quality)
	}
	return engine.SendUpdateTrackSettings(&livekit.UpdateTrackSettings{
		TrackSids: []string{pub.SID()}, Disabled: s.disabled, Quality: s.quality, Fps: s.fps,
	})
}
