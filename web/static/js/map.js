/* The map of a site: layers, legend, cards, selection. Called by the scripts of the map. */
(function () {
  "use strict";
  const plotwise = (window.plotwise = window.plotwise || {});
  const { node } = plotwise;
  const SMALL_PX = 14;
  const THIN_PX = 5;
  const EDGE_PX = 48;
  const LEGEND_PX = 260;
  const WIDE_PX = 600;
  const READOUT_PX = 330;
  const ZOOM_PX = 140;
  const SCALE_PX = 90;
  const CARDS_SHOWN = 10;
  const NEAR_PX = 12;

  plotwise.maps = [];

  plotwise.openMap = function (map, options) {
    const state = { map, options, layers: new Map(), shapes: new Map() };
    plotwise.maps.push(state);
    map.plotwise = state;
    const container = map.getContainer();
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", options.labels.map);
    L.control.zoom({ zoomInTitle: options.labels.zoom_in, zoomOutTitle: options.labels.zoom_out }).addTo(map);
    ["backdrop", "hit", "finding", "site", "refused", "place"].forEach((name, order) => {
      map.createPane(name).style.zIndex = 410 + order;
    });
    plotwise.control(map, "topleft", plotwise.northSign(options.labels.north_sign));
    addReadout(state);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    addNotices(state);
    showAll(state);
    addGraticule(state);
    map.on("click", (event) => openCards(state, event.latlng));
    map.on("zoomend", () => markSmall(state));
    map.on("keydown", (event) => event.originalEvent.key === "Escape" && plotwise.clear());
  };

  function showAll({ map, options }) {
    if (!options.bounds) return;
    const beside = options.legend && map.getSize().x > WIDE_PX ? LEGEND_PX : EDGE_PX;
    const padding = { paddingTopLeft: [EDGE_PX, EDGE_PX], paddingBottomRight: [beside, EDGE_PX] };
    map.fitBounds(options.bounds, { ...padding, maxZoom: 19, animate: false });
  }

  function addReadout({ map, options }) {
    const formats = plotwise.coordinateFormats(options);
    let format = 0;
    let last = null;
    const button = node("button", { type: "button", class: "readout", title: options.labels.next_format });
    const show = (at) => {
      last = at;
      button.textContent = formats[format](at);
    };
    button.addEventListener("click", () => {
      format = (format + 1) % formats.length;
      show(last);
    });
    plotwise.control(map, "bottomleft", button);
    map.on("mousemove click", (event) => show(event.latlng));
    map.on("moveend", () => show(map.getCenter()));
    show(map.getCenter());
  }

  function addNotices({ map, options }) {
    options.notices.forEach((notice) =>
      plotwise.control(map, "topleft", node("p", { class: "map-notice" }, notice)),
    );
  }

  /* Lines of longitude and latitude, redrawn when the map has moved. */
  function addGraticule({ map }) {
    const lines = L.layerGroup().addTo(map);
    const pane = map.createPane("graticule");
    pane.classList.add("graticule");
    const draw = () => {
      lines.clearLayers();
      const bounds = map.getBounds();
      const step = plotwise.graticuleStep(bounds.getEast() - bounds.getWest());
      const along = (from, to, build) => {
        for (let k = Math.ceil(from / step); k * step < to; k++) lines.addLayer(build(k * step));
      };
      const style = { pane: "graticule", interactive: false, className: "graticule-line" };
      const line = (from, to, value, edge) => {
        const label = isFree(map, from) ? [graticuleLabel(from, value, edge)] : [];
        return L.layerGroup([L.polyline([from, to], style), ...label]);
      };
      along(bounds.getWest(), bounds.getEast(), (lng) =>
        line([bounds.getSouth(), lng], [bounds.getNorth(), lng], lng, "bottom"),
      );
      along(bounds.getSouth(), bounds.getNorth(), (lat) =>
        line([lat, bounds.getWest()], [lat, bounds.getEast()], lat, "left"),
      );
    };
    map.on("moveend", draw);
    draw();
  }

  /* Whether the corner controls leave room for a label at this end of a line. */
  function isFree(map, end) {
    const { x, y } = map.latLngToContainerPoint(end);
    const height = map.getSize().y;
    return y > height - 2 ? x > READOUT_PX : y > ZOOM_PX && y < height - SCALE_PX;
  }

  function graticuleLabel(at, value, edge) {
    const html = node("span", {}, plotwise.sexagesimalText(value).replace(/[.]00″$/, "″"));
    const icon = L.divIcon({ className: `graticule-label along-${edge}`, html, iconSize: null });
    return L.marker(at, { icon, pane: "graticule", interactive: false, keyboard: false });
  }

  plotwise.addShapes = function (map, layer) {
    const state = map.plotwise;
    const group = L.layerGroup();
    layer.shapes.forEach((shape) => {
      const drawn = drawShape(shape);
      state.shapes.set(shape.id, { shape, drawn, layer: layer.id });
      drawn.forEach((part) => group.addLayer(part));
    });
    state.layers.set(layer.id, group);
    if (layer.visible) group.addTo(map);
    markSmall(state);
  };

  function drawShape(shape) {
    const parts = [];
    const pane = shape.classes.split(" ")[0];
    const outline = (classes, options) =>
      L.geoJSON(shape.geometry, {
        pane,
        style: { pane, className: `shape ${classes}`, ...options },
        pointToLayer: (_, at) => L.circleMarker(at, { radius: 7, pane, className: `shape ${classes}` }),
      });
    if (pane === "site") parts.push(outline("site casing", { interactive: false, fill: false }));
    const main = outline(shape.classes, plotwise.paint(shape));
    if (shape.lines.length) main.bindTooltip(() => plotwise.card({ ...shape, lines: shape.lines.slice(0, 2) }), { sticky: true });
    parts.push(main);
    if (shape.label) parts.push(shapeLabel(shape));
    return parts;
  }

  function shapeLabel(shape) {
    const html = node("span", {}, shape.label);
    const icon = L.divIcon({ className: `shape-label of-${shape.classes.split(" ")[0]}`, html, iconSize: null });
    return L.marker(shape.anchor, { icon, interactive: false, keyboard: false });
  }

  /* A ring around findings that are too small to be seen at this scale. */
  function markSmall({ map, shapes }) {
    shapes.forEach((entry) => {
      if (!entry.shape.classes.startsWith("finding")) return;
      const bounds = L.geoJSON(entry.shape.geometry).getBounds();
      const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
      const small = Math.max(size.x, size.y) < SMALL_PX || Math.min(size.x, size.y) < THIN_PX;
      if (small && !entry.ring) {
        entry.ring = L.circleMarker(bounds.getCenter(), { radius: 11, pane: "finding", className: `ring ${entry.shape.classes}`, fill: false, interactive: false });
        entry.drawn[0].addLayer(entry.ring);
      } else if (!small && entry.ring) {
        entry.drawn[0].removeLayer(entry.ring);
        entry.ring = null;
      }
    });
  }

  /* Whether a shape lies under the pointer; a point does when it is near. */
  function isAt(map, { shape: { geometry }, ring }, at) {
    const isNear = (place) => map.latLngToLayerPoint(place).distanceTo(map.latLngToLayerPoint(at)) <= NEAR_PX;
    if (ring && isNear(ring.getLatLng())) return true;
    if (geometry.type !== "Point") return plotwise.holds(geometry, at.lng, at.lat);
    const [lng, lat] = geometry.coordinates;
    return isNear([lat, lng]);
  }

  /* Everything under the pointer, as a list; the page hears of it. */
  function openCards(state, at) {
    if (state.drawing) return;
    const found = [...state.shapes.values()]
      .filter(({ layer }) => state.map.hasLayer(state.layers.get(layer)))
      .filter((entry) => isAt(state.map, entry, at))
      .reverse();
    document.dispatchEvent(new CustomEvent("plotwise:pointed", { detail: found.map(({ shape }) => shape.id) }));
    if (!found.length) return plotwise.clear();
    const cards = found
      .slice(0, CARDS_SHOWN)
      .map(({ shape }) => plotwise.card(shape, () => plotwise.select(shape.id, { announce: true })));
    if (found.length > CARDS_SHOWN) cards.push(node("p", {}, state.options.labels.too_many));
    L.popup({ maxWidth: 300, maxHeight: 280 }).setLatLng(at).setContent(node("div", { class: "map-cards" }, ...cards)).openOn(state.map);
  }

  plotwise.addLegend = function (map, groups) {
    const state = map.plotwise;
    const sections = groups.map((group) => {
      const keys = group.keys.map((key) => node("li", {}, plotwise.swatch(key), node("span", {}, key.title)));
      const alone = keys.length === 1 && group.keys[0].title === group.title;
      const list = node("ul", {}, ...(alone ? [] : keys));
      const box = node("input", { type: "checkbox" });
      box.checked = group.visible;
      list.hidden = !group.visible;
      box.addEventListener("change", () => {
        const layer = state.layers.get(group.id);
        box.checked ? layer.addTo(map) : layer.remove();
        list.hidden = !box.checked;
        section.classList.toggle("is-off", !box.checked);
      });
      const sign = alone ? [plotwise.swatch(group.keys[0])] : [];
      const classes = group.visible ? "" : "is-off";
      const section = node("section", { class: classes }, node("label", {}, box, ...sign, group.title), list);
      return section;
    });
    const summary = node("summary", {}, state.options.labels.legend);
    const legend = node("details", { class: "legend" }, summary, ...sections);
    legend.open = map.getSize().x > 560;
    plotwise.control(map, "topright", legend);
  };

  /* Show one shape and dim the rest; the page hears of it. */
  plotwise.select = function (id, { announce = false } = {}) {
    plotwise.maps.forEach((state) => {
      const entry = state.shapes.get(id);
      if (!entry) return;
      state.layers.get(entry.layer).addTo(state.map);
      state.map.getContainer().classList.add("has-selection");
      eachPath(state, (path, name) => path.classList.toggle("is-selected", name === id));
      const bounds = entry.drawn[entry.drawn.length > 1 ? 1 : 0].getBounds();
      state.map.fitBounds(bounds, { padding: [90, 90], maxZoom: 20, animate: false });
    });
    if (announce) document.dispatchEvent(new CustomEvent("plotwise:selected", { detail: id }));
  };

  plotwise.clear = function () {
    plotwise.maps.forEach((state) => {
      state.map.getContainer().classList.remove("has-selection");
      eachPath(state, (path) => path.classList.remove("is-selected"));
    });
  };

  /* The whole site again. */
  plotwise.home = function () {
    plotwise.clear();
    plotwise.maps.forEach(showAll);
  };

  function eachPath(state, visit) {
    state.shapes.forEach((entry, name) =>
      entry.drawn.forEach((part) =>
        part.eachLayer && part.eachLayer((layer) => layer.getElement && layer.getElement() && visit(layer.getElement(), name)),
      ),
    );
  }
})();
