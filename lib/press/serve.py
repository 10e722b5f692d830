"""Read the book in a browser on this machine."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click


def serve_folder(folder: Path, port: int) -> None:
    """Serve a built book on the loopback address until interrupted.

    Raises
    ------
    FileNotFoundError
        There is no built book in the folder.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"{folder} 里还没有书；请先运行 press build。")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        click.echo(f"请在浏览器打开 http://127.0.0.1:{server.server_port}/ ；按 Ctrl+C 结束。")
        server.serve_forever()
