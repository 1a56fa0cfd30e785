/*
 * <shop-search>: a form that searches by itself. While somebody types, the first answers are shown
 * below the field, to be chosen with the arrow keys (a combobox with a list box). Enter without a
 * choice sends the form; whatever goes wrong, the form stays.
 */
const WAIT_MS = 150;

class Search extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = document.createElement("div");
    this.list.className = "shop-suggestions";
    this.list.id = `${this.input.id}-suggestions`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.status = document.createElement("span");
    this.status.className = "shop-unseen";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("focusout", (event) => {
      if (!this.contains(event.relatedTarget)) this.close();
    });
    // A press on an answer must not take the focus out of the field before it is followed.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  wait() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (this.input.value.trim().length < 2) this.close();
    else this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    this.asking = new AbortController();
    const { signal } = this.asking;
    const address = `${this.dataset.suggestions}?${new URLSearchParams({ q: this.input.value.trim() })}`;
    try {
      const [answer] = await Promise.all([fetch(address, { signal }), import("./style.js")]);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector(".shop-suggestions");
      if (signal.aborted || !answer.ok || !found || !this.contains(document.activeElement)) return;
      this.show(found);
    } catch {
      // A newer question took its place, or there is no network: the form works without.
    }
  }

  show(found) {
    this.list.replaceChildren(...found.children);
    this.options = [...this.list.children];
    this.options.forEach((option, number) => {
      option.id = `${this.list.id}-${number}`;
      option.tabIndex = -1;
    });
    this.choose(-1);
    this.list.hidden = !this.options.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.status.textContent = found.dataset.said;
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
    this.chosen = -1;
  }

  choose(number) {
    this.chosen = number;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
    if (number < 0) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.input.setAttribute("aria-activedescendant", this.options[number].id);
    this.options[number].scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (event.isComposing) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown" && this.input.value.trim().length > 1) this.ask();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      // Past either end is the field itself, with what was typed.
      const places = this.options.length + 1;
      this.choose(((this.chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.options[this.chosen].click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }
}

customElements.define("shop-search", Search);
