/* The issue log: filtered by severity; a line and its place on the map are one selection. */
(function () {
  "use strict";
  const plotwise = window.plotwise;
  const lines = [...document.querySelectorAll(".issue")];
  const placed = lines.filter((line) => line.dataset.place);

  document.querySelectorAll("[data-filters]").forEach((group) => {
    const buttons = [...group.querySelectorAll("button")];
    group.hidden = false;
    buttons.forEach((button) =>
      button.addEventListener("click", () => {
        const wanted = button.dataset.severity;
        lines.forEach((line) => {
          line.hidden = Boolean(wanted) && line.dataset.severity !== wanted;
        });
        buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
        plotwise.announce(group.dataset.said.replace("{n}", lines.filter((line) => !line.hidden).length));
      }),
    );
  });

  function mark(line) {
    lines.forEach((other) => other.classList.toggle("is-shown", other === line));
  }

  function show(line) {
    const workspace = document.querySelector(".workspace");
    if (workspace.dataset.view === "panel") document.querySelector(".view-switch [data-view=map]").click();
    mark(line);
    plotwise.select(line.dataset.place);
    plotwise.announce(workspace.dataset.saying + line.querySelector(".words").textContent);
  }

  placed.forEach((line) => {
    const button = line.querySelector("[data-locate]");
    button.hidden = false;
    line.addEventListener("click", (event) => event.target.closest("a") || show(line));
    line.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      mark(null);
      plotwise.clear();
    });
  });

  /* What is pointed at on the map is marked in the list. */
  function found(shapes) {
    const line = placed.find((item) => shapes.includes(item.dataset.place) && !item.hidden);
    mark(line || null);
    if (line) line.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("plotwise:pointed", (event) => found(event.detail));
  document.addEventListener("plotwise:selected", (event) => found([event.detail]));
})();
