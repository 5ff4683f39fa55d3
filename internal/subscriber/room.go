package subscriber

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/signal"
)

// Config says which room to join and as whom.
type Config struct {
	signal.Config
	// Networks are those that media may come through. Nil is UDP and TCP, of IPv4 and IPv6.
	Networks []webrtc.NetworkType
	// RelayOnly has media come through a TURN server only.
	RelayOnly bool
	// Indirect leaves it to pion to decrypt packets, as it does with those that come over TCP or through a TURN server.
	Indirect bool
	// NoRedundancy has the server send Opus without the packets before it (RED).
	NoRedundancy bool
	// Interceptors see the packets of each peer connection, and may send control packets. What they return to pion is not used.
	Interceptors []interceptor.Factory
	// OnData gets what participants and agents send over the data channels: messages, streams, transcriptions. It is called on
	// one goroutine for each channel and must not block. Nil leaves all of it unread.
	OnData func(*livekit.DataPacket)
	// AttemptTimeout is for a try to reconnect, if it is longer than the usual 7 s: for networks that are slow.
	AttemptTimeout time.Duration
	// Logger receives what happens, with what pion says, which has passwords of ICE in it. Nil is silence.
	Logger *slog.Logger

	reconnectLimit, mediaTimeout time.Duration // of tests; zero is the usual ones
}

// Room is one participant in one room, which receives and sends nothing. When the server is lost, it reconnects by itself. Its
// methods may be called from any goroutine.
type Room struct {
	config  Config
	log     *slog.Logger
	ctx     context.Context // ends when the room does
	cancel  context.CancelFunc
	changed broadcast.Broadcast
	// peopleChanged is apart from it because those change often, and few look at them.
	peopleChanged broadcast.Broadcast
	done          chan struct{}
	ready         chan struct{} // closed when media can come
	work          sync.WaitGroup
	closing       sync.Once
	left          chan struct{} // closed when Close has done all
	hurry         chan struct{} // ends a pause between two tries to reconnect

	// These are for the goroutine of run alone.
	discarded bool  // the session is no more
	failure   error // of the last try to reconnect

	telling sync.Mutex // held while the server is told a wish; taken before mu

	mu          sync.Mutex
	session     *session
	state       State
	isReady     bool
	err         error
	loss        *loss     // nil while there is signalling
	lostAt      time.Time // when state was last StateConnected
	connectedAt time.Time // when signalling and media were last there again
	backoff     backoff
	giveUp      func()      // the try to reconnect that is under way, else nil
	tryBegan    time.Time   // when the last one began
	mediaTimer  *time.Timer // nil while nothing is waited for
	sif         []byte
	us          *livekit.ParticipantInfo
	others      participants
	room        *livekit.Room
	token       string // the last one that the server gave
	wishes      wishes
	paused      map[string]bool
	forbidden   map[string]bool
	refused     map[string]livekit.SubscriptionError
	speakers    map[string]*livekit.SpeakerInfo           // by participant SID
	qualities   map[string]*livekit.ConnectionQualityInfo // by participant SID
	tracks      map[string]*Track                         // by SID
}

// Join enters a room. It returns when the server has let us in: what is published can be subscribed to at once, and Ready says
// when the media connection is there. It returns the cause of ctx's end, a *signal.RefusedError, a *LeftError, or the error of
// the network. ctx is not used afterwards.
func Join(ctx context.Context, config Config) (*Room, error) {
	if config.Regions == nil {
		config.Regions = new(signal.Regions)
	}
	r := &Room{
		config: config, log: config.Logger, token: config.Token,
		done: make(chan struct{}), ready: make(chan struct{}), left: make(chan struct{}), hurry: make(chan struct{}, 1),
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	conn, first, err := signal.Dial(ctx, config.Config, r)
	if err != nil {
		r.cancel()
		return nil, err
	}
	if err := r.begin(conn, first); err != nil {
		r.cancel()
		conn.Leave(livekit.DisconnectReason_JOIN_FAILURE)
		return nil, err
	}
	guard.Go(&r.work, "subscriber: messages", r, r.run)
	return r, nil
}

// begin takes the first message.
func (r *Room) begin(conn *signal.Conn, first *livekit.SignalResponse) error {
	joined, err := joinedOf(conn, first)
	if err != nil {
		return err
	}
	s, err := r.newSession(conn, joined)
	if err != nil {
		return err
	}
	if err = r.adopt(s, joined); err == nil && s.one {
		err = r.offer(s, false)
	}
	if err != nil {
		s.peer.close()
	}
	return err
}

// Name returns the name of the room.
func (r *Room) Name() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.room.GetName()
}

// SIFTrailer returns the bytes that end a frame which the server put in place of an encrypted one.
func (r *Room) SIFTrailer() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sif
}

// State returns the present state.
func (r *Room) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Changed returns a channel that is closed at the next change of anything but what PeopleChanged is for. Take it before looking.
func (r *Room) Changed() <-chan struct{} { return r.changed.Wait() }

// Ready is closed when the media connection is there for the first time.
func (r *Room) Ready() <-chan struct{} { return r.ready }

// Done is closed when the room has been left, for whatever reason. Close it all the same.
func (r *Room) Done() <-chan struct{} { return r.done }

// Err returns nil before Done, then why: ErrClosed, ErrMedia, a *LeftError, a *guard.Error, or an error that wraps why the last
// try to reconnect failed: a *signal.RefusedError, a *LeftError, or the error of the network.
func (r *Room) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *Room) isEnded() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Track returns the media that comes of a track, or nil while none does.
func (r *Room) Track(sid string) *Track {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tracks[sid]
}

// Tracks returns the media that comes, by track SID.
func (r *Room) Tracks() map[string]*Track {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.tracks)
}

// Refused returns why the server does not send us a track that we have subscribed to.
func (r *Room) Refused(sid string) (why livekit.SubscriptionError, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why, is = r.refused[sid]
	return why, is
}

// Paused reports whether the server has paused a track because the path is too narrow.
func (r *Room) Paused(sid string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.paused[sid]
}

// Forbidden reports whether the publisher of a track does not let us have it.
func (r *Room) Forbidden(sid string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forbidden[sid]
}

func (r *Room) trackBegan(of *session, t *Track) {
	r.mu.Lock()
	if r.session == of {
		r.tracks[t.SID] = t
	}
	r.mu.Unlock()
	r.changed.Fire()
}

func (r *Room) trackEnded(t *Track) {
	r.mu.Lock()
	if r.tracks[t.SID] == t {
		delete(r.tracks, t.SID)
	}
	r.mu.Unlock()
	r.changed.Fire()
}

// end says that nothing comes any more. The first reason stands.
func (r *Room) end(reason error) {
	r.mu.Lock()
	if r.err != nil {
		r.mu.Unlock()
		return
	}
	r.err, r.state = reason, StateEnded
	r.stopAwaitingMedia()
	close(r.done)
	tracks := maps.Clone(r.tracks)
	r.mu.Unlock()
	r.cancel()
	for _, t := range tracks {
		t.end()
	}
	r.changed.Fire()
	r.log.Debug("left", "reason", reason)
}

// Panicked implements guard.Owner: it is the end of the room.
func (r *Room) Panicked(err *guard.Error) { r.end(err) }

// Close leaves the room. It returns when every goroutine is gone, and does not wait for the server. It is idempotent; called
// from several goroutines, each waits.
func (r *Room) Close() {
	r.closing.Do(func() {
		defer close(r.left)
		r.end(ErrClosed)
		r.mu.Lock()
		s, conn := r.session, r.session.conn
		r.mu.Unlock()
		s.peer.close()
		conn.Leave(livekit.DisconnectReason_CLIENT_INITIATED)
		r.work.Wait()
	})
	<-r.left
}
