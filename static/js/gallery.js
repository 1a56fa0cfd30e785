/*
 * <shop-gallery>: the small pictures are links to the large ones and work as such. With this file they
 * slide the row without moving the page, and the one on show is marked.
 */
class Gallery extends HTMLElement {
  connectedCallback() {
    this.row = this.querySelector(".shop-gallery__row");
    this.items = [...this.row.children];
    this.links = [...this.querySelectorAll(".shop-gallery__thumb")];
    this.links.forEach((link, index) => {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.row.scrollTo({ left: this.items[index].offsetLeft - this.items[0].offsetLeft });
      });
    });
    const seen = new IntersectionObserver((entries) => this.mark(entries), {
      root: this.row,
      threshold: 0.6,
    });
    this.items.forEach((item) => seen.observe(item));
  }

  mark(entries) {
    const shown = entries.find((entry) => entry.isIntersecting);
    if (!shown) return;
    this.links.forEach((link, index) => {
      if (this.items[index] === shown.target) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
}

customElements.define("shop-gallery", Gallery);
