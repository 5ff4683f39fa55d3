// Package link is a network that loses and delays packets, for tests on a kernel without netem.
//
// A program that calls Isolate runs in a network namespace of its own, the near side. Open makes a second one, the far
// side, and a TUN device in each. Every IP packet between the two passes through this program, which treats it as an
// Impairment says, for each direction apart and changeable at any time.
//
//	if err := link.Isolate(); err != nil {
//		return err
//	}
//	l, err := link.Open(link.Options{Seed: 1, Both: link.Impairment{Delay: 30 * time.Millisecond, Loss: 0.05}})
//	if err != nil {
//		return err
//	}
//	defer l.Close()
//	cmd := exec.Command("ping", link.NearAddress)
//	l.PutFar(cmd)
//
// Neither namespace has a name. They and their devices are gone when the programs in them are, however those ended, and no
// address outside of them can be reached.
package link
