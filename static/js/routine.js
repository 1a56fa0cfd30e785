/*
 * <shop-routine>: its forms work as they are. With this file a changed choice is reckoned at once, the address
 * says what is shown, and a button prints the card.
 */
class Routine extends HTMLElement {
  connectedCallback() {
    this.said = document.createElement("p");
    this.said.className = "shop-unseen";
    this.said.setAttribute("role", "status");
    this.after(this.said);
    this.addEventListener("change", () => this.ask());
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
    this.show(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  }

  async show(url) {
    this.waiting?.abort();
    this.waiting = new AbortController();
    this.setAttribute("data-busy", "");
    try {
      const answer = await fetch(url, { signal: this.waiting.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const news = page.querySelector("shop-routine");
      if (!answer.ok || !news) throw new Error(`The routine answered ${answer.status}`);
      history.replaceState(null, "", url);
      this.put(news);
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(url);
    }
    this.removeAttribute("data-busy");
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
