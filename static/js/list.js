/*
 * <shop-list>: its form and links work as they are. With this file a changed box is applied at once: the
 * list comes anew, the address says what is shown, and the focus and the open panel stay.
 */
class List extends HTMLElement {
  connectedCallback() {
    this.said = document.createElement("p");
    this.said.className = "shop-unseen";
    this.said.setAttribute("role", "status");
    this.after(this.said);
    this.addEventListener("change", () => this.ask());
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
      this.show(link.href, true);
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.fold.open) return;
      this.fold.open = false;
      this.fold.firstElementChild.focus();
    });
    document.addEventListener("click", (event) => {
      if (!this.fold.contains(event.target) && event.target.isConnected) this.fold.open = false;
    });
    window.addEventListener("popstate", () => this.show(location.href, false));
  }

  get fold() {
    return this.querySelector("details");
  }

  ask() {
    const form = this.querySelector("form");
    const asked = [...new FormData(form)].filter(([name, value]) => value && value !== "featured");
    const query = String(new URLSearchParams(asked));
    this.show(form.action + (query && `?${query}`), true);
  }

  async show(url, isNew) {
    this.waiting?.abort();
    this.waiting = new AbortController();
    this.setAttribute("data-busy", "");
    try {
      const answer = await fetch(url, { signal: this.waiting.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = page.querySelector("shop-list");
      if (!answer.ok || !list) throw new Error(`The list answered ${answer.status}`);
      if (isNew) history.pushState(null, "", url);
      this.put(list);
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(url);
    }
    this.removeAttribute("data-busy");
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
