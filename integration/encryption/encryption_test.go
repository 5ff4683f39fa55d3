package encryption_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// publishers publish the known picture encrypted with passphrase, each in a codec and with an SDK. The Node SDK has no
// encoder for H.265, and publishes VP8 instead when asked for it.
var publishers = []struct {
	name     string
	mimeType string
	publish  func(t *testing.T)
}{
	{"Node/VP8", webrtc.MimeTypeVP8, node(rtcnode.Settings{Codec: "VP8"})},
	{"Node/H264", webrtc.MimeTypeH264, node(rtcnode.Settings{Codec: "H264"})},
	{"Node/VP9", webrtc.MimeTypeVP9, node(rtcnode.Settings{Codec: "VP9"})},
	{"Node/VP9 with layers", webrtc.MimeTypeVP9, node(rtcnode.Settings{Codec: "VP9", ScalabilityMode: "L3T3_KEY"})},
	{"Go/VP8", webrtc.MimeTypeVP8, goSDK(testpublisher.VP8)},
	{"Go/H264", webrtc.MimeTypeH264, goSDK(testpublisher.H264)},
	{"Go/H265", webrtc.MimeTypeH265, goSDK(testpublisher.H265)},
}

func node(settings rtcnode.Settings) func(*testing.T) {
	settings.Passphrase = passphrase
	return func(t *testing.T) { t.Helper(); publishWithNode(t, settings) }
}

func goSDK(codec testpublisher.Codec) func(*testing.T) {
	return func(t *testing.T) { t.Helper(); publishWithGo(t, codec, passphrase) }
}

func TestEncryptedTrackIsShownWithItsKey(t *testing.T) {
	for _, p := range publishers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.publish(t)
			r := receive(t, stream.WithEncryptionKey(passphrase))
			if r.mimeType != p.mimeType {
				t.Fatalf("the track is %s, want %s", r.mimeType, p.mimeType)
			}
			r.checkFrames(t, 60)
			if n := r.Stats().Undecryptable; n > 0 || len(r.errors) > 0 {
				t.Errorf("%d frames could not be decrypted, %d errors", n, len(r.errors))
			}
		})
	}
}

func TestWrongKeyIsReportedOnceAndCanBeSetRight(t *testing.T) {
	for _, p := range publishers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.publish(t)
			r := receive(t, stream.WithEncryptionKey(wrong))
			checkDecryptError(t, r.change(t), stream.ErrWrongEncryptionKey)
			r.awaitUndecryptable(t, 60)
			if len(r.errors) > 0 || r.Stats().Decoded > 0 {
				t.Fatalf("%d more errors, %+v", len(r.errors), r.Stats())
			}
			must(t, r.SetEncryptionKey(passphrase))
			if err := r.change(t); err != nil {
				t.Fatalf("with the right key: %v", err)
			}
			r.checkFrames(t, 30)
			must(t, r.SetEncryptionKey(""))
			checkDecryptError(t, r.change(t), stream.ErrNoEncryptionKey)
			must(t, r.SetEncryptionKeyAt(0, passphrase))
			if err := r.change(t); err != nil {
				t.Fatalf("with the right key for index 0: %v", err)
			}
			r.checkFrames(t, 30)
		})
	}
}

func TestMissingKeyIsReported(t *testing.T) {
	t.Parallel()
	publishWithNode(t, rtcnode.Settings{Passphrase: passphrase})
	r := receive(t)
	checkDecryptError(t, r.change(t), stream.ErrNoEncryptionKey)
	r.awaitUndecryptable(t, 30)
	if len(r.errors) > 0 || r.Stats().Decoded > 0 {
		t.Errorf("%d more errors, %+v", len(r.errors), r.Stats())
	}
}

// TestClearTrackIsRefusedUnlessItIsAllowed plays a server that announces a track as not encrypted, to show its own pictures
// to those who have a key.
func TestClearTrackIsRefusedUnlessItIsAllowed(t *testing.T) {
	for name, policy := range map[string][]stream.Option{
		"key":               {stream.WithEncryptionKey(passphrase)},
		"required":          {stream.WithEncryptionPolicy(stream.EncryptionRequired)},
		"required, and key": {stream.WithEncryptionPolicy(stream.EncryptionRequired), stream.WithEncryptionKey(passphrase)},
	} {
		for form, receive := range map[string]func(*testing.T, ...stream.Option) receiver{
			"participant": receive, "track": receiveTrack,
		} {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				publishWithNode(t, rtcnode.Settings{})
				r := receive(t, policy...)
				checkDecryptError(t, r.change(t), stream.ErrNotEncryptedAtAll)
				r.awaitUndecryptable(t, 30)
				if len(r.errors) > 0 || r.Stats().Decoded > 0 {
					t.Errorf("%d more errors, %+v", len(r.errors), r.Stats())
				}
			})
		}
	}
}

func TestClearTrackIsShownWhenTheKeyIsTakenAway(t *testing.T) {
	t.Parallel()
	publishWithNode(t, rtcnode.Settings{})
	r := receive(t, stream.WithEncryptionKey(passphrase))
	checkDecryptError(t, r.change(t), stream.ErrNotEncryptedAtAll)
	must(t, r.SetEncryptionKey(""))
	if err := r.change(t); err != nil {
		t.Fatalf("without a key: %v", err)
	}
	r.checkFrames(t, 30)
}

func TestClearTrackIsShownWhateverTheKeyWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	publishWithNode(t, rtcnode.Settings{})
	r := receive(t, stream.WithEncryptionKey(wrong), stream.WithEncryptionPolicy(stream.EncryptionOptional))
	r.checkFrames(t, 30)
	if len(r.errors) > 0 || r.Stats().Undecryptable > 0 {
		t.Errorf("%d errors, %+v", len(r.errors), r.Stats())
	}
}

// TestEncryptedAV1IsRefused: LiveKit has no encryption of AV1. The Node SDK publishes such a track all the same, and sends
// nothing for it.
func TestEncryptedAV1IsRefused(t *testing.T) {
	t.Parallel()
	publishWithNode(t, rtcnode.Settings{Codec: "AV1", Passphrase: passphrase})
	r := receive(t, stream.WithEncryptionKey(passphrase))
	checkDecryptError(t, r.change(t), stream.ErrUnsupportedEncryption)
}

func TestTrackAloneTellsThatItIsEncrypted(t *testing.T) {
	for _, p := range publishers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.publish(t)
			r := receiveTrack(t, stream.WithEncryptionKey(wrong))
			checkDecryptError(t, r.change(t), stream.ErrWrongEncryptionKey)
			must(t, r.SetEncryptionKey(passphrase))
			if err := r.change(t); err != nil {
				t.Fatalf("with the right key: %v", err)
			}
			r.checkFrames(t, 30)
		})
	}
}

func TestTrackAloneNeedsNoKeyInClear(t *testing.T) {
	t.Parallel()
	publishWithNode(t, rtcnode.Settings{})
	r := receiveTrack(t, stream.WithEncryptionKey(wrong), stream.WithEncryptionPolicy(stream.EncryptionOptional))
	r.checkFrames(t, 60)
	if len(r.errors) > 0 || r.Stats().Undecryptable > 0 {
		t.Errorf("%d errors, %+v", len(r.errors), r.Stats())
	}
}

// TestNodeReceivesWhatGoEncrypts checks the publisher of the other tests against the official SDK.
func TestNodeReceivesWhatGoEncrypts(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			publishWithGo(t, codec, passphrase)
			peer, err := rtcnode.Start(rtcnode.Settings{
				Role: "receive", URL: server.URL(), Token: token(t, "original"), Directory: t.TempDir(), Keep: 1000,
				Passphrase: passphrase,
			})
			must(t, err)
			t.Cleanup(peer.Kill)
			for range 30 {
				frame, err := peer.Await("frame")
				must(t, err)
				if frame.Time == nil || frame.Width != width {
					t.Fatalf("frame %+v, want one with a time in it", frame)
				}
			}
		})
	}
}

func checkDecryptError(t *testing.T, err, reason error) {
	t.Helper()
	var failure *stream.DecryptError
	if !errors.As(err, &failure) || !errors.Is(err, reason) || failure.TrackSID == "" {
		t.Fatalf("%v, want a DecryptError because %v", err, reason)
	}
	t.Log(err)
}

// awaitUndecryptable waits until so many frames could not be decrypted.
func (r receiver) awaitUndecryptable(t *testing.T, frames uint64) {
	t.Helper()
	ctx := patient(t)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for r.Stats().Undecryptable < frames {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			t.Fatalf("only %d frames were found to be encrypted with another key", r.Stats().Undecryptable)
		}
	}
}
