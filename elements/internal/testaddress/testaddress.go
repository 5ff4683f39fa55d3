package testaddress

/*
#cgo pkg-config: gstreamer-1.0
#include <stdlib.h>
#include "../base/address.h"
*/
import "C"

import (
	"errors"
	"unsafe"

	_ "github.com/gst-livekit/gst-livekit/elements/internal/base" // has the C functions
)

// Address is an address in its parts.
type Address struct {
	URL, Room string
	Query     []string // keys and values by turns
}

// Parse takes an address apart.
func Parse(text string) (Address, error) {
	c := C.CString(text)
	defer C.free(unsafe.Pointer(c))
	var address C.GstLivekitAddress
	var problem *C.GError
	if C.gst_livekit_address_parse(c, &address, &problem) == 0 {
		defer C.g_error_free(problem)
		return Address{}, errors.New(C.GoString(problem.message))
	}
	defer C.gst_livekit_address_clear(&address)
	parsed := Address{URL: C.GoString(address.url), Room: C.GoString(address.room)}
	for _, text := range unsafe.Slice(address.query, C.g_strv_length(address.query)) {
		parsed.Query = append(parsed.Query, C.GoString(text))
	}
	return parsed, nil
}

// Format is the text of an address, or "" if there is none.
func Format(a Address) string {
	url, room := C.CString(a.URL), C.CString(a.Room)
	defer C.free(unsafe.Pointer(url))
	defer C.free(unsafe.Pointer(room))
	query := (**C.char)(C.calloc(C.size_t(len(a.Query)+1), C.size_t(unsafe.Sizeof(url))))
	defer C.g_strfreev(query)
	for i, text := range a.Query {
		unsafe.Slice(query, len(a.Query))[i] = C.CString(text)
	}
	address := C.GstLivekitAddress{url: url, room: room, query: query}
	text := C.gst_livekit_address_format(&address)
	defer C.g_free(C.gpointer(unsafe.Pointer(text)))
	return C.GoString(text)
}
