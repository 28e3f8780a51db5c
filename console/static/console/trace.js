/*
The trace of a run, as it grows: over /ws/agent-tasks/{id}/events (docs/live.md), or by polling
while there is no socket.
*/
import { isInUse } from "./hands.js";
import { Lines } from "./lines.js";
import { Line } from "./socket.js";

const POLL = 3_000;
const PATIENCE = 15_000;
const MOST = 500;
const ENDED = "The attempt has ended.";
const REFUSALS = {
  401: "Signed out: reload the page to go on.",
  403: "You may not read this any more: reload the page.",
  404: "This run is not there any more.",
};
const list = document.getElementById("trace");
const status = document.getElementById("trace-status");
const next = document.getElementById("next-attempt");
let lines;
let line;
let timer;
let polling = false;
let looking = false;
let over = false;

function follow() {
  lines = new Lines(list);
  line = new Line({
    path: `/ws/agent-tasks/${list.dataset.task}/events`,
    hello: () => ({ after: lines.after }),
    heard,
    lost: poll,
  });
}

function heard(message) {
  polling = false;
  clearTimeout(timer);
  say("Live: what happens appears here at once.");
  if (message.kind) lines.add(message);
  if (message.final) end(ENDED);
}

/* One look after the other, which find out why the socket is gone, until it says something. */
async function poll() {
  clearTimeout(timer);
  polling = true;
  if (looking) return;
  looking = true;
  const pause = await look();
  looking = false;
  if (polling && !over) timer = setTimeout(poll, pause);
}

/* Returns how long to wait for the next one. */
async function look() {
  try {
    const address = `${list.dataset.poll}?after=${lines.after}&limit=${MOST}`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status in REFUSALS) return end(REFUSALS[answer.status]);
    if (answer.status === 429) return 1_000 * (Number(answer.headers.get("Retry-After")) || 60);
    if (!answer.ok) throw new Error(answer.statusText);
    return show(await answer.json());
  } catch {
    if (polling) say("Cannot reach the server: trying again.");
    return POLL;
  }
}

function show({ events, final }) {
  events.forEach((event) => lines.add(event));
  if (final) return end(ENDED);
  if (polling) say("Looking every few seconds, as there is no live connection.");
  return events.length === MOST ? 0 : POLL;
}

function end(sentence) {
  over = true;
  clearTimeout(timer);
  line.leave();
  say(sentence);
}

function say(sentence) {
  if (status.textContent !== sentence) status.textContent = sentence;
}

/* The next attempt has a trace of its own; nobody is taken away from what they read. */
document.addEventListener("live:shown", () => {
  const { task, attempt } = document.querySelector("#run-head [data-task]").dataset;
  if (!task || task === list?.dataset.task || next.childElementCount) return;
  if (!list?.childElementCount && !isInUse(document.body)) location.reload();
  else next.innerHTML = `<a class="link" href="">Attempt ${Number(attempt)} has begun</a>`;
});

if (list?.dataset.final === "yes") new Lines(list);
else if (list) follow();
