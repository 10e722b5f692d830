// Draw each stored chart when it scrolls into view. Everything is local: no request leaves the site.
(function () {
  const here = document.currentScript.src.replace(/figures\.js.*$/, "");
  const controls = window.bookControls;
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

  // Data are stored as CSV, which Vega reads by making a program of the column names; the page's
  // policy forbids that, so they are read here.
  function plain(key, value) {
    if (key === "format" && value.type === "csv") return Object.assign({}, value, { type: "json" });
    if (key !== "datasets") return value;
    return Object.fromEntries(Object.entries(value).map(function (pair) {
      return [pair[0], typeof pair[1] === "string" ? readCsv(pair[1]) : pair[1]];
    }));
  }

  function readCsv(text) {
    const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g;
    const lines = [[]];
    for (const [, quoted, plain, end] of text.matchAll(cell)) {
      lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (end !== ",") lines.push([]);
    }
    const [names, ...rows] = lines.slice(0, -2); // what follows the last line is no line
    return rows.map(function (row) {
      return Object.fromEntries(names.map(function (name, i) { return [name, row[i]]; }));
    });
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
    config.text = Object.assign({}, config.text, { color: ink });
    config.header = Object.assign({}, config.header, { labelColor: ink, titleColor: ink });
    return Object.assign({}, spec, { config: config });
  }

  function read(figure) {
    const stored = figure.querySelector('script[type="application/json"]');
    const spec = changed(JSON.parse(stored.textContent), figure.change || {});
    figure.spec = JSON.parse(JSON.stringify(spec), plain);
    figure.setAttribute("aria-label", figure.spec.description);
    controls.prepare(figure);
  }

  // A value with changes by key or position: [value] in its place, [] takes it away.
  function changed(value, change) {
    if (Array.isArray(change)) return change[0];
    const made = Array.isArray(value) ? value.slice() : Object.assign({}, value);
    Object.keys(change).forEach(function (key) {
      made[key] = changed(made[key], change[key]);
      if (made[key] === undefined) delete made[key];
    });
    return made;
  }

  // Turn a figure to another place; undefined turns it back.
  function turn(figure, change) {
    if (figure.change === change) return;
    figure.change = change;
    read(figure);
    if (figure.drawing) draw(figure);
  }

  // One drawing at a time: a figure may be asked for while it is being drawn.
  function draw(figure) {
    figure.drawing = (figure.drawing || loadBundle()).then(function () { return render(figure); });
    return figure.drawing;
  }

  async function render(figure) {
    if (figure.view) figure.view.finalize();
    let target = figure.querySelector(".vega-target");
    if (!target) {
      target = document.createElement("div");
      target.className = "vega-target";
      figure.appendChild(target);
    }
    // `ast`: Vega reads its expressions itself instead of making programs of them.
    const how = { actions: false, ast: true, renderer: "svg" };
    const result = await window.vegaEmbed(target, themed(figure.spec), how);
    figure.view = result.view;
    if (figure.inputs) await controls.show(figure);
    figure.dataset.drawn = "true";
  }

  function find(name) {
    const around = document.getElementById(name);
    return around && around.querySelector(".vega-figure");
  }

  // An address that sets figures leads to the first of them, whatever is drawn above meanwhile.
  async function visit() {
    const front = controls.recall(find);
    if (!front) return;
    for (let fold = front.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    await (front.drawing || draw(front));
    front.closest("figure").scrollIntoView({ block: "start", behavior: "instant" });
  }

  function start() {
    const figures = document.querySelectorAll(".vega-figure");
    figures.forEach(read);
    const watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        watcher.unobserve(entry.target);
        if (!entry.target.drawing) draw(entry.target);
      });
    }, { rootMargin: "400px" });
    figures.forEach(function (figure) { watcher.observe(figure); });
    new MutationObserver(function () {
      document.querySelectorAll('.vega-figure[data-drawn="true"]').forEach(draw);
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    // A browser prints what is there, so charts come first; from its menu it cannot be held back,
    // and charts that nobody has come near are told in words (book.css).
    window.addEventListener("keydown", function (event) {
      const waiting = Array.from(figures).filter(function (figure) { return !figure.dataset.drawn; });
      if (!(event.ctrlKey || event.metaKey) || event.key !== "p" || !waiting.length) return;
      event.preventDefault();
      Promise.all(waiting.map(draw)).then(function () { window.print(); });
    });
    window.addEventListener("beforeprint", function () { figures.forEach(draw); });
    window.addEventListener("hashchange", visit);
    visit();
  }

  window.bookFigures = { turn: turn, visit: visit };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
