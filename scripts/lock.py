"""`make lock`: resolves pyproject.toml into the two lock files, with hashes, for every platform."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMPILE = [
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--upgrade", "pyproject.toml"),
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links"),
]


def main() -> None:
    """Writes the runtime lock first; the development lock keeps to its versions."""
    compile_lock("requirements.lock")
    compile_lock("requirements-dev.lock", "--group", "dev", "--constraint", "requirements.lock")


def compile_lock(name: str, *options: str) -> None:
    """One lock file, headed by how it was made."""
    subprocess.run([*COMPILE, *options, "--output-file", name], cwd=ROOT, check=True)
    path = ROOT / name
    path.write_text(f"# Made by `make lock` from pyproject.toml.\n{path.read_text()}")
    print(f"{name}: {path.read_text().count('==')} packages")


if __name__ == "__main__":
    main()
