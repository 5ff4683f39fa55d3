package testpublisher

import (
	"fmt"
	"sync/atomic"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
)

// lowerLayer is the picture in a part of its size, encoded beside the whole one. The whole one is layer 0.
type lowerLayer struct {
	publisher  *Publisher
	number     int
	keyPending atomic.Bool

	// The publisher's mutex guards these.
	track  *lksdk.LocalTrack // nil while nothing is published
	resume bool              // as in Publisher
}

// qualities are those of the layers, by number.
var qualities = []livekit.VideoQuality{livekit.VideoQuality_HIGH, livekit.VideoQuality_MEDIUM, livekit.VideoQuality_LOW}

// layers is how many there are.
func (c Config) layers() int {
	if c.Simulcast {
		return len(qualities)
	}
	return 1
}

// layer is what the server is told about one.
func (c Config) layer(number int) *livekit.VideoLayer {
	return &livekit.VideoLayer{
		Quality: qualities[number],
		Width:   uint32(c.Width >> number),
		Height:  uint32(c.Height >> number),
		Bitrate: uint32(c.layerBitrate(number)),
	}
}

// layerBitrate goes with the number of pixels.
func (c Config) layerBitrate(number int) int { return max(100_000, c.Bitrate>>(2*number)) }

// lowerLayersLine are the branches behind the tee, in gst-launch's language.
func (c Config) lowerLayersLine(element encoderElement) string {
	line := ""
	for number := 1; number < c.layers(); number++ {
		line += fmt.Sprintf(" layers. ! %s ! videoscale ! video/x-raw,width=%d,height=%d ! %s ! appsink name=sink%d sync=false max-buffers=4",
			leakyQueue, c.Width>>number, c.Height>>number, element.launch(c.layerBitrate(number)), number)
	}
	return line
}

// publishLayers publishes the picture with its lower layers.
func (p *Publisher) publishLayers(format format, options *lksdk.TrackPublicationOptions) error {
	tracks := make([]*lksdk.LocalTrack, p.config.layers())
	for number := range tracks {
		handle := p.handleRTCP
		if number > 0 {
			handle = p.lower[number-1].handleRTCP
		}
		var err error
		tracks[number], err = lksdk.NewLocalTrack(format.capability,
			lksdk.WithSimulcast(p.config.Identity, p.config.layer(number)), lksdk.WithRTCPHandler(handle))
		if err != nil {
			return fmt.Errorf("make %s track of layer %d: %w", p.config.Codec, number, err)
		}
		tracks[number].SetLogger(p.log.logger(p.config.Logger))
	}
	p.setTracks(tracks)
	if _, err := p.room.LocalParticipant.PublishSimulcastTrack(tracks, options); err != nil {
		p.setTracks(nil)
		return fmt.Errorf("publish %s track with layers: %w", p.config.Codec, err)
	}
	return nil
}

// setTracks sets those of all layers, the whole picture's first; nil is none.
func (p *Publisher) setTracks(tracks []*lksdk.LocalTrack) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.track, p.resume = nil, true
	if len(tracks) > 0 {
		p.track = tracks[0]
	}
	for i, layer := range p.lower {
		layer.track, layer.resume = nil, true
		if i+1 < len(tracks) {
			layer.track = tracks[i+1]
		}
	}
}

// feed hands what the layer's encoder makes to its track until the encoder is stopped.
func (l *lowerLayer) feed() {
	sender := newSender(l.publisher.config, l.publisher.encoder.beginning)
	for {
		unit, ok := l.publisher.encoder.pullLayer(l.number)
		if !ok {
			return // feed of the whole picture says why
		}
		timestamp := sender.timestamp(unit)
		if unit.keyFrame {
			l.keyPending.Store(false)
		}
		if track := l.receiver(unit.keyFrame); track != nil {
			// Its errors are those of a connection that is going away or coming back: the room tells about them.
			_ = sender.send(track, unit.data, timestamp)
		}
	}
}

// receiver is the track that the next access unit goes to, or nil.
func (l *lowerLayer) receiver(keyFrame bool) *lksdk.LocalTrack {
	l.publisher.mu.Lock()
	defer l.publisher.mu.Unlock()
	if l.track == nil || l.publisher.muted || !l.track.IsBound() {
		return nil
	}
	if l.resume && !keyFrame {
		l.requestKeyFrame()
		return nil
	}
	l.resume = false
	return l.track
}

// handleRTCP is Publisher.handleRTCP for this layer.
func (l *lowerLayer) handleRTCP(packet rtcp.Packet) {
	switch packet.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		l.requestKeyFrame()
	}
}

func (l *lowerLayer) requestKeyFrame() {
	if !l.keyPending.Swap(true) {
		l.publisher.encoder.forceKeyFrameOf(l.number)
	}
}
