// How far the work on an upload is; when it is done, the page that shows what came of it.
const box = document.querySelector("[data-progress]");
const stage = document.getElementById("stage");
const bar = document.getElementById("progress");
const EVERY_MS = 1000;

async function look() {
  let found;
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return location.reload();
    found = await answer.json();
  } catch {
    return setTimeout(look, EVERY_MS * 3);
  }
  if (found.state !== "running") return location.replace(found.url);
  if (stage.textContent !== found.stage) stage.textContent = found.stage;
  if (found.total) {
    bar.max = found.total;
    bar.value = found.done;
  } else bar.removeAttribute("value");
  return setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
