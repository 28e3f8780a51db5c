/* What somebody has under their hands: what they type or mark, where they are, what they see. */
const FIELDS = "input:not([type=hidden]), textarea";
/* What tells one thing from others of its kind. */
const MARKS = ["href", "name", "value", "aria-label", "aria-labelledby", "data-copy"];

/*
Whether something of it is typed or marked, or a field has the focus. What the server has refused
(data-typed) is in its fields as somebody typed it.
*/
export function isInUse(element) {
  if (within(element, "[data-typed]").length) return true;
  const selection = document.getSelection();
  if (!selection.isCollapsed && selection.containsNode(element, true)) return true;
  return within(element, FIELDS).some(
    (field) => field === document.activeElement || field.value !== field.defaultValue,
  );
}

/* Keeps what somebody sees of an element; gives it to what comes instead. */
export function kept(element) {
  const mark = (each) => markOf(each, element);
  const open = within(element, "details[open]").map(mark);
  const scrolled = within(element, "*")
    .filter((each) => each.scrollTop || each.scrollLeft)
    .map((each) => [mark(each), each.scrollLeft, each.scrollTop]);
  const focused = element.contains(document.activeElement) && mark(document.activeElement);
  return (fresh) => {
    open.forEach((each) => find(each, fresh)?.setAttribute("open", ""));
    scrolled.forEach(([each, ...place]) => find(each, fresh)?.scrollTo(...place));
    if (focused) find(focused, fresh)?.focus({ preventScroll: true });
  };
}

/* Elements as that selector has them, itself among them. */
export const within = (element, selector) => [
  ...(element.matches?.(selector) ? [element] : []),
  ...element.querySelectorAll(selector),
];

/* How it is found again: within what has an id, by what it is, the nth of those that are alike. */
function markOf(element, root) {
  const named = element.closest("[id]");
  const own = element === named ? "" : ` ${element.localName}${marks(element)}`;
  const selector = (named ? `#${CSS.escape(named.id)}` : "") + own;
  return { selector, number: within(root, selector).indexOf(element) };
}

const marks = (element) =>
  MARKS.filter((name) => element.hasAttribute(name))
    .map((name) => `[${name}="${CSS.escape(element.getAttribute(name))}"]`)
    .join("");

const find = ({ selector, number }, root) => within(root, selector)[number];
