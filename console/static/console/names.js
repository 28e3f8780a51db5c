/*
What django-unfold and select2 show to the mouse alone, for the keyboard and for screen readers:
roles, names, and what is open.
*/
const CLICKED = "[x-on\\:click]:not(button, [href], td, #changelist-filter-close)";
const ICON = ".material-symbols-outlined";
const NAMES = {
  close: "Close the menu",
  dock_to_right: "Menu",
  more_vert: "More",
  schedule: "Home",
  search: "Search",
};
const SCROLLED = {
  "#nav-sidebar-apps": "Pages",
  "#filter-form [data-simplebar]": "Filters",
  "#changelist-form [data-simplebar]": "Rows",
};

/* Where there is no text, the icon's name says what it is. */
function nameIcons() {
  for (const icon of document.querySelectorAll(ICON)) {
    const name = icon.textContent.trim();
    const control = icon.closest("a, button, [role=button]");
    const alone = control?.textContent.trim() === name && !control.title;
    if (alone && NAMES[name]) control.setAttribute("aria-label", NAMES[name]);
    if (icon !== control && !(alone && !NAMES[name])) icon.setAttribute("aria-hidden", "true");
  }
}

/* The parts of a page, to go to one of them at once. */
function nameParts() {
  document.querySelector("#header-inner")?.setAttribute("role", "banner");
  (document.querySelector("#content") ?? document.querySelector("#page")).setAttribute("role", "main");
  const buttons = document.querySelector("#submit-row");
  buttons?.setAttribute("role", "region");
  buttons?.setAttribute("aria-label", "Save or delete");
  for (const [where, name] of Object.entries(SCROLLED)) {
    document.querySelector(where)?.setAttribute("data-simplebar-aria-label", name);
  }
}

/* Alpine binds what it finds when it begins. */
function makeButton(element) {
  const does = element.getAttribute("x-on:click");
  const [, opens] = does.match(/^(\w+) = !\1/) ?? [];
  const [, theme] = does.match(/(?:switchTheme\(|adminTheme = )'(\w+)'/) ?? [];
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  for (const key of ["enter", "space"]) {
    element.setAttribute(`x-on:keydown.${key}.prevent`, `$el.click(); leadInto("${opens}")`);
  }
  if (theme) element.setAttribute("x-bind:aria-pressed", `adminTheme == '${theme}'`);
  if (!opens) return;
  element.setAttribute("x-bind:aria-expanded", opens);
  element.setAttribute("x-on:keydown.escape.window", `if (${opens} && $el.checkVisibility()) { $el.click(); $el.focus() }`);
  if (opens === "openTheme") element.setAttribute("aria-label", "Theme");
}

/* The keyboard goes on in what it has opened, which may stand before what opens it. */
function leadInto(opened) {
  const first = document.querySelector(`[x-show="${opened}"] :is([href], [role=button], button)`);
  requestAnimationFrame(() => requestAnimationFrame(() => first?.focus()));
}

/* The phone's menu is left to where one was. */
function leadOutOfMenu() {
  const ends = [...document.querySelectorAll('[x-on\\:click^="sidebarMobileOpen"]')];
  for (const end of ends) {
    const other = ends.find((each) => each !== end);
    end.addEventListener("click", () => requestAnimationFrame(() => other?.focus()));
  }
}

/* select2 names its box after what is chosen in it: while nothing is, it has no name. */
function nameSelects() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const box = select.parentElement.querySelector(".select2-selection");
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (!box || !label) continue;
    box.querySelector(".select2-selection__rendered").setAttribute("aria-label", label.textContent.trim());
    label.id ||= `${select.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby")}`);
  }
}

document.addEventListener("alpine:init", () => {
  document.querySelectorAll(CLICKED).forEach(makeButton);
  nameIcons();
  nameParts();
  leadOutOfMenu();
});
// After the callbacks of the page's own scripts, of which one makes these boxes.
document.addEventListener("DOMContentLoaded", () => window.django?.jQuery?.(nameSelects));
