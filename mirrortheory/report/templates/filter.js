"use strict";
// Without this script the page is a list with everything in it; with it, the list can be narrowed down.
const $ = (name) => document.getElementById(name);
const claims = [...document.querySelectorAll(".claim")];
const form = $("filter");

function narrow() {
  const words = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdict = $("verdict").value, topic = $("topic").value;
  let shown = 0;
  for (const claim of claims) {
    claim.text ??= claim.textContent.toLowerCase();
    const kept = (!verdict || claim.dataset.verdict === verdict)
      && (!topic || claim.dataset.topics.split(" ").includes(topic))
      && words.every((word) => claim.text.includes(word));
    claim.hidden = !kept;
    shown += kept;
  }
  for (const section of document.querySelectorAll(".topic"))
    section.hidden = !section.querySelector(".claim:not([hidden])");
  $("shown").textContent = `${shown} of ${claims.length} claims`;
}

// A formula that is wider than the page is scrolled by keyboard, too.
function reach() {
  for (const box of document.querySelectorAll(".formula, .scroll")) {
    if (box.closest("details:not([open])")) continue; // not laid out
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function open() {
  const claim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!claim?.matches(".claim")) return;
  if (claim.hidden) { form.reset(); narrow(); }
  claim.querySelector("details")?.setAttribute("open", "");
  claim.scrollIntoView();
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", narrow);
  form.addEventListener("reset", () => setTimeout(narrow));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", open);
  open();
}
document.addEventListener("toggle", reach, true);
addEventListener("resize", reach);
reach();
