/*
Events of a trace as lines that people read; the first ones the server writes (trace_lines.py), in
the same words (tests/browser/test_live.py compares them). What a run says is only ever a text here,
never HTML.
*/
import { translate } from "./times.js";

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
    data.text,
  ],
  tool_call: (data) => [`Uses ${data.name ?? "a tool"}`, "", data.arguments],
  tool_result: (data) => [
    `${data.name ?? "The tool"} has answered`,
    (data.outcome ?? "success") === "success" ? "" : data.outcome,
    data.result,
  ],
  retry: (data) => ["Tries again", "", data.reason],
  approval: (data) =>
    "asked" in data
      ? ["Asks for approval", "", data.asked]
      : [data.approved ? "Approved" : "Denied", "", data.reason],
  webhook: (data) =>
    data.step === "sent"
      ? ["Sends the command", data.host, ""]
      : ["The endpoint has answered", `${data.status} after ${data.seconds} s`, ""],
};

export class Lines {
  constructor(list) {
    this.list = list;
    this.after = Number(list.dataset.after);
    this.streamed = list.lastElementChild?.dataset.kind === "text";
    [...list.children].forEach(date);
  }

  /* Each event once; the pieces of a text that is streamed are one line, and not said again. */
  add(event) {
    if (event.number <= this.after) return;
    this.after = event.number;
    const last = this.list.lastElementChild;
    const goesOn = event.kind === "text" && last?.dataset.kind === "text";
    if (goesOn) blockOf(last).append(event.data.text ?? "");
    else this.#append(event);
    if (event.kind === "text") this.streamed = true;
    if (event.kind === "model_response") this.streamed = false;
  }

  #append({ kind, at, data }) {
    const [title, note, content] = (SAID[kind] ?? (() => ["Notes", "", data]))(data);
    const item = element("li", `run-line run-line-${kind}`);
    item.dataset.kind = kind;
    const head = element("p");
    const time = Object.assign(element("time"), { dateTime: at });
    head.append(time, " ", element("strong", "", title));
    if (note) head.append(" ", element("span", "note", note));
    item.append(head);
    const said = kind === "text" ? (content ?? "") : text(content);
    if (said && !(kind === "model_response" && this.streamed)) blockOf(item).append(said);
    this.list.append(item);
    date(item);
  }
}

/* Its day is said where it is another one than that of the line before. */
function date(item) {
  const [before, time] = [item.previousElementSibling, item].map((each) =>
    each?.querySelector("time"));
  const same = before && dayOf(before) === dayOf(time);
  time.dataset.local = same ? "clock" : "second";
  translate(time);
}

const dayOf = (time) => new Date(time.dateTime).toDateString();

/* Of a line, what it says. */
function blockOf(item) {
  const known = item.querySelector("pre");
  if (known) return known;
  const block = element("pre", "verbatim");
  block.setAttribute("aria-label", item.querySelector("strong").textContent);
  item.append(block);
  return block;
}

function element(name, classes = "", content = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.textContent = content;
  return made;
}
