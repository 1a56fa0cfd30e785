/* Finding a product while one types: arrows choose, Enter inserts a link, a second button a card. */
import { Dialog } from "./dialog.js";
import { element, Pause } from "./elements.js";

const PAUSE_MS = 200;

export class Picker {
  /** onPick(product, how) gets what was chosen, with how: "link" or "card"; onClose comes after it. */
  constructor({ url, onPick, onClose }) {
    Object.assign(this, { url, onPick });
    this.products = [];
    this.pause = new Pause(PAUSE_MS, () => this.search());
    this.input = element("input", {
      class: "shop-field__input", id: "shop-picker-words", type: "search", role: "combobox", autocomplete: "off",
      "aria-controls": "shop-picker-list", "aria-expanded": "false", "aria-autocomplete": "list",
      "aria-describedby": "shop-picker-line",
      oninput: () => this.pause.begin(), onkeydown: (event) => this.key(event),
    });
    this.line = element("p", { class: "shop-small", id: "shop-picker-line", role: "status" });
    this.list = element("ul", { class: "shop-picker__list", id: "shop-picker-list", role: "listbox", "aria-label": "Products" });
    this.link = element("button", { type: "button", class: "shop-button shop-button--primary", onclick: () => this.take("link") }, "Insert a link");
    this.card = element("button", { type: "button", class: "shop-button shop-button--quiet", onclick: () => this.take("card") }, "Insert a card");
    this.dialog = new Dialog("Find a product",
      element("div", { class: "shop-field" },
        element("label", { class: "shop-field__label", for: "shop-picker-words" }, "Name or SKU"), this.input),
      this.line, this.list, element("p", { class: "shop-dialog__buttons" }, this.link, this.card));
    this.dialog.onClose = onClose;
  }

  /** way: "any" offers link and card, "card" only the card; more is a sentence about what is wanted. */
  open(within, { way = "any", title = "Find a product" } = {}) {
    this.way = way;
    this.dialog.title.textContent = title;
    this.link.hidden = way === "card";
    this.card.textContent = way === "card" ? "Take this product" : "Insert a card";
    this.input.value = "";
    this.show([], "");
    this.dialog.open(within, this.input);
    this.search();
  }

  async search() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const url = new URL(this.url, window.location.href);
    url.searchParams.set("q", this.input.value.trim());
    try {
      const answer = await fetch(url, { signal, headers: { Accept: "application/json", "X-Requested-With": "fetch" } });
      const found = await answer.json();
      if (signal.aborted) return;
      const counted = found.length === 1 ? "1 product. " : `${found.length} products. `;
      this.show(found, found.length ? `${counted}Arrows choose, Enter takes.` : "No product is called so.");
    } catch {
      if (!signal.aborted) this.show([], "The products could not be fetched. Please try once more.");
    }
  }

  show(products, line) {
    this.products = products;
    this.line.textContent = line;
    this.list.replaceChildren(...products.map((product, number) => element("li", {
      class: "shop-picker__one", id: `shop-picker-${number}`, role: "option", "aria-selected": "false",
      onclick: () => this.choose(number), ondblclick: () => this.take(this.way === "card" ? "card" : "link"),
    }, element("span", { class: "shop-picker__name" }, product.name),
    element("span", { class: "shop-small" }, [product.sku, product.price, product.stock].filter(Boolean).join(" · ")))));
    this.input.setAttribute("aria-expanded", String(products.length > 0));
    this.choose(products.length ? 0 : -1);
  }

  choose(number) {
    this.chosen = number;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
    if (number < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `shop-picker-${number}`);
    this.list.children[number]?.scrollIntoView({ block: "nearest" });
    this.link.disabled = this.card.disabled = number < 0;
  }

  key(event) {
    const last = this.products.length - 1;
    if (event.key === "Enter") {
      event.preventDefault();
      this.take(event.ctrlKey || event.metaKey || this.way === "card" ? "card" : "link");
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (last < 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose((this.chosen + step + last + 1) % (last + 1));
    }
  }

  take(how) {
    const product = this.products[this.chosen];
    if (product) this.onPick(product, how);
  }
}
