// A file that is too large is told before it is sent; the feed's name is worked out by the server.
const file = document.getElementById("file");
const tooLarge = document.getElementById("file-too-large");

function look() {
  const chosen = file.files[0];
  const bad = Boolean(chosen && chosen.size > Number(file.dataset.most));
  tooLarge.hidden = !bad;
  if (bad) file.setAttribute("aria-invalid", "true");
  else file.removeAttribute("aria-invalid");
  return bad;
}

file.addEventListener("change", look);
file.form.addEventListener("submit", (event) => {
  if (!look()) return;
  event.preventDefault();
  file.focus();
});
