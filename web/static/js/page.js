/* Result and check pages: the list drives the map, and the map answers in the list. */
(function () {
  "use strict";
  const plotwise = window.plotwise;
  const workspace = document.querySelector(".workspace");
  const announcer = document.getElementById("announcer");
  const lines = [...document.querySelectorAll("[data-shape]")];

  plotwise.announce = (text) => {
    announcer.textContent = text;
  };

  document.querySelectorAll("[data-show], [data-home], [data-copy]").forEach((button) => {
    button.hidden = false;
  });

  function show(line) {
    lines.forEach((other) => other.classList.toggle("is-shown", other === line));
    plotwise.select(line.dataset.shape);
    plotwise.announce(workspace.dataset.saying + line.querySelector(".finding-words").textContent);
  }

  function clear() {
    lines.forEach((line) => line.classList.remove("is-shown"));
    plotwise.clear();
  }

  lines.forEach((line) => {
    line.addEventListener("toggle", () => (line.open ? show(line) : line.classList.contains("is-shown") && clear()));
    line.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      clear();
      line.querySelector("summary").focus();
    });
  });

  document.querySelectorAll("[data-show]").forEach((button) =>
    button.addEventListener("click", () => {
      if (workspace.dataset.view === "panel") setView("map");
      show(document.getElementById(button.dataset.show));
    }),
  );

  /* A finding picked on the map opens its line in the list. */
  document.addEventListener("plotwise:selected", (event) => {
    const line = lines.find((item) => item.dataset.shape === event.detail);
    if (!line) return;
    for (let parent = line; parent; parent = parent.parentElement.closest("details")) parent.open = true;
    line.scrollIntoView({ block: "nearest" });
  });

  document.querySelectorAll("[data-home]").forEach((button) =>
    button.addEventListener("click", () => {
      clear();
      plotwise.home();
    }),
  );

  document.querySelectorAll("[data-copy]").forEach((button) =>
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(button.dataset.copy).then(
        () => plotwise.announce((button.textContent = button.dataset.done)),
        () => window.prompt("", button.dataset.copy),
      ),
    ),
  );

  function setView(view) {
    workspace.dataset.view = view;
    document.querySelectorAll(".view-switch button").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.view === view)),
    );
    plotwise.maps.forEach(({ map }) => map.invalidateSize({ animate: false }));
  }

  document.querySelectorAll(".view-switch button").forEach((button) =>
    button.addEventListener("click", () => setView(button.dataset.view)),
  );

  /* The printed map shows the whole site, drawn for the width of the paper. */
  function drawFor(printing) {
    document.body.classList.toggle("printing", printing);
    plotwise.maps.forEach(({ map }) => map.invalidateSize({ animate: false }));
    plotwise.home();
  }

  window.addEventListener("beforeprint", () => drawFor(true));
  window.addEventListener("afterprint", () => drawFor(false));
})();
