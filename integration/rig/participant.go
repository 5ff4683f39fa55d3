package rig

import (
	"slices"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// AwaitParticipant waits until the server has let a participant into the test's room. It asks the server: participants
// who do not publish are announced to the others only every three seconds.
func AwaitParticipant(t testing.TB, identity string) {
	t.Helper()
	client := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
	patient := Patient(t)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		// While there is no room, this is an error.
		list, err := client.ListParticipants(patient, &livekit.ListParticipantsRequest{Room: Room(t)})
		if err == nil && slices.ContainsFunc(list.GetParticipants(), func(p *livekit.ParticipantInfo) bool {
			return p.GetIdentity() == identity && p.GetState() == livekit.ParticipantInfo_ACTIVE
		}) {
			return
		}
		select {
		case <-ticker.C:
		case <-patient.Done():
			t.Fatalf("%q does not come into the room within %v (%v, %v)", identity, Patience, list, err)
		}
	}
}

// Participants returns the identities of who is in the test's room, sorted.
func Participants(t testing.TB) []string {
	t.Helper()
	client := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
	list, err := client.ListParticipants(Patient(t), &livekit.ListParticipantsRequest{Room: Room(t)})
	if err != nil {
		t.Fatal(err)
	}
	var identities []string
	for _, p := range list.GetParticipants() {
		identities = append(identities, p.GetIdentity())
	}
	slices.Sort(identities)
	return identities
}
