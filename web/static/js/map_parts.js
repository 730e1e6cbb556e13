/* Parts of the map page, built from DOM nodes: no text ever becomes HTML. */
(function () {
  "use strict";
  const plotwise = (window.plotwise = window.plotwise || {});
  const SVG = "http://www.w3.org/2000/svg";
  const PATTERN_SIZE = 8;

  /* An element with attributes and children; a string child is a text node. */
  plotwise.node = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };

  function svgNode(tag, attributes, parent) {
    const element = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    if (parent) parent.appendChild(element);
    return element;
  }

  const STROKES = {
    nonconforming: [["path", { d: "M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6" }]],
    undecided: [["path", { d: "M0,8 L8,0 M-2,2 L2,-2 M6,10 L10,6 M0,0 L8,8" }]],
    procedure: [["path", { d: "M0,4 L8,4" }]],
    conditional: [["circle", { cx: 4, cy: 4, r: 1.4 }]],
    farmland: [["path", { d: "M0,8 L8,0 M-2,2 L2,-2 M6,10 L10,6" }]],
    redline: [["path", { d: "M4,0 L4,8" }]],
    water: [["path", { d: "M0,4 Q2,1 4,4 T8,4" }]],
  };

  function definitions() {
    let holder = document.getElementById("plotwise-patterns");
    if (!holder) {
      holder = svgNode("svg", { id: "plotwise-patterns", class: "map-patterns", "aria-hidden": "true" });
      document.body.appendChild(holder);
    }
    return holder;
  }

  /* Paint of a hatch, made when first asked for; the colour is a class or a value. */
  plotwise.hatch = function (kind, colour) {
    const id = `hatch-${kind}-${(colour || "").replace(/[^0-9a-z]/gi, "")}`;
    if (STROKES[kind] && !document.getElementById(id)) {
      const size = { width: PATTERN_SIZE, height: PATTERN_SIZE, patternUnits: "userSpaceOnUse" };
      const pattern = svgNode("pattern", { id, class: `hatch state-${kind}`, ...size }, definitions());
      if (colour) pattern.setAttribute("color", colour);
      STROKES[kind].forEach(([tag, attributes]) => svgNode(tag, attributes, pattern));
    }
    return `url(#${id})`;
  };

  /* Leaflet options of a shape or a key of the legend. */
  plotwise.paint = function (item) {
    const state = /state-(\w+)/.exec(item.classes);
    if (state) return { fillColor: plotwise.hatch(state[1], ""), fillOpacity: 1 };
    if (!item.look) return {};
    const { colour, outline, hatch, dash, opacity } = item.look;
    const fillColor = hatch ? plotwise.hatch(hatch, colour) : colour;
    return { color: outline, fillColor, dashArray: dash, fillOpacity: opacity };
  };

  /* The sign of a shape in the legend and in lists. */
  plotwise.swatch = function (item) {
    const box = svgNode("svg", { class: `swatch shape ${item.classes}`, viewBox: "0 0 22 14", "aria-hidden": "true" });
    const paint = plotwise.paint(item);
    const rectangle = svgNode("rect", { x: 2, y: 2, width: 18, height: 10, fill: "none" }, box);
    if (paint.fillColor) rectangle.setAttribute("fill", paint.fillColor);
    if ("fillOpacity" in paint) rectangle.setAttribute("fill-opacity", paint.fillOpacity);
    if (paint.color) rectangle.setAttribute("stroke", paint.color);
    if (paint.dashArray) rectangle.setAttribute("stroke-dasharray", "4 2");
    if (item.classes.startsWith("site")) box.prepend(svgNode("rect", { x: 2, y: 2, width: 18, height: 10, fill: "none", class: "casing" }));
    return box;
  };

  /* Title and lines of a shape, as a card. */
  plotwise.card = function (shape, onPick) {
    const { node } = plotwise;
    const name = shape.title || "–";
    const title = onPick
      ? node("button", { type: "button", class: "card-title" }, name)
      : node("strong", { class: "card-title" }, name);
    if (onPick) title.addEventListener("click", onPick);
    const lines = shape.lines.map((line) => node("span", { class: "card-line" }, line));
    return node("div", { class: "map-card" }, plotwise.swatch(shape), node("div", {}, title, ...lines));
  };

  /* North is up on this map, always. */
  plotwise.northSign = function (label) {
    const arrow = svgNode("svg", { viewBox: "0 0 12 18", "aria-hidden": "true" });
    svgNode("path", { d: "M6 0L11 17L6 13L1 17Z" }, arrow);
    return plotwise.node("div", { class: "north-sign" }, arrow, label);
  };

  /* A Leaflet control that swallows clicks and wheel turns of its own. */
  plotwise.control = function (map, position, element) {
    const control = L.control({ position });
    control.onAdd = () => element;
    control.addTo(map);
    L.DomEvent.disableClickPropagation(element);
    L.DomEvent.disableScrollPropagation(element);
    return element;
  };
})();
