/* The form of the check page: dropped files, and a waiting state with named steps. */
(function () {
  "use strict";
  const plotwise = window.plotwise;
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

  const waiting = form.querySelector("[data-waiting]");
  const progress = form.querySelector("[data-progress]");
  const buttons = [...form.querySelectorAll("[type=submit]")];
  let stop = null;

  function wait(kind, words) {
    form.querySelectorAll("[data-steps]").forEach((steps) => (steps.hidden = steps.dataset.steps !== kind));
    progress.hidden = kind !== "preview";
    stop = plotwise.wait(waiting, words);
    setTimeout(() => buttons.forEach((button) => (button.disabled = true)), 0);
  }

  function ready() {
    if (stop) stop();
    stop = null;
    buttons.forEach((button) => (button.disabled = false));
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter && "direct" in event.submitter.dataset) {
      wait("check", () => form.dataset.checking);
      return;
    }
    event.preventDefault();
    send();
  });

  /* A large file shows how much of it has arrived; the page of its preview follows. */
  function send() {
    const failed = { message: form.dataset.failed, remedy: "" };
    const request = new XMLHttpRequest();
    let words = form.dataset.sent.replace("{percent}", 0);
    wait("preview", () => words);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      progress.value = percent;
      words = percent < 100 ? form.dataset.sent.replace("{percent}", percent) : form.dataset.examining;
    });
    request.addEventListener("load", () => {
      const answer = request.response || {};
      if (answer.location) window.location.assign(answer.location);
      else refuse(answer.refusals || [answer.error || failed]);
    });
    request.addEventListener("error", () => refuse([failed]));
    request.open("POST", form.action);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
  }

  /* The same box that the server writes, with text as text. */
  function refuse(refusals) {
    ready();
    const { node } = plotwise;
    const lines = refusals.map(({ message, remedy, field }) => {
      const words = field ? node("a", { href: `#${field}` }, message) : message;
      return node("li", {}, words, " ", node("span", { class: "remedy" }, remedy));
    });
    const box = node("div", { class: "refusals", role: "alert", tabindex: "-1", id: "refusals" });
    box.append(node("h2", {}, form.dataset.heading), node("ul", {}, ...lines));
    const old = document.getElementById("refusals");
    old ? old.replaceWith(box) : form.before(box);
    lead(box);
    box.focus();
  }

  /* A page that comes back from the history may be sent again. */
  window.addEventListener("pageshow", () => {
    ready();
    showChosen();
  });

  function lead(box) {
    box.querySelectorAll("a").forEach((link) =>
      link.addEventListener("click", () => {
        const field = document.querySelector(link.getAttribute("href"));
        const folded = field && field.closest("details");
        if (folded) folded.open = true;
        if (field) field.focus();
      }),
    );
  }

  const refusals = document.getElementById("refusals");
  if (refusals) {
    lead(refusals);
    refusals.focus();
  }
})();
