package subscriber

import (
	"bytes"
	"testing"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestPacketsOverUDPAreTakenWhereTheyAreRead(t *testing.T) {
	t.Parallel()
	mustPublish(t, server, testpublisher.VP8)
	r := mustJoin(t, config(t, server))
	track := mustSubscribe(t, r)
	mustRead(t, track, 50)
	s := r.current().peer.direct.context.Load()
	if s == nil || s.dropped.Load() != 0 {
		t.Fatalf("they are not: %v", s)
	}
}

func TestPacketsAreLeftToPionWhenThatIsWanted(t *testing.T) {
	t.Parallel()
	mustPublish(t, server, testpublisher.VP8)
	c := config(t, server)
	c.Indirect = true
	r := mustJoin(t, c)
	mustRead(t, mustSubscribe(t, r), 50)
	if r.current().peer.direct.context.Load() != nil {
		t.Error("they are taken")
	}
}

// pair returns SRTP of one sender, and a direct that takes what it sends.
func pair(t *testing.T) (*srtp.Context, *direct) {
	t.Helper()
	const profile = srtp.ProtectionProfileAeadAes128Gcm
	key, salt := make([]byte, 16), make([]byte, 12)
	send, err := srtp.CreateContext(key, salt, profile)
	if err != nil {
		t.Fatal(err)
	}
	receive, err := srtp.CreateContext(key, salt, profile, srtp.SRTPReplayProtection(replayWindow))
	if err != nil {
		t.Fatal(err)
	}
	d := &direct{streams: &streams{}}
	d.begin(receive)
	return send, d
}

// numbered is a packet with a number, of which the sequence number wraps around, before and after send has encrypted it.
func numbered(t *testing.T, send *srtp.Context, n int) (plain, encrypted []byte) {
	t.Helper()
	plain, err := (&rtp.Packet{
		Header: rtp.Header{Version: 2, PayloadType: 96, SequenceNumber: uint16(n + 60_000), SSRC: 5}, Payload: []byte{1},
	}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if encrypted, err = send.EncryptRTP(nil, plain, nil); err != nil {
		t.Fatal(err)
	}
	return plain, encrypted
}

// TestPionKnowsHowOftenTheSequenceNumberWrapped gives another SRTP, as pion's is, what it is shown, and then everything.
func TestPionKnowsHowOftenTheSequenceNumberWrapped(t *testing.T) {
	t.Parallel()
	send, d := pair(t)
	pion, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		t.Fatal(err)
	}
	var scratch [maxDatagram]byte
	shown := 0
	const all = 200_000 // three times around
	for n := range all {
		_, p := numbered(t, send, n)
		if d.take(p, scratch[:]) {
			continue
		}
		shown++
		if _, err := pion.DecryptRTP(nil, p, nil); err != nil {
			t.Fatalf("packet %d is shown and cannot be decrypted: %v", n, err)
		}
	}
	if shown < all/showEach || shown > 2*all/showEach {
		t.Errorf("%d of %d packets were shown", shown, all)
	}
	_, next := numbered(t, send, all)
	if _, err := pion.DecryptRTP(nil, next, nil); err != nil {
		t.Errorf("pion does not know how often: %v", err)
	}
	if n := d.context.Load().dropped.Load(); n != 0 {
		t.Errorf("%d packets were dropped", n)
	}
}

// TestPacketsAreReadAfterMediaCameInAnotherWay for so long that the sequence number has wrapped there.
func TestPacketsAreReadAfterMediaCameInAnotherWay(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]int{"from the beginning": 0, "after it came here": 100} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			send, d := pair(t)
			pion, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
			if err != nil {
				t.Fatal(err)
			}
			var scratch [maxDatagram]byte
			const elsewhere, after = 100_000, 20_000
			for n := range before + elsewhere + after {
				plain, packet := numbered(t, send, n)
				if (n < before || n >= before+elsewhere) && d.take(packet, scratch[:]) {
					if n >= before && d.context.Load().dropped.Load() > 0 {
						t.Fatalf("packet %d is dropped", n)
					}
					continue
				}
				decrypted, err := pion.DecryptRTP(nil, packet, nil)
				if err != nil || !bytes.Equal(decrypted, plain) {
					t.Fatalf("packet %d is left to pion as %x, which reads %x: %v", n, packet, decrypted, err)
				}
				if _, err := d.streams.get(5).Write(decrypted); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestPacketsOfSomebodyElseAreDropped(t *testing.T) {
	t.Parallel()
	_, d := pair(t)
	forged, err := (&rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 9}, Payload: make([]byte, 40)}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var scratch [maxDatagram]byte
	if !d.take(forged, scratch[:]) {
		t.Error("it is handed on")
	}
	if d.context.Load().dropped.Load() != 1 || len(d.streams.open) != 0 {
		t.Error("it made something")
	}
	for _, other := range [][]byte{
		{}, {0x16, 0xfe, 0xfd}, append([]byte{0x80, 200}, make([]byte, 20)...), append([]byte{0, 1}, make([]byte, 20)...),
	} {
		if d.take(other, scratch[:]) {
			t.Errorf("%x is taken, which is no RTP", other)
		}
	}
}

func TestKeysOfAHandshakeThatIsOddAreLeftToPion(t *testing.T) {
	t.Parallel()
	k := &keys{ready: func(*srtp.Context) { t.Error("keys were made of it") }}
	write := func(line string) {
		if _, err := k.Write([]byte(line)); err != nil {
			t.Error(err)
		}
	}
	write("CLIENT_RANDOM 00 00\n") // before any hello
	suite := uint16(dtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)
	k.hello(handshake.MessageServerHello{CipherSuiteID: &suite, Extensions: []extension.Extension{
		&extension.UseSRTP{ProtectionProfiles: []extension.SRTPProtectionProfile{0x7777}},
	}})
	write("")
	write("CLIENT_RANDOM 00 00\n")
	write("CLIENT_RANDOM xx 00\n")
	write("CLIENT_RANDOM 00 xx\n")
	write("SERVER_HANDSHAKE_TRAFFIC_SECRET 00 00\n")
}
