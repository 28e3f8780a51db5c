/*
What scrolls can be scrolled by the keyboard: such boxes are stops of the Tab key, and only while
there is more in them than they show. A trace may have thousands.
*/
const BOXES = "pre, .bulk-refused";

function measure(boxes) {
  const scrolls = boxes.map((box) => box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth);
  boxes.forEach((box, index) => {
    if (scrolls[index]) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}

/* A name is read out of what has a role. */
function follow(box) {
  if (box.hasAttribute("aria-label")) box.setAttribute("role", "group");
  sizes.observe(box);
}

/* What comes into a box of its greatest size does not change it: such boxes are known by changes. */
function changed(changes) {
  const within = new Set();
  for (const { target, addedNodes } of changes) {
    const box = target.closest(BOXES);
    if (box) within.add(box);
    for (const node of addedNodes) {
      if (node.matches?.(BOXES)) follow(node);
      node.querySelectorAll?.(BOXES).forEach(follow);
    }
  }
  measure([...within]);
}

const sizes = new ResizeObserver((entries) => measure(entries.map(({ target }) => target)));
document.querySelectorAll(BOXES).forEach(follow);
new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
