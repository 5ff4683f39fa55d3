/* A pipeline whose buffers are counted in front of its element "end". */
#ifndef BENCH_PIPELINE_H
#define BENCH_PIPELINE_H

#include <gst/gst.h>

G_BEGIN_DECLS

/* How many buffers came. Written atomically, and read so by Go without a call. */
extern gint32 bench_pipeline_frames;

/* Builds and starts a pipeline. NULL after an error, which the caller frees. */
GstElement *bench_pipeline_start (const char *description, GError **error);

/* Stops and frees it. */
void bench_pipeline_stop (GstElement *pipeline);

G_END_DECLS

#endif
