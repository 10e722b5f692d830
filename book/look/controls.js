// What a reader does with a figure: move it, hold a setting to compare with, send both by address.
//
// Vega knows the parameters of a figure by their names; `name_held` holds the setting that `name`
// is compared with. Units come with the figure, in its `usermeta`. The address keeps what differs
// from the start: #fig-a?x=1&held.x=2;fig-b?y=3, the figure moved last in front.
(function () {
  const HELD = "_held";
  const HOLD = "记住这一组";
  const RESET = "复位";
  const moved = [];

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  // --- numbers in the reader's units ---------------------------------------------------------

  function written(value, unit, signed) {
    const amount = (unit.decay ? Math.exp(-value) : value) * (unit.scale || 1);
    const text = Math.abs(amount).toFixed(unit.digits || 0);
    const sign = Number(text) === 0 ? "" : amount < 0 ? "−" : signed ? "+" : "";
    const second = unit.also ? "（" + (value * unit.also.scale).toFixed(1) + unit.also.after + "）" : "";
    return (unit.before || "") + sign + text + (unit.after || "") + second;
  }

  function plain(step) {
    return { digits: (String(step).split(".")[1] || "").length };
  }

  // --- the setting of a figure ---------------------------------------------------------------

  function prepare(figure) {
    const params = figure.spec.params || [];
    const bound = params.filter(function (param) { return param.bind; });
    const start = {};
    bound.forEach(function (param) { start[param.name] = param.value; });
    const before = figure.state || { start: {} };
    if (figure.box) figure.box.remove();
    figure.state = { start: start, now: kept(before, "now", start), held: kept(before, "held", start) };
    figure.binds = bound.map(function (param) {
      const bind = param.bind;
      delete param.bind; // the book draws its own
      return Object.assign({ symbol: param.name }, bind);
    });
    figure.holds = params.some(function (param) { return param.name.endsWith(HELD); });
    figure.told = figure.spec.usermeta || {};
    if (bound.length) build(figure);
  }

  // A setting at a new start: what the reader has moved stays where it is.
  function kept(before, name, start) {
    const setting = Object.assign({}, start);
    differ(before.start, before[name] || {}).forEach(function (symbol) { setting[symbol] = before[name][symbol]; });
    return setting;
  }

  function differ(some, others) {
    return Object.keys(some).filter(function (name) { return some[name] !== others[name]; });
  }

  // Values of all parameters that a reader moves or holds.
  function values(figure) {
    const all = {};
    Object.keys(figure.state.now).forEach(function (name) {
      all[name] = figure.state.now[name];
      if (figure.holds) all[name + HELD] = figure.state.held[name];
    });
    return all;
  }

  async function show(figure) {
    if (figure.view) {
      Object.entries(values(figure)).forEach(function (pair) { figure.view.signal(pair[0], pair[1]); });
      await figure.view.runAsync();
    }
    tell(figure);
  }

  function change(figure) {
    const at = moved.indexOf(figure);
    if (at >= 0) moved.splice(at, 1);
    moved.unshift(figure);
    remember();
    return show(figure);
  }

  // --- the controls --------------------------------------------------------------------------

  function build(figure) {
    const box = element("div", "figure-controls");
    figure.inputs = figure.binds.map(function (bind) {
      const line = element("label", "figure-control");
      line.append(element("span", "figure-control-name", bind.name.trim()));
      const input = bind.input === "range" ? range(figure, bind, line) : other(bind, line);
      box.append(line);
      input.addEventListener("input", function () {
        figure.state.now[bind.symbol] = taken(bind, input);
        change(figure);
      });
      return input;
    });
    const buttons = element("div", "figure-buttons");
    figure.hold = button(buttons, HOLD, function () {
      figure.state.held = Object.assign({}, figure.state.now);
    }, figure);
    figure.hold.hidden = !figure.holds;
    figure.reset = button(buttons, RESET, function () {
      figure.state.now = Object.assign({}, figure.state.start);
      figure.state.held = Object.assign({}, figure.state.start);
    }, figure);
    figure.compared = element("div", "figure-compared");
    figure.compared.setAttribute("role", "status");
    box.append(buttons, figure.compared);
    figure.box = box;
    figure.after(box);
  }

  function button(box, text, act, figure) {
    const made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", function () { act(); change(figure); });
    box.append(made);
    return made;
  }

  function range(figure, bind, line) {
    const track = element("span", "figure-track");
    const input = element("input");
    input.type = "range";
    ["min", "max", "step"].forEach(function (key) { input[key] = bind[key]; });
    const tick = element("i", "figure-start");
    const along = (figure.state.start[bind.symbol] - bind.min) / (bind.max - bind.min);
    tick.style.setProperty("--at", along);
    tick.title = "起点";
    track.append(input, tick);
    line.append(track, element("output"));
    return input;
  }

  function other(bind, line) {
    const input = element(bind.input === "select" ? "select" : "input");
    if (bind.input === "select") {
      bind.options.forEach(function (value, i) {
        input.add(new Option(bind.labels ? bind.labels[i] : value, String(i)));
      });
    } else input.type = bind.input;
    line.append(input);
    return input;
  }

  function taken(bind, input) {
    if (bind.input === "select") return bind.options[Number(input.value)];
    return bind.input === "checkbox" ? input.checked : Number(input.value);
  }

  function give(bind, input, value) {
    if (bind.input === "select") input.value = String(bind.options.indexOf(value));
    else if (bind.input === "checkbox") input.checked = value;
    else input.value = value;
  }

  // --- what the reader is told ---------------------------------------------------------------

  function said(figure, bind, value) {
    if (bind.input === "select") return String(bind.labels ? bind.labels[bind.options.indexOf(value)] : value);
    if (bind.input === "checkbox") return value ? "是" : "否";
    return written(value, (figure.told.units || {})[bind.symbol] || plain(bind.step));
  }

  function tell(figure) {
    const state = figure.state;
    figure.binds.forEach(function (bind, i) {
      const text = said(figure, bind, state.now[bind.symbol]);
      give(bind, figure.inputs[i], state.now[bind.symbol]);
      if (bind.input !== "range") return;
      figure.inputs[i].setAttribute("aria-valuetext", text);
      figure.inputs[i].closest("label").querySelector("output").textContent = text;
    });
    const held = differ(state.held, state.start).length > 0;
    figure.hold.disabled = differ(state.now, state.held).length === 0;
    figure.reset.disabled = !held && differ(state.now, state.start).length === 0;
    if (figure.holds) compare(figure, held ? "记住的" : "起点");
  }

  function compare(figure, name) {
    const state = figure.state;
    const apart = figure.binds.filter(function (bind) {
      return state.now[bind.symbol] !== state.held[bind.symbol];
    });
    figure.compared.textContent = "";
    if (!apart.length) return;
    const turned = apart.map(function (bind) {
      const ends = [state.held, state.now].map(function (some) { return said(figure, bind, some[bind.symbol]); });
      return bind.name.trim() + "：" + ends.join(" → ");
    });
    figure.compared.append(element("p", "", turned.join("；")));
    if (figure.view && figure.told.readout) figure.compared.append(table(figure, name));
  }

  function table(figure, name) {
    const told = figure.told.readout;
    const now = rows(figure, "now");
    const before = rows(figure, "held");
    const made = element("table");
    made.createCaption().textContent = told.at;
    const head = made.createTHead().insertRow();
    ["", name, "现在", "相差"].forEach(function (text) { head.append(element("th", "", text)); });
    const body = made.createTBody();
    Object.keys(now).forEach(function (key) {
      const row = body.insertRow();
      row.append(element("th", "", key));
      const cells = [written(before[key], told.unit), written(now[key], told.unit),
        written(now[key] - before[key], told.gap, true)];
      cells.forEach(function (text) { row.insertCell().textContent = text; });
    });
    return made;
  }

  // Value by name of the rows that a layer draws, called `layer` or, by Altair, layer_1.
  function rows(figure, layer) {
    const found = {};
    figure.view.data(named(figure.spec, layer) + "_marks").forEach(function (item) {
      found[item.datum.name] = item.datum.value;
    });
    return found;
  }

  function named(part, name) {
    if (part.name && part.name.split("_")[0] === name) return part.name;
    return (part.layer || []).map(function (inner) { return named(inner, name); }).find(Boolean);
  }

  // --- the address ---------------------------------------------------------------------------

  function home(figure) {
    const around = figure.closest("figure[id]");
    return around ? around.id : "";
  }

  function query(figure) {
    const state = figure.state;
    const parts = differ(state.now, state.start).map(function (name) {
      return name + "=" + encodeURIComponent(state.now[name]);
    });
    const held = differ(state.held, state.start).map(function (name) {
      return "held." + name + "=" + encodeURIComponent(state.held[name]);
    });
    return parts.concat(held).join("&");
  }

  function remember() {
    const parts = moved.filter(query).map(function (figure) { return home(figure) + "?" + query(figure); });
    const rest = location.hash.indexOf("?") >= 0 ? "" : location.hash;
    const hash = parts.length ? "#" + parts.join(";") : rest;
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }

  // Put figures as the address says; returns the one in front.
  function recall(find) {
    let front = null;
    const parts = location.hash.slice(1).split(";");
    parts.filter(function (part) { return part.indexOf("?") > 0; }).reverse().forEach(function (part) {
      const cut = part.indexOf("?");
      const figure = find(part.slice(0, cut));
      if (!figure || !figure.inputs) return;
      put(figure, new URLSearchParams(part.slice(cut + 1)));
      const at = moved.indexOf(figure);
      if (at >= 0) moved.splice(at, 1);
      moved.unshift(figure);
      front = figure;
    });
    return front;
  }

  function put(figure, asked) {
    figure.binds.forEach(function (bind, i) {
      const start = figure.state.start[bind.symbol];
      figure.state.now[bind.symbol] = allowed(bind, figure.inputs[i], asked.get(bind.symbol), start);
      figure.state.held[bind.symbol] = allowed(bind, figure.inputs[i], asked.get("held." + bind.symbol), start);
    });
    show(figure);
  }

  // A value from outside as the control itself would give it; the start for anything else.
  function allowed(bind, input, text, start) {
    if (text === null || text === "") return start;
    if (bind.input === "checkbox") return text === "true";
    if (bind.input === "select") {
      const at = bind.options.map(String).indexOf(text);
      return at < 0 ? start : bind.options[at];
    }
    if (!Number.isFinite(Number(text))) return start;
    input.value = text;
    return Number(input.value);
  }

  window.bookControls = { prepare: prepare, show: show, recall: recall };
})();
