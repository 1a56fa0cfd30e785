/*
 * A part of a page that is asked for anew when a choice in it changes: its forms and links work as they are.
 * While it waits it has data-busy; of two questions the newer counts; whatever goes wrong, the page is opened.
 */
export class Live extends HTMLElement {
  connectedCallback() {
    this.said = document.createElement("p");
    this.said.className = "shop-unseen";
    this.said.setAttribute("role", "status");
    this.after(this.said);
    this.addEventListener("change", () => this.ask());
  }

  /* Shows what an address answers; keep(url) writes it into the history. */
  async show(url, keep = () => {}) {
    this.waiting?.abort();
    this.waiting = new AbortController();
    this.setAttribute("data-busy", "");
    try {
      const asked = fetch(url, { signal: this.waiting.signal });
      const style = import("./style.js");
      const [answer] = await Promise.all([asked, style]);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const news = page.querySelector(this.localName);
      if (!answer.ok || !news) throw new Error(`${url} answered ${answer.status}`);
      keep(url);
      this.put(news);
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(url);
    }
    this.removeAttribute("data-busy");
  }
}
