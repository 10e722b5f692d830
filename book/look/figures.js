// Draw each stored chart when it scrolls into view. Everything is local: no request leaves the site.
(function () {
  const here = document.currentScript.src.replace(/figures\.js.*$/, "");
  let loading = null;

  function loadBundle() {
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        script.src = here + "vega/bundle.js";
        script.onload = resolve;
        script.onerror = reject;
        document.head.appendChild(script);
      });
    }
    return loading;
  }

  function themed(spec) {
    const dark = document.documentElement.dataset.theme === "dark";
    const ink = dark ? "#d5d8dc" : "#3b4046";
    const line = dark ? "#4b5158" : "#d9dce0";
    const config = Object.assign({}, spec.config);
    config.axis = Object.assign({}, config.axis, {
      labelColor: ink, titleColor: ink, domainColor: line, tickColor: line, gridColor: line,
    });
    config.legend = Object.assign({}, config.legend, { labelColor: ink, titleColor: ink });
    config.header = Object.assign({}, config.header, { labelColor: ink, titleColor: ink });
    return Object.assign({}, spec, { config: config });
  }

  async function draw(figure) {
    const holder = figure.querySelector('script[type="application/json"]');
    figure.spec = figure.spec || JSON.parse(holder.textContent);
    await loadBundle();
    if (figure.view) figure.view.finalize();
    let target = figure.querySelector(".vega-target");
    if (!target) {
      target = document.createElement("div");
      target.className = "vega-target";
      figure.appendChild(target);
    }
    const result = await window.vegaEmbed(target, themed(figure.spec), { actions: false, renderer: "svg" });
    figure.view = result.view;
    figure.dataset.drawn = "true";
  }

  function start() {
    const figures = document.querySelectorAll(".vega-figure");
    const watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        watcher.unobserve(entry.target);
        draw(entry.target);
      });
    }, { rootMargin: "400px" });
    figures.forEach(function (figure) { watcher.observe(figure); });
    new MutationObserver(function () {
      document.querySelectorAll('.vega-figure[data-drawn="true"]').forEach(draw);
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    window.addEventListener("beforeprint", function () { figures.forEach(draw); });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
