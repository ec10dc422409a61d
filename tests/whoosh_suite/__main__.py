"""Run Whoosh's own tests on our codec: `python -m tests.whoosh_suite SDIST [options of pytest]`.

SDIST is the source distribution of the Whoosh that is installed. README.md says what is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def main(sdist: str, *options: str) -> int:
    """Unpack a source distribution into a temporary folder and run its tests; return pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="whoosh-suite-") as folder:
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        (unpacked,) = Path(folder).iterdir()
        # Children of tests that start processes anew take our codec, too.
        site = Path(folder, "site")
        site.mkdir()
        (site / "sitecustomize.py").write_text("from tests.whoosh_suite import plugin\n")
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-o", "addopts=", "-p", "no:cacheprovider"]
        command += ["-p", "tests.whoosh_suite.plugin", "-W", "ignore::SyntaxWarning"]
        # `sitecustomize` has imported the plugin before pytest could rewrite it.
        command += ["-W", "ignore::pytest.PytestAssertRewriteWarning", "tests", *options]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(site), str(_ROOT)))}
        return subprocess.run(command, cwd=unpacked, env=environment, check=False).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(f"{__doc__}")
    sys.exit(main(*sys.argv[1:]))
