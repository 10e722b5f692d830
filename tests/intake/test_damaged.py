"""Damaged files of every kind: a table or a Chinese refusal, never a traceback."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

import damage

NAMES = [f"{name}.csv" for name in damage.made.LAYOUTS]
NAMES += ["book.xlsx", "locked.xlsx", "whole.dta", "whole.parquet"]
NAMES += ["nbs_easyquery.xls", "yearbook_hightech_operation_2019_encrypted.xls"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return damage.kinds(tmp_path_factory.mktemp("sound"))


@pytest.mark.parametrize("name", NAMES)
def test_damaged(name: str, sound: dict[str, bytes], tmp_path: Path) -> None:
    if name not in sound:
        pytest.skip("the sample is not here")
    told = list(damage.outcomes(name, sound[name], 12, tmp_path, seed=zlib.crc32(name.encode())))
    assert len(told) == 12
