/*
The form of a schedule: simple choices that fill in its fields, and a preview of what they say,
which the server makes (console/schedule_preview.py).
*/
const form = document.getElementById("schedule_form");
const preview = document.getElementById("preview");
const said = document.getElementById("preview-said");
const builder = document.getElementById("builder");
const field = (name) => form.elements[name];
const DATES = ["run_at", "start_at", "end_at"].flatMap((name) => [`${name}_0`, `${name}_1`]);
const NAMES = [
  "schedule_type",
  "cron_expression",
  "interval_value",
  "interval_unit",
  "timezone",
  "max_runs",
  "jitter_seconds",
  ...DATES,
];
const PAUSE = 250;

/* Preview */
let asked;
let waits;

async function show() {
  asked?.abort();
  asked = new AbortController();
  const values = NAMES.filter((name) => field(name)).map((name) => [name, field(name).value]);
  if (preview.dataset.schedule) values.push(["schedule", preview.dataset.schedule]);
  try {
    const address = `${preview.dataset.url}?${new URLSearchParams(values)}`;
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    preview.innerHTML = await answer.text();
    preview.dispatchEvent(new CustomEvent("live:shown", { bubbles: true }));
  } catch (error) {
    if (error.name === "AbortError") return;
    preview.innerHTML = '<p class="schedule-sentence">There is no preview at the moment.</p>';
  }
  say();
}

/* Read out: what it means or what is wrong, without the ten times. */
function say() {
  const sentences = [...preview.querySelectorAll(".schedule-sentence, .preview-problems li")];
  const text = sentences.map((each) => each.textContent).join(" ");
  if (said.textContent !== text) said.textContent = text;
}

function showSoon() {
  clearTimeout(waits);
  waits = setTimeout(show, PAUSE);
}

/* Choices */
const chosen = (name) => document.getElementById(`builder-${name}`).value;

function expression(kind) {
  const [hour, minute] = chosen("time").split(":").map(Number);
  const day = kind === "monthly" ? chosen("day") : "*";
  const weekday = { weekdays: "MON-FRI", weekly: chosen("weekday") }[kind] ?? "*";
  return `${minute} ${hour} ${day} * ${weekday}`;
}

function fillIn() {
  const kind = chosen("kind");
  builder.querySelectorAll("[data-for]").forEach((part) => {
    part.hidden = !part.dataset.for.split(" ").includes(kind);
  });
  if (kind === "interval") {
    set("schedule_type", "interval");
    set("interval_value", chosen("count"));
    set("interval_unit", chosen("unit"));
  } else if (kind && chosen("time")) {
    set("schedule_type", "cron");
    set("cron_expression", expression(kind));
  }
}

/* As if somebody had done it: what shows fields by others looks at these events. */
function set(name, value) {
  field(name).value = value;
  for (const type of ["input", "change"]) {
    field(name).dispatchEvent(new Event(type, { bubbles: true }));
  }
}

/* Zones */
function offerZones() {
  const zones = document.createElement("datalist");
  zones.id = "zones";
  for (const zone of ["UTC", ...Intl.supportedValuesOf("timeZone")]) zones.append(new Option(zone));
  form.append(zones);
  field("timezone").setAttribute("list", zones.id);
}

/* Of a schedule that is new: its times are most often meant as those of whoever writes it. */
function assumeZone() {
  const fresh = location.pathname.endsWith("/add/") && !form.querySelector(".errorlist");
  if (!fresh || new URLSearchParams(location.search).has("copy")) return;
  field("timezone").value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/* Seconds by which its clocks are ahead of UTC's now; null for what is no zone. */
function offsetOf(zone) {
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
    const { value } = format.formatToParts().find(({ type }) => type === "timeZoneName");
    const [, sign, hours, minutes] = value.match(/([+-])(\d+):(\d+)/) ?? [null, "+", 0, 0];
    return Number(`${sign}1`) * (3_600 * hours + 60 * minutes);
  } catch {
    return null;
  }
}

/* "Now" and "Today" of Django's shortcuts are those of the schedule's zone. */
function setShortcuts() {
  const offset = offsetOf(field("timezone").value);
  if (offset !== null) document.body.dataset.adminUtcOffset = offset;
}

/* They fill in without an event, and let no click through. */
function followShortcuts({ target }) {
  if (target.closest(".datetimeshortcuts, .clockbox, .calendarbox")) showSoon();
}

if (field("schedule_type")) {
  const when = field("schedule_type").closest("fieldset");
  const rows = [...when.children].at(-1);
  rows.before(builder);
  rows.after(preview);
  builder.hidden = preview.hidden = false;
  offerZones();
  assumeZone();
  setShortcuts();
  fillIn();
  builder.addEventListener("input", fillIn);
  field("timezone").addEventListener("input", setShortcuts);
  field("timezone").addEventListener("change", setShortcuts);
  document.addEventListener("click", followShortcuts, true);
  form.addEventListener("input", ({ target }) => NAMES.includes(target.name) && showSoon());
  form.addEventListener("change", ({ target }) => NAMES.includes(target.name) && showSoon());
  show();
}
