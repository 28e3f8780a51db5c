/* Forms that a double click must not send twice: the answer to the first would never be seen. */
for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Whoever comes back by the browser's history may send it.
  window.addEventListener("pageshow", () => { sent = false; });
}
