package link

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const patience = 20 * time.Second

func open(t *testing.T, impairment Impairment) *Link {
	t.Helper()
	l, err := Open(Options{Seed: 1, Both: impairment})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// ends are a socket on either side.
func ends(t *testing.T, l *Link) (near, far *net.UDPConn) {
	t.Helper()
	var err error
	listen := func(address string) *net.UDPConn {
		var conn *net.UDPConn
		if conn, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(address)}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if err = conn.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	near = listen(NearAddress)
	if err := l.InFar(func() error { far = listen(FarAddress); return nil }); err != nil {
		t.Fatal(err)
	}
	return near, far
}

func address(conn *net.UDPConn) netip.AddrPort { return conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func TestPacketsPassWithTheirDelay(t *testing.T) {
	const delay = 30 * time.Millisecond
	l := open(t, Impairment{Delay: delay})
	near, far := ends(t, l)
	for _, way := range []struct{ from, to *net.UDPConn }{{near, far}, {far, near}} {
		sent := time.Now()
		if _, err := way.from.WriteToUDPAddrPort([]byte("hello"), address(way.to)); err != nil {
			t.Fatal(err)
		}
		text := make([]byte, 10)
		n, from, err := way.to.ReadFromUDPAddrPort(text)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(sent); took < delay {
			t.Errorf("a packet took %v, less than %v", took, delay)
		}
		if string(text[:n]) != "hello" || from != address(way.from) {
			t.Errorf("%q came from %v, want hello from %v", text[:n], from, address(way.from))
		}
	}
}

func TestAShareIsLost(t *testing.T) {
	const sent, markers = 100, 10 // so few that the socket has room for them
	l := open(t, Impairment{Loss: 0.2})
	near, far := ends(t, l)
	for i := range uint32(sent + markers) {
		if _, err := near.WriteToUDPAddrPort(binary.BigEndian.AppendUint32(nil, i), address(far)); err != nil {
			t.Fatal(err)
		}
	}
	// One of the last ten comes: with this seed, the same ones are lost each time.
	came := 0
	for last := uint32(0); ; came++ {
		packet := make([]byte, 10)
		n, err := far.Read(packet)
		if err != nil {
			t.Fatal(err)
		}
		number := binary.BigEndian.Uint32(packet[:n])
		if number < last {
			t.Errorf("packet %d came after %d", number, last)
		}
		if last = number; number >= sent {
			break
		}
	}
	if lost := sent - came; lost < sent/10 || lost > sent*3/10 {
		t.Errorf("%d of %d packets were lost, want about %d", lost, sent, sent/5)
	}
	if counts := l.Counts(ToFar); counts.Lost < sent-came || counts.Came < sent {
		t.Errorf("%+v were counted, and %d of %d came", counts, came, sent)
	}
}

func TestFarSideMovesToAnotherAddress(t *testing.T) {
	const moved = "10.66.0.9"
	l := open(t, Impairment{})
	near, _ := ends(t, l)
	if err := l.MoveFar(FarAddress, moved); err != nil {
		t.Fatal(err)
	}
	err := l.InFar(func() error {
		if conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(FarAddress)}); err == nil {
			return errors.Join(errors.New("the old address is still there"), conn.Close())
		}
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(moved)})
		if err != nil {
			return err
		}
		_, err = conn.WriteToUDPAddrPort([]byte("here"), address(near))
		return errors.Join(err, conn.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
	_, from, err := near.ReadFromUDPAddrPort(make([]byte, 10))
	if err != nil || from.Addr().String() != moved {
		t.Errorf("a packet came from %v (%v), want one from %s", from, err, moved)
	}
}

// Programs on the far side see its devices only, and nothing is left of it on this side after Close.
func TestProgramsRunOnTheFarSide(t *testing.T) {
	l := open(t, Impairment{})
	cmd := exec.Command("ip", "-brief", "link")
	if err := l.PutFar(cmd); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if fields := string(out); !strings.Contains(fields, farDevice) || strings.Contains(fields, nearDevice) {
		t.Errorf("the far side's devices are:\n%s", out)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := net.InterfaceByName(nearDevice); err == nil {
		t.Error("the near device is still there")
	}
	if _, err := io.ReadAll(l.directions[ToFar].from); err == nil {
		t.Error("the near device's file is still open")
	}
	open(t, Impairment{}) // the names are free again
}
