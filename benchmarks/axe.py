"""Ask axe-core about every page of a book: `python benchmarks/axe.py AXE.JS [BOOK] [PAGE...]`.

`AXE.JS` is `axe.min.js` of the npm package axe-core (`npm pack axe-core`), no dependency of
this book; `BOOK` an output folder of `press build` (default: `_build`). Each page is asked about on
a screen of 1366 and of 390 pixels, light and dark, with all charts drawn and all folds open. A row
per page: serious and critical findings, the rest, and which rules they break; the exit code is 1
where there is a serious or critical one.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from press.stage import documents

ROOT = Path(__file__).parents[1]
SCREENS = [(width, scheme) for width in (1366, 390) for scheme in ("light", "dark")]
GRAVE = {"serious", "critical"}

READY = """
const done = arguments[0];
document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
document.querySelectorAll(".vega-figure").forEach((figure) => { figure.wake(); });
let at = 0;
const timer = setInterval(() => {
  scrollTo(0, at += 600);
  const waiting = document.querySelectorAll(".vega-figure:not([data-drawn])").length;
  if (at > document.documentElement.scrollHeight && (!waiting || at > 4e5)) {
    clearInterval(timer);
    scrollTo(0, 0);
    setTimeout(done, 300);
  }
}, 30);
"""
ASK = """
const done = arguments[0];
const row = (one) => [one.impact, one.id, one.nodes.length, one.nodes[0].target.join(" "),
  one.nodes[0].failureSummary];
axe.run(document, { resultTypes: ["violations"] }).then((told) => done(told.violations.map(row)));
"""


def browser() -> Chrome:
    """A Chromium without a window."""
    options = ChromeOptions()
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "allow-file-access-from-files"):
        options.add_argument(f"--{flag}")
    options.binary_location = "/usr/bin/chromium"
    return Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def asked(driver: Chrome, page: Path, axe: str, width: int, scheme: str) -> list[list[Any]]:
    """What axe finds on a page: impact, rule, how often, where first, why."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    driver.get(page.as_uri())
    driver.set_script_timeout(180)
    driver.execute_async_script(READY)
    driver.execute_script(axe)
    found: list[list[Any]] = driver.execute_async_script(ASK)
    return found


def main(axe: str, book: str = "_build", *names: str) -> int:
    """Print a row for each page."""
    script, html = Path(axe).read_text(encoding="utf-8"), Path(book).resolve() / "html"
    driver, grave = browser(), 0
    for name in names or [*documents(ROOT / "_toc.yml"), "search"]:
        rules: Counter[str] = Counter()
        where: dict[str, str] = {}
        for width, scheme in SCREENS:
            for impact, rule, n, target, why in asked(
                driver, html / f"{name}.html", script, width, scheme
            ):
                rules[f"{impact}:{rule}"] += n
                where.setdefault(f"{impact}:{rule}", f"{width} {scheme} {target} | {why}")
        heavy = sum(n for rule, n in rules.items() if rule.split(":")[0] in GRAVE)
        grave += heavy
        told = ", ".join(f"{rule} {n}" for rule, n in rules.most_common()) or "-"
        print(f"{name:32} {heavy:4} {sum(rules.values()) - heavy:4}  {told}", flush=True)
        for rule, first in where.items():
            print(f"    {rule}: {' '.join(first.split())[:300]}", flush=True)
    driver.quit()
    return int(grave > 0)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
