"""The example that ships: islands that do not exist, made by a program with a fixed seed."""

import runpy

from synergy.dictionary import DATA_DIR
from synergy.evidence import findings_of
from synergy.planning.own_panel import read_own_panel

FOLDER = DATA_DIR / "islands"


def test_making_it_again_gives_the_committed_bytes():
    panel = runpy.run_path(str(FOLDER / "make.py"))["panel"]()
    made = panel.to_csv(index=False, lineterminator="\n")
    assert made == (FOLDER / "panel.csv").read_text(encoding="utf-8")


def test_it_has_three_systems_groups_a_late_island_and_gaps():
    panel = read_own_panel(FOLDER / "panel.csv", FOLDER / "plan.csv")
    assert panel.values.shape == (213, 12) and int(panel.filled.to_numpy().sum()) == 3
    assert panel.values.loc["远望岛"].index.min() == 2013 and not panel.doubts
    found = findings_of(panel, None)
    assert found.groups.nunique() == 3 and "合成数据" in found.plan.note
    means = found.regional.query("region == '全部海岛'").set_index("year")
    assert means["U1"][2019] > 2 * means["U1"][2010] and means["U2"][2019] < means["U2"][2010]
