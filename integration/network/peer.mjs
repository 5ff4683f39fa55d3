// LiveKit's official Node SDK on a network: it publishes a picture that takes the bitrate which it is given, or receives one
// and writes what package sink reads to file descriptor 3. It ends at SIGINT.
//
//   LIVEKIT_URL=... LIVEKIT_TOKEN=... node peer.mjs '{"role": "publish", "codec": "AV1", "width": 640, "height": 360, "bitrate": 1500000}'
//   LIVEKIT_URL=... LIVEKIT_TOKEN=... node peer.mjs '{"role": "receive"}'

import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { drawTime, readTime } from '../rtcnode/picture.mjs';

// The SDK is installed beside the driver of the other integration tests.
const require = createRequire(new URL('../rtcnode/package.json', import.meta.url));
const {
  LocalVideoTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoCodec,
  VideoFrame,
  VideoSource,
  VideoStream,
  dispose,
} = require('@livekit/rtc-node');

const FRAME_RATE = 30;
// PICTURES is how many different ones there are: a second's.
const PICTURES = 30;

const settings = JSON.parse(process.argv[2]);
const room = new Room();
const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

// drawn is a zone plate in motion, as GStreamer's videotestsrc draws one: every pixel changes from picture to picture.
function drawn(width, height, number) {
  const picture = new Uint8Array((width * height * 3) / 2).fill(128);
  const phase = (2 * Math.PI * number) / PICTURES;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const square = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / (width * 4);
      picture[y * width + x] = 126 + 100 * Math.cos(square + phase);
    }
  }
  return picture;
}

async function publish() {
  const { codec, width, height, bitrate, simulcast } = settings;
  const pictures = Array.from({ length: PICTURES }, (_, number) => drawn(width, height, number));
  const source = new VideoSource(width, height);
  let number = 0;
  const timer = setInterval(() => {
    const picture = pictures[number++ % PICTURES];
    drawTime(picture, width, height, Date.now());
    source.captureFrame(new VideoFrame(new Uint8Array(picture), width, height, VideoBufferType.I420));
  }, 1000 / FRAME_RATE);
  await room.localParticipant.publishTrack(
    LocalVideoTrack.createVideoTrack('camera', source),
    new TrackPublishOptions({
      source: TrackSource.SOURCE_CAMERA,
      videoCodec: VideoCodec[codec],
      videoEncoding: { maxBitrate: BigInt(bitrate), maxFramerate: FRAME_RATE },
      simulcast,
    }),
  );
  return () => clearInterval(timer);
}

// hash is that of networksink: FNV-1a of every fourth pixel of every fourth row of luma.
function hash(luma, width, height) {
  let value = 2166136261;
  for (let y = 0; y < height; y += 4) {
    for (let x = 0; x < width; x += 4) value = Math.imul(value ^ luma[y * width + x], 16777619);
  }
  return value >>> 0;
}

function writeAll(data) {
  for (let done = 0; done < data.length; ) {
    try {
      done += writeSync(3, data, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

async function read(track) {
  for await (const { frame } of new VideoStream(track)) {
    const at = now();
    const { data, width, height } = frame.type === VideoBufferType.I420 ? frame : frame.convert(VideoBufferType.I420);
    const picture = { at, time: readTime(data, width, height) ?? -1, hash: hash(data, width, height), width, height };
    // The stream hands frames out when they are to be shown.
    for (const event of ['arrived', 'shown']) writeAll(Buffer.from(`${JSON.stringify({ event, ...picture })}\n`));
  }
}

let stop = () => {};
room.on(RoomEvent.TrackSubscribed, (track) => {
  if (track.kind === TrackKind.KIND_VIDEO) read(track);
});
process.on('SIGINT', async () => {
  stop();
  await room.disconnect();
  await dispose();
  process.exit(0);
});
const autoSubscribe = settings.role === 'receive';
await room.connect(process.env.LIVEKIT_URL, process.env.LIVEKIT_TOKEN, { autoSubscribe, dynacast: false });
if (settings.role === 'publish') stop = await publish();
