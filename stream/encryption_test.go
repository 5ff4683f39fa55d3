package stream_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

const roomPassphrase = "the passphrase of the room"

func TestNextWaitsForTheRightKey(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{Passphrase: roomPassphrase})
	changes := make(chan error, 100)
	s := join(t).fromPublisher(t, stream.WithDecryptErrors(func(err error) { changes <- err }))

	err := mustReceive(t, changes, "an error without a key")
	var failure *stream.DecryptError
	if !errors.As(err, &failure) || failure.Participant != p.Identity() || failure.TrackSID != p.TrackSID() ||
		!errors.Is(err, stream.ErrNoEncryptionKey) {
		t.Errorf("without a key: %v", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(over); !errors.Is(err, context.Canceled) {
		t.Errorf("Next without a key: %v, want it to wait", err)
	}

	set := func(passphrase string) {
		t.Helper()
		if err := s.SetEncryptionKey(passphrase); err != nil {
			t.Fatal(err)
		}
	}
	set("another passphrase")
	err = mustReceive(t, changes, "an error with the wrong key")
	if !errors.Is(err, stream.ErrWrongEncryptionKey) || strings.Contains(err.Error(), "another passphrase") {
		t.Errorf("with the wrong key: %v", err)
	}
	set(roomPassphrase)
	if err := mustReceive(t, changes, "success with the right key"); err != nil {
		t.Errorf("with the right key: %v", err)
	}
	mustRead(t, s, 5)
	undecryptable := s.Stats().Undecryptable
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
	if err := p.Republish(); err != nil {
		t.Fatal(err)
	}
	mustRead(t, s, 30)
	if n := s.Stats().Undecryptable; n == 0 || n < undecryptable || len(changes) > 0 {
		t.Errorf("%d frames could not be decrypted, %d before the republish, and %d more changes", n, undecryptable, len(changes))
	}
}
