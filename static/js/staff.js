/*
 * What the pages of the back office have in common. They work without it.
 */

/* A part of a page that was swapped after a mistake takes the focus, as a whole page would. */
document.addEventListener("htmx:afterSettle", (event) => {
  const wrong = event.detail.elt.querySelector("[aria-invalid='true']");
  if (wrong) wrong.focus();
});

/* A request that failed leaves the page as it was, and says so. */
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    document.querySelector("[data-failed]").hidden = false;
  });
}

document.addEventListener("htmx:beforeRequest", () => {
  document.querySelector("[data-failed]").hidden = true;
});
