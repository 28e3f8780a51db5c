/*
Parts of a page that follow what happens: <div data-live="URL"> is fetched again when something of
the person's own has changed (/ws/executions, docs/live.md), at most every two seconds, and every
ten seconds while the socket is away.

data-live-schedule="ID"  only for changes of that schedule and its executions
data-live-least="30"     not more often than that (in seconds), and only for changes
data-live-every="10"     this often (in seconds) as well while the socket is there: for pages that
                         show what it does not tell of, as other people's things

What was fetched may have data-live-over: nothing of it changes any more. When the value of its
data-live-news is another one, what carries data-live-said says the text of that element, for those
who listen. What carries data-live-status says how it stands.
*/
import { AWAY, Part } from "./part.js";
import { Line, SIGNED_OUT } from "./socket.js";

let parts = [...document.querySelectorAll("[data-live]")].map((each) => new Part(each, settled));
let connected; // undefined until that is known
let line;
let polls;

/* One socket for all parts of the page. */
function follow() {
  line = new Line({ path: "/ws/executions", hello, heard, lost });
  polls = setInterval(poll, 1_000);
  say();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) parts.forEach((part) => part.refresh());
  });
}

/* Where all parts are about one schedule, nothing else need come. */
function hello() {
  const [first, ...others] = parts.map((part) => part.schedule);
  return first && others.every((schedule) => schedule === first) ? { schedule: first } : {};
}

/* A message without a change is the greeting, before which something may have happened, a gap, or
   a heartbeat: after twenty quiet seconds, in which a worker may have gone without a word. */
function heard(message) {
  connected = true;
  say();
  parts
    .filter((part) => !(part.seldom && message.heartbeat))
    .filter((part) => !message.event || !part.schedule || part.schedule === message.schedule)
    .forEach((part) => part.refresh());
}

/* Whether somebody has signed out, a part that is fetched finds out. */
function lost(code) {
  connected = false;
  say();
  if (SIGNED_OUT.includes(code)) parts.forEach((part) => part.refresh());
}

function poll() {
  parts.filter((part) => part.isDue(connected)).forEach((part) => part.refresh());
}

function settled(recovered) {
  parts = parts.filter((part) => !part.over);
  if (!parts.length) end();
  else if (recovered) line.retry();
  say();
}

function end() {
  line.leave();
  clearInterval(polls);
}

function say() {
  const [state, text] = standing();
  document.querySelectorAll("[data-live-status]").forEach((element) => {
    element.dataset.liveStatus = state;
    if (element.textContent !== text) element.textContent = text;
  });
}

function standing() {
  if (!parts.length) return ["over", "Ended"];
  const problem = parts.map((part) => part.problem).find(Boolean);
  if (problem) return ["problem", problem];
  if (connected === undefined) return ["polling", "Connecting"];
  if (!connected) return ["polling", `Every ${AWAY / 1_000} s`];
  const every = Math.min(...parts.map((part) => part.every));
  return ["live", every < Infinity ? `Live; all else every ${every / 1_000} s` : "Live"];
}

if (parts.length) follow();
