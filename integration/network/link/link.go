package link

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// The two sides' addresses, in a network that is only between them.
const (
	NearAddress = "10.66.0.1"
	FarAddress  = "10.66.0.2"
	prefix      = "/24"

	nearDevice, farDevice = "near", "far"
)

// Direction is one of the two.
type Direction int

// The directions.
const (
	ToFar Direction = iota
	ToNear
)

// Options say how a link begins.
type Options struct {
	// Seed is that of all chance on the link.
	Seed uint64
	// Both is what happens to packets in either direction.
	Both Impairment
}

// Link joins the program's own network namespace, the near side, and another one, the far side. Its methods may be called
// by several goroutines at once.
type Link struct {
	far        *namespace
	directions [2]*direction
	carriers   sync.WaitGroup
	close      func() error
}

// Open makes the far side and joins the two. The program must be isolated.
func Open(options Options) (*Link, error) {
	if os.Getenv(isolatedVariable) == "" {
		return nil, errors.New("open an impaired link: Isolate was not called")
	}
	if err := options.Both.check(); err != nil {
		return nil, err
	}
	near, err := openTUN(nearDevice)
	if err != nil {
		return nil, err
	}
	var far *os.File
	side, err := newNamespace(func() error {
		var err error
		far, err = openTUN(farDevice)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, near.Close())
	}
	l := &Link{far: side}
	l.directions[ToFar] = &direction{from: near, to: far, queue: newQueue(2*options.Seed, options.Both)}
	l.directions[ToNear] = &direction{from: far, to: near, queue: newQueue(2*options.Seed+1, options.Both)}
	for _, d := range l.directions {
		l.carriers.Go(d.carry)
	}
	l.close = sync.OnceValue(func() error {
		err := errors.Join(near.Close(), far.Close(), side.close())
		l.carriers.Wait()
		return errors.Join(err, l.directions[ToFar].err, l.directions[ToNear].err)
	})
	if err := l.up(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// up gives the devices their addresses. Without IPv6 nothing is on the link that nobody has sent.
func (l *Link) up() error {
	for _, step := range []struct {
		far   bool
		words []string
	}{
		{false, []string{"link", "set", nearDevice, "addrgenmode", "none"}},
		{false, []string{"addr", "add", NearAddress + prefix, "dev", nearDevice}},
		{false, []string{"link", "set", nearDevice, "up"}},
		{true, []string{"link", "set", "lo", "up"}},
		{true, []string{"link", "set", farDevice, "addrgenmode", "none"}},
		{true, []string{"addr", "add", FarAddress + prefix, "dev", farDevice}},
		{true, []string{"link", "set", farDevice, "up"}},
	} {
		do := l.nearIP
		if step.far {
			do = l.farIP
		}
		if err := do(step.words...); err != nil {
			return err
		}
	}
	return nil
}

func (l *Link) nearIP(words ...string) error { return command("ip", words...) }

func (l *Link) farIP(words ...string) error {
	cmd := exec.Command("ip", words...)
	if err := l.PutFar(cmd); err != nil {
		return err
	}
	return run(cmd)
}

// PutFar lets a command that is not started yet run on the far side.
func (l *Link) PutFar(cmd *exec.Cmd) error { return l.far.put(cmd) }

// FarPrefix is what a command line begins with to run on the far side.
func (l *Link) FarPrefix() []string { return []string{"nsenter", l.far.flag(), "--"} }

// Set changes what happens to the packets of one direction. Those that are under way already are not touched.
func (l *Link) Set(d Direction, impairment Impairment) error {
	if err := impairment.check(); err != nil {
		return err
	}
	l.directions[d].set(impairment)
	return nil
}

// SetBoth is Set for both directions.
func (l *Link) SetBoth(impairment Impairment) error {
	return errors.Join(l.Set(ToFar, impairment), l.Set(ToNear, impairment))
}

// Impairment is what happens to the packets of one direction now.
func (l *Link) Impairment(d Direction) Impairment {
	direction := l.directions[d]
	direction.mu.Lock()
	defer direction.mu.Unlock()
	return direction.queue.impairment
}

// Counts are what became of the packets of one direction so far.
func (l *Link) Counts(d Direction) Counts {
	direction := l.directions[d]
	direction.mu.Lock()
	defer direction.mu.Unlock()
	return direction.queue.counts
}

// MoveFar gives the far side another address and takes the old one away, as when a telephone leaves the house: sockets that
// are bound to the old one reach nobody.
func (l *Link) MoveFar(from, to string) error {
	if err := l.farIP("addr", "add", to+prefix, "dev", farDevice); err != nil {
		return err
	}
	// The first address of a network takes those that came after it with it, unless they are promoted.
	return errors.Join(l.farIP("addr", "del", from+prefix, "dev", farDevice), l.farIP("addr", "replace", to+prefix, "dev", farDevice))
}

// Close takes the link and its devices away, and returns when nothing passes any more. It may be called again.
func (l *Link) Close() error { return l.close() }

// direction carries packets from one device to the other.
type direction struct {
	from, to *os.File
	err      error // valid after carry

	mu    sync.Mutex
	queue *queue
}

func (d *direction) set(impairment Impairment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue.impairment = impairment
}

// carry runs until a device is closed.
func (d *direction) carry() {
	packet := make([]byte, maxPacket)
	for {
		next := d.deliver()
		if err := d.from.SetReadDeadline(next); err != nil {
			d.end(err)
			return
		}
		n, err := d.from.Read(packet)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
		case err != nil:
			d.end(err)
			return
		default:
			d.mu.Lock()
			d.queue.push(time.Now(), append([]byte(nil), packet[:n]...))
			d.mu.Unlock()
		}
	}
}

// deliver hands on what has come out, and tells when the next packet will; the zero time is never.
func (d *direction) deliver() time.Time {
	for {
		d.mu.Lock()
		packet, ok := d.queue.pop(time.Now())
		next, _ := d.queue.next()
		d.mu.Unlock()
		if !ok {
			return next
		}
		// A device that is not up takes nothing, which is a lost packet like others.
		_, _ = d.to.Write(packet)
	}
}

func (d *direction) end(err error) {
	if !errors.Is(err, os.ErrClosed) {
		d.err = fmt.Errorf("read packets from a TUN device: %w", err)
	}
}
