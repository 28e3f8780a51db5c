/* Does something with many rows: POSTs chunk after chunk, until all are done or somebody stops. */
const form = document.getElementById("bulk-form");
const [start, stop, back] = ["start", "stop", "back"].map((name) =>
  document.getElementById(`bulk-${name}`));
const bar = document.getElementById("bulk-bar");
const said = document.getElementById("bulk-said");
const hint = document.getElementById("bulk-hint");
const refused = document.getElementById("bulk-refused");
const PAUSE = 1_000;
const PATIENCE = 60_000;
const AWAY = "The server did not answer: go on when it is back.";
const REFUSALS = {
  403: "The server does not allow it: reload the page.",
  404: "This is not there any more: go back to the list.",
};
let goes = false;
let soFar = said.textContent;

async function run() {
  turn(true);
  let progress;
  try {
    do progress = await next();
    while (goes && !progress.over);
  } catch (error) {
    said.textContent = `${soFar} ${error instanceof Refused ? error.message : AWAY}`.trim();
  }
  turn(false, progress?.over);
}

class Refused extends Error {}

async function next() {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.redirected) throw new Refused("Signed out: reload the page to go on.");
  if (answer.status in REFUSALS) throw new Refused(REFUSALS[answer.status]);
  if (!answer.ok) throw new Error(answer.statusText);
  const progress = await answer.json();
  show(progress);
  if (progress.busy) await new Promise((later) => setTimeout(later, PAUSE));
  return progress;
}

function show(progress) {
  form.elements.before.value = progress.before;
  bar.hidden = false;
  if (progress.over) Object.assign(bar, { max: 1, value: 1 });
  else if (bar.hasAttribute("max")) bar.value = progress.seen;
  const { done } = document.getElementById("bulk").dataset;
  const end = progress.over ? ": that was all." : " so far.";
  said.textContent = soFar = `${progress.done} ${done}, ${progress.refusals} refused${end}`;
  refused.replaceChildren(...progress.refused.map((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    return item;
  }));
}

function turn(on, over = false) {
  goes = on;
  start.hidden = on || over;
  stop.hidden = !on;
  hint.hidden = over;
  start.textContent = "Go on";
  (on ? stop : over ? back : start).focus();
}

if (start) {
  start.hidden = false;
  start.addEventListener("click", run);
  stop.addEventListener("click", () => { goes = false; });
}
