/* Classes of elements that only a chain uses. */
#ifndef GST_LIVEKIT_TYPE_H
#define GST_LIVEKIT_TYPE_H

#include <gst/gst.h>

/* Registers a class, and a factory, because applications ask each element for its own.
 * The factory's name is that of the class in small letters, without Gst. If the process
 * has the name already, a number goes behind it: a program that is linked with this code can also load it as
 * a plugin, and then there are two copies of it. */
GType gst_livekit_type_register (GType parent, const char *name, const GTypeInfo *info);

#endif
