/* <div data-live="URL">: a part of a page that is fetched anew; see live.js. */
import { Renewal } from "./renewal.js";

const LEAST = 2_000;
const PATIENCE = 15_000;
const LEFT = "Signed out: reload the page to go on";
export const AWAY = 10_000;

export class Part {
  over = false;
  whole = true;
  problem = "";

  /* `settled(recovered)` is called after each try. */
  constructor(element, settled) {
    this.element = element;
    this.settled = settled;
    this.schedule = Number(element.dataset.liveSchedule) || null;
    this.seldom = Boolean(element.dataset.liveLeast);
    this.least = 1_000 * Number(element.dataset.liveLeast) || LEAST;
    this.every = 1_000 * Number(element.dataset.liveEvery) || Infinity;
    this.renewal = new Renewal(element);
    this.news = this.#news()?.dataset.liveNews;
    this.shownAt = Date.now();
  }

  /* Soon; reasons that come meanwhile are the same one, those during a fetch are a further one. */
  refresh() {
    if (this.busy) this.again = true;
    else this.waits ??= setTimeout(() => this.#fetch(), this.shownAt + this.least - Date.now());
  }

  /* What somebody had under their hands is tried again later, as what the socket does not tell. */
  isDue(connected) {
    if (this.signedOut || this.busy) return false;
    const every = connected && this.whole ? this.every : Math.min(AWAY, this.every);
    return Date.now() - this.shownAt >= every;
  }

  async #fetch() {
    this.waits = undefined;
    this.again = false;
    this.busy = true;
    const before = this.problem;
    this.problem = await this.#tried();
    this.busy = false;
    this.shownAt = Date.now();
    if (this.again) this.refresh();
    this.settled(before && !this.problem);
  }

  /* Returns what was in the way. */
  async #tried() {
    if (document.hidden) return this.problem;
    try {
      await this.#show();
      return "";
    } catch {
      return this.signedOut ? LEFT : "Cannot refresh: trying again";
    }
  }

  async #show() {
    const answer = await fetch(this.element.dataset.live, {
      headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    this.signedOut = answer.redirected;
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    this.whole = this.renewal.show(await answer.text());
    this.over = this.whole && Boolean(this.element.querySelector("[data-live-over]"));
    this.#announce();
  }

  #news() {
    return this.element.querySelector("[data-live-news]");
  }

  #announce() {
    const news = this.#news();
    if (!news || news.dataset.liveNews === this.news) return;
    this.news = news.dataset.liveNews;
    document.querySelectorAll("[data-live-said]").forEach((element) => {
      element.textContent = news.textContent;
    });
  }
}
