package subscriber

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// keys learns the keys of SRTP in a DTLS handshake in which we are the server. pion derives them for itself and has no way to
// ask for them, but shows the server's hello, and writes the secret for those who log keys: together they are what the keys
// are derived from (RFC 5764 section 4.2, RFC 5705 section 4).
type keys struct {
	owner guard.Owner
	ready func(remote *srtp.Context) // called once, when the keys are known

	mu           sync.Mutex
	serverRandom []byte
	profile      srtp.ProtectionProfile
	hash         func() hash.Hash
}

// hello is a hook for the hello that we send.
func (k *keys) hello(message handshake.MessageServerHello) handshake.Message {
	guard.Do("subscriber: hello", k.owner, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		random := message.Random.MarshalFixed()
		k.serverRandom, k.hash = random[:], sha256.New
		if message.CipherSuiteID != nil {
			suite := dtls.CipherSuiteID(*message.CipherSuiteID)
			if suite == dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 || suite == dtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 {
				k.hash = sha512.New384
			}
		}
		for _, e := range message.Extensions {
			if use, is := e.(*extension.UseSRTP); is && len(use.ProtectionProfiles) == 1 {
				k.profile = srtp.ProtectionProfile(use.ProtectionProfiles[0])
			}
		}
	})
	return &message
}

// Write takes a line as of NSS's key log. It implements io.Writer.
func (k *keys) Write(line []byte) (int, error) {
	guard.Do("subscriber: keys", k.owner, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		// What cannot be read leaves SRTP to pion.
		if remote, err := k.derive(line); err == nil && remote != nil {
			k.ready(remote)
		}
	})
	return len(line), nil
}

func (k *keys) derive(line []byte) (*srtp.Context, error) {
	fields := bytes.Fields(line)
	if len(fields) != 3 || string(fields[0]) != "CLIENT_RANDOM" || k.serverRandom == nil {
		return nil, nil
	}
	clientRandom, err := hex.DecodeString(string(fields[1]))
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(string(fields[2]))
	if err != nil {
		return nil, err
	}
	keySize, err := k.profile.KeyLen()
	if err != nil {
		return nil, err
	}
	saltSize, err := k.profile.SaltLen()
	if err != nil {
		return nil, err
	}
	seed := append(append([]byte("EXTRACTOR-dtls_srtp"), clientRandom...), k.serverRandom...)
	material, err := prf.PHash(secret, seed, 2*(keySize+saltSize), k.hash)
	if err != nil {
		return nil, err
	}
	// In it are the keys of client and server, and then their salts. The other side is the client.
	key, salt := material[:keySize], material[2*keySize:2*keySize+saltSize]
	return srtp.CreateContext(key, salt, k.profile, srtp.SRTPReplayProtection(replayWindow))
}

// replayWindow is in packets. Packets that are sent again are on an SSRC of their own.
const replayWindow = 256
