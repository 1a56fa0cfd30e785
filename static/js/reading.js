/*
 * Counts that a guide was really read: visible for some seconds, and scrolled if it is longer than
 * the window. One message when the reader leaves, with the blocks that were seen for a moment. No
 * cookie, nothing kept in the browser; `view` is made up for this one view of the page, so that the
 * shop can refuse a second message about it. Automated browsers send nothing.
 */
const guide = document.querySelector("[data-read-url]");
const LOOK_MS = 5000;
const GLANCE_MS = 1000;

function watch() {
  const blocks = new Set();
  const view = crypto.randomUUID ? crypto.randomUUID() : made();
  let lookedMs = 0;
  let since = document.visibilityState === "visible" ? performance.now() : null;
  let hasMoved = false;
  let isSent = false;

  window.addEventListener("scroll", () => { hasMoved = true; }, { once: true, passive: true });

  const waiting = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      if (!isIntersecting) continue;
      waiting.set(target, setTimeout(() => {
        blocks.add(target.id);
        observer.unobserve(target);
      }, GLANCE_MS));
    }
  }, { rootMargin: "-25% 0px" });
  for (const block of guide.querySelectorAll("[data-blocks] > [id]")) observer.observe(block);

  function leave() {
    if (since !== null) lookedMs += performance.now() - since;
    since = null;
    if (isSent || lookedMs < LOOK_MS) return;
    // Asked now and not at the start, where it would have the page laid out before its first picture.
    if (!hasMoved && document.documentElement.scrollHeight > window.innerHeight * 1.2) return;
    isSent = true;
    const told = new URLSearchParams({ view, blocks: [...blocks].join(" ") });
    navigator.sendBeacon(guide.dataset.readUrl, told);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else since = performance.now();
  });
  window.addEventListener("pagehide", leave);
}

/** A random name of the same form where the browser has none, on pages without https. */
function made() {
  const digits = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = digits.map((digit) => digit.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

if (guide && !navigator.webdriver && "sendBeacon" in navigator) watch();
