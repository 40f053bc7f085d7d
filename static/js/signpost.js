// Suggestions come as the conversation goes on. The form is posted, so that nothing of it is in an address.
import { announce } from "./say.js";

const form = document.querySelector("[data-signpost]");
const trouble = form?.querySelector("[data-trouble]");
const jump = form?.querySelector("[data-jump]");
let timer;
let running;

const region = () => document.getElementById("suggestions");
const picks = (place) => [...place.querySelectorAll("input[name=pick]")];

// `settled`: whoever typed has left the field, so that a fault in it may be said.
async function look(settled) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  region().setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), signal: mine.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("suggestions");
    trouble.hidden = Boolean(fresh) && (response.ok || response.status === 400);
    if (trouble.hidden) show(page, fresh, response.ok || settled);
  } catch (error) {
    if (error.name !== "AbortError") trouble.hidden = false;
  } finally {
    if (running === mine) region().removeAttribute("aria-busy");
  }
}

function show(page, fresh, whole) {
  for (const said of page.querySelectorAll("[data-said]")) {
    const here = document.getElementById(said.id);
    if (here && here.textContent !== said.textContent) here.replaceChildren(...said.childNodes);
  }
  if (!whole) return;
  for (const name of ["near", "age"]) tellFault(page, name);
  keepTicks(fresh);
  const held = region().scrollTop;
  const focused = region().contains(document.activeElement) ? document.activeElement.value : null;
  region().replaceChildren(...fresh.childNodes);
  region().dataset.summary = fresh.dataset.summary;
  region().scrollTop = held;
  if (focused) picks(region()).find((box) => box.value === focused)?.focus();
  jump.textContent = fresh.dataset.summary;
  jump.hidden = !fresh.dataset.summary;
  if (fresh.dataset.summary) announce(fresh.dataset.summary);
}

// A fault stands beside its field, and goes when it is put right.
function tellFault(page, name) {
  const input = document.getElementById(name);
  const sent = page.getElementById(name);
  document.getElementById(`error-${name}`)?.remove();
  const error = page.getElementById(`error-${name}`);
  if (error) {
    input.before(error);
    announce(error.textContent);
  }
  for (const mark of ["aria-describedby", "aria-invalid"]) {
    if (sent.hasAttribute(mark)) input.setAttribute(mark, sent.getAttribute(mark));
    else input.removeAttribute(mark);
  }
}

// What was ticked or unticked while the answer was on its way counts; what is no longer suggested stays until unticked.
function keepTicks(fresh) {
  const kept = fresh.querySelector("[data-kept]");
  const now = new Map(picks(region()).map((box) => [box.value, box]));
  const there = new Map(picks(fresh).map((box) => [box.value, box]));
  for (const [value, box] of there) if (now.has(value)) box.checked = now.get(value).checked;
  for (const [value, box] of now) {
    if (box.checked && !there.has(value)) kept.querySelector("ul").append(box.closest("li"));
  }
  for (const box of picks(kept)) if (!box.checked) box.closest("li").remove();
  kept.hidden = !picks(kept).length;
}

function soon(wait, settled) {
  clearTimeout(timer);
  timer = setTimeout(() => look(settled), wait);
}

const isPick = (event) => event.target.name === "pick";
form?.addEventListener("input", (event) => {
  if (!isPick(event)) soon(["checkbox", "radio"].includes(event.target.type) ? 50 : 450, false);
});
form?.addEventListener("change", (event) => {
  if (!isPick(event)) soon(50, true);
});

// On a narrow page the suggestions come below: a link tells how many there are, until they are seen.
if (jump) {
  new IntersectionObserver(([entry]) => jump.parentElement.classList.toggle("is-there", entry.isIntersecting))
    .observe(region());
}
