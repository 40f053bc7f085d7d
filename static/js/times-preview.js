// What is understood of the times while they are typed, and the next dates. Without this there is a button for it.
import { make } from "./icon.js";
import { announce } from "./say.js";

const field = document.querySelector("[data-times]");
const said = document.querySelector("[data-times-said]");
const LONGEST = 2500; // of an address; what is longer is not read as times
let timer;
let running;

function show({ sentence, dates, sessions }) {
  said.querySelector("[data-times-sentence]").textContent = sentence;
  said.querySelector("[data-times-dates]").replaceChildren(...dates.map((date) => make("li", {}, date)));
  said.querySelector("[data-times-sessions]").replaceChildren(...sessions.map((session) => make("li",
    { class: session.understood ? "is-read" : "is-text" }, make("b", {}, session.text), " ",
    session.note ? make("small", {}, session.note) : "")));
  announce([sentence, ...dates].join(" "));
}

async function look() {
  running?.abort();
  running = new AbortController();
  const url = new URL(field.dataset.times, location.href);
  url.searchParams.set("text", field.value.slice(0, LONGEST));
  try {
    const response = await fetch(url, { signal: running.signal, headers: { Accept: "application/json" } });
    if (response.ok) show(await response.json());
  } catch (error) {
    if (error.name !== "AbortError") said.querySelector("[data-times-sentence]").textContent = "";
  }
}

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 400);
});
