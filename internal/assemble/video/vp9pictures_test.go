package video

import (
	"strings"
	"testing"
)

// vp9Words makes descriptors of words: a picture ID, and what stands behind it. K is a key frame. With layers, a colon and
// the temporal layer follow, a u for a picture from which one can switch up, a slash and TL0PICIDX; in flexible mode, minus
// signs and how far back it refers. An X in front of a word says that the picture is not to be taken, and an S that none is
// up to the next key frame.
func vp9Words(t *testing.T, words string) (all []vp9Descriptor, keys []bool, want []string) {
	t.Helper()
	number := func(s string) (n int, rest string) {
		for s != "" && s[0] >= '0' && s[0] <= '9' {
			n, s = n*10+int(s[0]-'0'), s[1:]
		}
		return n, s
	}
	for _, word := range strings.Fields(words) {
		fate := ""
		if word[0] == 'X' || word[0] == 'S' {
			fate, word = word[:1], word[1:]
		}
		word, key := strings.CutPrefix(word, "K")
		d := vp9Descriptor{begins: true, inter: !key, hasPicture: true}
		var n int
		n, word = number(word)
		d.picture, d.wide = uint16(n), n > 0x7f
		for word != "" {
			c := word[0]
			n, word = number(word[1:])
			switch c {
			case ':':
				d.hasLayers, d.temporal = true, byte(n)
			case 'u':
				d.switchUp = true
			case '/':
				d.base = byte(n)
			case '-':
				d.flexible = true
				d.references[d.count] = byte(n)
				d.count++
			default:
				t.Fatalf("%q", c)
			}
		}
		all, keys, want = append(all, d), append(keys, key), append(want, fate)
	}
	return all, keys, want
}

func TestVP9PicturesThatWereLeftOutAreSeen(t *testing.T) {
	for _, test := range []struct{ name, pictures string }{
		{"all are there", "K5 6 7 8 9"},
		{"one is missing", "K5 6 7 S9 10 11 K12 13 14"},
		{"IDs of 7 bits wrap around", "K126 127 0 1 S3 4"},
		{"IDs of 15 bits wrap around", "K32766 32767"},
		{"a jump is not understood", "K5 6 100 101 103"},
		{"nor is a step back", "K50 51 40 41 43"},
		{"an ID comes again", "K5 6 6 8"},

		{"one temporal layer", "K1:0/1 2:0/2 3:0/3 4:0/4"},
		{"one of it is missing", "K1:0/1 2:0/2 S4:0/4 5:0/5 K6:0/6 7:0/7"},
		{"three layers", "K1:0u/1 2:2u/1 3:1u/1 4:2u/1 5:0u/2 6:2u/2 7:1u/2"},
		{"the upper ones are left out", "K1:0u/1 2:2u/1 3:1u/1 4:2u/1 5:0u/2 9:0u/3 13:0u/4 17:0u/5 S25:0u/7"},
		{"the highest is left out", "K1:0u/1 3:1u/1 5:0u/2 7:1u/2 9:0u/3 11:1u/3 13:0u/4 15:1u/4 17:0u/5 19:1u/5 21:0u/6 23:1u/6"},
		{"they come again in the middle", "K1:0u/1 5:0u/2 9:0u/3 13:0u/4 17:0u/5 X20:2u/5 21:0u/6 X22:2u/6 23:1u/6 24:2u/6"},
		{"the second one comes again, then the third", "K1:0u/1 5:0u/2 9:0u/3 13:0u/4 17:0u/5 19:1u/5 21:0u/6 23:1u/6 24:2u/6"},
		{"they come again without leave", "K1:0/1 5:0/2 9:0/3 13:0/4 17:0/5 X19:1/5 X20:2/5 21:0/6 23:1u/6 24:2/6"},
		{"an encoder that says nowhere how to switch up", "K1:0/1 2:1/1 3:0/2 4:1/2 5:0/3 6:1/3 7:0/4 8:1/4 9:0/5 10:1/5"},
		{"a picture of an upper layer shows that one of the lowest is missing", "K1:0u/1 2:1u/1 S4:1u/2 5:0u/3"},
		{"the index of the lowest layer is not counted", "K1:0/0 2:0/0 3:0/0 5:0/0 6:0/0"},

		{"references", "K1-0 2-1 3-1-2 4-3 5-4-2"},
		{"one that is needed is missing", "K1 2-1 3-2 S5-1-4 6-5 K7 8-1"},
		{"one that is not needed is missing", "K1 2-1 3-2 5-2 6-1"},
		{"one from before the key frame", "K5 6-1 K7 8-2-1 9-1"},
		{"one of an upper layer is missing", "K1:0 2:1-1 3:0-2 X5:1-1 X6:1-1 7:0-4 8:1-1"},
		{"one of the lowest layer is missing", "K1:0 2:1-1 3:0-2 S6:0-1 7:1-1 K8:0 9:0-1"},
		{"far back", "K1 50-49 100-99 S127-30"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var p vp9Pictures
			all, keys, want := vp9Words(t, test.pictures)
			for i := range all {
				d := &all[i]
				if keys[i] {
					p.begin(d)
					continue
				}
				fate := ""
				switch orphan, severed := p.takes(d, p.complete(d)); {
				case severed:
					fate = "S"
				case orphan:
					fate = "X"
				}
				if fate != want[i] {
					t.Errorf("picture %d: %q, want %q", d.picture, fate, want[i])
				}
			}
		})
	}
}

// TestVP9LayersAreNotRefusedForEver has an upper layer whose pictures refer to some that never come.
func TestVP9LayersAreNotRefusedForEver(t *testing.T) {
	var p vp9Pictures
	p.begin(&vp9Descriptor{hasPicture: true})
	refused := 0
	for i := range 100 {
		base := vp9Descriptor{hasPicture: true, hasLayers: true, flexible: true, picture: uint16(3*i+2) & 0x7f}
		upper := base
		upper.picture, upper.temporal = uint16(3*i+3)&0x7f, 1
		upper.references[0], upper.count = 2, 1
		for _, d := range []vp9Descriptor{base, upper} {
			if orphan, severed := p.takes(&d, p.complete(&d)); severed {
				t.Fatal("severed")
			} else if orphan {
				refused++
			}
		}
	}
	if refused != vp9Patience {
		t.Errorf("%d pictures are refused, want %d", refused, vp9Patience)
	}
}

func TestVP9SenderThatNumbersOtherwiseIsShown(t *testing.T) {
	var p vp9Pictures
	severed := 0
	for range 10 {
		p.begin(&vp9Descriptor{hasPicture: true})
		for id := range 20 {
			if _, s := p.takes(&vp9Descriptor{hasPicture: true, picture: uint16(2*id + 2)}, true); s {
				severed++
			}
		}
	}
	if severed != doubtGaps-1 {
		t.Errorf("%d gaps are believed", severed)
	}
}
