// The machine-readable time of a picture, as internal/testkit/testpicture describes it.

const BLOCKS = 32;
const WHITE = 235;
const BLACK = 16;

export const bandRows = (height) => Math.floor((height * 32) / 720);

// drawTime writes the low 32 bits of Unix milliseconds into the luma plane of a tight I420 picture.
export function drawTime(luma, width, height, milliseconds) {
  const value = Number(BigInt(milliseconds) & 0xffffffffn);
  const rows = bandRows(height);
  for (let block = 0; block < BLOCKS; block++) {
    const bit = (value >>> (BLOCKS - 1 - block)) & 1;
    const from = Math.floor((block * width) / BLOCKS);
    const to = Math.floor(((block + 1) * width) / BLOCKS);
    for (let y = 0; y < 2 * rows; y++) {
      const white = y < rows ? bit === 1 : bit === 0;
      luma.fill(white ? WHITE : BLACK, y * width + from, y * width + to);
    }
  }
}

// readTime is undefined for a picture without a time in it.
export function readTime(luma, width, height) {
  const rows = bandRows(height);
  let value = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const x = Math.floor(((2 * block + 1) * width) / (2 * BLOCKS));
    const top = luma[Math.floor(rows / 2) * width + x] > 127;
    const bottom = luma[(rows + Math.floor(rows / 2)) * width + x] > 127;
    if (top === bottom) return undefined;
    value = value * 2 + (top ? 1 : 0);
  }
  return value;
}
