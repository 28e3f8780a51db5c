/*
Parts of a page that follow what happens: <div data-live="URL"> is fetched again when something of
the person's own has changed (/ws/executions, docs/live.md), at most every two seconds, and every
ten seconds while the socket is away.

data-live-schedule="ID"  only for changes of that schedule and its executions
data-live-every="10"     this often (in seconds) as well while the socket is there: for pages that
                         show other people's things, which it does not tell of

What carries data-live-status says how it stands. A part that was fetched sends the event
"live:shown", and "live:gone" before its former content goes.
*/
const LEAST = 2_000;
const AWAY = 10_000;
const RECONNECT = 5_000;
const SIGNED_OUT = [4401, 4403];

class Part {
  constructor(element) {
    this.element = element;
    this.schedule = Number(element.dataset.liveSchedule) || null;
    this.every = 1_000 * Number(element.dataset.liveEvery) || null;
    this.shownAt = Date.now();
  }

  /* Soon; reasons that come meanwhile are the same one. */
  refresh() {
    this.waits ??= setTimeout(() => this.#fetch(), Math.max(0, this.shownAt + LEAST - Date.now()));
  }

  async #fetch() {
    try {
      if (!document.hidden && !isInUse(this.element)) await this.#show();
      this.problem = "";
    } catch (error) {
      this.problem = error instanceof SignedOut ? error.message : "Cannot refresh: trying again";
    }
    this.shownAt = Date.now();
    this.waits = undefined;
    say();
  }

  async #show() {
    const answer = await fetch(this.element.dataset.live, { headers: { Accept: "text/html" } });
    if (answer.redirected) throw new SignedOut("Signed out: reload the page to go on");
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    if (text === this.text) return;
    this.text = text;
    replace(this.element, text);
  }
}

class SignedOut extends Error {}

/* Nothing goes away under somebody's hands: not what they are marking or typing in. */
function isInUse(element) {
  const selection = document.getSelection();
  const marks = !selection.isCollapsed && element.contains(selection.anchorNode);
  const types = document.activeElement?.matches("input, select, textarea");
  return marks || (types && element.contains(document.activeElement));
}

/* New content; the focus stays where it was, and what was unfolded stays so. */
function replace(element, text) {
  const focused = element.contains(document.activeElement) && markOf(document.activeElement);
  const open = [...element.querySelectorAll("details[id][open]")].map((details) => details.id);
  element.dispatchEvent(new CustomEvent("live:gone", { bubbles: true }));
  element.innerHTML = text;
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  element.dispatchEvent(new CustomEvent("live:shown", { bubbles: true }));
  if (focused) element.querySelector(focused)?.focus({ preventScroll: true });
}

function markOf(focused) {
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const details = focused.tagName === "SUMMARY" && focused.closest("details[id]");
  if (details) return `#${CSS.escape(details.id)} > summary`;
  const href = focused.getAttribute("href");
  return href && `a[href="${CSS.escape(href)}"]`;
}

/* One socket for all parts of the page. */
const parts = [...document.querySelectorAll("[data-live]")].map((element) => new Part(element));
let connected = false;

function follow() {
  const address = new URL("/ws/executions", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.onopen = () => socket.send(JSON.stringify(hello()));
  socket.onmessage = (message) => tell(JSON.parse(message.data));
  socket.onclose = ({ code }) => {
    connected = false;
    say();
    if (!SIGNED_OUT.includes(code)) setTimeout(follow, RECONNECT);
  };
}

/* Where all parts are about one schedule, nothing else need come. */
function hello() {
  const [first, ...others] = parts.map((part) => part.schedule);
  return first && others.every((schedule) => schedule === first) ? { schedule: first } : {};
}

/* A message without a change is the greeting, before which something may have happened, a gap, or
   a heartbeat: after twenty quiet seconds, in which a worker may have gone without a word. */
function tell(message) {
  connected = true;
  say();
  parts
    .filter((part) => !message.event || !part.schedule || part.schedule === message.schedule)
    .forEach((part) => part.refresh());
}

function poll() {
  const now = Date.now();
  parts
    .filter((part) => now - part.shownAt >= (connected ? (part.every ?? Infinity) : AWAY))
    .forEach((part) => part.refresh());
}

function say() {
  const problem = parts.map((part) => part.problem).find(Boolean);
  const every = Math.min(...parts.map((part) => part.every ?? Infinity));
  const live = every < Infinity ? `Live; others’ every ${every / 1_000} s` : "Live";
  const text = problem || (connected ? live : `Every ${AWAY / 1_000} s`);
  document.querySelectorAll("[data-live-status]").forEach((element) => {
    element.dataset.liveStatus = problem ? "problem" : connected ? "live" : "polling";
    if (element.textContent !== text) element.textContent = text;
  });
}

if (parts.length) {
  follow();
  setInterval(poll, 1_000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) parts.forEach((part) => part.refresh());
  });
}
