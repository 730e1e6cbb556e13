/* Geometry of the map page: what lies under the pointer, and where the pointer is. */
(function () {
  "use strict";
  const plotwise = (window.plotwise = window.plotwise || {});
  const RADIAN = Math.PI / 180;

  function ringHolds(ring, lng, lat) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i];
      const [xj, yj] = ring[j];
      const crosses = yi > lat !== yj > lat;
      if (crosses && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  function polygonHolds(rings, lng, lat) {
    return ringHolds(rings[0], lng, lat) && !rings.slice(1).some((hole) => ringHolds(hole, lng, lat));
  }

  /* Whether a GeoJSON geometry holds a point; lines and points hold nothing. */
  plotwise.holds = function (geometry, lng, lat) {
    if (geometry.type === "Polygon") return polygonHolds(geometry.coordinates, lng, lat);
    if (geometry.type === "MultiPolygon")
      return geometry.coordinates.some((rings) => polygonHolds(rings, lng, lat));
    if (geometry.type === "GeometryCollection")
      return geometry.geometries.some((part) => plotwise.holds(part, lng, lat));
    return false;
  };

  /* Easting and northing in metres by the Krueger series to the fourth order in n (below
     0.1 mm within a 3-degree zone). `crs` holds the parameters of the projection. */
  plotwise.project = function (crs, lng, lat) {
    const flattening = 1 / crs.inverse_flattening;
    const n = flattening / (2 - flattening);
    const radius = (crs.semi_major_m / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
    const alpha = [
      n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16 + (41 * n ** 4) / 180,
      (13 * n ** 2) / 48 - (3 * n ** 3) / 5 + (557 * n ** 4) / 1440,
      (61 * n ** 3) / 240 - (103 * n ** 4) / 140,
      (49561 * n ** 4) / 161280,
    ];
    const eccentricity = (2 * Math.sqrt(n)) / (1 + n);
    const sine = Math.sin(lat * RADIAN);
    const t = Math.sinh(Math.atanh(sine) - eccentricity * Math.atanh(eccentricity * sine));
    const lambda = (lng - crs.central_meridian_deg) * RADIAN;
    const xi = Math.atan2(t, Math.cos(lambda));
    const eta = Math.atanh(Math.sin(lambda) / Math.sqrt(1 + t * t));
    let north = xi;
    let east = eta;
    alpha.forEach((factor, index) => {
      const order = 2 * (index + 1);
      north += factor * Math.sin(order * xi) * Math.cosh(order * eta);
      east += factor * Math.cos(order * xi) * Math.sinh(order * eta);
    });
    return {
      east: crs.false_easting_m + crs.scale * radius * east,
      north: crs.false_northing_m + crs.scale * radius * north,
    };
  };

  plotwise.degreesText = (value) => value.toFixed(6) + "°";

  plotwise.sexagesimalText = function (value) {
    const hundredths = Math.round(Math.abs(value) * 360000);
    const degrees = Math.floor(hundredths / 360000);
    const minutes = Math.floor((hundredths % 360000) / 6000);
    const seconds = (hundredths % 6000) / 100;
    const two = (number, digits) => number.toFixed(digits).padStart(digits ? 5 : 2, "0");
    return `${value < 0 ? "-" : ""}${degrees}°${two(minutes, 0)}′${two(seconds, 2)}″`;
  };

  const ZONE_WIDTH_M = 1e6;

  /* Ways to write a place: plane with and without zone number, degrees, minutes and seconds. */
  plotwise.coordinateFormats = function ({ labels, projection }) {
    const plane = (name, eastings) => (at) => {
      const { east, north } = plotwise.project(projection, at.lng, at.lat);
      return `${name}  ${labels.north} ${north.toFixed(2)}  ${labels.east} ${(east % eastings).toFixed(2)}`;
    };
    const degrees = (write) => (at) => `${labels.degrees}  ${write(at.lng)}  ${write(at.lat)}`;
    const formats = [degrees(plotwise.degreesText), degrees(plotwise.sexagesimalText)];
    if (!projection) return formats;
    if (projection.false_easting_m > ZONE_WIDTH_M)
      formats.unshift(plane(`${labels.projection} ${labels.no_prefix}`, ZONE_WIDTH_M));
    return [plane(labels.projection, Infinity), ...formats];
  };

  const STEPS_IN_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18000, 36000];

  /* Step of the graticule in degrees, so that a map shows about five lines across. */
  plotwise.graticuleStep = function (span) {
    const wanted = (span * 3600) / 5;
    return (STEPS_IN_SECONDS.find((step) => step >= wanted) || 36000) / 3600;
  };
})();
