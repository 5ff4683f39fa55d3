package video

import "time"

const (
	// keyFrameWindow is the least time between two requests, whatever their reasons. A key frame needs a round trip
	// and an encoder's attention, and the server has a throttle of its own (200 ms and more).
	keyFrameWindow = 200 * time.Millisecond
	// keyFrameRepeat is the time after which a request that nothing answered is repeated while the round trip is not known,
	// and keyFrameLeastRepeat the least of those that fit one.
	keyFrameRepeat      = 500 * time.Millisecond
	keyFrameLeastRepeat = 300 * time.Millisecond
	// keyFrameStart is how long a stream that begins may take until a key frame is asked for. A server begins with one.
	keyFrameStart = 500 * time.Millisecond
	// keyFrameTries is how often a request is sent for which the stream can also do without: the server drops one that
	// follows another within its throttle, and says nothing.
	keyFrameTries = 6
	// keyFrameNeed is the time after which one is asked for again of which a decoder has said that it needs it: it could not
	// take the one that came, or none did.
	keyFrameNeed = time.Second
	// congestionPoll is how often a request that waits for the end of congestion looks for it.
	congestionPoll = 50 * time.Millisecond
)

// keyFrames decides when to ask the sender for a key frame. All reasons to ask share one pace.
type keyFrames struct {
	sentAt   time.Duration // of the last request; valid if sent
	neededAt time.Duration // when need last asked; valid if needed
	repeatAt time.Duration // when to ask again; valid if sent
	repeat   time.Duration // until a request that nothing answered is repeated; 0 is keyFrameRepeat
	quiet    time.Duration // until when no request is sent
	tries    int           // that are left for a request which nothing answered
	sent     bool
	needed   bool
	pending  bool // a request was made and is not sent yet
	awaiting bool // nothing can be decoded until a key frame comes
	answered bool // one began to arrive since the last request

	// deaf says that the server sends no packet again: LiveKit's stops that when it is asked for a key frame, until it has
	// sent one (isNACKThrottled in downtrack.go of livekit-server). A request that met a key frame on its way leaves it so.
	deaf bool
}

// begin expects the key frame that a stream begins with, and asks for one if it does not come.
func (k *keyFrames) begin(now time.Duration) {
	k.awaiting = true
	k.repeatAt = now + keyFrameStart
}

// missed says that a frame has come which is of no use without a key frame: the stream does not begin with one.
func (k *keyFrames) missed() {
	k.pending = k.pending || k.awaiting && !k.sent
}

// request asks for a key frame, and a few times again until one begins to arrive.
func (k *keyFrames) request() {
	k.pending = true
	k.tries = keyFrameTries
}

// need is request, but asks at most once in keyFrameNeed.
func (k *keyFrames) need(now time.Duration) {
	if k.needed && now-k.neededAt < keyFrameNeed {
		return
	}
	k.needed, k.neededAt = true, now
	k.request()
}

// await asks for a key frame, and again until done. It changes nothing while a request is under way already.
func (k *keyFrames) await() {
	if k.awaiting && !k.answered {
		return
	}
	k.awaiting = true
	k.pending = true
}

// expect says that nothing can be decoded until a key frame comes that has begun to arrive: it is asked for again only
// if it takes too long.
func (k *keyFrames) expect() { k.awaiting = true }

// leaveToServer sends no request until a moment: the server is about to begin another layer and asks for its key frame. It
// would send none of its packets again after a request of ours.
func (k *keyFrames) leaveToServer(until time.Duration) { k.quiet = until }

// arriving says that the first packet of a key frame is here: requests made before it are answered. trip is the time to the
// sender and back.
func (k *keyFrames) arriving(now, trip time.Duration) {
	if k.deaf && now-k.sentAt >= trip-trip/8 {
		k.deaf = false
	}
	k.pending, k.answered = false, true
	k.tries = 0
	k.repeatAt = now + k.interval()
}

// goesOn says that more of a key frame has come: on a narrow path that takes a while, and it is asked for again only when it
// stops.
func (k *keyFrames) goesOn(now time.Duration) { k.repeatAt = max(k.repeatAt, now+k.interval()) }

func (k *keyFrames) interval() time.Duration {
	if k.repeat > 0 {
		return k.repeat
	}
	return keyFrameRepeat
}

// done says that a key frame arrived whole. A request made while it arrived stays.
func (k *keyFrames) done() {
	k.awaiting = false
}

// next returns when due is true next, if at all.
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

// due reports whether a request is to be sent now, and notes it as sent.
func (k *keyFrames) due(now time.Duration) bool {
	if !k.isDue(now) {
		return false
	}
	k.sent, k.pending, k.answered, k.deaf = true, false, false, true
	k.tries = max(k.tries-1, 0)
	k.sentAt, k.repeatAt = now, now+k.interval()
	return true
}
