// A second click means the first: while a form is on its way nothing else is sent, so that
// "Run now" is one run. Whoever comes back to the page, or has stopped it, can send it again.
{
  const PATIENCE = 10_000;
  let sent = false;
  const reset = () => { sent = false; };
  addEventListener("pageshow", reset);
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[method=post i]")) return;
    if (sent) return event.preventDefault();
    sent = true;
    setTimeout(reset, PATIENCE);
  });
}
