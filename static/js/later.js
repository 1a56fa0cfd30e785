/*
 * <link rel="shop-script">: a script that changes nothing on the first screen. It comes when that was
 * seen, so that it takes nothing from what is waited for.
 */
const SEEN = 250; // milliseconds from the last picture's coming to its being painted, with room

addEventListener("load", () => setTimeout(() => {
  for (const { href } of document.querySelectorAll("link[rel=shop-script]")) import(href);
}, SEEN));
