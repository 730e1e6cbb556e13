/* The preview page: options that are looked up open themselves, buttons wait for an answer. */
(function () {
  "use strict";
  const plotwise = window.plotwise;
  const desk = document.querySelector("[data-desk]");
  const waiting = desk.querySelector("[data-waiting]");
  let stop = null;

  document.querySelectorAll("[data-opens]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(link.dataset.opens).open = true;
      const field = document.querySelector(link.getAttribute("href"));
      field.scrollIntoView({ block: "center" });
      field.focus();
    }),
  );

  /* A button that was pressed must still be sent, so it is disabled only afterwards. */
  desk.addEventListener("submit", (event) => {
    const checks = event.submitter && "confirm" in event.submitter.dataset;
    const words = checks ? desk.dataset.checking : desk.dataset.reading;
    stop = plotwise.wait(waiting, () => words);
    setTimeout(() => desk.querySelectorAll("button").forEach((button) => (button.disabled = true)), 0);
  });

  window.addEventListener("pageshow", () => {
    if (stop) stop();
    desk.querySelectorAll("button").forEach((button) => (button.disabled = false));
  });

  const refusals = document.getElementById("refusals");
  if (refusals) refusals.focus();
})();
