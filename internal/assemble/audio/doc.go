// Package audio makes frames of the RTP packets of one track of sound: Opus packets or the bytes of G.711, in order, each
// with its duration and the time at which it is due.
//
// A [Receiver] reads an [rtp.PacketReader], which *webrtc.TrackRemote is, and calls a [Player]:
//
//	r, err := audio.New(audio.Config{
//		Config:      rtp.Config{Latency: 100 * time.Millisecond},
//		Codec:       caps.Opus,
//		IsRedundant: func(payloadType uint8) bool { return payloadType == 63 },
//		Player:      player,
//	})
//	if err != nil {
//		return err
//	}
//	err = r.Run(ctx, track)
//
// Package rtp puts the packets in order. They then go through these steps, on the goroutine that called Run:
//
//	assembler.go   the interface to package rtp
//	blank.go       drops the silence that a LiveKit server makes up
//	redundancy.go  splits packets that repeat earlier ones (RFC 2198: "RED")
//	decrypt.go     decryption, by Config.Decryptor
//	duration.go    how long a frame is; opus.go reads it from an Opus packet (RFC 6716)
//	play.go        what a frame follows: another one, a loss, a silence, or nothing
//	schedule.go    the times of package mediaclock
//
// # Loss and silence
//
// A missing packet that the next one repeats is not waited for. Any other is waited for as long as the latency allows;
// if it does not arrive, the next frame has Missing set. A publisher that is silent sends nothing, or a packet now and
// then: the timestamp jumps then, but no packet is missing.
//
// # Timestamps
//
// The timestamps of frames increase by at least one, except to a frame with Discont set.
package audio
