/*
<time datetime="..." data-local="FORMAT"> in the zone of whoever looks at it; UTC, which the server
wrote, becomes its title. So do the times in lists.
In a table under <th data-viewer-zone="ZONE">, beside times of that zone,
they are left out where both zones are the same, and a line says where the viewer's clocks change.
*/
import { within } from "./hands.js";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/* Of the pages, and of the times in them that the server wrote. */
const LANGUAGE = "en-GB";
const DATE = { day: "numeric", month: "short", year: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FORMATS = {
  "": { ...DATE, ...CLOCK },
  second: { ...DATE, ...CLOCK, second: "2-digit" },
  clock: { ...CLOCK, second: "2-digit" },
  hour: CLOCK,
  plan: { weekday: "short", ...DATE, ...CLOCK },
  /* Days are those of UTC. */
  day: { day: "numeric", month: "short", timeZone: "UTC" },
};
const STAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/;
const formats = {};

export function written(time, name) {
  formats[name] ??= new Intl.DateTimeFormat(LANGUAGE, FORMATS[name]);
  const text = formats[name].format(time);
  /* As planned_runs.py writes them. */
  return text.replace(/^(\w{3}),/, "$1").replace("Sept", "Sep");
}

/* The cells of a list, into which the server can write but texts. */
function stamp(element) {
  within(element, "#result_list :is(td, th, a)")
    .filter((cell) => !cell.childElementCount && STAMP.test(cell.textContent.trim()))
    .forEach((cell) => {
      const time = document.createElement("time");
      time.dateTime = cell.textContent.trim().replace(" ", "T").replace(" UTC", "Z");
      time.dataset.local = "second";
      cell.replaceChildren(time);
    });
}

/* All times that there are in an element, or in the table that it is a part of. */
export function translate(element) {
  stamp(element);
  within(element, "time[data-local]").forEach((time) => {
    const at = new Date(time.dateTime);
    time.title = `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
    time.textContent = written(at, time.dataset.local);
  });
  const table = element.closest?.("table");
  (table ? [table] : within(element, "table")).forEach(compare);
}

function compare(table) {
  const heading = table.querySelector("[data-viewer-zone]");
  if (!heading) return;
  heading.textContent = `You: ${ZONE}`;
  table.classList.toggle("same-zone", heading.dataset.viewerZone === ZONE);
  let before = new Date();
  table.querySelectorAll("time[data-local]").forEach((time) => {
    const at = new Date(time.dateTime);
    time.querySelector("small")?.remove();
    const minutes = before.getTimezoneOffset() - at.getTimezoneOffset();
    if (minutes) time.append(clocks(minutes));
    before = at;
  });
}

function clocks(minutes) {
  const note = document.createElement("small");
  note.textContent = `Your clocks go ${minutes > 0 ? "forward" : "back"} before this`;
  return note;
}

translate(document);
document.addEventListener("live:shown", ({ target }) => translate(target));
