package e2ee

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	sdk "github.com/livekit/server-sdk-go/v2/e2ee"
)

// Keys holds the keys of a room. The zero value has none. Keys may be set at any time and from any goroutine, and used
// by any number of Decryptors.
type Keys struct {
	setting sync.Mutex
	ring    atomic.Pointer[ring] // nil means no keys
}

// ring is an immutable set of keys.
type ring struct {
	shared cipher.AEAD // for each index without a key of its own, or nil
	own    map[uint8]cipher.AEAD
}

// Set replaces all keys with the key of passphrase, for every key index. An empty passphrase removes all keys. Set
// takes some 30 ms, which is the purpose of PBKDF2.
func (k *Keys) Set(passphrase string) error {
	k.setting.Lock()
	defer k.setting.Unlock()
	shared, err := derive(passphrase)
	if err != nil {
		return err
	}
	k.ring.Store(&ring{shared: shared})
	return nil
}

// SetAt sets the key for one key index, which a publisher changes when it rotates keys, and keeps the others. An empty
// passphrase removes it, so that the key of Set applies again.
func (k *Keys) SetAt(index uint8, passphrase string) error {
	k.setting.Lock()
	defer k.setting.Unlock()
	key, err := derive(passphrase)
	if err != nil {
		return err
	}
	next := &ring{own: map[uint8]cipher.AEAD{}}
	if now := k.ring.Load(); now != nil {
		next.shared = now.shared
		maps.Copy(next.own, now.own)
	}
	if key != nil {
		next.own[index] = key
	} else {
		delete(next.own, index)
	}
	k.ring.Store(next)
	return nil
}

// Any reports whether any key is set.
func (k *Keys) Any() bool {
	r := k.ring.Load()
	return r != nil && (r.shared != nil || len(r.own) > 0)
}

// Version returns a value that changes whenever keys are set.
func (k *Keys) Version() any { return k.ring.Load() }

// at returns the key for a key index, or nil.
func (k *Keys) at(index uint8) cipher.AEAD {
	r := k.ring.Load()
	if r == nil {
		return nil
	}
	if key := r.own[index]; key != nil {
		return key
	}
	return r.shared
}

// derive derives a key from a passphrase; nil from an empty one. Its errors do not contain the passphrase.
func derive(passphrase string) (cipher.AEAD, error) {
	if passphrase == "" {
		return nil, nil
	}
	provider := sdk.NewExternalKeyProvider()
	if err := provider.SetKeyFromPassphrase(passphrase, 0); err != nil {
		return nil, fmt.Errorf("derive encryption key: %w", err)
	}
	key, err := provider.GetKey(0)
	if err != nil {
		return nil, fmt.Errorf("derive encryption key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
