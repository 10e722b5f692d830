// Goes through a deck slide by slide and says what a class could not read; for execute_async_script.
const done = arguments[arguments.length - 1];
const faults = [];
let drawn = 0;

function luminance(colour) {
  return colour.match(/[\d.]+/g).slice(0, 3).reduce(function (sum, part, i) {
    const c = part / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
  }, 0);
}

function ground(element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/, 0\)$|transparent/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}

function contrast(element) {
  const pair = [getComputedStyle(element).color, ground(element)].map(luminance).sort(function (a, b) { return b - a; });
  return (pair[0] + 0.05) / (pair[1] + 0.05);
}

function holdsText(element) {
  return Array.from(element.childNodes).some(function (node) { return node.nodeType === 3 && node.data.trim(); });
}

// Letters of a slide's own pixels: 28 for what is said, 20 for words of figures and the foot.
function least(element) {
  return element.closest("footer, .measure, figure, .figure-controls, kbd") ? 20 : 28;
}

function audit(slide, number) {
  const frame = slide.getBoundingClientRect();
  const unit = frame.width / 1280;
  const room = slide.querySelector(".room");
  function fault(kind, what) { faults.push([number, kind, String(what).slice(0, 60)]); }
  if (Math.abs(frame.height - 720 * unit) > 1) fault("shape", frame.height);
  if (room.scrollHeight > room.clientHeight + 1) fault("room", room.scrollHeight - room.clientHeight);
  slide.querySelectorAll("*").forEach(function (element) {
    if (element.closest("svg, script, math") || !element.getClientRects().length) return;
    const box = element.getBoundingClientRect();
    if (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.left < frame.left - 1) fault("outside", element.outerHTML);
    if (!holdsText(element)) return;
    if (parseFloat(getComputedStyle(element).fontSize) < least(element)) fault("small", element.textContent);
    if (contrast(element) < 4.5) fault("pale", element.textContent);
  });
  const figure = slide.querySelector(".vega-figure");
  if (!figure) return;
  if (!figure.dataset.drawn) return fault("not drawn", figure.closest("figure").id);
  drawn += 1;
  const edge = figure.getBoundingClientRect();
  figure.querySelectorAll(".vega-target svg text").forEach(function (text) {
    const box = text.getBoundingClientRect();
    if (!text.textContent.trim() || !box.width) return;
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.abs(text.getScreenCTM().a) / unit;
    if (size < 20) fault("small", text.textContent);
    if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1) fault("cut", text.textContent);
  });
}

async function alive(slide) {
  const figure = slide.querySelector(".vega-figure");
  for (let wait = 0; figure && !figure.dataset.drawn && wait < 100; wait += 1) {
    await new Promise(function (next) { setTimeout(next, 50); });
  }
}

(async function () {
  await document.fonts.ready;
  const slides = Reveal.getSlides();
  for (let at = 0; at < slides.length; at += 1) {
    Reveal.slide(at, 0, 99);
    const slide = slides[at].querySelector(".slide");
    await alive(slide);
    audit(slide, at + 1);
    document.documentElement.dataset.theme = "dark";
    audit(slide, at + 1);
    document.documentElement.dataset.theme = "light";
  }
  done([slides.length, drawn / 2, faults]);
})();
