/*
 * The guide as readers would see it, beside the text. It stands in a shadow tree with the shop's own style sheet, so that
 * nothing of the back office changes how it looks, and none of its forms belongs to the form around the editor.
 */
import { element, NotAnswered, Pause, send } from "./elements.js";

const PAUSE_MS = 500;
const HEADING = /^#{2,3}\s+\S/;

export class Preview {
  constructor({ url, form, pane }) {
    Object.assign(this, { url, form, pane });
    this.pause = new Pause(PAUSE_MS, () => this.ask());
    this.note = element("p", { class: "shop-small", hidden: true });
    this.page = element("div", { class: "shop" });
    const sheet = document.querySelector('link[rel="stylesheet"][href*="shop.css"]');
    const root = pane.attachShadow({ mode: "open" });
    if (sheet) root.append(element("link", { rel: "stylesheet", href: sheet.href }));
    root.append(this.note, this.page);
    // Nothing is bought here, and no link takes the writer away.
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
    root.addEventListener("click", (event) => this.follow(event), true);
    for (const name of ["wheel", "pointerdown", "keydown"]) {
      pane.addEventListener(name, () => { this.isElsewhere = true; }, { passive: true });
    }
  }

  changed() {
    this.asking?.abort();
    this.isOld = true;
    if (this.isShown()) this.pause.begin();
  }

  /** Asks when there is something new to see. */
  refresh() {
    if (this.isOld !== false) this.ask();
  }

  end() {
    this.asking?.abort();
    this.pause.end();
  }

  isShown() {
    return this.pane.getClientRects().length > 0;
  }

  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const answer = await send(this.url, this.form, this.view.state.doc.toString(), signal);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (signal.aborted) return;
      this.show(page.querySelector("[data-guide-preview], .shop-guide"), page.querySelector("[data-not-shown] .shop-notice--bad"));
    } catch (error) {
      if (!signal.aborted) this.tell(error instanceof NotAnswered ? error.message : "The preview could not be made.");
    }
  }

  show(guide, mistake) {
    if (!guide) {
      this.tell(mistake?.textContent.trim() || "The preview follows as soon as the guide can be read.");
      return;
    }
    const { scrollTop } = this.pane;
    for (const way of guide.querySelectorAll("nav")) way.remove();
    for (const link of guide.querySelectorAll("a[href]:not([href^='#'])")) {
      link.target = "_blank";
      link.rel = "noopener";
    }
    this.page.replaceChildren(document.adoptNode(guide));
    this.pane.scrollTop = scrollTop;
    if (!this.isElsewhere) this.follows(this.view);
    this.isOld = false;
    this.tell("");
  }

  tell(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  follow(event) {
    const link = event.target.closest?.("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    this.page.querySelector(`#${CSS.escape(link.hash.slice(1))}`)?.scrollIntoView({ block: "start" });
  }

  /**
   * Scrolls to the part that stands at the upper edge of the text: between two headings by proportion. Who looks
   * elsewhere in the preview is left there until the text is scrolled again.
   */
  follows(view) {
    this.isElsewhere = false;
    if (!this.isShown()) return;
    const top = view.scrollDOM.scrollTop;
    const inText = [0, ...headings(view), view.contentHeight - view.scrollDOM.clientHeight];
    const inPage = [0, ...this.headings(), this.pane.scrollHeight - this.pane.clientHeight];
    const fits = inText.length === inPage.length;
    const [from, to] = fits ? [inText, inPage] : [[inText[0], inText.at(-1)], [inPage[0], inPage.at(-1)]];
    const after = Math.max(1, from.findIndex((place) => place > top));
    const at = from.findIndex((place) => place > top) < 0 ? from.length - 1 : after;
    const part = Math.min(1, Math.max(0, (top - from[at - 1]) / Math.max(1, from[at] - from[at - 1])));
    this.pane.scrollTop = to[at - 1] + part * (to[at] - to[at - 1]);
  }

  headings() {
    const start = this.pane.getBoundingClientRect().top - this.pane.scrollTop;
    return [...this.page.querySelectorAll(".shop-prose :is(h2, h3)[id]")].map(
      (heading) => heading.getBoundingClientRect().top - start,
    );
  }
}

/** How far down each heading of the text stands. */
function headings(view) {
  const found = [];
  const { doc } = view.state;
  for (let number = 1; number <= doc.lines; number += 1) {
    const line = doc.line(number);
    if (HEADING.test(line.text)) found.push(view.lineBlockAt(line.from).top);
  }
  return found;
}
