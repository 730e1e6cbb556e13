/* Draw one plot on the map: its outline is sent with the form as GeoJSON. */
(function () {
  "use strict";
  const plotwise = window.plotwise;
  const button = document.querySelector("[data-draw]");
  const field = document.getElementById("drawn");
  const chosen = document.querySelector("[data-chosen]");
  const state = plotwise.maps[0];
  const { map } = state;
  let points = [];
  let line = null;

  const say = (text) => {
    chosen.textContent = text;
  };

  function sketch() {
    if (line) line.remove();
    const build = points.length > 2 ? L.polygon : L.polyline;
    line = build(points, { className: "draw-line", interactive: false }).addTo(map);
  }

  function start() {
    state.drawing = true;
    points = [];
    field.value = "";
    map.doubleClickZoom.disable();
    map.getContainer().classList.add("drawing");
    button.textContent = button.dataset.finish;
    say(button.dataset.help);
    sketch();
    map.getContainer().focus();
  }

  function stop() {
    state.drawing = false;
    map.doubleClickZoom.enable();
    map.getContainer().classList.remove("drawing");
    button.textContent = button.dataset.start;
  }

  function cancel() {
    points = [];
    sketch();
    stop();
    say(chosen.dataset.none);
  }

  const side = (a, b, c) => Math.sign((b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng));
  const meets = (a, b, c, d) => side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);

  function crossesItself() {
    const edges = points.map((point, index) => [point, points[(index + 1) % points.length]]);
    return edges.some(([a, b], i) =>
      edges.some(([c, d], j) => j > i + 1 && (j + 1) % edges.length !== i && meets(a, b, c, d)),
    );
  }

  function finish() {
    if (points.length < 3) return cancel();
    if (crossesItself()) return say(button.dataset.crossing);
    const ring = [...points, points[0]].map((point) => [point.lng, point.lat]);
    const geometry = { type: "Polygon", coordinates: [ring] };
    field.value = JSON.stringify({ type: "Feature", properties: {}, geometry });
    document.getElementById("files").value = "";
    stop();
    say(button.dataset.drawn.replace("{n}", points.length));
  }

  button.hidden = false;
  button.addEventListener("click", () => (state.drawing ? finish() : start()));
  map.on("click", (event) => {
    if (!state.drawing || event.originalEvent.detail > 1) return;
    points.push(event.latlng);
    sketch();
  });
  map.on("dblclick", () => state.drawing && finish());
  map.getContainer().addEventListener("keydown", (event) => {
    if (!state.drawing) return;
    if (event.key === "Escape") cancel();
    if (event.key === "Enter") finish();
    if (event.key === "Backspace") {
      points.pop();
      sketch();
    }
  });
  /* A chosen file takes the place of a drawing. */
  document.getElementById("files").addEventListener("change", () => {
    points = [];
    field.value = "";
    sketch();
  });
})();
