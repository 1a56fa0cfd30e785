/*
 * <shop-routine>: its forms work as they are. With this file a changed choice is reckoned at once, the address
 * says what is shown, and a button prints the card.
 */
import { Live } from "./live.js";

class Routine extends Live {
  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("submit", (event) => {
      if (event.target.method !== "get") return;
      event.preventDefault();
      this.ask();
    });
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-print]")) window.print();
    });
  }

  ask() {
    const form = this.querySelector("form");
    this.show(`${form.action}?${new URLSearchParams(new FormData(form))}`, (url) => history.replaceState(null, "", url));
  }

  put(news) {
    const fields = () => [...this.querySelectorAll("select, input[type=radio]")];
    const held = fields().indexOf(document.activeElement);
    this.replaceChildren(...news.childNodes);
    fields()[held]?.focus({ preventScroll: true });
    this.said.textContent = this.querySelector("[data-said]")?.textContent.replace(/\s+/g, " ") ?? "";
  }
}

customElements.define("shop-routine", Routine);
