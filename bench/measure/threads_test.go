package measure

import (
	"os"
	"testing"
	"time"
)

func TestReadThreadsOfThisProcess(t *testing.T) {
	threads, err := ReadThreads(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if len(threads.Switches) < 2 { // Go has several
		t.Errorf("%d threads", len(threads.Switches))
	}
	if _, err := ReadThreads(-1); err == nil {
		t.Error("no process: no error")
	}
}

func TestSwitchesASecond(t *testing.T) {
	n, err := switchesOf([]byte("Name:\tx\nvoluntary_ctxt_switches:\t40\nnonvoluntary_ctxt_switches:\t2\n"))
	if err != nil || n != 42 {
		t.Errorf("%d switches, error %v", n, err)
	}
	for _, bad := range []string{"", "voluntary_ctxt_switches:\t40\n", "voluntary_ctxt_switches:\tx\nnonvoluntary_ctxt_switches:\t2\n"} {
		if _, err := switchesOf([]byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	now := time.Now()
	begin := Threads{At: now, Switches: map[int]int64{1: 100, 2: 7}}
	end := Threads{At: now.Add(2 * time.Second), Switches: map[int]int64{1: 300, 3: 50}}
	near(t, "switches", end.switchesSince(begin), 125)
}
