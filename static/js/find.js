// The finder without reloading: a changed filter fetches the same page and swaps the list. Without this, a form.
import { announce } from "./say.js";

const page = document.querySelector("[data-find-page]");
let running = null;
let shown = location.pathname + location.search;

function list() {
  return document.getElementById("find");
}

function formUrl(form) {
  const url = new URL(form.getAttribute("action"), location.href);
  for (const [name, value] of new FormData(form)) {
    if (value.trim()) url.searchParams.append(name, value.trim());
  }
  if (!url.searchParams.has("near")) url.searchParams.delete("within");
  return url;
}

// What must outlive the swap: open panels, how far they are scrolled, focus, and words being typed.
function remember() {
  const active = document.activeElement;
  const typing = active?.matches?.("input.input") && list().contains(active);
  return {
    open: [...list().querySelectorAll("details[open]")].map((details) => details.id),
    scrolls: [...list().querySelectorAll("[data-scroll]")].map((panel) => [panel.id, panel.scrollTop]),
    inside: list().contains(active),
    focus: active?.id,
    typed: typing ? { value: active.value, start: active.selectionStart, end: active.selectionEnd } : null,
  };
}

function restore(memory, toResults) {
  for (const id of memory.open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, top] of memory.scrolls) {
    const panel = document.getElementById(id);
    if (panel) panel.scrollTop = top;
  }
  if (!memory.inside) return;
  const same = !toResults && memory.focus && document.getElementById(memory.focus);
  const target = same || document.getElementById("results");
  if (same && memory.typed && document.activeElement !== same) {
    same.value = memory.typed.value;
    if (same.type !== "number") same.setSelectionRange?.(memory.typed.start, memory.typed.end);
  }
  target?.focus({ preventScroll: true });
}

function fail(url) {
  list().querySelector("[data-failed]")?.remove();
  const template = document.getElementById("find-failed");
  const note = template.content.firstElementChild.cloneNode(true);
  note.querySelector("a").href = url;
  document.getElementById("results").prepend(note);
  announce(note.textContent.trim());
}

function swap(html, toResults) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const next = fresh.getElementById("find");
  if (!next) return false;
  const memory = remember();
  list().replaceWith(document.adoptNode(next));
  document.title = fresh.title;
  restore(memory, toResults);
  const invalid = list().querySelector("[aria-invalid=true]");
  if (invalid) invalid.focus();
  const error = list().querySelector(".error");
  announce(error ? error.textContent.trim() : document.getElementById("count").textContent.trim());
  return fresh;
}

async function go(url, { push = true, keepView = false, toResults = false } = {}) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  list().classList.add("is-busy");
  list().setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (response.status >= 500) throw new Error(String(response.status));
    const fresh = swap(await response.text(), toResults);
    if (!fresh) {
      location.assign(url);
      return;
    }
    if (push) history.pushState(null, "", url);
    shown = location.pathname + location.search;
    if (toResults) window.scrollTo({ top: 0 });
    const config = fresh.getElementById("map-config");
    document.dispatchEvent(new CustomEvent("assetmap:found", {
      detail: { config: config && JSON.parse(config.textContent), keepView },
    }));
  } catch (error) {
    if (error.name === "AbortError") return;
    fail(url);
  } finally {
    if (running === mine) {
      running = null;
      list().classList.remove("is-busy");
      list().removeAttribute("aria-busy");
    }
  }
}

if (page) {
  page.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-find]")) return;
    event.preventDefault();
    for (const panel of list().querySelectorAll("details[open]")) panel.removeAttribute("open");
    go(formUrl(event.target), { toResults: true });
  });
  page.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.form?.matches("[data-find]") || !field.matches("input[type=checkbox], input[type=radio], select")) return;
    go(formUrl(field.form));
  });
  page.addEventListener("click", (event) => {
    const target = event.target.closest("a[data-find-link]");
    if (!target || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(target.href, { toResults: true });
  });
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) go(location.href, { push: false });
  });
  document.addEventListener("assetmap:search", (event) => {
    event.preventDefault();
    const { near, within, keepView } = event.detail;
    const url = formUrl(document.getElementById("find-form"));
    url.searchParams.set("near", near);
    if (within) url.searchParams.set("within", within);
    if (url.searchParams.get("sort") === "soonest") url.searchParams.delete("sort");
    go(url, { keepView, toResults: !keepView });
  });
}
