//go:build examples

package nodes

import (
	"crypto/rand"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const picture = `GstIdentity:probe: last-message = chain `

// TestTwoNodesAreOneServer has publishers at two nodes, each in a room of its own, and for each a process that joins at the other
// node. A room lives on one of the nodes, so one of the two connections to it goes through Redis.
func TestTwoNodesAreOneServer(t *testing.T) {
	redis := startRedis(t)
	secret := rand.Text() + rand.Text()
	var nodes [2]*devserver.Server
	for i := range nodes {
		nodes[i] = rig.StartServer(t, devserver.Options{Redis: redis, APISecret: secret})
	}
	var processes [2]*launch.Launch
	for i, node := range nodes {
		other := nodes[1-i]
		room := rig.Room(t) + string(rune('A'+i))
		rig.PublishAt(t, node, testpublisher.Config{Room: room})
		processes[i] = launch.StartWith(t, other.Environment(),
			"-v livekitsrc room="+room+" ! video/x-raw ! identity name=probe silent=false ! fakesink")
		processes[i].Lines(30, picture)

		// Both nodes know the room.
		for _, asked := range nodes {
			client := lksdk.NewRoomServiceClient(asked.HTTPURL(), asked.APIKey, asked.APISecret)
			list, err := client.ListRooms(rig.Patient(t), &livekit.ListRoomsRequest{Names: []string{room}})
			if err != nil || len(list.Rooms) != 1 {
				t.Errorf("a node lists %v (%v), want the room %s", list.GetRooms(), err, room)
			}
		}
	}
	// Both play at the same time.
	for _, process := range processes {
		process.LineAfter(len(process.Output()), picture)
	}
}

// startRedis runs Debian's redis-server on a port of loopback until the test ends, and returns its address.
func startRedis(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	_ = listener.Close()
	_, port, _ := net.SplitHostPort(address)
	process, err := child.Start(exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", t.TempDir()))
	if err != nil {
		t.Fatalf("Debian's redis-server is needed: %v", err)
	}
	t.Cleanup(func() { _ = process.Kill() })
	patient := rig.Patient(t)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if conn, err := net.Dial("tcp4", address); err == nil {
			_ = conn.Close()
			return address
		}
		select {
		case <-ticker.C:
		case <-process.Done():
			t.Fatalf("redis-server has ended: %v", process.Wait())
		case <-patient.Done():
			t.Fatalf("redis-server does not answer within %v", rig.Patience)
		}
	}
}
