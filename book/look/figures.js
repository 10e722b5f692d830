// A still picture of each chart stands in the page. Here it comes alive when a reader comes near or
// touches it. Everything is local: no request leaves the site.
(function () {
  const here = document.currentScript.src.replace(/figures\.js.*$/, "");
  const controls = window.bookControls;
  let loading = null;

  function loadBundle() {
    if (!loading && window.vegaEmbed) loading = Promise.resolve(); // a page that holds it all
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

  // A colour is named by what it is on the light page; the style sheet knows its counterpart.
  function themed(spec) {
    const style = getComputedStyle(document.documentElement);
    const text = JSON.stringify(spec).replace(/"#([0-9a-f]{6})"/g, function (whole, name) {
      const other = style.getPropertyValue("--c-" + name).trim();
      return other ? '"' + other + '"' : whole;
    });
    return JSON.parse(text);
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
    else outdate(figure);
  }

  // The still picture shows something else by now.
  function outdate(figure) { figure.dataset.stale = ""; }

  // One drawing at a time: a figure may be asked for while it is being drawn.
  function draw(figure) {
    figure.drawing = (figure.drawing || loadBundle()).then(function () { return render(figure); });
    return figure.drawing;
  }

  function wake(figure) { return figure.drawing || draw(figure); }

  async function render(figure) {
    if (figure.view) figure.view.finalize();
    let target = figure.querySelector(".vega-target");
    if (!target) {
      target = document.createElement("div");
      target.className = "vega-target";
      target.setAttribute("aria-hidden", "true"); // its text alternative stands around the picture
      figure.appendChild(target);
    }
    // `ast`: Vega reads its expressions itself instead of making programs of them.
    const how = { actions: false, ast: true, renderer: "svg" };
    const result = await window.vegaEmbed(target, themed(figure.spec), how);
    figure.view = result.view;
    if (figure.inputs) await controls.show(figure);
    figure.dataset.drawn = "true";
  }

  // A copy of a chart as it stands, for the light page, with further properties; the caller
  // finalises its view.
  async function copy(figure, box, more) {
    await loadBundle();
    const how = { actions: false, ast: true, renderer: "svg" };
    const { view } = await window.vegaEmbed(box, Object.assign({}, figure.spec, more), how);
    if (figure.inputs) await controls.set(figure, view);
    return view;
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
    await wake(front);
    front.closest("figure").scrollIntoView({ block: "start", behavior: "instant" });
  }

  function waiting() { return Array.from(document.querySelectorAll(".vega-figure[data-stale]:not([data-drawn])")); }

  function start() {
    const watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        watcher.unobserve(entry.target);
        wake(entry.target);
      });
    }, { rootMargin: "400px" });
    document.querySelectorAll(".vega-figure").forEach(function (figure) {
      const around = figure.closest("figure");
      figure.wake = function () { return wake(figure); };
      figure.outdate = function () { if (!figure.drawing) outdate(figure); };
      read(figure);
      watcher.observe(figure);
      ["pointerenter", "touchstart", "focusin"].forEach(function (touch) {
        around.addEventListener(touch, figure.wake, { once: true, passive: true });
      });
    });
    new MutationObserver(function () {
      document.querySelectorAll(".vega-figure").forEach(function (figure) { if (figure.drawing) draw(figure); });
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    // A browser prints what is there: first come the charts that reached another state unseen.
    window.addEventListener("keydown", function (event) {
      const late = waiting();
      if (!(event.ctrlKey || event.metaKey) || event.key !== "p" || !late.length) return;
      event.preventDefault();
      Promise.all(late.map(wake)).then(function () { window.print(); });
    });
    window.addEventListener("beforeprint", function () { waiting().forEach(wake); });
    window.addEventListener("hashchange", visit);
    visit();
  }

  window.bookFigures = { copy: copy, turn: turn, visit: visit };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
