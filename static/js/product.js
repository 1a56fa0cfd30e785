/*
 * A product page, made nicer. Everything here works without this file, but for what is seen lately:
 *   <shop-gallery>   small pictures slide the row; a large one opens in a dialog, with keys and closer still
 *   <shop-product>   another size comes without a new page: address, price, stock, pictures, facts
 *   <shop-buy-bar>   on a phone, the button follows when the one of the page is out of sight
 *   <shop-seen>      what was looked at before, kept on this device and told to nobody
 */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const MOST_SEEN = 5;

class Gallery extends HTMLElement {
  connectedCallback() {
    this.row = this.querySelector(".shop-gallery__row");
    this.items = [...this.row.children];
    this.links = [...this.querySelectorAll(".shop-gallery__thumb")];
    this.shown = 0;
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      if (this.links.includes(link)) this.slide(this.links.indexOf(link));
      else import("./zoom.js").then(({ zoom }) => zoom(this, link));
    });
    this.addEventListener("keydown", (event) => {
      if (!STEPS[event.key] || event.altKey) return;
      event.preventDefault();
      this.slide(this.shown + STEPS[event.key]);
    });
    addEventListener("load", () => {
      for (const image of this.row.querySelectorAll("[loading]")) image.loading = "eager";
    });
    const seen = new IntersectionObserver((entries) => this.mark(entries), { root: this.row, threshold: 0.6 });
    this.items.forEach((item) => seen.observe(item));
  }

  slide(index) {
    const item = this.items.at(index % this.items.length);
    this.row.scrollTo({ left: item.offsetLeft - this.items[0].offsetLeft });
    return item.querySelector("a");
  }

  mark(entries) {
    const entry = entries.find((one) => one.isIntersecting);
    if (!entry) return;
    this.shown = this.items.indexOf(entry.target);
    this.links.forEach((link, index) => {
      if (index === this.shown) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
}

class Product extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const link = event.target.closest(".shop-variants__choice");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.choose(link);
    });
  }

  async choose({ href }) {
    try {
      const style = import("./style.js");
      const [answer] = await Promise.all([fetch((this.asked = href)), style]);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (this.asked !== href) return;
      const parts = ".shop-product__pictures, .shop-product__buy, .shop-facts, shop-buy-bar";
      const news = page.querySelectorAll(parts);
      const olds = document.querySelectorAll(parts);
      if (olds.length !== news.length) throw new Error("Another page came");
      olds.forEach((part, index) => part.replaceWith(news[index]));
      document.title = page.title;
      history.replaceState(null, "", href);
    } catch {
      location.assign(href);
      return;
    }
    const chosen = this.querySelector(".shop-variants [aria-current]");
    chosen.focus({ preventScroll: true });
    const told = this.querySelector(".shop-product__price").textContent.replace(/\s+/g, " ");
    this.lastElementChild.textContent = `${chosen.firstElementChild.textContent}: ${told}`;
  }
}

class BuyBar extends HTMLElement {
  connectedCallback() {
    const button = document.querySelector("#buy button");
    if (!button || !this.firstElementChild) return;
    // The root reaches far below the screen: a jump over the button, which never shows it, is noticed too.
    const rootMargin = "0px 0px 100000px 0px";
    this.watch = new IntersectionObserver((entries) => {
      this.toggleAttribute("data-shown", !entries.at(-1).isIntersecting);
    }, { rootMargin });
    this.watch.observe(button);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
  }
}

class Seen extends HTMLElement {
  connectedCallback() {
    const { kept, url, name, picture } = this.dataset;
    let before = [];
    try {
      before = JSON.parse(localStorage.getItem(kept) ?? "[]").filter((one) => one.url !== url);
      localStorage.setItem(kept, JSON.stringify([{ url, name, picture }, ...before].slice(0, MOST_SEEN)));
    } catch {
      // Nothing may be kept on this device, or something else was kept there.
    }
    this.querySelector("ul").replaceChildren(...before.slice(0, MOST_SEEN - 1).map(this.card));
    this.hidden = !before.length;
    this.querySelector("button").addEventListener("click", () => {
      localStorage.removeItem(kept);
      this.hidden = true;
      document.querySelector("#content")?.focus({ preventScroll: true });
    });
  }

  card({ url, name, picture }) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const image = new Image();
    image.alt = "";
    image.loading = "lazy";
    image.src = picture;
    image.addEventListener("error", () => image.remove());
    link.href = url;
    link.append(...(picture ? [image] : []), name);
    item.append(link);
    return item;
  }
}

customElements.define("shop-gallery", Gallery);
customElements.define("shop-product", Product);
customElements.define("shop-buy-bar", BuyBar);
customElements.define("shop-seen", Seen);
