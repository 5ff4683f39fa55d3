package room

import (
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// feed reads one subscription's packets and hands them to the Tracks made from it. It exists while somebody holds it, and
// ends when the subscription does.
//
// A TrackRemote allows one reader. Reading here, for all, is what lets two selectors choose the same track, lets a track
// be given up and taken again without a gap in who reads, and tells that a subscription ended although nobody reads it.
type feed struct {
	remote *webrtc.TrackRemote

	// Guarded by feeds.mu:
	holds    int
	dropping bool // by the last hold

	gone chan struct{} // closed when another feed may read remote

	hurry hurry

	ended  chan struct{} // closed when no packet will come
	closed chan struct{} // closed when nothing reads remote any more

	reading sync.WaitGroup // nobody waits for it: closed tells all but what onEnd does

	mu         sync.Mutex
	stopping   bool
	overdue    *time.Timer
	tracks     []*Track
	lastReport *senderReport
	onEnd      func()
	broken     *guard.Error // what the reading ended with, or nil
	isNew      bool         // early has everything that came so far
	early      backlog
}

type senderReport struct {
	report   *rtcp.SenderReport
	received time.Time
}

// feeds are all feeds of the process, by subscription.
var feeds struct {
	mu sync.Mutex
	m  map[*webrtc.TrackRemote]*feed
}

// holdFeed returns the feed of remote and starts it when there is none. Each hold needs one drop. reader, which may be nil,
// becomes one of the readers before the first packet is read; attached is false when the subscription is over. Without a
// reader the subscription must be new: who attaches within maxBacklog still gets its first packets, and with them its first
// key frame.
func holdFeed(remote *webrtc.TrackRemote, reader *Track) (f *feed, attached bool) {
	feeds.mu.Lock()
	defer feeds.mu.Unlock()
	for f = feeds.m[remote]; f != nil && f.dropping; f = feeds.m[remote] {
		feeds.mu.Unlock()
		<-f.gone // soon: its reader has been stopped
		feeds.mu.Lock()
	}
	isNew := f == nil
	if isNew {
		f = &feed{
			remote: remote, isNew: reader == nil,
			ended: make(chan struct{}), closed: make(chan struct{}), gone: make(chan struct{}),
		}
		if feeds.m == nil {
			feeds.m = make(map[*webrtc.TrackRemote]*feed)
		}
		feeds.m[remote] = f
	}
	f.holds++
	attached = reader != nil && f.attach(reader)
	if isNew {
		wasNew := f.isNew
		// It is stopped and waited for by the last drop.
		guard.Go(&f.reading, "room: feed", f, func() { f.run(wasNew) }, f.finish)
	}
	return f, attached
}

// drop gives up one hold. The last one stops the reading and waits for it; the remote track is then free for another
// reader, such as the application that it belongs to.
func (f *feed) drop() {
	feeds.mu.Lock()
	f.holds--
	f.dropping = f.holds == 0
	last := f.dropping
	feeds.mu.Unlock()
	if !last {
		return
	}
	f.mu.Lock()
	f.stopping = true
	f.mu.Unlock()
	// Both can only fail on a track that has ended, whose reader returns by itself.
	_ = f.remote.SetReadDeadline(time.Now())
	<-f.closed
	_ = f.remote.SetReadDeadline(time.Time{})

	feeds.mu.Lock()
	defer feeds.mu.Unlock()
	delete(feeds.m, f.remote)
	close(f.gone)
}

// maxBadReads is how many reads in a row may fail before a subscription counts as ended: a malformed packet is one
// failure, a broken receiver is all of them.
const maxBadReads = 1000

// maxPacket is longer than any packet: WebRTC keeps them below the MTU.
const maxPacket = 2048

func (f *feed) run(isNew bool) {
	packet := make([]byte, maxPacket)
	if !isNew {
		f.readBacklog(packet)
	}
	f.read(packet)
}

// finish is the end of the goroutine, also of one that panicked.
func (f *feed) finish() {
	onEnd := f.end()
	close(f.closed)
	if onEnd != nil {
		onEnd()
	}
}

// Panicked implements guard.Owner: it is the error of the Tracks.
func (f *feed) Panicked(err *guard.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = err
	for _, t := range f.tracks {
		t.fail(err)
	}
}

// read delivers packets until the subscription ends or the feed is stopped.
func (f *feed) read(packet []byte) {
	for bad := 0; bad < maxBadReads; bad++ {
		// The deadline that drop sets may have been lost to one that was set here.
		if f.isStopping() {
			return
		}
		n, _, err := f.remote.Read(packet)
		switch {
		case err == nil:
			bad = -1
			f.deliver(packet[:n])
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe):
			return
		case isTimeout(err):
			// Or the application set a deadline on its track before it gave it away.
			bad--
			f.hurry.again(f.remote)
		}
	}
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func (f *feed) isStopping() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stopping
}

func (f *feed) deliver(packet []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isNew {
		f.keep(packet)
	}
	for _, t := range f.tracks {
		t.put(packet)
	}
}

// end marks the end for every Track and returns what whenEnded was given.
func (f *feed) end() (onEnd func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.ended)
	if f.overdue != nil {
		f.overdue.Stop()
	}
	for _, t := range f.tracks {
		t.finish()
	}
	f.tracks, f.isNew, f.early = nil, false, backlog{}
	return f.onEnd
}

// whenEnded sets what is called once, when the feed has ended: by its goroutine as its last act, so that drop does not
// wait for it, or at once. It may not panic.
func (f *feed) whenEnded(onEnd func()) {
	f.mu.Lock()
	f.onEnd = onEnd
	ended := f.isEnded()
	f.mu.Unlock()
	if ended {
		onEnd()
	}
}

// endAfter ends the Tracks when the subscription, which is known to be over, has not ended by itself in time.
func (f *feed) endAfter(grace time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isEnded() || f.overdue != nil {
		return
	}
	f.overdue = time.AfterFunc(grace, guard.Func("room: overdue end", f, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, t := range f.tracks {
			t.finish()
		}
	}))
}

func (f *feed) isEnded() bool {
	select {
	case <-f.ended:
		return true
	default:
		return false
	}
}

// attach adds t to the readers. It reports false when the subscription is over.
func (f *feed) attach(t *Track) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isEnded() {
		return false
	}
	f.age(time.Now())
	for _, p := range f.early.packets {
		t.put(p)
	}
	f.tracks = append(f.tracks, t)
	return true
}

func (f *feed) detach(t *Track) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tracks = slices.DeleteFunc(f.tracks, func(other *Track) bool { return other == t })
}

// receiveRTCP is the callback of the publication. The SDK reads the receiver's reports anyway and allows one listener.
func (f *feed) receiveRTCP(packet rtcp.Packet) {
	guard.Do("room: sender report", f, func() { f.readRTCP(packet) })
}

func (f *feed) readRTCP(packet rtcp.Packet) {
	report, ok := packet.(*rtcp.SenderReport)
	if !ok {
		return
	}
	r := &senderReport{report, time.Now()}
	f.mu.Lock()
	f.lastReport = r
	tracks := slices.Clone(f.tracks)
	f.mu.Unlock()
	for _, t := range tracks {
		t.report(r)
	}
}
