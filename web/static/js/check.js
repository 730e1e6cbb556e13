/* The form of the check page: dropped files, and a waiting state with named steps. */
(function () {
  "use strict";
  const form = document.querySelector("[data-form]");
  const files = document.getElementById("files");
  const drop = document.querySelector("[data-drop]");
  const chosen = document.querySelector("[data-chosen]");

  function showChosen() {
    const names = [...files.files].map((file) => `${file.name} (${Math.ceil(file.size / 1024)} KB)`);
    chosen.textContent = names.join(" · ") || chosen.dataset.none;
  }

  files.addEventListener("change", showChosen);
  ["dragenter", "dragover"].forEach((name) =>
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    }),
  );
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    files.files = event.dataTransfer.files;
    showChosen();
  });

  form.addEventListener("submit", () => {
    const waiting = form.querySelector("[data-waiting]");
    const elapsed = form.querySelector("[data-elapsed]");
    const began = Date.now();
    const tick = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      elapsed.textContent = waiting.dataset.seconds.replace("{n}", seconds);
    };
    waiting.hidden = false;
    tick();
    setInterval(tick, 1000);
    form.querySelector("[type=submit]").disabled = true;
  });

  /* A page that comes back from the history may be sent again. */
  window.addEventListener("pageshow", () => {
    form.querySelector("[type=submit]").disabled = false;
    form.querySelector("[data-waiting]").hidden = true;
    showChosen();
  });

  const refusals = document.getElementById("refusals");
  if (refusals) refusals.focus();
  document.querySelectorAll(".refusals a").forEach((link) =>
    link.addEventListener("click", () => {
      const field = document.querySelector(link.getAttribute("href"));
      const folded = field && field.closest("details");
      if (folded) folded.open = true;
      if (field) field.focus();
    }),
  );
})();
