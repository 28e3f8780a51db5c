/*
A part of a page that is shown anew: of what stands there only what differs is replaced. What
somebody types or marks stays meanwhile; so do the focus, what is unfolded, how far things are
scrolled. Each piece sends "live:gone" before it goes, and "live:shown" when it is there.
*/
import { isInUse, kept } from "./hands.js";

const TOKEN = "input[name=csrfmiddlewaretoken]";

export class Renewal {
  /* `element` must still be as the server wrote it. */
  constructor(element) {
    this.element = element;
    this.source = element.cloneNode(true);
    takeToken(this.source);
  }

  /* Shows that HTML; returns whether all of it, as what is in use stays as it is. */
  show(html) {
    const source = this.source.cloneNode(false);
    source.innerHTML = html;
    const token = takeToken(source);
    this.whole = true;
    this.#children(this.element, this.source, source);
    this.source = source;
    if (token) this.element.querySelectorAll(TOKEN).forEach((input) => { input.value = token; });
    return this.whole;
  }

  /* Returns what stands there now; `now` is afterwards what is shown. */
  #renew(shown, was, now) {
    if (was.isEqualNode(now)) return shown;
    if (alike(was, now)) return this.#children(shown, was, now);
    if (!isInUse(shown)) return replace(shown, now.cloneNode(true));
    this.whole = false;
    now.replaceWith(was.cloneNode(true));
    return shown;
  }

  #children(shown, was, now) {
    const old = [...shown.children];
    const former = new Map(keysOf(was).map((key, n) => [key, [old[n], was.children[n]]]));
    const fresh = [...now.children];
    let last = null;
    keysOf(now).forEach((key, n) => {
      const here = former.has(key) && this.#renew(...former.get(key), fresh[n]);
      last = here ? inOrder(here, last) : insert(shown, last, fresh[n].cloneNode(true));
      former.delete(key);
    });
    former.forEach(([element, source]) => this.#remove(element, source, now));
    return shown;
  }

  #remove(shown, was, now) {
    if (!isInUse(shown)) {
      tell("live:gone", shown);
      return shown.remove();
    }
    this.whole = false;
    const place = [...shown.parentElement.children].indexOf(shown);
    now.insertBefore(was.cloneNode(true), now.children[place] ?? null);
  }
}

/* Tokens are masked anew each time, and each is as good as another. */
function takeToken(source) {
  const inputs = [...source.querySelectorAll(TOKEN)];
  const token = inputs[0]?.value;
  inputs.forEach((input) => input.removeAttribute("value"));
  return token;
}

/* Whether they differ in what is inside of their elements only. */
const alike = (was, now) =>
  was.cloneNode(false).isEqualNode(now.cloneNode(false)) &&
  [was, now].some((each) => each.children.length) && ![was, now].some(hasText);

const hasText = (element) =>
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

/* A line of a list is the same one while it leads to the same thing. */
function keysOf(element) {
  const times = {};
  return [...element.children].map((child) => {
    const leads = child.matches("li") && child.querySelector("a[href]")?.getAttribute("href");
    const key = child.id || child.getAttribute("aria-labelledby") || leads || child.localName;
    times[key] = (times[key] ?? 0) + 1;
    return `${key} ${times[key]}`;
  });
}

function inOrder(element, last) {
  const follows = !last || last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (!follows) last.after(element);
  return element;
}

function insert(parent, last, fresh) {
  last ? last.after(fresh) : parent.prepend(fresh);
  tell("live:shown", fresh);
  return fresh;
}

function replace(shown, fresh) {
  tell("live:gone", shown);
  const restore = kept(shown);
  shown.replaceWith(fresh);
  tell("live:shown", fresh);
  restore(fresh);
  return fresh;
}

const tell = (name, element) => element.dispatchEvent(new CustomEvent(name, { bubbles: true }));
