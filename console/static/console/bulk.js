/* Does something with many rows: POSTs chunk after chunk, until all are done or somebody stops. */
const form = document.getElementById("bulk-form");
const [start, stop] = ["bulk-start", "bulk-stop"].map((id) => document.getElementById(id));
const bar = document.getElementById("bulk-bar");
const said = document.getElementById("bulk-said");
const refused = document.getElementById("bulk-refused");
const PAUSE = 1_000;
let goes = false;

async function run() {
  turn(true);
  let progress;
  try {
    do progress = await next();
    while (goes && !progress.over);
  } catch {
    said.textContent += " The server did not answer: go on when it is back.";
  }
  turn(false);
  start.hidden = Boolean(progress?.over);
}

async function next() {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
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
  said.textContent = `${progress.done} ${done}, ${progress.refusals} refused${end}`;
  refused.replaceChildren(...progress.refused.map((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    return item;
  }));
}

function turn(on) {
  goes = on;
  start.hidden = on;
  stop.hidden = !on;
  start.textContent = "Go on";
  (on ? stop : start).focus();
}

if (start) {
  start.hidden = false;
  start.addEventListener("click", run);
  stop.addEventListener("click", () => { goes = false; });
}
