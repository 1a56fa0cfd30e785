/*
 * <shop-list>: its form and links work as they are. With this file a changed box is applied at once: the
 * list comes anew, the address says what is shown, and the focus and the open panel stay.
 */
import { Live } from "./live.js";

const remember = (url) => history.pushState(null, "", url);

class List extends Live {
  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
      this.fold.open = false;
      this.fold.firstElementChild.focus();
    });
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-live]");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.show(link.href, remember);
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.fold.open) return;
      this.fold.open = false;
      this.fold.firstElementChild.focus();
    });
    document.addEventListener("click", (event) => {
      if (!this.fold.contains(event.target) && event.target.isConnected) this.fold.open = false;
    });
    window.addEventListener("popstate", () => this.show(location.href));
  }

  get fold() {
    return this.querySelector("details");
  }

  ask() {
    const form = this.querySelector("form");
    const asked = [...new FormData(form)].filter(([name, value]) => value && value !== "featured");
    const query = String(new URLSearchParams(asked));
    this.show(form.action + (query && `?${query}`), remember);
  }

  put(list) {
    const { activeElement: held } = document;
    const hadFocus = this.contains(held);
    const again = held.name && `[name="${held.name}"]${held.type === "checkbox" ? `[value="${CSS.escape(held.value)}"]` : ""}`;
    const { open } = this.fold;
    const scrolled = this.fold.lastElementChild.scrollTop;
    this.replaceChildren(...list.childNodes);
    this.fold.open = open;
    this.fold.lastElementChild.scrollTop = scrolled;
    const count = this.querySelector(".shop-list__count");
    if (hadFocus) ((again && this.querySelector(again)) || (open && this.fold.firstElementChild) || count).focus({ preventScroll: true });
    this.said.textContent = count.textContent;
  }
}

customElements.define("shop-list", List);
