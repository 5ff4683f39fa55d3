package testpublisher

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
)

// trailerUUID marks the SEI message that holds LiveKit's packet trailer (packet_trailer.go in the SDK).
var trailerUUID = []byte{0x3f, 0xa8, 0x5f, 0x64, 0x57, 0x17, 0x45, 0x62, 0xb3, 0xfc, 0x2c, 0x96, 0x3f, 0x66, 0xaf, 0xa6}

func trailerMessage(trailer []byte) seiMessage {
	return seiMessage{userDataUnregistered, slices.Concat(trailerUUID, trailer)}
}

const (
	tagUserTimestamp = 1
	tagFrameID       = 2
	tagUserData      = 3

	trailerMagic = "LKTS"
	envelope     = 1 + len(trailerMagic)
	maxUserData  = 200
)

// newTrailer is a packet trailer. What the Go SDK can write, a timestamp and a frame number beside it that are not zero,
// it has written itself; the rest, which other SDKs write, is added in the same form.
func newTrailer(m Metadata) ([]byte, error) {
	if len(m.UserData) > maxUserData {
		return nil, fmt.Errorf("user data of %d bytes: at most %d fit", len(m.UserData), maxUserData)
	}
	var bySDK, items []byte
	if m.UserTimestamp != nil {
		items = item(tagUserTimestamp, binary.BigEndian.AppendUint64(nil, *m.UserTimestamp))
		if *m.UserTimestamp != 0 {
			bySDK, items = items, nil
		}
	}
	if m.FrameID != nil {
		frameID := item(tagFrameID, binary.BigEndian.AppendUint32(nil, *m.FrameID))
		if bySDK != nil && *m.FrameID != 0 {
			bySDK = append(bySDK, frameID...)
		} else {
			items = append(items, frameID...)
		}
	}
	if m.UserData != nil {
		items = append(items, item(tagUserData, m.UserData)...)
	}
	if bySDK == nil {
		return enclose(items), nil
	}
	written, err := writtenBySDK(enclose(bySDK))
	if err != nil || len(items) == 0 {
		return written, err
	}
	return enclose(append(written[:len(written)-envelope], items...)), nil
}

// item is a tag, a length and a value, XORed with 0xff so that no start code of H.264 can appear.
func item(tag byte, value []byte) []byte {
	b := append([]byte{tag, byte(len(value))}, value...)
	for i := range b {
		b[i] ^= 0xff
	}
	return b
}

func enclose(items []byte) []byte {
	return append(append(items, 0xff^byte(len(items)+envelope)), trailerMagic...)
}

// writtenBySDK has LiveKit's SDK read the trailer in an SEI message and write it again. Its reader of H.264 byte streams,
// the only part of it that writes trailers, appends them to the slice that follows.
func writtenBySDK(trailer []byte) ([]byte, error) {
	slice := []byte{0x65, 0x88, 0x84}
	stream := slices.Concat([]byte(startCode), seiHeader[H264], escape(seiRBSP([]seiMessage{trailerMessage(trailer)})),
		[]byte(startCode), slice)
	var provider *lksdk.ReaderSampleProvider
	_, err := lksdk.NewLocalReaderTrack(io.NopCloser(bytes.NewReader(stream)), webrtc.MimeTypeH264,
		lksdk.ReaderTrackWithPacketTrailer(true), func(p *lksdk.ReaderSampleProvider) { provider = p })
	if err != nil {
		return nil, fmt.Errorf("have the SDK write a packet trailer: %w", err)
	}
	if err := provider.OnBind(); err != nil {
		return nil, fmt.Errorf("have the SDK write a packet trailer: %w", err)
	}
	for {
		sample, err := provider.NextSample(context.Background())
		if err != nil {
			return nil, fmt.Errorf("have the SDK write a packet trailer: %w", err)
		}
		if written, ok := bytes.CutPrefix(sample.Data, slice); ok {
			if len(written) < envelope {
				return nil, fmt.Errorf("the SDK read no metadata in % x", stream)
			}
			return written, nil
		}
	}
}
