// Package video turns the RTP packets of one video track into access units: one frame each, complete, in order, as a
// decoder takes it, with a time at which it is due.
//
// A [Receiver] reads an [rtp.PacketReader], which *webrtc.TrackRemote is, and calls back once per access unit:
//
//	r, err := video.New(video.Config{
//		Config:          rtp.Config{Latency: 100 * time.Millisecond},
//		Codec:           caps.VP8,
//		RequestKeyFrame: func() { participant.WritePLI(track.SSRC()) },
//	})
//	if err != nil {
//		return err
//	}
//	err = r.Run(ctx, track, func(au *video.AccessUnit) error {
//		return decoder.Push(au.Data, au.PTS)
//	})
//
// Package rtp puts the packets in order. What comes of them here goes through these steps, a file each, all on the goroutine
// that called Run:
//
//	assembler.go   what package rtp asks and tells
//	depacketize.go payload formats: vp8.go (RFC 7741), vp9.go (RFC 9628; its layers: vp9superframe.go), h264.go (RFC 6184), h265.go (RFC 7798), av1.go
//	assembly.go    packets of one timestamp become one access unit
//	blank.go       the key frames a LiveKit server invents are left out
//	decrypt.go     end-to-end encryption is taken off, by Config.Decryptor
//	trailer.go     LiveKit's packet trailer becomes Metadata; in H.264 and H.265 also by sei.go
//	rotation.go    how the picture is turned, from the header or from SEI messages
//	schedule.go    the times of package mediaclock
//	keyframe.go    when to ask for a key frame
//
// # What is lost, and what follows from it
//
// The access unit that a missing packet belongs to is dropped, and so is every one up to the next key frame, for
// which the Receiver asks: a decoder that is fed a delta frame without its reference shows garbage. The first unit
// after that has Discont.
//
// # Adding a codec
//
// One file with a depacketizer, one line in the table in depacketize.go, one recording in testdata.
package video
