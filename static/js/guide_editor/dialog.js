/* A dialog of the editor: outside of its form, closed by Escape or its button, the focus back where it was. */
import { element } from "./elements.js";

let count = 0;

export class Dialog {
  constructor(title, ...content) {
    count += 1;
    const id = `shop-editor-dialog-${count}`;
    this.title = element("h2", { class: "shop-dialog__title", id }, title);
    const close = element("button", { type: "button", class: "shop-dialog__close", onclick: () => this.close() }, "Close");
    this.element = element("dialog", { class: "shop-dialog", "aria-labelledby": id, onclose: () => this.onClose?.() },
      element("div", { class: "shop-dialog__top" }, this.title, close), ...content);
  }

  open(within, first) {
    if (!this.element.isConnected) within.append(this.element);
    this.element.showModal();
    first.focus();
  }

  close() {
    this.element.close();
  }

  remove() {
    this.element.remove();
  }
}
