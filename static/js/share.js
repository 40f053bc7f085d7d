// "Send the link" by the device's own sheet, else to the clipboard; "Copy the text"; and "Print".
import { announce } from "./say.js";

async function share(button) {
  const url = new URL(button.dataset.share, location.href).href;
  if (navigator.share) {
    await navigator.share({ title: button.dataset.title, url }).catch(() => {});
  } else if (!await copied(button, url)) {
    button.querySelector("span").textContent = url;
  }
}

async function copy(button) {
  const held = document.getElementById(button.dataset.copy);
  if (!await copied(button, held.value)) held.select();
}

// Whether there is a clipboard: without https there is none, and the text itself can still be selected.
async function copied(button, text) {
  const label = button.querySelector("span");
  const usual = label.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  label.textContent = button.dataset.done;
  announce(button.dataset.done);
  setTimeout(() => { label.textContent = usual; }, 4000);
  return true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-share]");
  if (button) share(button);
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
  if (event.target.closest("[data-print]")) window.print();
});
