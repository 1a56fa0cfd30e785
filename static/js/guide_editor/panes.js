/* The text and its preview: beside each other where there is room, else behind two tabs. */
import { element } from "./elements.js";

const NAMES = { write: "Write", preview: "Preview" };

export class Panes {
  constructor(onPreview) {
    this.onPreview = onPreview;
    this.buttons = {};
    for (const [name, words] of Object.entries(NAMES)) {
      this[name] = element("div", {
        class: `shop-editor__pane shop-editor__pane--${name}`, id: `shop-editor-${name}`, role: "tabpanel", "aria-label": words,
      });
      this.buttons[name] = element("button", {
        type: "button", class: "shop-editor__tab", role: "tab", "aria-controls": `shop-editor-${name}`, onclick: () => this.show(name),
      }, words);
    }
    this.preview.tabIndex = 0; // so that a keyboard can scroll it
    this.tabs = element("div", {
      class: "shop-editor__tabs", role: "tablist", "aria-label": "Text and preview", onkeydown: (event) => this.move(event),
    }, ...Object.values(this.buttons));
    this.element = element("div", { class: "shop-editor__panes" }, this.write, this.preview);
    this.room = window.matchMedia("(min-width: 64rem)");
    this.roomChanged = () => this.onPreview();
    this.room.addEventListener("change", this.roomChanged);
    this.select("write");
  }

  end() {
    this.room.removeEventListener("change", this.roomChanged);
  }

  select(name) {
    this.element.dataset.shown = name;
    for (const [one, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-selected", String(one === name));
      button.tabIndex = one === name ? 0 : -1;
    }
  }

  show(name) {
    this.select(name);
    if (name === "preview") this.onPreview();
  }

  move(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = this.element.dataset.shown === "write" ? "preview" : "write";
    this.show(other);
    this.buttons[other].focus();
  }
}
