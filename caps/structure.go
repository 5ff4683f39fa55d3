package caps

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// structure is one GstStructure of serialized caps with its features, split into fields whose values are not
// interpreted yet.
type structure struct {
	name     string
	features string // between the parentheses, as written
	fields   map[string]value
}

// value is a field's value as text.
type value struct {
	typ   string // the type annotation: "int" for (int)640, "" without one
	text  string // unquoted
	fixed bool   // false for a list, a range, or an array that contains one
}

// parseStructure splits serialized caps with a single structure into fields. The grammar is that of
// gst_caps_from_string and gst_structure_from_string in GStreamer 1.22. If a field is given twice, the last value
// counts.
func parseStructure(s string) (structure, error) {
	p := scanner{text: s}
	p.space()
	name, err := p.word()
	if err != nil {
		return structure{}, err
	}
	st := structure{name: name, fields: map[string]value{}}
	p.space()
	if p.accept('(') {
		if st.features, err = p.until(')'); err != nil {
			return structure{}, err
		}
	}
	for p.space(); p.accept(','); p.space() {
		p.space()
		if p.end() || p.text[p.pos] == ';' {
			break
		}
		field, v, err := p.field()
		if err != nil {
			return structure{}, err
		}
		st.fields[field] = v
	}
	if p.accept(';') {
		if p.space(); !p.end() {
			return structure{}, fmt.Errorf("%w: more than one structure", ErrNotFixed)
		}
	}
	if !p.end() {
		return structure{}, p.errorf("want ',' before %q", p.text[p.pos])
	}
	return st, nil
}

// scanner reads serialized caps from pos on.
type scanner struct {
	text string
	pos  int
}

func (p *scanner) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: byte %d: %s", ErrSyntax, p.pos, fmt.Sprintf(format, args...))
}

func (p *scanner) end() bool {
	return p.pos == len(p.text)
}

func (p *scanner) space() {
	for !p.end() && isSpace(p.text[p.pos]) {
		p.pos++
	}
}

func (p *scanner) accept(c byte) bool {
	if p.end() || p.text[p.pos] != c {
		return false
	}
	p.pos++
	return true
}

// until returns the text before the next c, trimmed, and moves past c.
func (p *scanner) until(c byte) (string, error) {
	n := strings.IndexByte(p.text[p.pos:], c)
	if n < 0 {
		return "", p.errorf("%q is missing", c)
	}
	s := p.text[p.pos : p.pos+n]
	p.pos += n + 1
	return strings.TrimFunc(s, func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) }), nil
}

// word returns a quoted string, or the text up to the next delimiter.
func (p *scanner) word() (string, error) {
	if p.accept('"') {
		return p.quoted()
	}
	start := p.pos
	for !p.end() && !isSpace(p.text[p.pos]) && !strings.ContainsRune(`,;="\(){}[]<>`, rune(p.text[p.pos])) {
		p.pos++
	}
	if p.pos == start {
		if p.end() {
			return "", p.errorf("unexpected end")
		}
		return "", p.errorf("unexpected %q", p.text[p.pos])
	}
	return p.text[start:p.pos], nil
}

// quoted returns the string whose opening quote has been read. A backslash precedes a byte that is taken literally, or
// the three octal digits of a byte (gst_string_unwrap).
func (p *scanner) quoted() (string, error) {
	var b strings.Builder
	for !p.end() {
		c := p.text[p.pos]
		p.pos++
		switch {
		case c == '"':
			return b.String(), nil
		case c != '\\':
			b.WriteByte(c)
		case p.end():
		case isOctal(p.text[p.pos:]):
			o := p.text[p.pos:]
			b.WriteByte((o[0]-'0')<<6 | (o[1]-'0')<<3 | (o[2] - '0'))
			p.pos += 3
		default:
			b.WriteByte(p.text[p.pos])
			p.pos++
		}
	}
	return "", p.errorf("closing quote is missing")
}

// field reads name=(type)value.
func (p *scanner) field() (string, value, error) {
	name, err := p.word()
	if err != nil {
		return "", value{}, err
	}
	p.space()
	if !p.accept('=') {
		return "", value{}, p.errorf("want '=' after %q", name)
	}
	p.space()
	v := value{fixed: true}
	if p.accept('(') {
		if v.typ, err = p.until(')'); err != nil {
			return "", value{}, err
		}
		p.space()
	}
	if p.end() || !strings.ContainsRune("{[<", rune(p.text[p.pos])) {
		v.text, err = p.word()
		return name, v, err
	}
	var array bool
	if v.text, array, err = p.brackets(); err != nil {
		return "", value{}, err
	}
	v.fixed = array || isNested(v.typ)
	return name, v, nil
}

// brackets returns a list, range, array or nested structure as written, including its brackets. array reports whether
// all brackets are those of arrays.
func (p *scanner) brackets() (text string, array bool, err error) {
	array = true
	var closers []byte
	start := p.pos
	for !p.end() {
		c := p.text[p.pos]
		p.pos++
		switch c {
		case '"':
			if _, err := p.quoted(); err != nil {
				return "", false, err
			}
		case '{', '[', '<':
			array = array && c == '<'
			closers = append(closers, c+2) // in ASCII, '}', ']' and '>' are two after '{', '[' and '<'
		case '}', ']', '>':
			if c != closers[len(closers)-1] {
				return "", false, p.errorf("want %q, not %q", closers[len(closers)-1], c)
			}
			closers = closers[:len(closers)-1]
			if len(closers) == 0 {
				return p.text[start:p.pos], array, nil
			}
		}
	}
	return "", false, p.errorf("%q is missing", closers[len(closers)-1])
}

// isNested reports whether values of a type are printed in brackets but are not ranges.
func isNested(typ string) bool {
	return typ == "structure" || typ == "GstStructure" || typ == "GstCaps"
}

func isSpace(c byte) bool {
	return c == ' ' || '\t' <= c && c <= '\r'
}

func isOctal(s string) bool {
	return len(s) >= 3 && '0' <= s[0] && s[0] <= '3' && '0' <= s[1] && s[1] <= '7' && '0' <= s[2] && s[2] <= '7'
}

// quote returns s as GStreamer prints a string (gst_string_wrap): in quotes only if necessary.
func quote(s string) string {
	var b strings.Builder
	bare := s != "" && s != "NULL"
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case isBare(c):
			b.WriteByte(c)
		case c < 0x20 || c >= 0x7f:
			bare = false
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			bare = false
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	if bare {
		return s
	}
	b.WriteByte('"')
	return b.String()
}

// isBare reports whether a byte needs no quotes (GST_ASCII_IS_STRING).
func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_-+/:.", c) >= 0
}
