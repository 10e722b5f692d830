"""Draws made by threads, processes and dask workers, one of them killed: the same draws."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from panels import var_panel
from pvar import Draws, PanelVARError, PanelVARResults, Specification, fit

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

SLOPES = np.array([[0.5, 0.1, 0.0], [0.1, 0.4, 0.0], [0.0, 0.0, 0.3]])


@pytest.fixture(scope="module")
def results() -> PanelVARResults:
    data = var_panel(np.random.default_rng(1), 60, 10, SLOPES)
    return fit(data, Specification(data.variables, depth=3), steps="two")


def assert_same(first: Draws, second: Draws) -> None:
    np.testing.assert_array_equal(first.coefficients, second.coefficients)
    np.testing.assert_array_equal(first.sigma, second.sigma)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


@pytest.mark.parametrize("kind", ["pairs", "wild"])
def test_any_executor_and_any_number_of_workers(
    results: PanelVARResults, pool: ProcessPoolExecutor, kind: Any
) -> None:
    here = results.bootstrap(350, kind=kind)
    assert_same(here, results.bootstrap(350, kind=kind, executor=pool))
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as executor:
            assert_same(here, results.bootstrap(350, kind=kind, executor=executor))


class Saboteur(Executor):
    """Hands tasks on, and does harm when the first is done."""

    def __init__(self, inner: Executor, harm: Callable[[], None]) -> None:
        self.inner, self.harm = inner, harm
        self.futures: list[Future[Any]] = []
        self.left = -1

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        future = self.inner.submit(*arguments, **options)
        if not self.futures:
            future.add_done_callback(lambda _: threading.Thread(target=self.act).start())
        self.futures.append(future)
        return future

    def act(self) -> None:
        self.harm()
        self.left = sum(not future.done() for future in self.futures)


def test_a_broken_pool_is_told_with_a_cure(results: PanelVARResults) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:

        def kill() -> None:
            for process in list(executor._processes.values()):
                process.kill()

        with pytest.raises(PanelVARError, match=r"after \d+ of 200 blocks.*executor=None"):
            results.bootstrap(20_000, executor=Saboteur(executor, kill))


def imported_or_loud(name: str) -> Any:
    """A module; without it, a skip that also stands among the warnings."""
    if find_spec(name) is None:
        text = f"{name} is missing: draws on other machines are NOT tested"
        warnings.warn(text, stacklevel=2)
        pytest.skip(text)
    return import_module(name)


def test_dask_outlives_a_worker(results: PanelVARResults) -> None:
    distributed = imported_or_loud("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=50,
    )
    with cluster, distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
        executor = Saboteur(client.get_executor(), lambda: os.kill(victim, signal.SIGKILL))
        draws = results.bootstrap(4_000, executor=executor)
    assert executor.left > 0
    assert_same(draws, results.bootstrap(4_000))
