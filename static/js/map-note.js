// A line over the map: what did not work, and what to do about it.
import { make } from "./icon.js";
import { announce, say } from "./say.js";

// Goes away by itself after `milliseconds`, unless that is 0.
export function note(region, text, milliseconds, retry) {
  region.querySelector(".map-note")?.remove();
  const line = make("div", { class: "map-note" }, make("span", {}, text));
  const button = make("button", { type: "button", class: "button small quiet" }, retry ? say("retry") : say("close"));
  button.addEventListener("click", () => {
    line.remove();
    retry?.();
  });
  line.append(button);
  region.append(line);
  announce(text);
  if (milliseconds) setTimeout(() => line.remove(), milliseconds);
}
