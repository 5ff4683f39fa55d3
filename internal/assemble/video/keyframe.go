package video

import "time"

const (
	// keyFrameWindow is the shortest time between two requests, whatever their reasons. A key frame takes a round trip
	// and time in the encoder, and the server has its own throttle (200 ms and more).
	keyFrameWindow = 200 * time.Millisecond
	// keyFrameRepeat is after how long an unanswered request is repeated while the round-trip time is unknown, and
	// keyFrameLeastRepeat the shortest such time when it is known.
	keyFrameRepeat      = 500 * time.Millisecond
	keyFrameLeastRepeat = 300 * time.Millisecond
	// keyFrameStart is how long a new stream may take to send a key frame before one is requested. A server begins with
	// one.
	keyFrameStart = 500 * time.Millisecond
	// keyFrameTries is how often a request is sent if the stream can be decoded without it: the server silently drops a
	// request within its throttle.
	keyFrameTries = 6
	// keyFrameNeed is after how long a decoder's request is repeated: the decoder could not use the key frame, or none
	// arrived.
	keyFrameNeed = time.Second
	// congestionPoll is how often a request that waits for the end of congestion checks for it.
	congestionPoll = 50 * time.Millisecond
)

// keyFrames decides when to ask the sender for a key frame. All reasons share the same limits.
type keyFrames struct {
	sentAt   time.Duration // when the last request was sent; valid if sent
	neededAt time.Duration // when need last made a request; valid if needed
	repeatAt time.Duration // when to repeat the request; valid if sent
	repeat   time.Duration // after how long an unanswered request is repeated; 0 is keyFrameRepeat
	quiet    time.Duration // until when no request is sent
	tries    int           // remaining repetitions of an unanswered request
	sent     bool
	needed   bool
	pending  bool // a request was made but not sent yet
	awaiting bool // nothing can be decoded until a key frame arrives
	answered bool // a key frame began to arrive since the last request

	// deaf says that the server does not retransmit packets: LiveKit's stops that after a key frame request, until it has
	// sent a key frame (isNACKThrottled in downtrack.go of livekit-server). It stays deaf if the request was sent while a
	// key frame was on its way.
	deaf bool
}

// begin expects the key frame at the beginning of a stream, and requests one if it does not arrive.
func (k *keyFrames) begin(now time.Duration) {
	k.awaiting = true
	k.repeatAt = now + keyFrameStart
}

// missed says that a frame has arrived that needs a key frame: the stream does not begin with one.
func (k *keyFrames) missed() {
	k.pending = k.pending || k.awaiting && !k.sent
}

// request requests a key frame, and repeats that a few times until one begins to arrive.
func (k *keyFrames) request() {
	k.pending = true
	k.tries = keyFrameTries
}

// need does the same, but at most once in keyFrameNeed.
func (k *keyFrames) need(now time.Duration) {
	if k.needed && now-k.neededAt < keyFrameNeed {
		return
	}
	k.needed, k.neededAt = true, now
	k.request()
}

// await requests a key frame, and repeats that until done is called. It does nothing while a request is under way.
func (k *keyFrames) await() {
	if k.awaiting && !k.answered {
		return
	}
	k.awaiting = true
	k.pending = true
}

// expect says that nothing can be decoded until the key frame is complete that has begun to arrive. It is requested
// again only if it takes too long.
func (k *keyFrames) expect() { k.awaiting = true }

// leaveToServer prevents requests until a moment: the server is about to switch layers and requests the key frame
// itself. After a request of ours it would not retransmit packets.
func (k *keyFrames) leaveToServer(until time.Duration) { k.quiet = until }

// arriving is called with the first packet of a key frame, which answers earlier requests. trip is the round-trip time
// to the sender.
func (k *keyFrames) arriving(now, trip time.Duration) {
	if k.deaf && now-k.sentAt >= trip-trip/8 {
		k.deaf = false
	}
	k.pending, k.answered = false, true
	k.tries = 0
	k.repeatAt = now + k.interval()
}

// continued is called with further packets of a key frame: with little bandwidth it takes a while, and is requested again
// only when no more packets arrive.
func (k *keyFrames) continued(now time.Duration) { k.repeatAt = max(k.repeatAt, now+k.interval()) }

func (k *keyFrames) interval() time.Duration {
	if k.repeat > 0 {
		return k.repeat
	}
	return keyFrameRepeat
}

// done is called when a key frame is complete. A request made while it arrived stays.
func (k *keyFrames) done() {
	k.awaiting = false
}

// next returns the next time at which due returns true, if at all.
func (k *keyFrames) next() (at time.Duration, ok bool) {
	switch {
	case k.pending:
	case k.awaiting, k.tries > 0:
		at = k.repeatAt
	default:
		return 0, false
	}
	if k.sent {
		at = max(at, k.sentAt+keyFrameWindow)
	}
	return max(at, k.quiet), true
}

func (k *keyFrames) isDue(now time.Duration) bool {
	at, ok := k.next()
	return ok && now >= at
}

// due reports whether to send a request now, and records it as sent.
func (k *keyFrames) due(now time.Duration) bool {
	if !k.isDue(now) {
		return false
	}
	k.sent, k.pending, k.answered, k.deaf = true, false, false, true
	k.tries = max(k.tries-1, 0)
	k.sentAt, k.repeatAt = now, now+k.interval()
	return true
}
