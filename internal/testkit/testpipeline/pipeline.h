/* A pipeline around an element under test, which brings no pipeline of its own:
 *
 *   bin name=source, with a ghost pad "src" that has no target ! bin name=downstream
 */
#ifndef GST_LIVEKIT_TEST_PIPELINE_H
#define GST_LIVEKIT_TEST_PIPELINE_H

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct {
  GstElement *pipeline, *source, *downstream;
  GstPad *ghost;
  gint caps_queries;  /* atomic: that came to downstream's sink pad */
  GAsyncQueue *added; /* names of elements, from deep-element-added */
  gchar *to_set[3];   /* owned: element, property and value, for that signal's handler */
  GMutex lock;        /* guards what follows */
  GCond changed;
  gboolean held, released; /* a LATENCY message, and all of them */
} GstLivekitTestPipeline;

/* What came over the bus; free with _message_clear(). */
typedef struct {
  const gchar *type; /* static */
  gchar *source;     /* path of the element */
  gchar *text;       /* of an error or a warning, else NULL */
  gchar *debug;
  gboolean closing; /* _close_bus() was called */
} GstLivekitTestMessage;

/* One buffer of an appsink named "sink"; free with _buffer_clear(). */
typedef struct {
  GstSample *sample;
  GstMapInfo map;
  gchar *caps;
  GstClockTime pts, dts;
  guint flags;
} GstLivekitTestBuffer;

/* Builds the pipeline, with downstream in gst-launch's language, and plays it. NULL
 * with *error set. */
GstLivekitTestPipeline *gst_livekit_test_pipeline_new (const gchar *downstream, GError **error);
void gst_livekit_test_pipeline_stop_downstream (GstLivekitTestPipeline *self);
void gst_livekit_test_pipeline_stop (GstLivekitTestPipeline *self);
void gst_livekit_test_pipeline_free (GstLivekitTestPipeline *self);

/* Exchanges downstream while data flows, as applications do: when nothing is on its
 * way through the pad. With `in_flight`, while a buffer is. Returns when that is
 * done. */
gboolean gst_livekit_test_pipeline_replace (GstLivekitTestPipeline *self, const gchar *downstream,
    gboolean in_flight, GError **error);

/* Waits for a message. */
void gst_livekit_test_pipeline_pop (GstLivekitTestPipeline *self, GstLivekitTestMessage *message);
void gst_livekit_test_message_clear (GstLivekitTestMessage *message);
void gst_livekit_test_pipeline_close_bus (GstLivekitTestPipeline *self);

/* Waits for a buffer of the appsink "sink". FALSE: EOS, or `timeout` is over. */
gboolean gst_livekit_test_pipeline_pull (GstLivekitTestPipeline *self, guint64 timeout,
    GstLivekitTestBuffer *buffer, gboolean *eos);
void gst_livekit_test_buffer_clear (GstLivekitTestBuffer *buffer);

/* Sets a property, as gst-launch does. FALSE: there is no such element. */
gboolean gst_livekit_test_pipeline_set (GstLivekitTestPipeline *self, const gchar *element,
    const gchar *property, const gchar *value);

/* The same in a handler of deep-element-added, for elements of this name that are
 * added later. To be called while none is being added. */
void gst_livekit_test_pipeline_set_when_added (GstLivekitTestPipeline *self, const gchar *element,
    const gchar *property, const gchar *value);

/* A property as text, or NULL: there is no such element. The caller frees. */
gchar *gst_livekit_test_pipeline_get (GstLivekitTestPipeline *self, const gchar *element,
    const gchar *property);

/* Asks the source for a key frame, from downstream, at a running time or NONE. */
gboolean gst_livekit_test_pipeline_force_key_unit (GstLivekitTestPipeline *self, GstClockTime at);
GstClockTime gst_livekit_test_pipeline_running_time (GstLivekitTestPipeline *self);

/* The latency that the source answers with; NONE = none. */
GstClockTime gst_livekit_test_pipeline_latency (GstLivekitTestPipeline *self);

/* What an application does when a LATENCY message has come. */
void gst_livekit_test_pipeline_recalculate_latency (GstLivekitTestPipeline *self);

/* Keeps whoever posts a LATENCY message waiting, as a handler of the application's might;
 * waits for one to be posted; and lets go of it and of all others. */
void gst_livekit_test_pipeline_hold_latency (GstLivekitTestPipeline *self);
void gst_livekit_test_pipeline_await_held (GstLivekitTestPipeline *self);
void gst_livekit_test_pipeline_release_latency (GstLivekitTestPipeline *self);

/* All elements that are no bins, one "factory name klass" a line. The caller frees. */
gchar *gst_livekit_test_pipeline_elements (GstLivekitTestPipeline *self);

/* The name of the next element that deep-element-added told of, or NULL. The caller
 * frees. */
gchar *gst_livekit_test_pipeline_added (GstLivekitTestPipeline *self);

G_END_DECLS

#endif
