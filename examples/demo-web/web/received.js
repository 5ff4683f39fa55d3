// Shows what the program receives: the picture, how loud it is, and the statistics.
import { chart } from './chart.js';

const find = (id) => document.getElementById(id);
const milliseconds = (nanoseconds) => nanoseconds / 1e6;

// What has a chart: its value in a report, given the one of two seconds ago.
const charts = [
  { title: 'Frame rate', unit: 'fps', value: (now, then) => perSecond(now, then, 'decoded') },
  { title: 'Latency, from capture to decoder', unit: 'ms', value: ({ latency }) => latency === undefined ? undefined : milliseconds(latency) },
  { title: 'Bit rate', unit: 'kbit/s', value: (now, then) => (perSecond(now, then, 'bytes') * 8) / 1000 },
];

// What is a line of text.
const facts = {
  Codec: ({ codec }) => codec,
  Decoder: ({ decoder }) => decoder,
  Size: ({ width, height }) => width && `${width} × ${height}`,
  Layer: ({ quality }) => quality,
  'Packets received': ({ packets }) => packets?.toLocaleString('en'),
  'Packets lost': ({ lost }) => lost?.toLocaleString('en'),
  'Packets recovered': ({ recovered }) => recovered?.toLocaleString('en'),
  Jitter: ({ jitter }) => jitter === undefined ? undefined : `${milliseconds(jitter).toFixed(1)} ms`,
  'Key frames': ({ 'key-frames': count }) => count?.toLocaleString('en'),
  'Frames dropped': (now) => sum(now, 'dropped-incomplete', 'dropped-undecoded', 'dropped-decoded').toLocaleString('en'),
};

const sum = (now, ...names) => names.reduce((total, name) => total + (now[name] ?? 0), 0);
const perSecond = (now, then, name) => ((now[name] - then[name]) * 1000) / (now.at - then.at);

// showReceived connects to the program, and complains if that has ended.
export function showReceived(complain) {
  const socket = new WebSocket(new URL('received', location.href.replace(/^http/, 'ws')));
  socket.binaryType = 'blob';
  const picture = pictureIn(find('received'));
  const report = statisticsIn(find('tiles'), find('facts'));
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof Blob) {
      picture(data);
      return;
    }
    const { statistics, level } = JSON.parse(data);
    if (statistics) report(statistics);
    if (level !== undefined) showLevel(level);
  });
  socket.addEventListener('close', () => complain('The program behind this page has ended. Start it again, then reload this page.'));
}

// pictureIn draws JPEGs into a canvas. One that comes while another is decoded takes the place of those that wait.
function pictureIn(canvas) {
  const context = canvas.getContext('2d');
  let next = null;
  let drawing = false;
  return async (jpeg) => {
    next = jpeg;
    if (drawing) return;
    drawing = true;
    while (next) {
      const latest = next;
      next = null;
      const bitmap = await createImageBitmap(latest);
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
        find('received-size').textContent = `${bitmap.width} × ${bitmap.height}`;
      }
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
    }
    drawing = false;
  };
}

// statisticsIn shows a report in tiles with charts, and as a list.
function statisticsIn(tiles, list) {
  const shown = charts.map(({ title, unit, value }) => ({ value, add: chart(tiles, title, unit) }));
  const lines = Object.entries(facts).map(([name, value]) => {
    const entry = document.createElement('div');
    const [term, text] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = name;
    entry.append(term, text);
    list.append(entry);
    return { value, text };
  });
  let before = [];
  return (statistics) => {
    const now = { ...statistics, at: performance.now() };
    const then = before[0];
    before = [...before.filter(({ at }) => now.at - at < 2000), now];
    if (then && now.packets) for (const { value, add } of shown) add(value(now, then));
    for (const { value, text } of lines) text.textContent = value(now) || '–';
  };
}

const quietest = -60;

function showLevel(decibels) {
  const level = Math.max(quietest, decibels);
  const meter = find('meter');
  meter.setAttribute('aria-valuenow', level.toFixed(0));
  meter.firstElementChild.style.width = `${(100 * (level - quietest)) / -quietest}%`;
  find('level').textContent = decibels > quietest ? `${decibels.toFixed(0)} dB` : 'silent';
}
