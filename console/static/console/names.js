// select2 names its box after what is chosen in it: while nothing is, a screen reader has no name.
addEventListener("load", () => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const box = select.parentElement.querySelector(".select2-selection");
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (!box || !label) continue;
    box.querySelector(".select2-selection__rendered").setAttribute("aria-label", label.textContent.trim());
    label.id ||= `${select.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby")}`);
  }
});
