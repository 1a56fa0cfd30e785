/*
 * The cart, made nicer. Four elements around forms and links that already work without this file:
 *   <shop-add-to-cart>  adds without leaving the page and opens the cart as a drawer
 *   <shop-cart-count>   shows how many items are in the cart, if there is one
 *   <shop-quantity>     sends a changed quantity by itself
 *   <shop-choice>       sends a list as soon as something is chosen
 */
const ASK_FOR_FRAGMENT = {
  Accept: "text/html; fragment=cart",
  "X-Requested-With": "fetch",
};
const WAIT_MS = 700;

/** The cart inside an answer; throws when the answer is something else, such as a sign-in page. */
async function readCart(answer) {
  if (!answer.ok && answer.status !== 422) throw new Error(`Cart answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const cart = page.querySelector(".shop-cart-drawer");
  if (!cart) throw new Error("Cart answered with another page");
  return cart;
}

function showCount(count) {
  for (const element of document.querySelectorAll("shop-cart-count")) element.show(count);
}

function openDrawer(cart, said) {
  let drawer = document.querySelector("dialog.shop-drawer");
  if (!drawer) {
    drawer = document.createElement("dialog");
    drawer.className = "shop-drawer";
    drawer.setAttribute("aria-labelledby", "shop-cart-title");
    drawer.setAttribute("aria-describedby", "shop-cart-message");
    drawer.addEventListener("click", (event) => {
      if (event.target === drawer) drawer.close();
    });
    document.querySelector(".shop").append(drawer);
  }
  const message = cart.querySelector("[data-message]");
  message.textContent = said;
  message.hidden = false;
  drawer.replaceChildren(cart);
  drawer.showModal();
  cart.querySelector("[data-title]").focus();
}

class AddToCart extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    if (this.hasAttribute("data-busy")) return;
    const form = event.target;
    this.setAttribute("data-busy", "");
    this.tell("", "");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: ASK_FOR_FRAGMENT });
      this.receive(await readCart(answer));
    } catch {
      // The ordinary way has an answer for everything: an error page, a sign-in, a sentence.
      form.submit();
    } finally {
      this.removeAttribute("data-busy");
    }
  }

  receive(cart) {
    showCount(Number(cart.dataset.count));
    const error = cart.querySelector("[data-error]");
    if (error) {
      this.tell("", error.textContent);
      return;
    }
    this.tell(this.dataset.said, "");
    openDrawer(cart, this.dataset.said);
  }

  tell(said, error) {
    this.querySelector("[role=status]").textContent = said;
    const alert = this.querySelector("[role=alert]");
    alert.textContent = error;
    alert.hidden = !error;
    if (error) alert.scrollIntoView({ block: "nearest" }); // the button may stand elsewhere
  }
}

class CartCount extends HTMLElement {
  connectedCallback() {
    this.refresh();
    // A page that comes back from the browser's memory may show yesterday's number.
    window.addEventListener("pageshow", (event) => event.persisted && this.refresh());
  }

  async refresh() {
    if (!document.cookie.includes("shop_cart_hint=1")) {
      this.show(0);
      return;
    }
    try {
      const cart = await readCart(await fetch(this.dataset.fragment, { headers: ASK_FOR_FRAGMENT }));
      this.show(Number(cart.dataset.count));
    } catch {
      this.show(0);
    }
  }

  show(count) {
    this.replaceChildren();
    if (!count) return;
    const unit = document.createElement("span");
    unit.className = "shop-unseen";
    unit.textContent = count === 1 ? " item" : " items";
    this.append(String(count), unit);
  }
}

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

customElements.define("shop-cart-count", CartCount);
customElements.define("shop-add-to-cart", AddToCart);
customElements.define("shop-quantity", Quantity);
customElements.define("shop-choice", Choice);
