// What a reader could not read in the figures of a page: overlapping or cut words, pale ones, tiny ones.
// Returns a list of faults of the given picture (".vega-still" or ".vega-target") in every figure.
const where = arguments[0];

function channels(colour) {
  const found = /rgba?\(([^)]*)\)/.exec(colour);
  if (!found) return null;
  const parts = found[1].split(/[ ,/]+/).map(Number);
  return { rgb: parts.slice(0, 3), alpha: parts[3] === undefined ? 1 : parts[3] };
}

function luminance(rgb) {
  const parts = rgb.map(function (value) {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

function over(ground, colour, alpha) {
  return ground.map(function (value, i) { return value * (1 - alpha) + colour[i] * alpha; });
}

// Opacity of an element with those of what it stands in.
function strength(node, stop) {
  let all = 1;
  for (; node && node !== stop; node = node.parentElement) all *= Number(getComputedStyle(node).opacity);
  return all;
}

function page(node) {
  for (; node; node = node.parentElement) {
    const colour = channels(getComputedStyle(node).backgroundColor);
    if (colour && colour.alpha > 0.99) return colour.rgb;
  }
  return [255, 255, 255];
}

// The colour behind the middle of a text: shapes painted before it, one over the other.
function ground(text, box, shapes, svg) {
  let colour = page(svg);
  const middle = new DOMPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  shapes.forEach(function (shape) {
    if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) return;
    const style = getComputedStyle(shape);
    const fill = channels(style.fill);
    if (!fill || !shape.getScreenCTM()) return;
    const inner = middle.matrixTransform(shape.getScreenCTM().inverse());
    if (!shape.isPointInFill(inner) || hidden(shape, middle, svg)) return;
    colour = over(colour, fill.rgb, fill.alpha * Number(style.fillOpacity) * strength(shape, svg));
  });
  return colour;
}

// Whether a point is cut off by what an element stands in.
function hidden(node, point, stop) {
  for (; node && node !== stop; node = node.parentElement) {
    const name = /#([^)"]+)/.exec(node.getAttribute("clip-path") || "");
    const cut = name && document.getElementById(name[1]);
    const edge = cut && cut.querySelector("path, rect");
    if (edge && !edge.isPointInFill(point.matrixTransform(node.getScreenCTM().inverse()))) return true;
  }
  return false;
}

function lines(text) {
  const parts = text.querySelectorAll("tspan");
  return (parts.length ? Array.from(parts) : [text]).map(function (part) {
    const box = part.getBoundingClientRect();
    const spare = 0.15 * box.height; // room above and below letters
    return { left: box.left, right: box.right, top: box.top + spare, bottom: box.bottom - spare, words: part.textContent };
  });
}

function faults(figure) {
  const svg = Array.from(figure.querySelectorAll(where + " svg")).find(function (one) { return one.getBoundingClientRect().width > 0; });
  if (!svg) return ["no picture"];
  const frame = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal && svg.viewBox.baseVal.width ? frame.width / svg.viewBox.baseVal.width : 1;
  const shapes = Array.from(svg.querySelectorAll("path, rect"));
  const texts = Array.from(svg.querySelectorAll("text")).filter(function (text) {
    const box = text.getBoundingClientRect();
    const middle = new DOMPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return text.textContent.trim() && strength(text, svg) > 0.02 && !hidden(text, middle, svg);
  });
  const found = [];
  const boxes = texts.flatMap(function (text) {
    const parts = lines(text);
    const fill = channels(getComputedStyle(text).fill);
    const behind = ground(text, parts[0], shapes, svg);
    const seen = over(behind, fill.rgb, fill.alpha * strength(text, svg));
    const ends = [luminance(seen), luminance(behind)].sort(function (a, b) { return b - a; });
    const ratio = (ends[0] + 0.05) / (ends[1] + 0.05);
    if (ratio < 4.5) found.push("pale " + ratio.toFixed(2) + ": " + text.textContent);
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    if (size < 11) found.push("small " + size.toFixed(1) + ": " + text.textContent);
    parts.forEach(function (box) {
      const out = box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
      if (out || /…$/.test(box.words)) found.push("cut: " + box.words);
    });
    return parts;
  });
  boxes.forEach(function (one, i) {
    boxes.slice(i + 1).forEach(function (other) {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 1.5 && high > 1) found.push("overlap: " + one.words + " × " + other.words);
    });
  });
  return found;
}

return Array.from(document.querySelectorAll(".vega-figure")).map(function (figure) {
  const around = figure.closest("figure");
  return [around ? around.id : "", faults(figure)];
});
