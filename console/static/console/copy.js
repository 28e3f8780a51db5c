/*
<button data-copy="text">: copies the text, or, where a browser does not let it (over plain HTTP),
selects what stands beside it. What came of it stands in [data-copied] there for two seconds.
*/
const SHOWN = 2_000;
let shown;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const place = button.parentElement;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(place, "Copied");
    shown = setTimeout(() => say(place, ""), SHOWN);
  } catch {
    getSelection().selectAllChildren(place.querySelector("code, input"));
    place.querySelector("input")?.select();
    say(place, "Press Ctrl+C");
  }
});

function say(place, sentence) {
  clearTimeout(shown);
  place.querySelector("[data-copied]").textContent = sentence;
}
