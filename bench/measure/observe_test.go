package measure

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// receiver is a shell script that stands for one: it writes to descriptor 3 what a receiver says.
func receiver(script string) *exec.Cmd { return exec.Command("sh", "-c", script) }

const (
	first = `echo '{"event":"first","track":"a","begin":1,"cpuFirst":1}' >&3;`
	end   = `echo '{"event":"end","track":"a","begin":1,"cpuFirst":1,"cpuLast":9,"at":[1,2],"pictures":[-1,-1]}' >&3;`
)

func TestObserveEndsAReceiverAfterItsDuration(t *testing.T) {
	o, err := Observe(t.Context(), Subject{
		Command:  receiver("trap '" + strings.ReplaceAll(end, "'", `'\''`) + " exit 0' INT; " + first + " while :; do sleep 0.01; done"),
		Tracks:   1,
		Duration: 300 * time.Millisecond,
		Patience: 20 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Lines) != 1 || o.Lines[0].CPULast != 9 || o.CPU <= 0 || len(o.Memory) == 0 || o.Memory[0].Peak == 0 {
		t.Errorf("saw %+v", o)
	}
}

func TestObserveWaitsForAReceiverThatEndsByItself(t *testing.T) {
	o, err := Observe(t.Context(), Subject{Command: receiver(first + end), Tracks: 1, Patience: 20 * time.Second})
	if err != nil || len(o.Lines) != 1 {
		t.Errorf("saw %+v, error %v", o, err)
	}
}

func TestObserveFailsWithTheReceiversWords(t *testing.T) {
	for name, test := range map[string]struct {
		subject Subject
		want    string
	}{
		"fails":      {Subject{Command: receiver("echo no such room; exit 3"), Tracks: 1}, "no such room"},
		"no frame":   {Subject{Command: receiver("echo waiting; exec sleep 60"), Tracks: 1, Patience: 200 * time.Millisecond}, "waiting"},
		"one track":  {Subject{Command: receiver(first + end), Tracks: 2}, "1 tracks of 2"},
		"ends early": {Subject{Command: receiver("echo bye;" + first + end), Tracks: 1, Duration: time.Minute}, "bye"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.subject.Patience == 0 {
				test.subject.Patience = 20 * time.Second
			}
			_, err := Observe(t.Context(), test.subject)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q in it", err, test.want)
			}
		})
	}
}
