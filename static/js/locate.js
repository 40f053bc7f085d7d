// "Use my location": asks the device, then searches near there.
import { announce } from "./say.js";
import { position, searchNear } from "./position.js";

async function locate(button) {
  const label = button.querySelector("span");
  const usual = label.textContent;
  button.parentElement.querySelector("[data-refusal]")?.remove();
  label.textContent = button.dataset.busy;
  button.disabled = true;
  try {
    const { lat, lon } = await position();
    searchNear({ near: `${lat},${lon}` });
  } catch {
    const note = document.createElement("p");
    note.className = "error";
    note.dataset.refusal = "";
    note.textContent = button.dataset.refused;
    button.after(note);
    announce(button.dataset.refused);
  } finally {
    label.textContent = usual;
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (button) locate(button);
});
