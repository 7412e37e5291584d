"""Kernels that start from the loaded libraries and speak through private sockets, not ports.

A kernel of the stock kind is a fresh interpreter: it imports everything again, listens on five
TCP ports that another kernel may take first, and leads a session of its own, which a deadline
that ends the unit's group would miss. These are forked by the unit's process before it has any
thread, wait until a page needs them, and stay in its group.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

PR_SET_PDEATHSIG = 1
FORKED = sys.platform == "linux"


class WaitingKernel:
    """A child that becomes a kernel when it is told the connection file and the folder."""

    def __init__(self) -> None:
        context: Any = multiprocessing.get_context("fork" if FORKED else "spawn")
        here, there = context.Pipe()
        self._to_child = here
        self.process: BaseProcess = context.Process(target=_wait, args=(there,), daemon=True)
        self.process.start()
        there.close()

    def start(self, connection_file: str, folder: str) -> None:
        """Let it become a kernel."""
        self._to_child.send((connection_file, folder))


def waiting_kernels(count: int) -> list[WaitingKernel]:
    """Kernels for as many pages; call it while this process has one thread only."""
    return [WaitingKernel() for _ in range(count)] if FORKED else []


def _wait(pipe: Connection) -> None:
    _die_with_parent()
    connection_file, folder = pipe.recv()
    os.chdir(folder)
    os.environ["IPYTHONDIR"] = str(Path(folder) / ".ipython")
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(
        argv=["-f", connection_file, "--HistoryManager.hist_file=:memory:", "--quiet"]
    )


def _die_with_parent() -> None:
    """On Linux the system ends this process with its parent, even in an endless loop in C."""
    if FORKED:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class WaitingProvisioner(KernelProvisionerBase):
    """The life of one such kernel, in the words that jupyter_client knows."""

    parent: Any
    kernel: WaitingKernel | None = None
    take: Callable[[], WaitingKernel] = WaitingKernel

    @property
    def has_process(self) -> bool:
        return self.kernel is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return await super().pre_launch(cmd=["waiting"], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        self.kernel = self.take()
        self.kernel.start(self.parent.connection_file, str(kwargs.get("cwd") or Path.cwd()))
        return self.connection_info

    async def poll(self) -> int | None:
        return 0 if self.kernel is None else self.kernel.process.exitcode

    async def wait(self) -> int | None:
        if self.kernel is None:
            return 0
        self.kernel.process.join()
        code = self.kernel.process.exitcode
        self.kernel = None
        return code

    async def send_signal(self, signum: int) -> None:
        if self.kernel is not None and self.kernel.process.pid is not None:
            os.kill(self.kernel.process.pid, signum)

    async def kill(self, restart: bool = False) -> None:
        if self.kernel is not None:
            self.kernel.process.kill()

    async def terminate(self, restart: bool = False) -> None:
        if self.kernel is not None:
            self.kernel.process.terminate()

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing to give back: the sockets lie in the unit's private folder."""


def kernel_managers(folder: Path, kernels: list[WaitingKernel]) -> type[AsyncKernelManager]:
    """A kind of kernel manager whose kernels are taken from `kernels`, then started afresh.

    Parameters
    ----------
    folder : Path
        A private folder with a short path: a socket's path may have about 100 characters.
    """

    def take() -> WaitingKernel:
        return kernels.pop() if kernels else WaitingKernel()

    class KernelManager(AsyncKernelManager):
        def __init__(self, **kwargs: Any) -> None:
            number = len(list(folder.glob("k*.json")))
            super().__init__(
                transport="ipc", connection_file=str(folder / f"k{number}.json"), **kwargs
            )
            self._kernel_spec = KernelSpec(
                argv=["waiting"], display_name="Python", language="python"
            )
            self.provisioner = WaitingProvisioner(
                kernel_id="", kernel_spec=self._kernel_spec, parent=self
            )
            self.provisioner.take = take

    return KernelManager
