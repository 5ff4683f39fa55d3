// A peer on LiveKit's client for browsers. It fetches its settings, and posts what happens as events in JSON.
'use strict';

const say = (event, fields = {}) => fetch('event', { method: 'POST', body: JSON.stringify({ event, ...fields }) });

// publish sends the browser's test camera, and tells when each layer has begun to be sent.
async function publish(room, { width, height, frameRate, codec, scalabilityMode }) {
  const track = await LivekitClient.createLocalVideoTrack({ resolution: { width, height, frameRate } });
  commands.mute = () => track.mute();
  commands.unmute = () => track.unmute();
  await room.localParticipant.publishTrack(track, {
    source: 'camera',
    simulcast: true,
    videoCodec: codec,
    scalabilityMode,
    backupCodec: false,
    degradationPreference: 'maintain-resolution',
    videoEncoding: { maxBitrate: 400_000, maxFramerate: frameRate },
    videoSimulcastLayers: [new LivekitClient.VideoPreset(width / 2, height / 2, 100_000, frameRate)],
  });
  say('published');
  const path = track.sender.transport.iceTransport;
  path.addEventListener('statechange', () => say('path', { state: path.state }));
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

// publishSound sends the browser's test microphone, with silence left out (DTX) and each packet twice (RED).
async function publishSound(room) {
  const track = await LivekitClient.createLocalAudioTrack();
  await room.localParticipant.publishTrack(track, { source: 'microphone', dtx: true, red: true });
  say('heard');
}

// publishScreen sends a picture that changes frameRate times a second, as a shared screen.
async function publishScreen(room, { width, height, frameRate }) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  document.body.append(canvas);
  const context = canvas.getContext('2d');
  let count = 0;
  const draw = () => {
    context.fillStyle = `hsl(${(count++ * 40) % 360} 80% 50%)`;
    context.fillRect(0, 0, width, height);
  };
  draw();
  setInterval(draw, 1000 / frameRate);
  const [media] = canvas.captureStream().getVideoTracks();
  await room.localParticipant.publishTrack(new LivekitClient.LocalVideoTrack(media), { source: 'screen_share', simulcast: false });
  say('published');
}

// encryption is what a room needs to be encrypted end to end.
async function encryption(passphrase) {
  const keyProvider = new LivekitClient.ExternalE2EEKeyProvider();
  await keyProvider.setKey(passphrase);
  return { keyProvider, worker: new Worker('livekit-client.e2ee.worker.js') };
}

// commands are what the test may ask for, by name.
const commands = {};

// obey does what the test asks for, one after another.
async function obey() {
  for (;;) {
    const name = await (await fetch('command')).text();
    await commands[name]();
    say('done', { command: name });
  }
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
    const options = { dynacast: false, adaptiveStream: false };
    if (settings.passphrase) options.encryption = await encryption(settings.passphrase);
    const room = new LivekitClient.Room(options);
    if (settings.passphrase) await room.setE2EEEnabled(true);
    if (settings.role === 'show') show(room, settings);
    for (const event of ['reconnecting', 'reconnected']) room.on(event, () => say(event));
    await room.connect(settings.url, settings.token);
    say('connected');
    if (settings.role === 'publish' && settings.screen) await publishScreen(room, settings);
    else if (settings.role === 'publish') await (settings.beat ? beat : publish)(room, settings);
    if (settings.sound) await publishSound(room);
    await obey();
  } catch (error) {
    say('failed', { error: `${error}\n${error.stack}` });
  }
})();
