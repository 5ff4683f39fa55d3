// The page of `make demo-web`: share.js publishes what somebody chooses, and received.js shows what comes back.
import { Sharing } from './share.js';
import { explain } from './errors.js';
import { showReceived } from './received.js';

const find = (id) => document.getElementById(id);
const sharing = new Sharing(find('sent'));

function say(text) {
  find('status').textContent = text;
}

function complain(text) {
  find('error').textContent = text;
  find('error').hidden = text === '';
}

// step does one thing after another: while something begins or ends, the buttons wait.
async function step(what) {
  const buttons = [find('camera'), find('screen'), find('stop')];
  for (const button of buttons) button.disabled = true;
  complain('');
  try {
    await what();
  } catch (error) {
    complain(explain(error));
    await sharing.stop();
  }
  for (const button of buttons) button.disabled = false;
  find('stop').disabled = !sharing.what;
  say(sharing.what ? shared() : 'Choose what to share.');
}

function shared() {
  const { value: wanted, selectedOptions: [{ text: name }] } = find('codec');
  const instead = sharing.codec === wanted ? '' : ` This browser does not publish ${name} here, but ${sharing.codec.toUpperCase()}.`;
  return `You share your ${sharing.what}.${instead}`;
}

function share(what) {
  return step(async () => {
    say(`Starting the ${what} …`);
    await sharing.start({ what, codec: find('codec').value });
    await setMicrophone(find('microphone').checked);
  });
}

// setMicrophone lets the picture go on if there is no microphone.
async function setMicrophone(on) {
  try {
    await sharing.setMicrophone(on);
  } catch (error) {
    find('microphone').checked = false;
    complain(explain(error));
  }
}

find('camera').addEventListener('click', () => share('camera'));
find('screen').addEventListener('click', () => share('screen'));
find('stop').addEventListener('click', () => step(() => sharing.stop()));
find('controls').addEventListener('submit', (event) => event.preventDefault());
// Another codec needs another track.
find('codec').addEventListener('change', () => sharing.what && share(sharing.what));
find('microphone').addEventListener('change', ({ target }) => {
  if (sharing.what) step(() => setMicrophone(target.checked));
});
find('quality').addEventListener('change', ({ target }) => step(async () => {
  const answer = await fetch(`quality/${target.value}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
}));
find('sent').addEventListener('resize', ({ target }) => {
  find('sent-size').textContent = target.videoWidth ? `${target.videoWidth} × ${target.videoHeight}` : '';
});
sharing.onend = (reason) => step(async () => {
  await sharing.stop();
  if (reason) throw new Error(reason);
});

showReceived(complain);
