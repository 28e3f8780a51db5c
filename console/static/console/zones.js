/*
Times in the zone of whoever looks at them, beside those of the schedule: <time data-viewer-time>,
under a heading <th data-viewer-zone="the schedule's">, unless both are the same. Where the viewer's
clocks change before one of the times, a line says so, as the server does for the schedule's clocks.
*/
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const FORMAT = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function translate(element) {
  element.querySelectorAll("[data-viewer-zone]").forEach((heading) => {
    heading.textContent = `You: ${ZONE}`;
    heading.closest("table").classList.toggle("same-zone", heading.dataset.viewerZone === ZONE);
  });
  let before = new Date();
  element.querySelectorAll("time[data-viewer-time]").forEach((time) => {
    const at = new Date(time.dateTime);
    time.textContent = FORMAT.format(at);
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
document.addEventListener("preview:shown", ({ target }) => translate(target));
