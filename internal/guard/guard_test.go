package guard_test

import (
	"errors"
	"runtime/cgo"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// owner keeps what it is told.
type owner struct{ told []*guard.Error }

func (o *owner) Panicked(err *guard.Error) { o.told = append(o.told, err) }

func TestAPanicIsTold(t *testing.T) {
	cause := errors.New("the cause")
	for name, run := range map[string]func(o guard.Owner){
		"Do": func(o guard.Owner) { guard.Do("a place", o, func() { panic(cause) }) },
		"Go": func(o guard.Owner) {
			var wg sync.WaitGroup
			guard.Go(&wg, "a place", o, func() { panic(cause) })
			wg.Wait()
		},
		"Func": func(o guard.Owner) { guard.Func("a place", o, func() { panic(cause) })() },
	} {
		t.Run(name, func(t *testing.T) {
			var o owner
			run(&o)
			if len(o.told) != 1 {
				t.Fatalf("told %d times", len(o.told))
			}
			err := o.told[0]
			if err.Place != "a place" || err.Value != any(cause) || !strings.Contains(string(err.Stack), "guard_test.go") {
				t.Errorf("told place %q, value %v, stack\n%s", err.Place, err.Value, err.Stack)
			}
		})
	}
}

func TestNoPanicIsNotTold(t *testing.T) {
	var o owner
	done := false
	guard.Do("a place", &o, func() { done = true })
	if !done || len(o.told) != 0 {
		t.Errorf("done %v, told %d", done, len(o.told))
	}
}

func TestFinallyComesBehindWhatIsTold(t *testing.T) {
	var o owner
	var wg sync.WaitGroup
	last := -1
	guard.Go(&wg, "a place", &o, func() { panic("x") }, func() { last = len(o.told) })
	wg.Wait()
	if last != 1 {
		t.Errorf("finally was called when %d panics had been told", last)
	}
}

// hasty panics when it is told.
type hasty struct{}

func (hasty) Panicked(*guard.Error) { panic("again") }

func TestAPanicInTheOwnerGoesNoFurther(t *testing.T) {
	guard.Do("a place", hasty{}, func() { panic("x") })
}

func TestNobodyHasToBeTold(t *testing.T) {
	guard.Do("a place", nil, func() { panic("x") })
}

func TestAHandleThatWasDeletedHasNoValue(t *testing.T) {
	h := cgo.NewHandle("text")
	if v, ok := guard.Value[string](h); v != "text" || !ok {
		t.Errorf("%q, %v", v, ok)
	}
	if _, ok := guard.Value[int](h); ok {
		t.Error("it is no int")
	}
	h.Delete()
	if _, ok := guard.Value[string](h); ok {
		t.Error("it has a value after it was deleted")
	}
}

func TestDoDoesNotAllocate(t *testing.T) {
	var o owner
	count := 0
	if n := testing.AllocsPerRun(100, func() { guard.Do("a place", &o, func() { count++ }) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
