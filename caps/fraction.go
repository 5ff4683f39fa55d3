package caps

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fraction is a GstFraction. The zero value stands for a caps field that is absent.
type Fraction struct {
	Num, Den int
}

// String returns the fraction as GStreamer prints it, such as "30000/1001".
func (f Fraction) String() string {
	return strconv.Itoa(f.Num) + "/" + strconv.Itoa(f.Den)
}

// reduced returns the fraction in lowest terms, as GStreamer stores every fraction. f must be valid.
func (f Fraction) reduced() Fraction {
	a, b := f.Num, f.Den
	for b != 0 {
		a, b = b, a%b
	}
	return Fraction{f.Num / a, f.Den / a}
}

// valid reports whether f is absent, or a fraction that GStreamer can store with a numerator of at least minNum.
func (f Fraction) valid(minNum int) bool {
	if f == (Fraction{}) {
		return true
	}
	return f.Num >= minNum && f.Num <= math.MaxInt32 && f.Den >= 1 && f.Den <= math.MaxInt32
}

// parseFraction parses "30/1" or "30" and reduces it to lowest terms.
func parseFraction(s string, minNum int) (Fraction, error) {
	num, den, found := strings.Cut(s, "/")
	if !found {
		den = "1"
	}
	n, errNum := strconv.ParseInt(num, 10, 32)
	d, errDen := strconv.ParseInt(den, 10, 32)
	f := Fraction{int(n), int(d)}
	if errNum != nil || errDen != nil || d == 0 || !f.valid(minNum) {
		return Fraction{}, fmt.Errorf("%w: %q is not a fraction from %d/1 on", ErrSyntax, s, minNum)
	}
	return f.reduced(), nil
}
