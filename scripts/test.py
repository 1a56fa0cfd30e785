"""`make test`: all tests on SQLite, then on PostgreSQL where TEST_DATABASE_URL is set.

How a page looks (contrast, sizes, valid HTML) follows from what the shop reads, which all other
tests compare on both; so that is looked at once.
"""

import os
import subprocess
import sys

from tests.support.machine import IS_CI, NEEDS, NOT_OURS, POSTGRES_URL


def main(arguments: list[str]) -> int:
    """Runs both rounds and says in one line what this machine cannot run; CI must run it all."""
    absent = [
        f"{name} tests ({reason})"
        for name, (is_here, reason) in NEEDS.items()
        if not is_here and not (IS_CI and name in NOT_OURS)
    ]
    if absent and IS_CI:
        print(f"CI leaves nothing out, but would: {', '.join(absent)}", file=sys.stderr)
        return 1
    codes = [run_round("SQLite", "", arguments)]
    if POSTGRES_URL:
        codes.append(run_round("PostgreSQL", POSTGRES_URL, ["-m", "not looks", *arguments]))
    if absent:
        print(f"Left out on this machine: {', '.join(absent)}.")
    return max(codes)


def run_round(name: str, url: str, arguments: list[str]) -> int:
    """One round of all tests against one kind of database."""
    print(f"Tests on {name}:", flush=True)
    workers = min(os.cpu_count() or 1, 4)
    command = [sys.executable, "-m", "pytest"]
    command += ["-n", str(workers), "--dist", "worksteal"]
    environment = os.environ | {"TEST_DATABASE_URL": url}
    return subprocess.run([*command, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
