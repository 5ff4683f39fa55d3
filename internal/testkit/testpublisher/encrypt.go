package testpublisher

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/e2ee"
)

var errCannotEncrypt = errors.New("this publisher encrypts vp8, h264 and h265; for vp9, pion's packetizer needs headers in clear")

// frameEncryptor makes an encrypted frame of one in clear.
type frameEncryptor func(frame []byte) ([]byte, error)

// newFrameEncryptor returns nil when the config has no passphrase.
func newFrameEncryptor(config Config) (frameEncryptor, error) {
	if config.Passphrase == "" {
		return nil, nil
	}
	keys := e2ee.NewExternalKeyProvider()
	if err := keys.SetKeyFromPassphrase(config.Passphrase, 0); err != nil {
		return nil, fmt.Errorf("derive encryption key: %w", err)
	}
	switch config.Codec {
	case VP8:
		key, err := keys.GetKey(0)
		if err != nil {
			return nil, err
		}
		return encryptVP8(key)
	case H264:
		return encryptNALs(keys, lksdk.CodecH264, func(header byte) bool { return header&0x1f == 9 })
	case H265:
		return encryptNALs(keys, lksdk.CodecH265, func(header byte) bool { return header>>1&0x3f == 35 })
	default:
		return nil, fmt.Errorf("encrypt %s: %w", config.Codec, errCannotEncrypt)
	}
}

// encryptVP8 does what LiveKit's other SDKs do; the Go SDK has no code for VP8.
func encryptVP8(key []byte) (frameEncryptor, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	// As libwebrtc makes it: SSRC, timestamp, timestamp less a count. What matters is that none is used twice.
	const frameTime = 3000
	iv := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(iv[:8]); err != nil {
		return nil, err
	}
	timestamp, count := binary.BigEndian.Uint32(iv[4:]), uint16(0)
	return func(frame []byte) ([]byte, error) {
		clear := 3
		if frame[0]&1 == 0 {
			clear = 10
		}
		timestamp += frameTime
		count++
		binary.BigEndian.PutUint32(iv[4:], timestamp)
		binary.BigEndian.PutUint32(iv[8:], timestamp-uint32(count))
		out := gcm.Seal(bytes.Clone(frame[:clear]), iv, frame[clear:], frame[:clear])
		return append(append(out, iv...), byte(len(iv)), 0), nil
	}, nil
}

// encryptNALs leaves encryption to the SDK. What is in front of the first slice is authenticated as it is sent, and pion's
// packetizers send no access unit delimiters and no lengths of start codes: so neither may differ.
func encryptNALs(keys *e2ee.ExternalKeyProvider, codec lksdk.Codec, isDelimiter func(header byte) bool) (frameEncryptor, error) {
	encryptor, err := lksdk.NewFrameEncryptor(keys, codec)
	if err != nil {
		return nil, fmt.Errorf("make encryptor: %w", err)
	}
	return func(frame []byte) ([]byte, error) {
		var plain []byte
		for nal := range bytes.SplitSeq(frame, []byte{0, 0, 1}) {
			nal = bytes.TrimRight(nal, "\x00") // of a start code of 4 bytes
			if len(nal) > 0 && !isDelimiter(nal[0]) {
				plain = append(append(plain, 0, 0, 0, 1), nal...)
			}
		}
		return encryptor.EncryptFrame(plain)
	}, nil
}
