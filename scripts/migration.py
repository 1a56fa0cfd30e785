"""`make migration m="…"`: writes a revision from the difference between migrations and models."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storefront.assets import folder
from storefront.schema import BRANCH, VERSION_TABLE, alembic_config, upgrade


def main(message: str) -> None:
    """Compares a fresh migrated SQLite database with the models; read the result before use."""
    if not message:
        raise SystemExit('Say what changes: make migration m="add gift notes"')
    is_first = not list((folder("migrations") / "versions").glob("*.py"))
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{Path(scratch) / 'empty.sqlite3'}")
        with engine.connect() as connection:
            if not is_first:
                upgrade(connection)
            command.revision(
                alembic_config(connection),
                message=message,
                autogenerate=True,
                head="base" if is_first else f"{BRANCH}@head",
                branch_label=BRANCH if is_first else None,
                rev_id=next_number(),
            )
    print(f"Look it over: indexes, both databases, and data; {VERSION_TABLE} keeps its number.")


def next_number() -> str:
    """Revisions count upwards, so that the folder reads in order: 0001, 0002 …"""
    return f"{len(list((folder('migrations') / 'versions').glob('*.py'))) + 1:04d}"


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]).strip())
