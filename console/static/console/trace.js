/*
The trace of a run, as it grows: over /ws/agent-tasks/{id}/events (docs/live.md), or by polling
while there is no socket. What a run says is only ever a text here, never HTML. The lines are
those of trace_lines.py.
*/
const POLL = 3_000;
const FINISHED = [1000, 4404];
const list = document.getElementById("trace");
const status = document.getElementById("trace-status");
let after = Number(list?.dataset.after);
let streamed = false;

const text = (value) => {
  if (typeof value !== "string") return value == null ? "" : JSON.stringify(value, null, 2);
  try {
    const read = JSON.parse(value);
    return read && typeof read === "object" ? JSON.stringify(read, null, 2) : value;
  } catch {
    return value;
  }
};
const costs = (data) => (data.cost ? `, $${data.cost}` : "");
const SAID = {
  model_request: (data) => ["Asks the model", data.model, data.content],
  text: (data) => ["Writes", "", data.text],
  model_response: (data) => [
    "The model has answered",
    `${data.input_tokens ?? 0} + ${data.output_tokens ?? 0} tokens${costs(data)}`,
    streamed ? "" : data.text,
  ],
  tool_call: (data) => [`Uses ${data.name ?? "a tool"}`, "", data.arguments],
  tool_result: (data) => [
    `${data.name ?? "The tool"} has answered`,
    (data.outcome ?? "success") === "success" ? "" : data.outcome,
    data.result,
  ],
  retry: (data) => ["Tries again", "", data.reason],
  approval: (data) =>
    data.asked
      ? ["Asks for approval", "", data.asked]
      : [data.approved ? "Approved" : "Denied", "", data.reason],
  webhook: (data) =>
    data.step === "sent"
      ? ["Sends the command", data.host, ""]
      : ["The endpoint has answered", `${data.status} after ${data.seconds} s`, ""],
};

function add(event) {
  if (event.number <= after) return;
  after = event.number;
  const last = list.lastElementChild;
  if (event.kind === "text" && last?.dataset.kind === "text") {
    last.querySelector("pre").append(event.data.text ?? "");
  } else {
    list.append(line(event));
  }
  if (event.kind === "text") streamed = true;
  if (event.kind === "model_response") streamed = false;
}

function line({ kind, at, data }) {
  const [title, note, content] = (SAID[kind] ?? (() => ["Notes", "", data]))(data);
  const item = element("li", `run-line run-line-${kind}`);
  item.dataset.kind = kind;
  const head = element("p");
  const time = element("time", "", new Date(at).toISOString().slice(11, 19));
  time.dateTime = at;
  head.append(time, " ", element("strong", "", title));
  if (note) head.append(" ", element("span", "run-muted", note));
  item.append(head);
  const said = kind === "text" ? (content ?? "") : text(content);
  if (said || kind === "text") item.append(words(title, said));
  return item;
}

function words(title, said) {
  const block = element("pre", "run-text", said);
  block.tabIndex = 0;
  block.setAttribute("aria-label", title);
  return block;
}

function element(name, classes = "", content = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.textContent = content;
  return made;
}

function say(sentence) {
  if (status.textContent !== sentence) status.textContent = sentence;
}

function follow() {
  const address = new URL(`/ws/agent-tasks/${list.dataset.task}/events`, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.onopen = () => {
    socket.send(JSON.stringify({ after }));
    say("Live: what happens appears here at once.");
  };
  socket.onmessage = (message) => {
    const said = JSON.parse(message.data);
    if (said.kind) add(said);
    if (said.final) end();
  };
  socket.onclose = ({ code }) => {
    if (!FINISHED.includes(code)) poll();
  };
}

/* One look; then the socket is tried again. */
async function poll() {
  say("Looking every few seconds, as there is no live connection.");
  try {
    const answer = await fetch(`${list.dataset.poll}?after=${after}&limit=500`);
    const page = await answer.json();
    (page.events ?? []).forEach(add);
    if (page.final) return end();
  } catch {
    say("Cannot reach the server: trying again.");
  }
  setTimeout(follow, POLL);
}

function end() {
  say("The attempt has ended.");
}

/* The next attempt has a trace of its own. */
document.addEventListener("live:shown", () => {
  const shown = document.querySelector("#run-head [data-task]")?.dataset.task;
  if (shown && shown !== "None" && shown !== list?.dataset.task) location.reload();
});

if (list && list.dataset.final !== "yes") {
  streamed = list.lastElementChild?.dataset.kind === "text";
  follow();
}
