package main

import (
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/bench/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEveryCaseHasReceiversThatThereAre(t *testing.T) {
	names := map[string]bool{}
	for _, c := range cases {
		if names[c.name] {
			t.Errorf("two cases are called %q", c.name)
		}
		names[c.name] = true
		if c.alone != (len(c.receivers) == 0) {
			t.Errorf("%s has %d receivers", c.name, len(c.receivers))
		}
		for _, name := range c.receivers {
			if _, err := receiverNamed(name); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func TestNoReceiverIsWithoutACase(t *testing.T) {
	for _, r := range slices.Concat(receivers, receiversOfClips) {
		if !slices.ContainsFunc(cases, func(c benchCase) bool { return slices.Contains(c.receivers, r.name) }) {
			t.Errorf("no case has the receiver %s", r.name)
		}
	}
}

// A goal that is about a case or a receiver of another name would be unknown for ever.
func TestGoalsAreAboutCasesThatThereAre(t *testing.T) {
	results := report.Results{}
	for _, c := range cases {
		result := &report.Result{Case: c.name, Values: map[string]float64{"inspectSeconds": 1, "fileMB": 1}}
		for _, name := range c.receivers {
			result.Receivers = append(result.Receivers, fakeReceiver(name))
		}
		results[c.name] = result
	}
	for _, v := range report.Judge(report.Goals(), results) {
		if v.Missing != "" {
			t.Errorf("%s, %s: %s", v.Topic, v.Text, v.Missing)
		}
	}
}

func TestFlagsChooseCases(t *testing.T) {
	o, err := parseFlags([]string{"-case", "tracks-16,vp8-720p30", "-seconds", "2.5", "-rounds", "3", "-receiver", "decode,gst-i420"})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.cases) != 2 || o.cases[0].name != "vp8-720p30" || o.cases[1].tracks != 16 || o.cases[1].frameRate != 30 {
		t.Errorf("cases are %+v", o.cases)
	}
	if o.duration != 2500*time.Millisecond || o.rounds != 3 || !slices.Equal(o.receivers, []string{"decode", "gst-i420"}) {
		t.Errorf("options are %+v", o)
	}
	if o, err := parseFlags(nil); err != nil || len(o.cases) != len(cases) {
		t.Errorf("without flags: %d cases, error %v", len(o.cases), err)
	}
}

func TestWrongFlagsAreErrors(t *testing.T) {
	for _, arguments := range [][]string{
		{"-case", "vp8-720p30,nonsense"}, {"-seconds", "0"}, {"-rounds", "0"}, {"argument"},
	} {
		if _, err := parseFlags(arguments); err == nil {
			t.Errorf("%q: no error", arguments)
		}
	}
}
