/*
 * <shop-comments>: a link to the comments of a guide, which become a part of its page when a reader
 * comes near to them. Whatever goes wrong, the link stays.
 */
class Comments extends HTMLElement {
  connectedCallback() {
    this.observer = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting) this.fetch();
    }, { rootMargin: "50% 0px" });
    this.observer.observe(this);
  }

  async fetch() {
    this.observer.disconnect();
    try {
      const answer = await fetch(this.querySelector("a").href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const comments = page.querySelector(".shop-comments");
      if (answer.ok && comments) this.replaceChildren(comments);
    } catch {
      // The link leads to the same.
    }
  }
}

customElements.define("shop-comments", Comments);
