/*
 * The cart, made nicer. Two elements around forms and links that already work without this file:
 *   <shop-add-to-cart>  adds without leaving the page and opens the cart as a drawer
 *   <shop-cart-count>   shows how many items are in the cart, if there is one
 */
const ASK_FOR_FRAGMENT = {
  Accept: "text/html; fragment=cart",
  "X-Requested-With": "fetch",
};

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
      // Whatever becomes of the style, what is in the cart now must not be added again below.
      const style = import("./style.js").catch(() => {});
      const answer = await fetch(form.action, { method: "POST", body, headers: ASK_FOR_FRAGMENT });
      const cart = await readCart(answer);
      await style;
      this.receive(cart);
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

customElements.define("shop-cart-count", CartCount);
customElements.define("shop-add-to-cart", AddToCart);
