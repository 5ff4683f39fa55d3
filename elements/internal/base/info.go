package base

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// newInfo makes a structure of every field of a message, so that what LiveKit adds
// to it appears by itself:
//
//   - the structure is called livekit-NAME and the fields NAME, both in lower case
//     with dashes: joined_at_ms is joined-at-ms
//   - messages are structures; one that is not set is left out, as is any other
//     field that the sender can leave out
//   - repeated fields are arrays, also when empty
//   - maps are arrays of structures with the fields key and value, by rising key
//   - enums are strings in lower case with dashes, such as screen-share, or the
//     number of a value that is not known here
//   - numbers, booleans and strings are themselves, float and double are double,
//     bytes are GBytes
//
// A nil message gives a structure without fields.
func newInfo(message proto.Message) Structure {
	m := message.ProtoReflect()
	s := NewStructure("livekit-" + Dashed(string(m.Descriptor().Name())))
	if !m.IsValid() {
		return s
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.HasPresence() && !m.Has(f) {
			continue
		}
		s.Set(Dashed(string(f.Name())), infoField(f, m.Get(f)))
	}
	return s
}

func infoField(f protoreflect.FieldDescriptor, v protoreflect.Value) any {
	switch {
	case f.IsMap():
		return infoMap(f, v.Map())
	case f.IsList():
		values := list{}
		for i := range v.List().Len() {
			values = append(values, infoValue(f, v.List().Get(i)))
		}
		return values
	default:
		return infoValue(f, v)
	}
}

func infoMap(f protoreflect.FieldDescriptor, m protoreflect.Map) list {
	var keys []protoreflect.MapKey
	m.Range(func(key protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, key)
		return true
	})
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int { return cmp.Compare(a.String(), b.String()) })
	entries := list{}
	for _, key := range keys {
		entry := NewStructure("entry")
		entry.Set("key", infoValue(f.MapKey(), key.Value()))
		entry.Set("value", infoValue(f.MapValue(), m.Get(key)))
		entries = append(entries, entry)
	}
	return entries
}

func infoValue(f protoreflect.FieldDescriptor, v protoreflect.Value) any {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return newInfo(v.Message().Interface())
	case protoreflect.EnumKind:
		if known := f.Enum().Values().ByNumber(v.Enum()); known != nil {
			return Dashed(string(known.Name()))
		}
		return strconv.Itoa(int(v.Enum()))
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return v.Float()
	default: // bool, string, []byte and the integers, which structures know as they are
		return v.Interface()
	}
}

// Dashed turns SCREEN_SHARE, joined_at_ms and ParticipantInfo into GStreamer's
// spelling of names.
func Dashed(name string) string {
	var b strings.Builder
	for i, r := range name {
		isUpper := r >= 'A' && r <= 'Z'
		switch {
		case r == '_':
			r = '-'
		case isUpper && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z':
			b.WriteByte('-')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}
