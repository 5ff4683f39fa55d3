package main

import (
	"fmt"
	"log"
	"time"

	"github.com/go-gst/go-gst/gst"
	"github.com/go-gst/go-gst/gst/app"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
)

// forwarder publishes what comes to a sink.
type forwarder struct {
	source *gst.Element
	sink   *app.Sink
	to     *lksdk.LocalParticipant

	form  string // of caps, such as video/x-h264
	codec webrtc.RTPCodecCapability
	track *lksdk.LocalTrack // nil before the first sample
	sid   string
}

// codecs are those that go over, by the name of their caps.
var codecs = map[string]webrtc.RTPCodecCapability{
	"video/x-h264": {
		MimeType: webrtc.MimeTypeH264, ClockRate: 90000, SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
	},
	"video/x-vp8":  {MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
	"audio/x-opus": {MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"},
}

// forward returns at the end of the stream, and when the pipeline stops.
func (f *forwarder) forward() error {
	for {
		sample := f.sink.PullSample()
		if sample == nil {
			return nil
		}
		if form := sample.GetCaps().GetStructureAt(0).Name(); form != f.form {
			if err := f.publish(form); err != nil {
				return err
			}
		}
		buffer := sample.GetBuffer()
		if err := f.track.WriteSample(media.Sample{
			Data:            buffer.Bytes(),
			PacketTimestamp: f.timestamp(time.Duration(buffer.PresentationTimestamp())),
			Duration:        time.Millisecond, // the timestamp says it; without any, the SDK takes it for a part of the picture before
		}, nil); err != nil {
			return fmt.Errorf("send %s: %w", f.form, err)
		}
	}
}

// publish publishes a track for what comes from now on, in place of the one before.
func (f *forwarder) publish(form string) error {
	if f.track != nil {
		if err := f.to.UnpublishTrack(f.sid); err != nil {
			return err
		}
	}
	f.form, f.codec = form, codecs[form]
	track, err := lksdk.NewLocalTrack(f.codec, lksdk.WithRTCPHandler(f.handle))
	if err != nil {
		return err
	}
	source := livekit.TrackSource_CAMERA
	if form == "audio/x-opus" {
		source = livekit.TrackSource_MICROPHONE
	}
	publication, err := f.to.PublishTrack(track, &lksdk.TrackPublicationOptions{Source: source})
	if err != nil {
		return fmt.Errorf("publish %s: %w", f.codec.MimeType, err)
	}
	f.track, f.sid = track, publication.SID()
	log.Printf("publishes %s", f.codec.MimeType)
	return nil
}

// handle passes a request for a key frame on to the publisher. Who joins the second room has no picture without it.
func (f *forwarder) handle(packet rtcp.Packet) {
	switch packet.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		if _, err := f.source.Emit("request-key-frame"); err != nil {
			log.Print(err)
		}
	}
}

// timestamp is a time in units of the codec's clock, and never 0, which would be no timestamp.
func (f *forwarder) timestamp(at time.Duration) uint32 {
	return max(1, uint32(at.Microseconds()*int64(f.codec.ClockRate/1000)/1000))
}
