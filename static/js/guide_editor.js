/*
 * <guide-editor>: the text of a guide, written with help. It stands around a <textarea> in a form that works without
 * this file; whatever is written here is in the text area at once, so the form sends what it always sent.
 *
 *   data-check-url      answers a text with what is to be said about it
 *   data-preview-url    answers a text with the guide as readers would see it
 *   data-products-url   answers words with products
 *   data-pictures-url   takes a picture in, and answers with the line that shows it
 *   data-unsaved        the form holds words that are not saved
 *
 * An address that ends in #line-12 leads to that line of the text.
 * What has the attribute data-plain is for pages without this file, and hidden by it.
 */
import {
  defaultKeymap, EditorState, EditorView, highlightSpecialChars, history, historyKeymap, keymap, markdownKeymap, search,
  searchKeymap,
} from "../vendor/codemirror-6.min.js";
import { CURSOR, insertAlone, insertTemplate } from "./guide_editor/blocks.js";
import { Checks } from "./guide_editor/checks.js";
import { Draft } from "./guide_editor/draft.js";
import { element } from "./guide_editor/elements.js";
import { guideLanguage } from "./guide_editor/language.js";
import { look } from "./guide_editor/look.js";
import { insertWords } from "./guide_editor/marks.js";
import { Panes } from "./guide_editor/panes.js";
import { Picker } from "./guide_editor/picker.js";
import { Pictures } from "./guide_editor/pictures.js";
import { Preview } from "./guide_editor/preview.js";
import { Toolbar } from "./guide_editor/toolbar.js";

class GuideEditor extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    if (!this.area || this.view) return;
    this.form = this.area.form;
    if (!this.form) return;
    this.listening = new AbortController();
    this.build();
    this.area.hidden = true;
    for (const plain of this.shop.querySelectorAll("[data-plain]")) plain.hidden = true;
    this.watch();
    this.offerDraft();
    this.checks.ask();
    this.preview.refresh();
    if (this.area.autofocus || this.area.getAttribute("aria-invalid") === "true") this.view.focus();
    this.goToLine();
  }

  disconnectedCallback() {
    if (!this.view) return;
    this.listening.abort();
    for (const part of [this.checks, this.preview]) part.end();
    for (const part of [this.picker, this.pictures]) part.dialog.remove();
    this.panes.end();
    this.view.destroy();
    this.desk.remove();
    this.area.hidden = false;
    this.view = null;
  }

  build() {
    const { dataset, form } = this;
    this.draft = new Draft(form, this.hasAttribute("data-unsaved"));
    this.panes = new Panes(() => this.preview.refresh());
    this.offer = element("div", { class: "shop-editor__offer", role: "status" });
    this.state = element("p", { class: "shop-editor__state", role: "status" });
    this.toChecks = element("button", { type: "button", class: "shop-editor__to-checks", onclick: () => this.checks.enterList() }, "Checks");
    const panel = element("section", { class: "shop-checks", "aria-label": "Checks" });
    this.checks = new Checks({ url: dataset.checkUrl, form, panel, say: (count) => this.sayCount(count) });
    this.checks.onGoTo = () => this.panes.show("write");
    this.checks.onReport = (report) => this.sayLength(report);
    this.preview = new Preview({ url: dataset.previewUrl, form, pane: this.panes.preview });
    this.toolbar = new Toolbar(this.ways(), this.panes.write.id);
    this.makeDialogs();
    this.openText();
    this.desk = element("div", { class: "shop-editor" },
      this.offer, this.toolbar.element, this.panes.tabs, this.panes.element,
      element("div", { class: "shop-editor__below" }, this.toChecks, this.state), panel);
    this.append(this.desk);
    this.catchDrops(this.desk);
    this.sayState();
  }

  /** What the buttons of the toolbar open that need a dialog. */
  ways() {
    return {
      product: () => this.pick({ way: "any" }, (product, how) => this.insertProduct(product, how)),
      card: () => this.pick({ way: "card", title: "Which product?" }, (product) => this.insertProduct(product, "card")),
      compare: () => this.pickTwo(),
      picture: () => this.pictures.open(this.shop),
    };
  }

  get shop() {
    return this.closest(".shop") ?? document.body;
  }

  makeDialogs() {
    const back = () => this.view?.focus();
    this.picker = new Picker({ url: this.dataset.productsUrl, onPick: (...picked) => this.picked(...picked), onClose: back });
    this.pictures = new Pictures({
      url: this.dataset.picturesUrl, form: this.form, onClose: back,
      onTaken: (markdown) => {
        this.pictures.dialog.close();
        insertAlone(this.view, markdown);
      },
    });
  }

  pick(options, then) {
    this.picked = (product, how) => {
      this.picker.dialog.close();
      then(product, how);
    };
    this.picker.open(this.shop, options);
  }

  pickTwo() {
    this.pick({ way: "card", title: "Compare which product …" }, (first) => {
      const title = `… with which? The first is ${first.name}`;
      this.pick({ way: "card", title }, (second) => insertTemplate(this.view, "compare", first.slug, second.slug));
    });
  }

  /** A link takes the chosen words as its own; a card stands alone, with the cursor where the reason belongs. */
  insertProduct(product, how) {
    const { state } = this.view;
    const chosen = state.sliceDoc(state.selection.main.from, state.selection.main.to);
    if (how === "link") {
      const isPlain = chosen.trim() && !/[[\]\n]/.test(chosen);
      insertWords(this.view, isPlain ? `[${chosen}](product:${product.slug})` : product.link);
    } else {
      insertAlone(this.view, product.card.replace(/\n(?:…|)\n(?=:::\s*$)/, `\n${CURSOR}\n`));
    }
  }

  openText() {
    const label = this.area.labels?.[0]?.textContent.trim() || "Text of the guide";
    const root = this.panes.write.attachShadow({ mode: "open" });
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: this.area.value,
        extensions: [
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: () => this.save() },
            ...this.toolbar.keys, ...this.checks.keys, ...markdownKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap,
          ]),
          history(), highlightSpecialChars(), search({ top: true }), guideLanguage, this.checks.extension, look,
          EditorView.lineWrapping,
          EditorView.scrollMargins.of(() => ({ bottom: this.covered })),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "true", autocapitalize: "sentences" }),
          EditorView.updateListener.of((update) => this.updated(update)),
          EditorView.domEventHandlers({ paste: (event) => this.takePicture(event, event.clipboardData), drop: (event) => this.takePicture(event, event.dataTransfer) }),
        ],
      }),
    });
    for (const part of [this.toolbar, this.checks, this.preview]) part.view = this.view;
    this.view.scrollDOM.addEventListener("scroll", () => this.preview.follows(this.view), { passive: true });
  }

  /** How much of the window the bar with the buttons of the form covers at its lower edge. */
  get covered() {
    const bar = [...this.form.children].find((child) => getComputedStyle(child).position === "sticky");
    return bar ? bar.offsetHeight : 0;
  }

  updated(update) {
    if (update.docChanged) {
      this.area.value = update.state.doc.toString();
      this.written();
    }
    if (update.docChanged || update.selectionSet) this.toolbar.show(update.state);
  }

  /** Something was written, in the text or in a field beside it. */
  written() {
    this.draft.keep();
    this.checks.changed();
    this.preview.changed();
    this.sayState();
  }

  /**
   * A picture that was dropped goes where it was dropped. Words that were copied from an office program come with a
   * picture of themselves, and it is the words that are wanted.
   */
  takePicture(event, data) {
    const pictures = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length || (event.type === "paste" && data.types.includes("text/plain"))) return false;
    event.preventDefault();
    const place = event.type === "drop" ? this.view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
    if (place !== null) this.view.dispatch({ selection: { anchor: place } });
    this.pictures.open(this.shop, pictures[0], pictures.length);
    return true;
  }

  /** A picture that misses the text, and lands on the preview or a button, would take the place of the whole page. */
  catchDrops(desk) {
    desk.addEventListener("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) event.preventDefault();
    });
    desk.addEventListener("drop", (event) => {
      if (!event.defaultPrevented) this.takePicture(event, event.dataTransfer);
    });
  }

  /** What happens around the editor: the form goes, the page goes or comes back, the label is pressed. */
  watch() {
    const { signal } = this.listening;
    const on = (target, name, listener) => target.addEventListener(name, listener, { signal });
    on(window, "beforeunload", (event) => {
      if (this.draft.isChanged && !this.isSending) event.preventDefault();
    });
    on(window, "pageshow", () => {
      this.isSending = false;
      this.takeOver();
    });
    on(document, "htmx:responseError", () => { this.isSending = false; });
    on(document, "htmx:sendError", () => { this.isSending = false; });
    on(window, "hashchange", () => this.goToLine());
    on(this.form, "submit", (event) => {
      if (event.submitter?.formTarget === "_blank") return; // the preview of its own stays beside this page
      this.isSending = true;
      this.draft.send();
    });
    on(this.form, "reset", () => setTimeout(() => this.takeOver()));
    on(this.form, "input", (event) => {
      if (event.target.name && event.target !== this.area) this.written();
    });
    for (const label of this.area.labels ?? []) on(label, "click", () => this.view.focus());
  }

  /** The line that the address names, or the last one, is chosen, so that it is seen. */
  goToLine() {
    const named = /^#line-([1-9]\d*)$/.exec(window.location.hash);
    if (!named) return;
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Number(named[1]), doc.lines));
    this.panes.show("write");
    const effects = EditorView.scrollIntoView(line.from, { y: "center" });
    this.view.dispatch({ selection: { anchor: line.from, head: line.to }, effects });
    this.view.focus();
  }

  /** The browser, or a reset, has put other words into the text area. */
  takeOver() {
    const { doc } = this.view.state;
    if (this.area.value === doc.toString()) return;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: this.area.value } });
  }

  save() {
    this.form.requestSubmit();
    return true;
  }

  offerDraft() {
    const { offered } = this.draft;
    if (!offered) return;
    const time = offered.at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const older = offered.isOlder ? " The guide has been saved by somebody since, so look at both." : "";
    const done = () => {
      this.offer.replaceChildren();
      this.view.focus();
    };
    const take = () => {
      this.draft.bringBack(offered);
      this.takeOver();
      this.written();
      done();
    };
    const forget = () => {
      this.draft.forget();
      this.draft.keep();
      done();
    };
    this.offer.append(
      element("p", {}, `You wrote something here at ${time} that was not saved.${older}`),
      element("button", { type: "button", class: "shop-editor__take", onclick: take }, "Bring it back"),
      element("button", { type: "button", class: "shop-editor__take", onclick: forget }, "Forget it"));
  }

  sayCount(count) {
    this.toChecks.textContent = count ? `Checks (${count})` : "Checks";
  }

  /** What the shop answered beside its checks: how long the text is, and whether somebody else saved. */
  sayLength({ words, minutes, newest }) {
    this.length = `${words} words, ${minutes} min to read`;
    const seen = Number(this.form.elements.namedItem("seen")?.value);
    this.other = newest && newest.number > seen ? `${newest.saved_by || "Somebody"} has saved this guide meanwhile: saving will show you both texts` : "";
    this.sayState();
  }

  sayState() {
    const saved = this.draft.isChanged ? "Not saved yet" : "No changes";
    this.state.textContent = [this.length, saved, this.other].filter(Boolean).join(" · ");
  }
}

customElements.define("guide-editor", GuideEditor);
