"""A Jupyter kernel that starts from a process with the chapter's imports already loaded.

The standard library's fork server imports `press.preload` once and forks a child for each
chapter, so a chapter pays for its own work alone. Windows has no fork: there each kernel is
spawned and imports for itself. Everything above the process (messages, errors, outputs) is
the ordinary ipykernel and nbclient.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

PROVISIONER = "press-preloaded"


def context() -> BaseContext:
    """Return the fork server with `press.preload` loaded, or spawn where fork is missing.

    Never a plain fork: with threads about, it can leave the child waiting for ever.
    """
    # Set order then never differs between builds, in chapters that print it.
    os.environ.setdefault("PYTHONHASHSEED", "0")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["press.preload"])
    return server


def warm_up() -> None:
    """Start the fork server now, so that it imports while the parent does other work."""
    if context().get_start_method() == "forkserver":
        from multiprocessing import forkserver

        forkserver.ensure_running()


def end_with_parent() -> None:
    """Let this child process end as soon as its parent is gone, however the parent went."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()


def end_all() -> None:
    """End the kernels of chapters that nobody waits for any more."""
    for child in multiprocessing.active_children():
        child.kill()


def serve(connection_file: str, cwd: str | None) -> None:
    """Run an ipykernel on the given connection file until it is asked to stop (in the child).

    IPython's own files lie beside that file: a home folder is neither written nor read.
    """
    end_with_parent()
    os.environ["IPYTHONDIR"] = str(Path(connection_file).with_name("ipython"))
    from ipykernel.kernelapp import IPKernelApp

    import press.preload  # noqa: F401  (already there when forked)
    from press import elsewhere, figures

    os.setpgrp() if hasattr(os, "setpgrp") else None
    if cwd:
        os.chdir(cwd)
    app = IPKernelApp.instance(quiet=True, log_level=logging.CRITICAL)
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False"])
    figures.enable_tables(app.shell)
    elsewhere.Elsewhere.follow(app.shell)
    app.start()


class KernelProcess:
    """The part of `subprocess.Popen` that jupyter_client uses, over a multiprocessing child."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        process.start()
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.pid is not None and self._process.is_alive():
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


class PreloadedProvisioner(LocalProvisioner):
    """Launch a kernel by forking the preloaded server instead of starting a new interpreter."""

    process: KernelProcess | None = None  # type: ignore[assignment]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the child; `cmd` holds the connection file alone (see `PreloadedKernelManager`)."""
        child = context().Process(  # type: ignore[attr-defined]
            target=serve, args=(cmd[0], kwargs.get("cwd")), daemon=True
        )
        self.process = KernelProcess(child)
        self.pid = self.process.pid
        return self.connection_info


class PreloadedKernelManager(AsyncKernelManager):
    """A kernel manager that needs no kernel installed on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The specification of the preloaded Python kernel."""
        return KernelSpec(
            argv=["{connection_file}"],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER}},
        )
