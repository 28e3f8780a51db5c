/*
A WebSocket of this site (docs/live.md) that is opened again whenever it is gone: after a second,
then after twice as long each time, up to a minute, none at the very moment of the others.

hello()        what it begins with
heard(message) each message of the server; from the first one on it is known to work
lost(code)     it is gone; after one of the codes in ENDS it does not come back: it would go again
*/
export const SIGNED_OUT = [4401, 4403];
const ENDS = [...SIGNED_OUT, 4400, 4404];
const TOO_MANY = 4429;
const FIRST = 1_000;
const LONGEST = 60_000;
const OPENING = 10_000;
/* The server says something every twenty seconds: a line that is quiet for longer is dead. */
const QUIET = 45_000;

export class Line {
  #tries = 0;

  constructor({ path, hello, heard, lost }) {
    Object.assign(this, { path, hello, heard, lost });
    this.#open();
  }

  /* At once, where there is none: the server has just answered otherwise. */
  retry() {
    if (this.socket) return;
    clearTimeout(this.timer);
    this.#tries = 0;
    this.#open();
  }

  leave() {
    clearTimeout(this.timer);
    if (this.socket) this.#drop();
  }

  #open() {
    this.socket = new WebSocket(addressOf(this.path));
    this.socket.onopen = () => {
      this.socket.send(JSON.stringify(this.hello()));
      this.#expect(QUIET);
    };
    this.socket.onmessage = ({ data }) => {
      this.#tries = 0;
      this.#expect(QUIET);
      this.heard(JSON.parse(data));
    };
    this.socket.onclose = ({ code }) => this.#gone(code);
    this.#expect(OPENING);
  }

  /* Something within that time, or else it is gone; closing it properly may take for ever. */
  #expect(time) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#gone(), time);
  }

  #gone(code) {
    clearTimeout(this.timer);
    this.#drop();
    if (!ENDS.includes(code)) this.timer = setTimeout(() => this.#open(), this.#pause(code));
    this.lost(code);
  }

  #pause(code) {
    const time = code === TOO_MANY ? LONGEST : Math.min(LONGEST, FIRST * 2 ** this.#tries++);
    return time * (0.5 + Math.random());
  }

  #drop() {
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = undefined;
  }
}

function addressOf(path) {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return address;
}
