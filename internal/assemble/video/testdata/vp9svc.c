/* Writes vp9-svc.frames, which no GStreamer element can make: 60 pictures of
 * 160x120 in VP9 with three spatial layers, which refer to each other at key
 * frames only (L3T3_KEY without the temporal layers, what LiveKit's clients
 * publish). Each picture is a superframe behind its length in two bytes, the
 * index at its end tells the layers apart (VP9 bitstream specification, annex
 * B).
 */
#include <stdio.h>
#include <string.h>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#define WIDTH 160
#define HEIGHT 120
#define LAYERS 3
#define FRAMES 60
#define KBITS 400

/* A ball on a gradient. */
static void
draw (vpx_image_t *image, int frame)
{
  int x, y;

  for (y = 0; y < HEIGHT; y++) {
    for (x = 0; x < WIDTH; x++) {
      int dx = x - (20 + 2 * frame), dy = y - (20 + frame);

      image->planes[0][y * image->stride[0] + x] = dx * dx + dy * dy < 200 ? 235 : (x + y) / 3 + 16;
    }
  }
  for (y = 0; y < HEIGHT / 2; y++) {
    memset (image->planes[1] + y * image->stride[1], 90, WIDTH / 2);
    memset (image->planes[2] + y * image->stride[2], 150, WIDTH / 2);
  }
}

static int
start (vpx_codec_ctx_t *codec)
{
  vpx_codec_enc_cfg_t config;
  vpx_svc_extra_cfg_t svc;
  int i;

  memset (&svc, 0, sizeof (svc));
  vpx_codec_enc_config_default (vpx_codec_vp9_cx (), &config, 0);
  config.g_w = WIDTH;
  config.g_h = HEIGHT;
  config.g_timebase.num = 1;
  config.g_timebase.den = 30;
  config.g_threads = 1;
  config.g_lag_in_frames = 0;
  config.g_error_resilient = 1; /* a layer has to decode without those above */
  config.rc_end_usage = VPX_CBR;
  config.rc_target_bitrate = KBITS;
  config.kf_max_dist = config.kf_min_dist = 30;
  config.ss_number_layers = LAYERS;
  config.ts_number_layers = 1;
  config.ts_rate_decimator[0] = 1;
  for (i = 0; i < LAYERS; i++) {
    svc.scaling_factor_num[i] = 1;
    svc.scaling_factor_den[i] = 1 << (LAYERS - 1 - i);
    svc.max_quantizers[i] = 56;
    svc.min_quantizers[i] = 20;
    svc.speed_per_layer[i] = 8;
    config.ss_target_bitrate[i] = config.layer_target_bitrate[i] =
        KBITS * (1 << i) / ((1 << LAYERS) - 1);
  }
  return vpx_codec_enc_init (codec, vpx_codec_vp9_cx (), &config, 0) ||
      vpx_codec_control (codec, VP8E_SET_CPUUSED, 8) ||
      vpx_codec_control (codec, VP9E_SET_SVC, 1) ||
      vpx_codec_control (codec, VP9E_SET_SVC_PARAMETERS, &svc) ||
      vpx_codec_control (codec, VP9E_SET_SVC_INTER_LAYER_PRED, 2);
}

int
main (void)
{
  vpx_codec_ctx_t codec;
  vpx_image_t image;
  int i;

  if (start (&codec) || !vpx_img_alloc (&image, VPX_IMG_FMT_I420, WIDTH, HEIGHT, 1))
    return 1;
  for (i = 0; i < FRAMES; i++) {
    vpx_codec_iter_t iter = NULL;
    const vpx_codec_cx_pkt_t *packet;

    draw (&image, i);
    if (vpx_codec_encode (&codec, &image, i, 1, 0, VPX_DL_REALTIME))
      return 1;
    while ((packet = vpx_codec_get_cx_data (&codec, &iter))) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT)
        continue;
      putchar (packet->data.frame.sz >> 8);
      putchar (packet->data.frame.sz & 0xff);
      fwrite (packet->data.frame.buf, 1, packet->data.frame.sz, stdout);
    }
  }
  vpx_img_free (&image);
  return vpx_codec_destroy (&codec) != VPX_CODEC_OK;
}
