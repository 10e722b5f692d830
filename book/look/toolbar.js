// The tools of a figure: its data, its picture, how to cite it, its address, the whole screen.
// All of it is made in the page; nothing is fetched and nothing is sent.
(function () {
  const MARGIN = 16;

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function words(node, where) {
    const found = node.querySelector(where);
    if (!found) return "";
    const copy = found.cloneNode(true);
    copy.querySelectorAll(".code-link, .headerlink, annotation").forEach(function (part) { part.remove(); });
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  // Number, title, measure and source of a figure, in the language that is shown.
  function told(around) {
    const english = document.documentElement.classList.contains("reading-english") && around.querySelector(".figure-english");
    const box = english ? ".figure-english > p" : ".caption-text";
    const title = words(around, box + " > strong") || words(around, box);
    return {
      number: words(around, ".caption-number"),
      title: title.replace(/[。.]$/, ""),
      measure: words(around, box).slice(words(around, box + " > strong").length).trim(),
      nature: words(around, ".figure-nature"),
      note: english ? "" : words(around, ".figure-note > p:last-child"),
    };
  }

  // --- data --------------------------------------------------------------------------------------

  // What the chart tells at its marks, number by number: the columns of its tooltips.
  function table(figure) {
    const lists = [];
    tips(figure.spec, {}, lists);
    const rows = [];
    const seen = new Set();
    marks(figure.view.scenegraph().root, function (item) {
      const shown = item.tooltip && typeof item.tooltip === "object" ? Object.keys(item.tooltip) : null;
      const list = shown && lists.find(function (one) { return same(one.map(title), shown); });
      if (!list) return;
      const row = Object.fromEntries(list.map(function (tip) { return [title(tip), item.datum[tip.field]]; }));
      const key = JSON.stringify(row);
      if (!seen.has(key)) rows.push(row);
      seen.add(key);
    });
    return rows;
  }

  function tips(part, above, found) {
    const tooltip = (part.encoding || {}).tooltip || above.tooltip;
    if (Array.isArray(tooltip)) found.push(tooltip);
    (part.layer || []).forEach(function (inner) { tips(inner, { tooltip: tooltip }, found); });
  }

  function title(tip) { return tip.title || tip.field; }
  function same(some, others) { return some.length === others.length && some.every(function (one) { return others.includes(one); }); }

  function marks(item, act) {
    (item.items || []).forEach(function (inner) {
      if (inner.datum) act(inner);
      marks(inner, act);
    });
  }

  function csv(rows) {
    const names = Array.from(new Set(rows.flatMap(Object.keys)));
    const cell = function (value) {
      const text = value === undefined || value === null ? "" : String(value);
      return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    };
    const lines = rows.map(function (row) { return names.map(function (name) { return cell(row[name]); }).join(","); });
    return [names.map(cell).join(","), ...lines].join("\r\n") + "\r\n";
  }

  // --- picture -----------------------------------------------------------------------------------

  // The chart as it stands, on white, with its title above it and its source below the title.
  async function picture(figure, around, act) {
    const box = element("div", "figure-copy");
    const width = Math.max(320, Math.min(figure.clientWidth, 900));
    const text = told(around);
    box.style.width = width + 2 * MARGIN + "px";
    around.append(box);
    const below = [text.measure, [text.nature, text.note].filter(Boolean).join("："), origin()];
    const head = {
      text: broken(text.title, width, 16), fontSize: 16, fontWeight: "bold", anchor: "start", frame: "bounds", offset: 12,
      subtitle: below.filter(Boolean).flatMap(function (line) { return broken(line, width, 12); }),
      subtitleFontSize: 12, subtitlePadding: 6,
    };
    const view = await window.bookFigures.copy(figure, box, { title: head, background: "#ffffff", width: width, padding: MARGIN });
    try { return await act(view); } finally { view.finalize(); box.remove(); }
  }

  // A text on lines that fit: a Chinese character is as wide as it is high, others about half.
  function broken(text, width, size) {
    const lines = [""];
    let room = width;
    for (const piece of text.match(/[\u2e80-\uffef“”‘’—…]|[^\u2e80-\uffef“”‘’—…]+?(?:\s|$|(?=[\u2e80-\uffef“”‘’—…]))/g) || []) {
      const wide = Array.from(piece).reduce(function (sum, letter) { return sum + (letter > "\u2e80" ? size : size * 0.58); }, 0);
      if (wide > room && !/^[，。；：、！？）”’]/.test(piece)) {
        lines.push("");
        room = width;
      }
      lines[lines.length - 1] += piece;
      room -= wide;
    }
    return lines;
  }

  // --- words about it ----------------------------------------------------------------------------

  function meta(name) {
    const tag = document.querySelector('meta[name="' + name + '"]');
    return tag ? tag.content : "";
  }

  function origin() {
    return meta("book-title") && meta("book-title") + "，" + meta("book-version");
  }

  function address(around) {
    const asked = location.hash.slice(1).split(";").find(function (part) { return part.split("?")[0] === around.id; });
    return location.href.replace(/#.*$/, "") + "#" + (asked || around.id);
  }

  // GB/T 7714: a part of an electronic resource.
  function citation(around) {
    const text = told(around);
    const day = new Date().toISOString().slice(0, 10);
    const online = /^http/.test(location.protocol);
    const number = around.querySelector(".caption-number");
    const shown = number && number.offsetParent ? text.number + " " : "";
    const author = meta("book-author");
    return (author && author + ". ") + shown + text.title + "[" + (online ? "DB/OL" : "DB") + "]//" +
      meta("book-title") + ". " + meta("book-version") + ". (" + meta("book-date") + ")[" + day + "]" +
      (online ? ". " + address(around) : "") + ".";
  }

  // --- what a reader gets ------------------------------------------------------------------------

  function save(around, ending, href) {
    const link = element("a");
    link.download = (document.documentElement.dataset.page || "") + around.id + "." + ending;
    link.href = href;
    link.click();
  }

  function saveText(around, ending, type, text) {
    const href = URL.createObjectURL(new Blob([text], { type: type }));
    save(around, ending, href);
    setTimeout(function () { URL.revokeObjectURL(href); }, 10000);
  }

  // A line to copy, in its own field: a browser without a clipboard leaves it marked.
  function offer(tools, text, name) {
    const line = tools.parentElement.querySelector(".figure-offer");
    line.hidden = line.dataset.name === name && !line.hidden;
    line.dataset.name = name;
    line.firstChild.textContent = text;
    line.lastChild.textContent = "复制";
  }

  async function copied(line) {
    const mark = document.createRange();
    mark.selectNodeContents(line.firstChild);
    getSelection().removeAllRanges();
    getSelection().addRange(mark);
    try {
      await navigator.clipboard.writeText(line.firstChild.textContent);
      line.lastChild.textContent = "已复制";
    } catch (refused) {
      line.lastChild.textContent = document.execCommand("copy") ? "已复制" : "已选中";
    }
  }

  const TOOLS = [
    ["数据", async function (figure, around) {
      await figure.wake();
      saveText(around, "csv", "text/csv;charset=utf-8", "\ufeff" + csv(table(figure)));
    }],
    ["SVG", function (figure, around) {
      return picture(figure, around, async function (view) { saveText(around, "svg", "image/svg+xml", await view.toSVG()); });
    }],
    ["PNG", function (figure, around) {
      return picture(figure, around, async function (view) { save(around, "png", await view.toImageURL("png", 2)); });
    }],
    ["引用", function (figure, around, tools) { offer(tools, citation(around), "cite"); }],
    ["链接", function (figure, around, tools) { offer(tools, address(around), "link"); }],
    ["全屏", function (figure, around) {
      return document.fullscreenElement ? document.exitFullscreen() : around.requestFullscreen();
    }],
  ];

  // One stop of the Tab key; arrows lead from tool to tool.
  function walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = Array.from(event.currentTarget.querySelectorAll("button"));
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    all.forEach(function (button) { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
    event.preventDefault();
  }

  function build(figure) {
    const around = figure.closest("figure");
    const tools = element("div", "figure-tools");
    tools.setAttribute("role", "toolbar");
    tools.setAttribute("aria-label", (words(around, ".caption-number") || "图") + "的工具");
    TOOLS.forEach(function (tool) {
      if (tool[0] === "全屏" && !document.fullscreenEnabled) return;
      const button = element("button", "", tool[0]);
      button.type = "button";
      if (tool[0] === "数据") button.title = "CSV";
      button.tabIndex = tools.children.length ? -1 : 0;
      button.addEventListener("click", function () { tool[1](figure, around, tools); });
      tools.append(button);
    });
    tools.addEventListener("keydown", walk);
    const line = element("div", "figure-offer");
    const copy = element("button", "", "复制");
    copy.type = "button";
    copy.addEventListener("click", function () { copied(line); });
    line.append(element("span"), copy);
    line.hidden = true;
    line.setAttribute("role", "status");
    around.append(tools, line);
  }

  function start() { document.querySelectorAll("figure .vega-figure").forEach(build); }

  window.bookTools = { csv: csv, table: table, picture: picture, citation: citation };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
