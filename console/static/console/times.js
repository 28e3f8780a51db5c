/*
<time datetime="..." data-local> in the zone of whoever looks at it; what the server wrote is UTC,
and stays as its title. data-local="hour" leaves out the day.
*/
const FORMATS = {
  "": new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }),
  hour: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
};

function translate(element) {
  element.querySelectorAll("time[data-local]:not([title])").forEach((time) => {
    time.title = time.textContent.trim();
    time.textContent = FORMATS[time.dataset.local].format(new Date(time.dateTime));
  });
}

translate(document);
document.addEventListener("live:shown", ({ target }) => translate(target));
