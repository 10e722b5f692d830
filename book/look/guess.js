// A line that a reader draws before the figure shows it: by dragging, by a click, or by keys.
//
// The question and the points stand in the page (`press.guesses`). What was drawn stays in this
// browser, under a name that changes with the data, and goes nowhere. The figure waits behind the
// pad until the guess is made or declined.
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg", FEW = 10, MANY = 8, TALL = 240;
  const EDGE = { left: 52, right: 58, top: 14, bottom: 26 };
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  function drawn(tag, attributes, into) {
    const made = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    return into ? into.appendChild(made) : made;
  }

  function button(words, kind, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  // A browser may keep nothing for pages from a folder.
  function kept(name) {
    try { return JSON.parse(localStorage.getItem("guess:" + name)); } catch (refused) { return null; }
  }

  function keep(name, value) {
    try { localStorage.setItem("guess:" + name, JSON.stringify(value)); } catch (refused) { return; }
  }

  function Pad(box) {
    const told = JSON.parse(box.querySelector("script").textContent);
    this.box = box;
    this.told = told;
    this.figure = document.getElementById(told.figure);
    this.points = told.points;
    const last = told.points.length - 1, count = last > FEW ? MANY : last;
    // Years that can be moved: all of a few, else evenly spaced, the last among them.
    this.at = Array.from({ length: count }, function (_, i) { return Math.round((i + 1) * last / count); });
    const before = kept(told.kept), fits = before && before.guess && before.guess.length === count;
    this.guess = fits ? before.guess : this.at.map(function () { return told.points[0][1]; });
    this.moved = Boolean(fits);
    this.build();
    if (fits || (before && before.skipped)) this.open(fits);
    else this.cover();
  }

  Pad.prototype.shown = function (value) {
    const told = this.told;
    return told.percent ? (100 * value).toFixed(told.digits) + "%" : value.toFixed(told.digits);
  };

  Pad.prototype.build = function () {
    const pad = this;
    this.svg = drawn("svg", { class: "guess-pad", height: TALL });
    this.svg.addEventListener("pointerdown", function (event) {
      pad.svg.setPointerCapture(event.pointerId);
      pad.drag(event);
    });
    this.svg.addEventListener("pointermove", function (event) { if (event.buttons) pad.drag(event); });
    this.result = document.createElement("p");
    this.result.className = "guess-result";
    this.result.setAttribute("role", "status");
    this.reveal = button("揭晓", "guess-reveal", function () { pad.open(true); });
    this.skip = button("不猜，直接看图", "guess-skip", function () {
      keep(pad.told.kept, { skipped: true });
      pad.open(false);
    });
    this.again = button("再猜一次", "guess-again", function () { pad.restart(); });
    const row = document.createElement("div");
    row.className = "guess-buttons";
    row.append(this.reveal, this.skip, this.again);
    this.box.append(this.svg, this.result, row);
    new ResizeObserver(function () { pad.lay(); }).observe(this.box);
  };

  // --- places on the pad -----------------------------------------------------------------------

  Pad.prototype.x = function (index) {
    return EDGE.left + (this.width - EDGE.left - EDGE.right) * index / (this.points.length - 1);
  };

  Pad.prototype.y = function (value) {
    const ends = this.told.range;
    return EDGE.top + (TALL - EDGE.top - EDGE.bottom) * (ends[1] - value) / (ends[1] - ends[0]);
  };

  Pad.prototype.value = function (y) {
    const ends = this.told.range, share = (y - EDGE.top) / (TALL - EDGE.top - EDGE.bottom);
    return Math.min(ends[1], Math.max(ends[0], ends[1] - share * (ends[1] - ends[0])));
  };

  // The guess at every point: straight lines between what was moved.
  Pad.prototype.line = function () {
    const at = [0].concat(this.at), guess = [this.points[0][1]].concat(this.guess);
    return this.points.map(function (_, index) {
      const after = Math.max(1, at.findIndex(function (place) { return place >= index; }));
      const share = (index - at[after - 1]) / (at[after] - at[after - 1]);
      return guess[after - 1] + share * (guess[after] - guess[after - 1]);
    });
  };

  Pad.prototype.path = function (values) {
    const pad = this;
    return values.map(function (value, index) {
      return (index ? "L" : "M") + pad.x(index).toFixed(1) + " " + pad.y(value).toFixed(1);
    }).join("");
  };

  // --- drawing ---------------------------------------------------------------------------------

  Pad.prototype.lay = function () {
    const width = this.box.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.svg.setAttribute("width", width);
    this.draw();
  };

  Pad.prototype.draw = function () {
    if (!this.width) return;
    const focused = this.svg.contains(document.activeElement) ? document.activeElement.dataset.handle : null;
    this.svg.replaceChildren();
    this.axes();
    drawn("path", { class: "guess-line", d: this.path(this.line()) }, this.svg);
    if (this.opened) this.truth();
    else this.handles();
    drawn("circle", { class: "guess-start", cx: this.x(0), cy: this.y(this.points[0][1]), r: 4 }, this.svg);
    if (focused !== null) {
      const handle = this.svg.querySelector("[data-handle='" + focused + "']");
      if (handle) handle.focus();
    }
  };

  Pad.prototype.axes = function () {
    const pad = this, ends = this.told.range, last = this.points.length - 1;
    [0, 0.25, 0.5, 0.75, 1].forEach(function (share) {
      const value = ends[0] + share * (ends[1] - ends[0]), y = pad.y(value);
      drawn("line", { class: "guess-grid", x1: EDGE.left, x2: pad.width - EDGE.right, y1: y, y2: y }, pad.svg);
      drawn("text", { x: EDGE.left - 8, y: y + 4, "text-anchor": "end" }, pad.svg).textContent = pad.shown(value);
    });
    [0, Math.round(last / 2), last].forEach(function (index) {
      const place = { x: pad.x(index), y: TALL - 6, "text-anchor": "middle" };
      drawn("text", place, pad.svg).textContent = pad.points[index][0];
    });
  };

  Pad.prototype.handles = function () {
    const pad = this, ends = this.told.range;
    this.at.forEach(function (index, number) {
      const value = pad.guess[number];
      const handle = drawn("circle", {
        class: "guess-handle", cx: pad.x(index), cy: pad.y(value), r: 9, tabindex: 0, role: "slider",
        "aria-label": String(pad.points[index][0]), "aria-orientation": "vertical", "aria-valuemin": ends[0],
        "aria-valuemax": ends[1], "aria-valuenow": value, "aria-valuetext": pad.shown(value), "data-handle": number,
      }, pad.svg);
      handle.addEventListener("keydown", function (event) { pad.key(event, number); });
    });
  };

  Pad.prototype.truth = function () {
    const values = this.points.map(function (point) { return point[1]; }), last = values.length - 1;
    const path = drawn("path", { class: "guess-truth", d: this.path(values) }, this.svg);
    if (this.fresh && !calm.matches) {
      const length = path.getTotalLength();
      path.animate([{ strokeDasharray: length, strokeDashoffset: length }, { strokeDasharray: length, strokeDashoffset: 0 }],
        { duration: 1200, easing: "ease-out" });
    }
    this.fresh = false;
    const ends = [this.y(this.line()[last]), this.y(values[last])];
    const apart = Math.abs(ends[0] - ends[1]) < 15 ? (ends[0] < ends[1] ? -8 : 8) : 0;
    const place = { x: this.x(last) + 8 };
    drawn("text", Object.assign({ class: "guess-mine", y: ends[0] + 4 + apart }, place), this.svg).textContent = "您猜的";
    drawn("text", Object.assign({ class: "guess-real", y: ends[1] + 4 - apart }, place), this.svg).textContent = "实际";
  };

  // --- moving ----------------------------------------------------------------------------------

  Pad.prototype.move = function (number, value) {
    const ends = this.told.range;
    this.guess[number] = Math.min(ends[1], Math.max(ends[0], value));
    this.moved = true;
    this.reveal.disabled = false;
    this.draw();
  };

  Pad.prototype.drag = function (event) {
    if (this.opened) return;
    const box = this.svg.getBoundingClientRect(), x = event.clientX - box.left, pad = this;
    let nearest = 0;
    this.at.forEach(function (index, number) {
      if (Math.abs(pad.x(index) - x) < Math.abs(pad.x(pad.at[nearest]) - x)) nearest = number;
    });
    this.move(nearest, this.value(event.clientY - box.top));
    event.preventDefault();
  };

  Pad.prototype.key = function (event, number) {
    const ends = this.told.range, step = (ends[1] - ends[0]) / (event.shiftKey ? 10 : 50);
    const ways = { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step };
    const beside = { ArrowLeft: number - 1, ArrowRight: number + 1 };
    if (event.key in ways) this.move(number, this.guess[number] + ways[event.key]);
    else if (event.key in beside) {
      const handle = this.svg.querySelector("[data-handle='" + beside[event.key] + "']");
      if (handle) handle.focus();
    } else return;
    event.preventDefault();
  };

  // --- before and after ------------------------------------------------------------------------

  Pad.prototype.cover = function () {
    this.opened = false;
    this.box.dataset.state = "asked";
    this.reveal.disabled = !this.moved;
    this.result.textContent = "";
    this.draw();
  };

  Pad.prototype.open = function (guessed) {
    this.fresh = guessed && this.box.dataset.state === "asked";
    this.opened = true;
    this.box.dataset.state = guessed ? "told" : "declined";
    if (guessed) {
      keep(this.told.kept, { guess: this.guess });
      this.result.textContent = this.verdict();
    }
    this.draw();
  };

  Pad.prototype.verdict = function () {
    const line = this.line(), points = this.points, last = points.length - 1;
    const gap = line.reduce(function (sum, value, index) { return sum + Math.abs(value - points[index][1]); }, 0) / last;
    const off = this.told.percent ? (100 * gap).toFixed(this.told.digits) + " 个百分点" : this.shown(gap);
    const ways = [line[last] - line[0], points[last][1] - points[0][1]].map(Math.sign);
    const way = ways[0] === ways[1] ? "方向猜对了。" : ways[0] ? "方向猜反了。" : "您猜首尾不变。";
    return "平均相差 " + off + "；" + points[last][0] + "：" + "您猜 " + this.shown(line[last]) + "，" + "实际 " +
      this.shown(points[last][1]) + "；" + way;
  };

  Pad.prototype.restart = function () {
    const start = this.points[0][1];
    this.guess = this.at.map(function () { return start; });
    this.moved = false;
    keep(this.told.kept, null);
    this.cover();
    this.svg.querySelector("[data-handle='0']").focus();
  };

  // Who comes by a link to the figure wants to see it.
  function follow(pads) {
    pads.forEach(function (pad) {
      const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]));
      if (wanted && pad.figure && pad.figure.contains(wanted) && !pad.opened) pad.open(false);
    });
  }

  function start() {
    const pads = Array.from(document.querySelectorAll(".guess"), function (box) { return new Pad(box); });
    follow(pads);
    window.addEventListener("hashchange", function () { follow(pads); });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
