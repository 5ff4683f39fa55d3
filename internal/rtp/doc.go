// Package rtp is the network side of a track of any medium: it reads packets, puts them in order, requests missing
// ones, and decides how long to wait for them. An [Assembler] interprets what the packets carry.
//
//	source.go      a subscription and its readers: a single Reader, or a goroutine for several
//	backlog.go     packets that were queued before the first read
//	reader.go      one reader of a subscription
//	receiver.go    the loop: one packet after another, and timers
//	packet.go      header, padding removed (RFC 3550 section 5.1)
//	extensions.go  header extensions: orientation, capture time (RFC 8285)
//	sequence.go    sequence numbers, and a sender that restarts
//	reorder.go     order of sequence numbers, duplicates, gaps
//	gap.go         waiting for missing packets
//	nack.go        when to request them
//	adaptive.go    the latency that this needs
//	losses.go      losses that are too many for chance
//	jitter.go      interarrival jitter
//	wake.go        the read deadline, which is the only timer
//
// Packets in order are never delayed. A missing packet is waited for at most for Config.Latency, counted from the
// arrival of the first packet behind it, because it may have been reordered or may be retransmitted (RFC 4588). With an
// adaptive latency it is waited for as long as it can still arrive (docs/adr/0014).
package rtp
