"""Executes notebooks against the server at WHENCE_URL.

    python execute.py [--update] NOTEBOOK..

A notebook with a cell that fails, or whose texts come out other than they are kept in it, is told of, and the exit status is 1.
With --update what comes out is kept. Pictures are not compared, since machines differ in how they draw.
"""

import asyncio
import os
import sys
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config


def texts(notebook):
    """What the cells put out as text: pairs of a cell's source and its output."""
    for cell in notebook.cells:
        for out in cell.get("outputs", ()):
            yield cell.source, out.get("text") or out.get("data", {}).get("text/plain", "") or out.get("evalue", "")


async def execute(path, update, sockets):
    """Why the notebook is not as it should be; empty where it is. Its kernel is spoken with through sockets whose names begin so."""
    kept = nbformat.read(path, 4)
    fresh = nbformat.read(path, 4)
    try:
        await NotebookClient(fresh, timeout=120, kernel_name="python3", record_timing=False,
                             config=Config({"KernelManager": {"transport": "ipc", "ip": sockets}}),
                             resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}}).async_execute()
    except CellExecutionError as e:
        return f"{path}: {e}"
    if update:
        fresh.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
        nbformat.validate(fresh)
        nbformat.write(fresh, path)
        return ""
    before, after = list(texts(kept)), list(texts(fresh))
    for old, new in zip(before, after):
        if old != new:
            return f"{path}: the cell\n\n{new[0]}\n\nis kept with\n\n{old[1]}\n\nbut comes out as\n\n{new[1]}"
    return "" if len(before) == len(after) else f"{path}: {len(before)} outputs are kept, and {len(after)} come out"


async def main(args):
    update = "--update" in args
    paths = [path for path in args if path != "--update"]
    with tempfile.TemporaryDirectory() as folder:
        wrong = await asyncio.gather(*(execute(path, update, f"{folder}/{i}") for i, path in enumerate(paths)))
    for why in filter(None, wrong):
        print(why, file=sys.stderr)
    return any(wrong)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
