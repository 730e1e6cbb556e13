/* A waiting state with seconds, for forms whose answer takes a while. */
(function () {
  "use strict";
  const plotwise = (window.plotwise = window.plotwise || {});

  /* Starts to count; the words may change on the way. Returns what ends it. */
  plotwise.wait = function (place, words) {
    const elapsed = place.querySelector("[data-elapsed]");
    const began = Date.now();
    const tick = () => {
      elapsed.textContent = words().replace("{n}", Math.floor((Date.now() - began) / 1000));
    };
    place.hidden = false;
    tick();
    const timer = setInterval(tick, 500);
    return () => {
      clearInterval(timer);
      place.hidden = true;
    };
  };
})();
