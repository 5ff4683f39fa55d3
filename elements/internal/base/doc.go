// Package base is what every LiveKit source element has, whatever its medium: the properties of connecting and of choosing,
// the states, the address, the signals and messages, and one run of the element.
//
// The package has two halves. The abstract GObject class GstLivekitBaseSrc is C; gstlivekitbasesrc.h is what an element
// derives its class from. One run of an element, from READY to PAUSED and back, is Go: it owns a [Stream], whose
// buffers leave through the element's pad, and a goroutine that tells the application what happens. border.h is all that
// they know of each other. What an element is besides that, it says with a [Kind].
package base
