// Suggestions come as the conversation goes on. The form is posted, so that nothing of it is in an address.
import { announce } from "./say.js";

const form = document.querySelector("[data-signpost]");
let timer;
let running;

async function look() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const region = document.getElementById("suggestions");
  region.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), signal: mine.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("suggestions");
    if (!fresh || (!response.ok && response.status !== 400)) return;
    if (response.status !== 400) {
      const ticked = new Set([...region.querySelectorAll("input[name=pick]:checked")].map((box) => box.value));
      for (const box of fresh.querySelectorAll("input[name=pick]")) box.checked = ticked.has(box.value);
      region.replaceChildren(...fresh.childNodes);
      const count = region.querySelectorAll("input[name=pick]").length;
      announce(`${region.querySelector("[data-count]")?.textContent} (${count})`);
    }
    for (const said of page.querySelectorAll("[data-said]")) {
      const here = form.querySelector(`[data-said="${said.dataset.said}"]`);
      if (here) here.textContent = said.textContent;
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  } finally {
    if (running === mine) region.removeAttribute("aria-busy");
  }
}

function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

form?.addEventListener("input", (event) => soon(event.target.type === "checkbox" || event.target.type === "radio" ? 50 : 450));
form?.addEventListener("change", () => soon(50));
