"""`make reset`: removes the instance folder (database, pictures, letters), never under a server."""

import contextlib
import os
import shutil
import sqlite3
import sys
from pathlib import Path

#: What the shop writes; a folder without any of it is not an instance folder.
OURS = ("secret_key", "shop.sqlite3", "jobs.sqlite3", "media", "letters")


def main() -> None:
    """Asks, unless CI runs it or nobody is there to answer."""
    folder = Path(os.environ.get("STOREFRONT_INSTANCE") or "instance").absolute()
    if not folder.exists():
        print(f"There is nothing to reset at {folder}.")
        return
    if reason := why_not(folder):
        raise SystemExit(reason)
    if not is_agreed(folder):
        raise SystemExit("Nothing was removed.")
    shutil.rmtree(folder)
    print(f"Removed {folder}. `make run` starts over.")


def why_not(folder: Path) -> str:
    """The sentence that refuses, or ''."""
    if not any((folder / name).exists() for name in OURS):
        return f"{folder} does not look like a shop's instance folder, so it stays."
    if not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"):
        return "DATABASE_URL names a database elsewhere: empty that one first, then unset it here."
    for file in sorted(folder.glob("*.sqlite3")):
        if is_open(file):
            return f"A server is running on {folder} ({file.name} is open). Stop it with Ctrl-C."
    return ""


def is_open(file: Path) -> bool:
    """Whether another process has this database open: then SQLite cannot leave WAL mode."""
    with contextlib.closing(sqlite3.connect(file, timeout=0.2)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            return True
        return bool(mode != "delete")


def is_agreed(folder: Path) -> bool:
    """The answer of the person at the keyboard; CI and scripts said yes by calling."""
    if os.environ.get("CI") or not sys.stdin.isatty():
        return True
    return input(f"Remove {folder} with all orders in it? [y/N] ").strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    main()
