/*
 * Scripts run as soon as they are there (async), so that none of them keeps a page from being laid out; their
 * elements are looked at when all of the page has been read.
 */
if (document.readyState === "loading") {
  await new Promise((parsed) => document.addEventListener("DOMContentLoaded", parsed, { once: true }));
}
