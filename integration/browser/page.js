// A peer on LiveKit's client for browsers. It fetches its settings, and posts what happens as events in JSON.
'use strict';

const say = (event, fields = {}) => fetch('event', { method: 'POST', body: JSON.stringify({ event, ...fields }) });

// publish sends the browser's test camera, and tells when each layer has begun to be sent.
async function publish(room, { width, height, frameRate, codec }) {
  const track = await LivekitClient.createLocalVideoTrack({ resolution: { width, height, frameRate } });
  await room.localParticipant.publishTrack(track, {
    source: 'camera',
    simulcast: true,
    videoCodec: codec,
    backupCodec: false,
    degradationPreference: 'maintain-resolution',
    videoEncoding: { maxBitrate: 400_000, maxFramerate: frameRate },
    videoSimulcastLayers: [new LivekitClient.VideoPreset(width / 2, height / 2, 100_000, frameRate)],
  });
  say('published');
  const begun = new Set();
  setInterval(async () => {
    for (const report of (await track.sender.getStats()).values()) {
      const { type, rid, frameWidth, frameHeight, framesSent } = report;
      const name = `${rid} ${frameWidth}x${frameHeight}`;
      if (type === 'outbound-rtp' && framesSent > 0 && !begun.has(name)) {
        begun.add(name);
        say('sends', { rid, width: frameWidth, height: frameHeight });
      }
    }
  }, 200);
}

const wall = () => performance.timeOrigin + performance.now();

// beat publishes the time in a picture, and a burst of sound at each whole second of the same clock.
async function beat(room, { width, height, frameRate }) {
  const BLOCKS = 32;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  document.body.append(canvas);
  const context = canvas.getContext('2d');
  const rows = Math.floor((height * 32) / 720);
  const fill = (bright, x, y, w, h) => {
    context.fillStyle = bright ? 'white' : 'black';
    context.fillRect(x, y, w, h);
  };
  const draw = () => {
    const time = Math.round(wall());
    const value = Number(BigInt(time) & 0xffffffffn);
    fill(time % 1000 < 100, 0, 0, width, height);
    for (let block = 0; block < BLOCKS; block++) {
      const from = Math.floor((block * width) / BLOCKS);
      const to = Math.floor(((block + 1) * width) / BLOCKS);
      const bit = ((value >>> (BLOCKS - 1 - block)) & 1) === 1;
      fill(bit, from, 0, to - from, rows);
      fill(!bit, from, rows, to - from, rows);
    }
    camera.requestFrame();
    requestAnimationFrame(draw);
  };
  const camera = canvas.captureStream(0).getVideoTracks()[0];
  draw();

  const audio = new AudioContext({ sampleRate: 48000 });
  const destination = audio.createMediaStreamDestination();
  let planned = 0;
  let ahead = -Infinity; // of the context's clock in the last second: it goes by whole blocks, and stops on a busy machine
  setInterval(() => {
    ahead = Math.max(ahead, audio.currentTime - wall() / 1000);
    const next = Math.ceil(wall() / 1000);
    if (next <= planned || next - wall() / 1000 > 0.2) return;
    planned = next;
    const tone = new OscillatorNode(audio, { frequency: 1000 });
    tone.connect(new GainNode(audio, { gain: 0.5 })).connect(destination);
    tone.start(next + ahead);
    tone.stop(next + ahead + 0.1);
    ahead = -Infinity;
  }, 5);

  const microphone = destination.stream.getAudioTracks()[0];
  const videoEncoding = { maxBitrate: 500_000, maxFramerate: frameRate };
  await room.localParticipant.publishTrack(camera, { source: 'camera', simulcast: false, videoEncoding });
  await room.localParticipant.publishTrack(microphone, { source: 'microphone' });
  say('published');
}

// show tells the colours of points, given in parts of the picture, of each picture that is shown.
function show(room, { points }) {
  room.on('trackSubscribed', (track) => {
    if (track.kind !== 'video') return;
    const video = track.attach();
    video.muted = true;
    document.body.append(video);
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const look = (_, { width, height }) => {
      canvas.width = width;
      canvas.height = height;
      context.drawImage(video, 0, 0, width, height);
      const colours = points.map(([x, y]) => [...context.getImageData(x * width, y * height, 1, 1).data.slice(0, 3)]);
      say('shows', { width, height, colours });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    video.play();
  });
}

(async () => {
  try {
    const settings = await (await fetch('settings')).json();
    const room = new LivekitClient.Room({ dynacast: false, adaptiveStream: false });
    if (settings.role === 'show') show(room, settings);
    await room.connect(settings.url, settings.token);
    say('connected');
    if (settings.role === 'publish') await (settings.beat ? beat : publish)(room, settings);
  } catch (error) {
    say('failed', { error: `${error}\n${error.stack}` });
  }
})();
