/* What passes a pad, one line each, for tests. */
#ifndef PLAY_PADLOG_H
#define PLAY_PADLOG_H

#include <gst/gst.h>

typedef struct _PadLog PadLog;

/* Begins to log at an element's pad; both are borrowed. NULL if there is no such
 * pad. Free it with padlog_free() before the element is gone. */
PadLog *padlog_new (GstElement *element, const char *pad);

/* The lines so far, or NULL if there are no more than `known`; free() it. */
char *padlog_lines (PadLog *log, int known);
void padlog_free (PadLog *log);

#endif
