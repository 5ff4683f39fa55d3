/* 8-bit YUV to packed RGB, rounded to the nearest.
 *
 * GStreamer 1.22 rounds down in every step of these conversions, so that its pictures
 * are dark: green by up to six steps of 255, and by three on average. Here no sample
 * is more than 0.6 off the exact value, of which 0.5 is the rounding to 8 bits.
 *
 * Chroma is that of the nearest sample, as in libyuv and thus in LiveKit's other
 * SDKs. The code is plain C for the compiler's vectorizer; this package is compiled
 * with -O3 for it. */
#ifndef GST_LIVEKIT_YUVRGB_H
#define GST_LIVEKIT_YUVRGB_H

#include <stddef.h>
#include <stdint.h>

/* R = luma*Y + offset + red_v*(V-128), and likewise for green and blue, in 16 bits.
 * The result is in 32nds. */
typedef struct {
  int16_t luma;                            /* 16384ths */
  int16_t offset;                          /* 32nds: minus black, plus rounding */
  int16_t red_v, green_u, green_v, blue_u; /* 8192nds; green's are negative */
} GstLivekitYuvMatrix;

/* The order of a pixel's bytes in memory, with the numbers of LiveKit's
 * VideoBufferType. */
typedef enum {
  GST_LIVEKIT_RGBA,
  GST_LIVEKIT_ABGR,
  GST_LIVEKIT_ARGB,
  GST_LIVEKIT_BGRA,
  GST_LIVEKIT_RGB24,
} GstLivekitRgbOrder;

typedef struct {
  int width, height;    /* pixels */
  int x_shift, y_shift; /* chroma subsampling as powers of two, 0 or 1 */
  int chroma_step;      /* bytes from one chroma sample to the next, 1 or 2 */
  ptrdiff_t y_stride, u_stride, v_stride, alpha_stride; /* bytes */
  GstLivekitYuvMatrix matrix;
  int plain; /* nonzero: do not use AVX2, for tests */
} GstLivekitYuv;

/* Converts the planes (borrowed; alpha NULL for an opaque picture) into rows of
 * dst_stride bytes at dst (borrowed). With flip the rows are in reverse order. Works
 * with any size from 1x1 and any alignment; nothing after a row's pixels is read or
 * written. */
void gst_livekit_yuv_to_rgb (const GstLivekitYuv *yuv, const void *y, const void *u, const void *v,
    const void *alpha, GstLivekitRgbOrder order, void *dst, ptrdiff_t dst_stride, int flip);

#endif
