/* A program that plays a pipeline with a livekitsrc named "src" and does what it is
 * told, one command a line:
 *
 *   play LAUNCH-LINE      set PROPERTY VALUE     key-frame           eos
 *   latency               stats                  reconfigure         force-key-unit
 *   stop                  unref                  fork LAUNCH-LINE    quit
 *   monitor               unmonitor              probe
 *
 * Each command is answered with "ok COMMAND"; what comes over the bus, and which records the
 * element's category logs, is printed as it comes. It does nothing that an
 * application could not do. */
#include <gst/gst.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static GstElement *pipeline;
static GstPad *pad;
static GstDeviceMonitor *monitor;
static gpointer freed; /* where the element was */
static GMutex printing;

G_GNUC_PRINTF (1, 2)
static void
say (const char *format, ...)
{
  va_list arguments;

  g_mutex_lock (&printing);
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
  g_mutex_unlock (&printing);
}

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file, const gchar *function,
    gint line, GObject *object, GstDebugMessage *message, gpointer data)
{
  gpointer gone = g_atomic_pointer_get (&freed);

  if (!g_str_has_prefix (gst_debug_category_get_name (category), "livekit") ||
      g_str_equal (gst_debug_category_get_name (category), "livekitdecode"))
    return;
  if (gone)
    say ("log of %s element: %s", object == gone ? "a freed" : "no freed",
        gst_debug_message_get (message));
  else if (level <= GST_LEVEL_ERROR)
    say ("log %s", gst_debug_message_get (message));
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GError *error = NULL;
  gchar *debug = NULL;
  gboolean of_pipeline = GST_MESSAGE_SRC (message) == GST_OBJECT (pipeline);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      say ("error from %s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, &debug);
      say ("warning from %s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
      break;
    case GST_MESSAGE_EOS:
      say ("eos");
      break;
    case GST_MESSAGE_LATENCY:
      say ("latency has changed");
      break;
    case GST_MESSAGE_ELEMENT: {
      gchar *text = gst_structure_to_string (gst_message_get_structure (message));

      say ("element message %s", text);
      g_free (text);
      break;
    }
    case GST_MESSAGE_STATE_CHANGED:
      if (of_pipeline) {
        GstState now;

        gst_message_parse_state_changed (message, NULL, &now, NULL);
        say ("state %s", gst_element_state_get_name (now));
      }
      break;
    default:
      break;
  }
  g_clear_error (&error);
  g_free (debug);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstPadProbeReturn
on_buffer (GstPad *buffer_pad, GstPadProbeInfo *info, gpointer data)
{
  say ("picture");
  return GST_PAD_PROBE_OK;
}

static gboolean
play (const char *description)
{
  GError *error = NULL;
  GstElement *source;
  GstBus *bus;

  pipeline = gst_parse_launch (description, &error);
  if (!pipeline || error) {
    say ("error: %s", error->message);
    return FALSE;
  }
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, on_message, NULL, NULL);
  gst_object_unref (bus);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, NULL, NULL);
  gst_object_unref (source);
  say ("playing: %s",
      gst_element_state_change_return_get_name (
          gst_element_set_state (pipeline, GST_STATE_PLAYING)));
  return TRUE;
}

/* What a fork() without exec does, as Python's multiprocessing does by default. */
static void
play_in_child (const char *description)
{
  int status;
  pid_t child = fork ();

  if (child == 0) {
    gboolean fine = play (description);

    if (fine) {
      gst_element_set_state (pipeline, GST_STATE_NULL);
      gst_object_unref (pad);
      gst_object_unref (pipeline);
    }
    _exit (fine ? 0 : 1);
  }
  waitpid (child, &status, 0);
  say ("child ended with %d", status);
}

static GstBusSyncReply
on_device (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED) {
    GstDevice *device;
    gchar *name;

    gst_message_parse_device_added (message, &device);
    name = gst_device_get_display_name (device);
    say ("device %s", name);
    g_free (name);
    gst_object_unref (device);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* Watches the devices that are sources of video. */
static void
watch (void)
{
  GstBus *bus;

  monitor = gst_device_monitor_new ();
  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  bus = gst_device_monitor_get_bus (monitor);
  gst_bus_set_sync_handler (bus, on_device, NULL, NULL);
  gst_object_unref (bus);
  gst_device_monitor_start (monitor);
}

static void
unwatch (void)
{
  gst_device_monitor_stop (monitor);
  gst_clear_object (&monitor);
}

/* Asks our provider what there is now. */
static void
probe (void)
{
  GstDeviceProvider *provider = gst_device_provider_factory_get_by_name ("livekitdeviceprovider");
  GList *devices = gst_device_provider_get_devices (provider);

  say ("%u devices", g_list_length (devices));
  g_list_free_full (devices, gst_object_unref);
  gst_object_unref (provider);
}

static void
on_freed (gpointer data, GObject *where)
{
  g_atomic_pointer_set (&freed, where);
}

static void
obey (gchar *line)
{
  gchar **words = g_strsplit (line, " ", 3);
  GstElement *source = pipeline ? gst_bin_get_by_name (GST_BIN (pipeline), "src") : NULL;
  const char *command = words[0];

  if (strcmp (command, "play") == 0) {
    play (line + strlen ("play "));
  } else if (strcmp (command, "fork") == 0) {
    play_in_child (line + strlen ("fork "));
  } else if (strcmp (command, "set") == 0) {
    gst_util_set_object_arg (G_OBJECT (source), words[1], words[2]);
  } else if (strcmp (command, "key-frame") == 0) {
    g_signal_emit_by_name (source, "request-key-frame");
  } else if (strcmp (command, "force-key-unit") == 0) {
    gst_pad_send_event (pad,
        gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
            gst_structure_new ("GstForceKeyUnit", "running-time", GST_TYPE_CLOCK_TIME,
                GST_CLOCK_TIME_NONE, "all-headers", G_TYPE_BOOLEAN, FALSE, "count", G_TYPE_UINT, 0,
                NULL)));
  } else if (strcmp (command, "reconfigure") == 0) {
    gst_pad_send_event (pad, gst_event_new_reconfigure ());
  } else if (strcmp (command, "eos") == 0) {
    gst_element_send_event (pipeline, gst_event_new_eos ());
  } else if (strcmp (command, "latency") == 0) {
    GstQuery *query = gst_query_new_latency ();

    gst_element_query (source, query);
    gst_query_unref (query);
  } else if (strcmp (command, "stats") == 0) {
    GstStructure *stats;

    g_object_get (source, "stats", &stats, NULL);
    gst_structure_free (stats);
  } else if (strcmp (command, "monitor") == 0) {
    watch ();
  } else if (strcmp (command, "unmonitor") == 0) {
    unwatch ();
  } else if (strcmp (command, "probe") == 0) {
    probe ();
  } else if (strcmp (command, "stop") == 0) {
    gst_element_set_state (pipeline, GST_STATE_NULL);
  } else if (strcmp (command, "unref") == 0) {
    g_object_weak_ref (G_OBJECT (source), on_freed, NULL);
    gst_clear_object (&source);
    gst_clear_object (&pad);
    gst_clear_object (&pipeline);
  }
  gst_clear_object (&source);
  say ("ok %s", command);
  g_strfreev (words);
}

int
main (int argc, char **argv)
{
  char line[4096];

  gst_init (&argc, &argv);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  while (fgets (line, sizeof line, stdin)) {
    g_strchomp (line);
    if (strcmp (line, "quit") == 0)
      break;
    obey (line);
  }
  return 0;
}
