#include "yuvrgb.h"

#include <string.h>

/* How many pixels of a row are converted at a time, so that intermediate values stay
 * in the first-level cache. Even, so that a block begins with a whole chroma sample. */
#define BLOCK 512

/* Functions in a vector loop must be inlined into each of its versions. */
#define INLINE static inline __attribute__ ((always_inline))

/* Half a pixel at any address: rows need not be aligned. */
typedef uint16_t Half __attribute__ ((aligned (1), may_alias));

/* What chroma adds to the pixels of a block, in 32nds. */
typedef struct {
  int16_t red[BLOCK], green[BLOCK], blue[BLOCK];
} Chroma;

/* The upper half of the product, for which processors have an instruction. It rounds
 * down, which the matrix's offset corrects. */
INLINE int16_t
multiply_high (int16_t a, int16_t b)
{
  return (int16_t) (((int32_t) a * b) >> 16);
}

/* Computes n samples, each of them for `repeat` pixels. */
INLINE void
chroma_of (const uint8_t *restrict u, const uint8_t *restrict v, int step, int repeat, int n,
    const GstLivekitYuvMatrix *matrix, Chroma *restrict chroma)
{
  const GstLivekitYuvMatrix m = *matrix;
  int i, k;

  for (i = 0; i < n; i++) {
    int16_t cb = (int16_t) ((u[i * step] - 128) * 256);
    int16_t cr = (int16_t) ((v[i * step] - 128) * 256);
    int16_t red = multiply_high (cr, m.red_v);
    int16_t green = (int16_t) (multiply_high (cb, m.green_u) + multiply_high (cr, m.green_v));
    int16_t blue = multiply_high (cb, m.blue_u);

    for (k = 0; k < repeat; k++) {
      chroma->red[repeat * i + k] = red;
      chroma->green[repeat * i + k] = green;
      chroma->blue[repeat * i + k] = blue;
    }
  }
}

INLINE uint16_t
to_8_bits (int value)
{
  int16_t colour = (int16_t) ((int16_t) value >> 5);

  colour = colour < 0 ? 0 : colour;
  return (uint16_t) (colour > 255 ? 255 : colour);
}

/* Two bytes in memory order. */
INLINE uint16_t
pair (uint16_t first, uint16_t second)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return (uint16_t) (first << 8 | second);
#else
  return (uint16_t) (first | second << 8);
#endif
}

/* Writes two halves per pixel, which keeps all arithmetic in 16 bits. For RGB24 the
 * fourth byte is meaningless. */
INLINE void
pixels_of (const uint8_t *restrict luma, const uint8_t *restrict alpha, int n,
    const GstLivekitYuvMatrix *matrix, const Chroma *restrict chroma, GstLivekitRgbOrder order,
    Half *restrict pixels)
{
  const int16_t factor = matrix->luma, offset = matrix->offset;
  int i;

  for (i = 0; i < n; i++) {
    int16_t y = (int16_t) (multiply_high ((int16_t) (luma[i] << 7), factor) + offset);
    uint16_t r = to_8_bits (y + chroma->red[i]);
    uint16_t g = to_8_bits (y + chroma->green[i]);
    uint16_t b = to_8_bits (y + chroma->blue[i]);
    uint16_t a = alpha[i];

    switch (order) {
      case GST_LIVEKIT_RGBA:
      case GST_LIVEKIT_RGB24:
        pixels[2 * i] = pair (r, g);
        pixels[2 * i + 1] = pair (b, a);
        break;
      case GST_LIVEKIT_ABGR:
        pixels[2 * i] = pair (a, b);
        pixels[2 * i + 1] = pair (g, r);
        break;
      case GST_LIVEKIT_ARGB:
        pixels[2 * i] = pair (a, r);
        pixels[2 * i + 1] = pair (g, b);
        break;
      case GST_LIVEKIT_BGRA:
        pixels[2 * i] = pair (b, g);
        pixels[2 * i + 1] = pair (r, a);
        break;
    }
  }
}

/* Drops every fourth byte. All pixels but the last are written with four bytes, the
 * last of which the next pixel overwrites. */
INLINE void
store_24_bits (const uint8_t *restrict pixels, int n, uint8_t *restrict dst)
{
  int i;

  for (i = 0; i < n - 1; i++)
    memcpy (dst + 3 * i, pixels + 4 * i, 4);
  memcpy (dst + 3 * i, pixels + 4 * i, 3);
}

/* The planes of one row; `alpha` may be a row of opaque pixels. */
typedef struct {
  const uint8_t *y, *u, *v, *alpha;
} Row;

INLINE void
convert_chroma (const GstLivekitYuv *yuv, const Row *row, int x, int n, Chroma *chroma)
{
  const uint8_t *u = row->u + (x >> yuv->x_shift) * yuv->chroma_step;
  const uint8_t *v = row->v + (x >> yuv->x_shift) * yuv->chroma_step;

  /* With constant arguments the compiler makes three loops. */
  if (yuv->x_shift == 0)
    chroma_of (u, v, 1, 1, n, &yuv->matrix, chroma);
  else if (yuv->chroma_step == 1)
    chroma_of (u, v, 1, 2, (n + 1) / 2, &yuv->matrix, chroma);
  else
    chroma_of (u, v, 2, 2, (n + 1) / 2, &yuv->matrix, chroma);
}

INLINE void
convert_pixels (const GstLivekitYuv *yuv, const uint8_t *luma, const uint8_t *alpha, int n,
    const Chroma *chroma, GstLivekitRgbOrder order, uint8_t *dst)
{
  uint16_t pixels[2 * BLOCK];

  switch (order) {
    case GST_LIVEKIT_RGBA:
      pixels_of (luma, alpha, n, &yuv->matrix, chroma, GST_LIVEKIT_RGBA, (Half *) dst);
      break;
    case GST_LIVEKIT_ABGR:
      pixels_of (luma, alpha, n, &yuv->matrix, chroma, GST_LIVEKIT_ABGR, (Half *) dst);
      break;
    case GST_LIVEKIT_ARGB:
      pixels_of (luma, alpha, n, &yuv->matrix, chroma, GST_LIVEKIT_ARGB, (Half *) dst);
      break;
    case GST_LIVEKIT_BGRA:
      pixels_of (luma, alpha, n, &yuv->matrix, chroma, GST_LIVEKIT_BGRA, (Half *) dst);
      break;
    case GST_LIVEKIT_RGB24:
      pixels_of (luma, alpha, n, &yuv->matrix, chroma, GST_LIVEKIT_RGB24, pixels);
      store_24_bits ((const uint8_t *) pixels, n, dst);
      break;
  }
}

/* Rows that share their chroma are converted together, block by block. */
INLINE void
convert_rows (const GstLivekitYuv *yuv, const Row *first, int rows, GstLivekitRgbOrder order,
    uint8_t *dst, ptrdiff_t dst_stride)
{
  const int pixel = order == GST_LIVEKIT_RGB24 ? 3 : 4;
  uint8_t opaque[BLOCK];
  Chroma chroma;
  int x, i;

  memset (opaque, 0xff, sizeof opaque);
  for (x = 0; x < yuv->width; x += BLOCK) {
    int n = yuv->width - x < BLOCK ? yuv->width - x : BLOCK;

    convert_chroma (yuv, first, x, n, &chroma);
    for (i = 0; i < rows; i++)
      convert_pixels (yuv, first->y + i * yuv->y_stride + x,
          first->alpha ? first->alpha + i * yuv->alpha_stride + x : opaque, n, &chroma, order,
          dst + i * dst_stride + (ptrdiff_t) x * pixel);
  }
}

INLINE void
convert (const GstLivekitYuv *yuv, const Row *top, GstLivekitRgbOrder order, uint8_t *dst,
    ptrdiff_t dst_stride)
{
  const int rows = 1 << yuv->y_shift;
  int y;

  for (y = 0; y < yuv->height; y += rows) {
    const int chroma_y = y >> yuv->y_shift;
    Row row = { top->y + y * yuv->y_stride, top->u + chroma_y * yuv->u_stride,
      top->v + chroma_y * yuv->v_stride, top->alpha ? top->alpha + y * yuv->alpha_stride : NULL };

    convert_rows (yuv, &row, yuv->height - y < rows ? yuv->height - y : rows, order,
        dst + y * dst_stride, dst_stride);
  }
}

/* AVX2 halves the time. The compiler's own dispatch (target_clones) needs ifunc,
 * which musl does not have. Not on Windows, where gcc does not align the stack for
 * 32-byte vectors. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(_WIN32)
#define HAVE_AVX2

__attribute__ ((target ("avx2"))) static void
convert_avx2 (const GstLivekitYuv *yuv, const Row *top, GstLivekitRgbOrder order, uint8_t *dst,
    ptrdiff_t dst_stride)
{
  convert (yuv, top, order, dst, dst_stride);
}
#endif

static void
convert_plain (const GstLivekitYuv *yuv, const Row *top, GstLivekitRgbOrder order, uint8_t *dst,
    ptrdiff_t dst_stride)
{
  convert (yuv, top, order, dst, dst_stride);
}

void
gst_livekit_yuv_to_rgb (const GstLivekitYuv *yuv, const void *y, const void *u, const void *v,
    const void *alpha, GstLivekitRgbOrder order, void *dst, ptrdiff_t dst_stride, int flip)
{
  const Row top = { y, u, v, alpha };
  uint8_t *first = dst;

  if (flip) {
    first += (yuv->height - 1) * dst_stride;
    dst_stride = -dst_stride;
  }
#ifdef HAVE_AVX2
  if (!yuv->plain && __builtin_cpu_supports ("avx2")) {
    convert_avx2 (yuv, &top, order, first, dst_stride);
    return;
  }
#endif
  convert_plain (yuv, &top, order, first, dst_stride);
}
