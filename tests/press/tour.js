// All that is asked of an open page on one screen, in one go. Folds are opened, charts drawn, and
// where `sliders` asks for it each of their sliders is moved to both of its ends.
const [audit, sliders, done] = arguments;
const faults = new Function(audit);
const figures = Array.from(document.querySelectorAll(".vega-figure"));
const nameOf = (figure) => (figure.closest("figure") || {}).id || "";
const shown = { height: document.body.scrollHeight };

// The picture at one end gives way to another at the other. The slider goes back to its place: at
// the end of one, another may have nothing to say.
async function moves(figure, slider) {
  const home = slider.value;
  const at = async (value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await figure.view.runAsync();
    return figure.querySelector(".vega-target svg").outerHTML;
  };
  const ends = [await at(slider.min), await at(slider.max)];
  await at(home);
  return ends[0] !== ends[1];
}

function spoken() {
  const inputs = Array.from(document.querySelectorAll(".figure-control input[type=range]"));
  return inputs.map((input) => [Boolean(input.closest("[role=img]")), input.getAttribute("aria-valuetext") || ""]);
}

function given(figure) {
  const rows = window.bookTools.table(figure), around = figure.closest("figure");
  return [around.id, rows.length, window.bookTools.csv(rows), window.bookTools.citation(around)];
}

function withoutPicture(where) {
  return figures.filter((figure) => !figure.querySelector(where + " svg") || !figure.getAttribute("aria-label")).map(nameOf);
}

(async () => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  shown.bare = withoutPicture(".vega-still");
  shown.still = faults(".vega-still");
  shown.spoken = spoken();
  shown.width = document.documentElement.scrollWidth;
  await Promise.all(figures.map((figure) => figure.wake()));
  shown.bare.push(...withoutPicture(".vega-target"));
  shown.alive = faults(".vega-target");
  shown.width = Math.max(shown.width, document.documentElement.scrollWidth);
  const boxes = Array.from(document.querySelectorAll(".numbered-table .table-body"));
  shown.wide = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.parentElement.id);
  shown.given = figures.map(given);
  shown.dead = [];
  shown.moved = 0;
  for (const figure of sliders ? figures : []) {
    for (const slider of figure.parentElement.querySelectorAll("input[type=range]")) {
      shown.moved += 1;
      if (!(await moves(figure, slider))) shown.dead.push(nameOf(figure) + " " + slider.getAttribute("aria-label"));
    }
  }
  const banner = document.querySelector(".data-banner");
  shown.banner = banner ? banner.textContent : "";
  done(shown);
})().catch((error) => done({ fault: String(error) }));
