// A number with its last minute as a line.
const length = 120; // at two a second
const svg = (name) => document.createElementNS('http://www.w3.org/2000/svg', name);

// chart adds one to a parent, and returns what adds a value to it. A value that is not a number leaves a dash.
export function chart(parent, title, unit) {
  const tile = document.createElement('div');
  tile.className = 'tile';
  const [heading, output, small] = ['h2', 'output', 'small'].map((name) => document.createElement(name));
  heading.textContent = title;
  small.textContent = ` ${unit}`;
  output.textContent = '–';
  output.setAttribute('aria-live', 'off');
  const [picture, line] = [svg('svg'), svg('polyline')];
  picture.setAttribute('viewBox', `0 0 ${length - 1} 100`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('aria-hidden', 'true');
  picture.append(line);
  tile.append(heading, output, small, picture);
  parent.append(tile);

  const values = [];
  return (value) => {
    const known = Number.isFinite(value);
    output.textContent = known ? value.toFixed(value < 10 ? 1 : 0) : '–';
    values.push(known ? Math.max(0, value) : 0);
    if (values.length > length) values.shift();
    const top = Math.max(...values, 1) * 1.15;
    const first = length - values.length;
    line.setAttribute('points', values.map((v, i) => `${first + i},${98 - (96 * v) / top}`).join(' '));
  };
}
