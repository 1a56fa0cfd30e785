/*
 * The page of the cart, made nicer. Four elements around forms that already work without this file:
 *   <shop-quantity>   sends a changed quantity by itself
 *   <shop-choice>     sends a list as soon as something is chosen
 *   <shop-copy>       copies what its field holds
 *   <shop-note>       says how many characters are left, when they become few
 */
const WAIT_MS = 700;

class Quantity extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("[name=quantity]");
    this.input.setAttribute("aria-description", "The cart changes a moment after you stop.");
    this.input.addEventListener("input", () => this.wait());
    const line = this.closest("li").id;
    if (sessionStorage.getItem("shop-line") === line) {
      sessionStorage.removeItem("shop-line");
      this.input.focus();
    }
  }

  wait() {
    clearTimeout(this.timer);
    if (this.input.value === "") return;
    this.timer = setTimeout(() => {
      // The page comes back anew; the focus should come back too.
      sessionStorage.setItem("shop-line", this.closest("li").id);
      this.input.form.requestSubmit();
    }, WAIT_MS);
  }
}

class Choice extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    list.addEventListener("change", () => {
      sessionStorage.setItem("shop-choice", list.id);
      list.form.requestSubmit(this.querySelector("button"));
    });
    if (sessionStorage.getItem("shop-choice") === list.id) {
      sessionStorage.removeItem("shop-choice");
      list.focus();
    }
  }
}

class Copy extends HTMLElement {
  connectedCallback() {
    const [field, button, status] = ["input", "button", "[role=status]"].map((one) =>
      this.querySelector(one),
    );
    field.addEventListener("focus", () => field.select());
    button.hidden = !navigator.clipboard; // which browsers give to secure pages only
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        status.textContent = "Copied.";
      } catch {
        field.select();
        status.textContent = "Please copy the marked text.";
      }
    });
  }
}

class Note extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.status = this.querySelector("[role=status]");
    this.field.addEventListener("input", () => this.count());
  }

  count() {
    const left = Number(this.dataset.most) - [...this.field.value.trim()].length;
    const few = left < 0 ? `${-left} too many.` : `${left} left.`;
    this.status.textContent = left > 60 ? "" : `Characters: ${few}`;
  }
}

customElements.define("shop-quantity", Quantity);
customElements.define("shop-choice", Choice);
customElements.define("shop-copy", Copy);
customElements.define("shop-note", Note);
