package measure

import (
	"os"
	"testing"
)

func TestParseStatus(t *testing.T) {
	m, err := parseStatus([]byte("Name:\tgst-launch-1.0\nVmHWM:\t   61000 kB\nVmRSS:\t   52000 kB\nRssAnon:\t   12000 kB\nThreads:\t9\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Memory{Resident: 52000 << 10, Anonymous: 12000 << 10, Peak: 61000 << 10}); m != want {
		t.Errorf("memory is %+v, want %+v", m, want)
	}
}

func TestParseStatusOfZombieFails(t *testing.T) {
	for _, status := range []string{"", "Name:\tx\nState:\tZ (zombie)\n", "VmHWM:\t1 kB\nVmRSS:\t1 MB\nRssAnon:\t1 kB\n"} {
		if _, err := parseStatus([]byte(status)); err == nil {
			t.Errorf("%q: no error", status)
		}
	}
}

func TestReadMemoryOfThisProcess(t *testing.T) {
	m, err := ReadMemory(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if m.Peak < m.Resident || m.Resident < m.Anonymous || m.Anonymous <= 0 {
		t.Errorf("memory is %+v", m)
	}
}
